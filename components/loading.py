"""What the page says while a model is brought into memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.errors import plain
from gradcam import ModelSpec


@contextmanager
def loading(spec: ModelSpec) -> Iterator[None]:
    """A line with a clock; the first Keras model brings TensorFlow along, and the line says so."""
    text = f"Loading {plain(spec.title)}"
    if spec.framework == "keras" and "tensorflow" not in sys.modules:
        text = f"Starting TensorFlow: about ten seconds, once. Then {plain(spec.title)} loads"
    with st.spinner(text, show_time=True):
        yield
