"""Keeps the part of the address after the #: it is the viewer's, and Streamlit drops it.

Whenever the query changes Streamlit pushes an address without its fragment. The viewer writes its
own back when it gets new data; this also covers a query that leaves the maps as they were.
"""

from __future__ import annotations

import streamlit as st

_JS = """
function restore(event) {
  // Only what Streamlit pushes: Back, and what the viewer writes, stay as they are.
  if (event.navigationType !== "push" || window.location.hash || !event.from.url) return
  const { hash } = new URL(event.from.url)
  if (hash) window.history.replaceState(window.history.state, "", window.location.href + hash)
}

export default function () {
  // Adding the same function again does nothing.
  window.navigation?.addEventListener("currententrychange", restore)
  return () => window.navigation?.removeEventListener("currententrychange", restore)
}
"""
_COMPONENT = st.components.v2.component("gradcam_address", js=_JS)


def keep_fragment() -> None:
    """Draw nothing; see style.css."""
    with st.container(key="address"):
        _COMPONENT(key="address_keeper")
