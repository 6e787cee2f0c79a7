"""Streamlit interfaces that its documentation does not promise, kept in one place.

Each says what it is for and what to do if an upgrade removes it. tests/components/test_compat.py
and tests/browser/test_compat.py have a test named after each. Streamlit's test ids are in the last
section of style.css.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.typing import UploadedFile

# The type of `st.container()`, for annotations. If it moves, annotate with typing.Any.
Container = DeltaGenerator


def skeleton(height: int) -> Container:
    """Draw a grey block that `.container()` on the result replaces.

    The container takes the position at which later runs call `st.container()`, so nothing moves.
    If that stops working, use `st.empty()`: it keeps the position but draws no block.
    """
    return st.skeleton(height=height)


def upload_id(file: UploadedFile) -> str:
    """Identify an upload across reruns without hashing its bytes.

    If `file_id` is removed, return the SHA-256 of `file.getvalue()`.
    """
    return file.file_id


def trigger(key: str, name: str) -> object:
    """Return what the component `key` just sent as `name`, or None; for use in its callbacks.

    Session State is documented to hold a component's state values, not its triggers. If triggers
    are no longer there, act on the mounting call's return value instead, which does hold them.
    """
    sent = st.session_state.get(key)
    return sent.get(name) if isinstance(sent, Mapping) else None
