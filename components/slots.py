"""Places kept on the page for what is still being computed, so that nothing jumps."""

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
