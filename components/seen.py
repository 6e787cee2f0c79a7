"""What the model really gets to see of each photo, and in words what makes it that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from gradcam.backends import Classifier
from gradcam.preprocess import in_words, recorded
from gradcam.types import Photo

from . import engine, errors
from .grid import Answer

_WIDTH = 160  # least width of a picture on the page, and
_WIDEST = 256  # the most


def what_the_model_sees(clf: Classifier, answers: Sequence[Answer]) -> None:
    """Draw every photo as the model's input, turned back into colours."""
    fit = answers[0].explained[0].result.fit
    how = recorded(clf.preprocessing)
    st.caption(f"What the model sees: {errors.plain(in_words(how, fit))}.")
    with st.container(horizontal=True, key="seen"):
        for answer in answers:
            with errors.reported(answer.row.caption):
                photo = answer.row.photo
                view = engine.model_view(how, photo.digest, fit, clf, photo)
                caption = errors.plain(answer.row.caption, 40)
                shown = _with_its_pixels(view)
                width = min(shown.shape[1], _WIDEST)
                st.image(shown, caption=caption, width=width, output_format="PNG")


def _with_its_pixels(view: Photo) -> Photo:
    """Enlarge a small picture by whole pixels, because a browser would smooth them away."""
    times = -(-_WIDTH // view.shape[1])
    return np.repeat(np.repeat(view, times, axis=0), times, axis=1)
