"""Which classes are meant, and what the model gives them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gradcam.backends import Classifier
from gradcam.errors import ClassError, nearest
from gradcam.request import Request
from gradcam.types import Floats, Prediction


def choose(logits: Floats, request: Request) -> NDArray[np.intp]:
    """The classes of a resolved request, or the most probable ones: (N, K) indices."""
    if request.classes is None:
        return most_probable(logits, request.top_k)
    return np.tile(np.array(request.classes, np.intp), (len(logits), 1))


def find_class(clf: Classifier, name: int | str) -> int:
    """The index of a class given by index or label.

    Raises ClassError for one the model does not have, listing the nearest.
    """
    if isinstance(name, str):
        folded = [label.casefold() for label in clf.labels]
        if name.casefold() in folded:
            return folded.index(name.casefold())
        raise ClassError(f"{name!r} is not a class of {clf.title}.", hint=nearest(name, clf.labels))
    if not 0 <= name < len(clf.labels):
        raise ClassError(
            f"{clf.title} has no class {name}.",
            hint=f"Indices run from 0 to {len(clf.labels) - 1}.",
        )
    return name


def predictions(clf: Classifier, logits: Floats, indices: Sequence[int]) -> tuple[Prediction, ...]:
    """Predictions for the classes `indices` of one image's `logits` (K_all,)."""
    wide = logits.astype(np.float64)
    if clf.multi_label:
        probability = 1 / (1 + np.exp(-wide))
    else:
        exponent = np.exp(wide - wide.max())
        probability = exponent / exponent.sum()
    return tuple(
        Prediction(int(i), clf.labels[i], float(probability[i]), float(wide[i])) for i in indices
    )


def most_probable(logits: Floats, count: int) -> NDArray[np.intp]:
    """The `count` classes of largest logit, best first: (N, K_all) to (N, count)."""
    return np.argsort(-logits, axis=1, kind="stable")[:, :count]
