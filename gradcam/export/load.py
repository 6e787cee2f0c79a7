"""Saved explanations read back; from anywhere, so nothing in them is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradcam.errors import GradcamError, ImageError, NonFiniteError
from gradcam.export.npz import Npz
from gradcam.export.opened import opened
from gradcam.export.schema import build
from gradcam.images import ImageSource, digest, read_image
from gradcam.types import (
    Activation,
    Explanation,
    Fit,
    Floats,
    Photo,
    Prediction,
    Preprocessing,
    SaliencyMap,
    Window,
)

MAX_VALUES = 64_000_000  # of all maps together, at their own resolution
_AGAIN = "Save the explanation again."


@dataclass(frozen=True)
class _Photo:
    sha256: str
    height: int
    width: int


@dataclass(frozen=True)
class _Model:
    id: str
    sha256: str


@dataclass(frozen=True)
class _Map:
    name: str
    layer: str
    method: str
    parameters: Mapping[str, Any]
    uniform_gradient: bool
    activation: Activation
    class_: Prediction
    window: Window
    shape: tuple[int, int]


@dataclass(frozen=True)
class _Facts:
    """The part of a manifest that an Explanation is made of."""

    photo: _Photo
    model: _Model
    fit: Fit
    preprocessing: Preprocessing
    predictions: tuple[Prediction, ...]
    maps: tuple[_Map, ...]
    versions: Mapping[str, str]


def load_explanation(source: str | Path | bytes, photo: ImageSource) -> Explanation:
    """What `Explanation.save` wrote, with the very numbers it had.

    Parameters
    ----------
    source : the folder, its `maps.npz` alone, or that file's bytes.
    photo : the one that was explained, as for `gradcam.read_image`. It is not kept in the files.

    Returns
    -------
    The Explanation that was saved.

    Raises
    ------
    ImageError : another photo (told by its pixels), or none.
    GradcamError : the files are missing, damaged, incomplete, too large, or not ours.
    """
    with opened(source) as (said, npz):
        facts: _Facts = build(_Facts, said)
        _check_predictions(facts)
        if sum(abs(m.shape[0] * m.shape[1]) for m in facts.maps) > MAX_VALUES:
            raise GradcamError(
                "The maps are too large.", hint=f"Up to {MAX_VALUES} values are read."
            )
        pixels = _same_photo(facts.photo, photo)
        maps = tuple(_map(npz, m, pixels) for m in facts.maps)
    return Explanation(
        photo=pixels,
        photo_digest=facts.photo.sha256,
        model=facts.model.id,
        model_digest=facts.model.sha256,
        fit=facts.fit,
        preprocessing=facts.preprocessing,
        predictions=facts.predictions,
        maps=maps,
        versions=facts.versions,
    )


def _check_predictions(facts: _Facts) -> None:
    if not facts.predictions:
        raise GradcamError("The manifest holds no predictions.", hint=_AGAIN)
    for prediction in (*facts.predictions, *(m.class_ for m in facts.maps)):
        if prediction.index < 0 or not 0 <= prediction.probability <= 1:
            raise GradcamError(
                f"The manifest holds class {prediction.index} with a probability of "
                f"{prediction.probability:g}.",
                hint=_AGAIN,
            )


def _same_photo(known: _Photo, source: ImageSource) -> Photo:
    photo = read_image(source)
    if photo.shape[:2] != (known.height, known.width):
        raise ImageError(
            f"This is another photo: {photo.shape[1]} × {photo.shape[0]} pixels, and the one "
            f"explained had {known.width} × {known.height}.",
            hint="Give the photo that was explained.",
        )
    if digest(photo) != known.sha256:
        raise ImageError(
            "This is another photo: its pixels are not those that were explained.",
            hint="Give the very file; a copy saved anew as JPEG has other pixels.",
        )
    return photo


def _map(npz: Npz, known: _Map, photo: Photo) -> SaliencyMap:
    window = known.window
    if not (window.left < window.right and window.top < window.bottom) or (
        max(map(abs, (window.left, window.top, window.right, window.bottom))) > 1e9
    ):
        raise GradcamError(f"The window of {known.name} has no area.", hint=_AGAIN)
    values: Floats = npz.read(known.name, np.dtype("<f4"), shape=known.shape).astype(np.float32)
    if not np.isfinite(values).all():
        raise NonFiniteError(f"The map {known.name} holds NaN or infinity.", hint=_AGAIN)
    return SaliencyMap(
        values=values,
        prediction=known.class_,
        layer=known.layer,
        method=known.method,
        window=window,
        photo_size=(photo.shape[0], photo.shape[1]),
        activation=known.activation,
        parameters=known.parameters,
        uniform_gradient=known.uniform_gradient,
    )
