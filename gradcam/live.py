"""One frame of a moving picture, explained for one class; nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcam.arrays import require_finite
from gradcam.backends import Classifier
from gradcam.classes import find_class, most_probable, predictions
from gradcam.errors import GradcamError
from gradcam.methods import METHODS
from gradcam.methods.base import MethodInput
from gradcam.preprocess import preprocess
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.types import Floats, Photo, Prediction
from gradcam.watch import Watch

LISTED = 5
STAYS = 1.25  # times as probable must a class be to take the place of the one before


@dataclass(frozen=True, eq=False)
class Glance:
    """What a model sees in one frame.

    predictions : the most probable classes, best first.
    map : where the model sees one class: the one followed, or the most probable.
    """

    predictions: tuple[Prediction, ...]
    map: SaliencyMap


def glance(
    clf: Classifier,
    photo: Photo,
    request: Request,
    follow: int | None = None,
    held: int | None = None,
) -> Glance:
    """Explain one class of one frame: one forward pass, and the method for that class.

    The map is that of `gradcam.explain`; but neither the pass nor the frame's digest is kept, so a
    film through the model leaves nothing behind.

    Parameters
    ----------
    photo : uint8 (H, W, 3).
    request : its layers, of which the first counts, method, options, fit and sign.
    follow : the class to explain; None explains the most probable one.
    held : the class of the frame before. It stays the most probable one until another is 1.25 times
        as probable, so that the name does not flicker between two that are equally likely.

    Raises
    ------
    ClassError : the model does not have the class to follow.
    NonFiniteError : the model produced NaN or infinity.
    GradcamError : the model's preprocessing is code that does not say where its crop lies.
    """
    assert request.layers is not None
    layers = request.layers[:1]
    found = preprocess(photo, clf.preprocessing, request.fit)
    if found.view is not None:
        raise GradcamError(
            "It is not known which part of a picture this model's preprocessing shows it.",
            hint="Choose another model for the camera.",
        )
    inputs = found.values[None]
    capture = clf.capture(inputs, layers)
    logits = capture.logits
    require_finite(logits, "the logits")
    best = predictions(clf, logits[0], most_probable(logits, LISTED)[0].tolist())
    known = held if held is not None and 0 <= held < len(clf.labels) else None
    index = _leading(clf, logits, best[0], known) if follow is None else find_class(clf, follow)
    classes = np.array([[index]], np.intp)
    asked = MethodInput(clf, inputs, layers, classes, capture, request.parameters, Watch())
    method = METHODS[request.method]
    output = method.answer(asked)
    values = output.maps[layers[0]][0, 0]
    require_finite(values, f"the map at {layers[0]}")
    return Glance(
        best,
        SaliencyMap(
            values=np.ascontiguousarray(values, np.float32),
            prediction=predictions(clf, logits[0], [index])[0],
            layer=layers[0],
            method=request.method,
            window=found.window,
            photo_size=(photo.shape[0], photo.shape[1]),
            sign=request.sign,
            parameters=request.parameters,
            uniform_gradient=layers[0] in output.uniform,
            took_gradient=method.takes_gradients,
        ),
    )


def _leading(clf: Classifier, logits: Floats, best: Prediction, held: int | None) -> int:
    """Return the most probable class, or the one before if it is nearly as probable."""
    if held is None:
        return best.index
    (before,) = predictions(clf, logits[0], [held])
    return held if best.probability <= STAYS * before.probability else best.index
