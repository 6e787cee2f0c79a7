"""What a model makes of a class with and without a mark on the photo: a shortcut, made visible.

Nothing but the mark differs between two readings of one photo, so what differs between them is the
mark's doing. That is more than a map alone can say, and it is why the two belong together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcam.backends import Classifier
from gradcam.classes import predictions
from gradcam.errors import GradcamError
from gradcam.marks import Box, Mark
from gradcam.methods import METHODS
from gradcam.methods.base import MethodInput
from gradcam.preprocess import preprocess
from gradcam.saliency import SaliencyMap, covered_parts, evidence, resize
from gradcam.types import Floats, ModelInput, Photo, Prediction, Window
from gradcam.watch import Watch

CARTON = "carton"  # class 478 of ImageNet
_SIDE = 224  # parts of a view's side in which shares of it are measured


@dataclass(frozen=True)
class Standing:
    """How a class does among all: its prediction, and its rank, 1 for the most probable."""

    prediction: Prediction
    rank: int

    @property
    def power(self) -> float:
        """log₁₀ of the probability; −inf only if that is 0 in 64 bits."""
        share = self.prediction.probability
        return math.log10(share) if share > 0 else -math.inf


@dataclass(frozen=True)
class Reading:
    """How a class does on a photo, and its map there.

    on_mark : the share of the map's evidence that lies within the mark's box, from 0 to 1.
    """

    standing: Standing
    map: SaliencyMap
    on_mark: float


@dataclass(frozen=True)
class Readings:
    """What a model makes of a photo: its answer, and how the classes do that were asked about."""

    answer: Prediction
    classes: tuple[Reading, ...]


@dataclass(frozen=True)
class Place:
    """Where the characters lie, as shares of what the model sees, so that it suits every photo.

    left, top : the upper left corner; height : of the characters, of the view's own height.
    """

    left: float
    top: float
    height: float

    def on(
        self, window: Window, size: tuple[int, ...], opacity: float, *, turned: bool = False
    ) -> Mark:
        """Return the mark on a photo of `size` (H, W), of which the model sees `window`.

        Raises GradcamError as `Mark` does.
        """
        height, width = size
        high = window.bottom - window.top
        return Mark(
            "characters",
            (window.left + self.left * (window.right - window.left)) / width,
            (window.top + self.top * high) / height,
            self.height * high / height,
            opacity,
            turned,
        )


# Across the middle from the left, as published for a view of 224 pixels (imagenet-w 1.0.0): size
# 36, at 1 % from the left; at 40 % from the top a line begins, and 0.271 em below it the squares.
PUBLISHED = Place(0.01, 0.40 + 0.271 * 36 / 224, 36 / 224)


def window_of(clf: Classifier, photo: Photo) -> Window:
    """Return what part of a photo (H, W, 3) the model sees.

    Raises GradcamError if that is not known, because the preprocessing is somebody's own code.
    """
    return _placed(clf, photo).window


def standing(clf: Classifier, photo: Photo, index: int) -> Standing:
    """Return how class `index` does on a photo, uint8 (H, W, 3), by one forward pass."""
    found = preprocess(photo, clf.preprocessing)
    return _standing(clf, clf.capture(found.values[None], ()).logits[0], index)


def read(
    clf: Classifier, photo: Photo, classes: Sequence[int], layer: str, method: str, where: Box
) -> Readings:
    """Read several classes off one photo, by one forward pass.

    Parameters
    ----------
    clf : the model.
    photo : uint8 (H, W, 3), marked or not.
    classes : indices.
    layer : a name from `clf.layers()`.
    method : a key of `METHODS`.
    where : the mark's edges, in photo pixels.

    Returns
    -------
    The most probable class, and a Reading for each of `classes`, in their order.

    Raises
    ------
    GradcamError : it is not known which part of a photo the model sees.
    MethodError, LayerError : the method or the layer is not this model's.
    """
    found = _placed(clf, photo)
    capture = clf.capture(found.values[None], (layer,))
    options = METHODS[method].options
    asked = MethodInput(
        clf, found.values[None], (layer,), np.array([classes], np.intp), capture, options, Watch()
    )
    answer = METHODS[method].answer(asked)
    logits = capture.logits[0]
    readings = []
    for index, values in zip(classes, answer.maps[layer][0], strict=True):
        one = _standing(clf, logits, index)
        size = (photo.shape[0], photo.shape[1])
        made = SaliencyMap(values, one.prediction, layer, method, found.window, size)
        readings.append(Reading(one, made, share_within(values, found.window, where)))
    (best,) = predictions(clf, logits, [int(logits.argmax())])
    return Readings(best, tuple(readings))


def share_within(values: Floats, window: Window, where: Box) -> float:
    """Return the share of a map's positive evidence that lies within a box; 0 if there is none.

    values : (h, w), spread over `window`; interpolated bilinearly, as it is drawn.
    window, where : in photo pixels.
    """
    fine = resize(evidence(values, "for"), (_SIDE, _SIDE)).astype(np.float64)
    total = fine.sum()
    if total <= 0:
        return 0.0
    down = covered_parts(where.top, where.bottom, window.top, window.bottom, _SIDE)
    right = covered_parts(where.left, where.right, window.left, window.right, _SIDE)
    return float(down @ fine @ right / total)


def share_of_view(window: Window, where: Box) -> float:
    """Return the share of what the model sees that lies within a box: an even map's `on_mark`."""
    down = covered_parts(where.top, where.bottom, window.top, window.bottom, _SIDE)
    right = covered_parts(where.left, where.right, window.left, window.right, _SIDE)
    return float(down.mean() * right.mean())


def _standing(clf: Classifier, logits: Floats, index: int) -> Standing:
    (prediction,) = predictions(clf, logits, [index])
    return Standing(prediction, int((logits > logits[index]).sum()) + 1)


def _placed(clf: Classifier, photo: Photo) -> ModelInput:
    found = preprocess(photo, clf.preprocessing)
    if found.view is not None:
        raise GradcamError(
            f"It is not known which part of the photo {clf.title} sees.",
            hint="Choose a model of the catalogue.",
        )
    return found
