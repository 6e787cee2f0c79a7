"""What the page needs besides widgets: reserved places for results, and a stable address."""

from __future__ import annotations

import streamlit as st

from .compat import Container, skeleton

_FILLED = "filled_slots"
# Streamlit drops the fragment from the address whenever the query changes. The viewer restores it
# when new data arrives; this also covers query changes that leave the maps as they were.
_KEEP_FRAGMENT_JS = """
function restore(event) {
  // Only Streamlit pushes. Leave Back and the viewer's own changes alone.
  if (event.navigationType !== "push" || window.location.hash || !event.from.url) return
  const { hash } = new URL(event.from.url)
  if (hash) window.history.replaceState(window.history.state, "", window.location.href + hash)
}

export default function () {
  // Adding the same listener twice has no effect.
  window.navigation?.addEventListener("currententrychange", restore)
  return () => window.navigation?.removeEventListener("currententrychange", restore)
}
"""
_COMPONENT = st.components.v2.component("gradcam_address", js=_KEEP_FRAGMENT_JS)


class Slot:
    """A place on the page that shows a grey block until its first content is ready.

    Only a session's first run draws the block; later runs keep the old content until `fill`.
    """

    def __init__(self, name: str, height: int) -> None:
        self._name = name
        filled: set[str] = st.session_state.setdefault(_FILLED, set())
        self._placeholder = None if name in filled else skeleton(height)
        self._container = st.container() if self._placeholder is None else None

    def fill(self) -> Container:
        """Return the container to draw into."""
        st.session_state[_FILLED].add(self._name)
        if self._container is None:
            assert self._placeholder is not None
            self._container = self._placeholder.container()
        return self._container

    def close(self) -> None:
        """Clear the grey block if nothing filled the slot."""
        if self._container is None:
            self.fill()


def keep_fragment() -> None:
    """Keep the part of the address after "#", which stores the viewer's look. Draws nothing."""
    with st.container(key="address"):
        _COMPONENT(key="address_keeper")
