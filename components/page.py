"""What every page stands on: places reserved for what is still being computed, and the address."""

from __future__ import annotations

from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_FILLED = "filled_slots"


class Slot:
    """A grey block of about the right height on a session's first run, then what fills it.

    Later runs leave the old content where it is until the new is ready.
    """

    def __init__(self, name: str, height: int) -> None:
        self._name = name
        filled: set[str] = st.session_state.setdefault(_FILLED, set())
        self._hole = None if name in filled else st.skeleton(height=height)
        self._container = st.container() if self._hole is None else None

    def fill(self) -> DeltaGenerator:
        """The container to draw into; called once."""
        st.session_state[_FILLED].add(self._name)
        if self._container is None:
            # Replacing the skeleton puts the container where later runs put theirs.
            self._container = cast(DeltaGenerator, self._hole).container()
        return self._container

    def close(self) -> None:
        """Whatever has not been filled stays empty."""
        if self._container is None:
            self.fill()


# Streamlit pushes an address without its fragment whenever the query changes. The viewer restores
# its own when it gets new data; this also covers queries that leave the maps as they were.
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
    """Keep the part of the address after the "#", which holds the viewer's look. Draws nothing."""
    with st.container(key="address"):
        _COMPONENT(key="address_keeper")
