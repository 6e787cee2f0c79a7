"""The photo as the model sees it at the steps of a curve, for the browser.

Deletion and insertion are masks, so the browser makes them from two pictures and the step at which
each pixel changes. ROAD's pictures are made here, one at a time.
"""

from __future__ import annotations

import io
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image

from gradcam.metrics import Faithful
from gradcam.metrics.ordering import Drawn
from gradcam.metrics.perturbing import Perturbed
from gradcam.preprocess import picture, preprocess
from gradcam.types import Photo

from .measuring import Question

_QUALITY = 92


@dataclass(frozen=True)
class Views:
    """What the model sees of a photo: whole and blurred, as JPEG files; and what is put for pixels
    that are deleted.

    size : (h_in, w_in). blank : red, green and blue, 0 to 255.
    """

    size: tuple[int, int]
    whole: bytes
    blurred: bytes
    blank: tuple[int, ...]


def views(asked: Question, any_map: Faithful) -> Views:
    """Return the pictures, made once. `any_map` is one of this photo."""
    return _views(asked.about, asked, any_map)


def changed_at(one: Faithful, size: tuple[int, int]) -> bytes:
    """Return the step of deletion, and of insertion, at which each pixel changes, as uint16."""
    counts = np.rint(np.multiply(one.curves["deletion"].fractions, size[0] * size[1]))
    steps = np.searchsorted(counts, Drawn.of(one.map, size).ranks, side="right")
    return steps.astype("<u2").tobytes()


def at_step(asked: Question, one: Faithful, curve: str, step: int) -> bytes:
    """Return the photo at a step of a map's curve as a JPEG file."""
    return _at_step((asked.about, one.method), curve, step, asked, one)


@st.cache_resource(max_entries=8, show_spinner=False, scope="session")
def _views(about: Hashable, _asked: Question, _map: Faithful) -> Views:  # noqa: ARG001
    perturbed, how = _perturbed(_asked), _asked.clf.preprocessing
    drawn = Drawn.of(_map.map, perturbed.size)
    last = len(perturbed.fractions("deletion")) - 1
    first, blurred, blank = (
        picture(perturbed.at(drawn, curve, step), how)
        for curve, step in (("deletion", 0), ("insertion", 0), ("deletion", last))
    )
    return Views(perturbed.size, _jpeg(first), _jpeg(blurred), tuple(map(int, blank[0, 0])))


@st.cache_resource(max_entries=64, show_spinner=False, scope="session")
def _at_step(
    about: Hashable,  # noqa: ARG001 - this and the next two identify the unhashed arguments
    curve: str,
    step: int,
    _asked: Question,
    _one: Faithful,
) -> bytes:
    perturbed = _perturbed(_asked)
    values = perturbed.at(Drawn.of(_one.map, perturbed.size), curve, step)
    return _jpeg(picture(values, _asked.clf.preprocessing))


def _perturbed(asked: Question) -> Perturbed:
    how = asked.clf.preprocessing
    values = preprocess(asked.picture.opened.pixels, how, asked.view.fit).values
    return Perturbed(values, how, asked.rows)


def _jpeg(pixels: Photo) -> bytes:
    buffer = io.BytesIO()
    # Full colour resolution: halved, it smears the edges of what was deleted.
    Image.fromarray(pixels).save(buffer, "JPEG", quality=_QUALITY, subsampling=0)
    return buffer.getvalue()
