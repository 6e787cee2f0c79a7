"""Choosing the classes to explain, and turning logits into predictions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gradcam.backends import Classifier
from gradcam.errors import ClassError
from gradcam.labels import require_one
from gradcam.request import Request
from gradcam.types import Floats, Prediction


def choose(logits: Floats, request: Request) -> NDArray[np.intp]:
    """Return the classes of a resolved request, or the most probable ones, as indices (N, K)."""
    if request.classes is None:
        return most_probable(logits, request.top_k)
    return np.tile(np.array(request.classes, np.intp), (len(logits), 1))


def find_class(clf: Classifier, name: int | str) -> int:
    """Return the index of a class given by index or label.

    A label counts as written; if there is none like it, in any capitals. Raises ClassError if the
    model has no such class, listing the nearest labels, or several, listing their indices.
    """
    if isinstance(name, str):
        return require_one(name, dict(enumerate(clf.labels)), clf.title)
    if not 0 <= name < len(clf.labels):
        raise ClassError(
            f"{clf.title} has no class {name}.",
            hint=f"Indices run from 0 to {len(clf.labels) - 1}.",
        )
    return name


def predictions(clf: Classifier, logits: Floats, indices: Sequence[int]) -> tuple[Prediction, ...]:
    """Return the Predictions of classes `indices` from one image's `logits` (K_all,)."""
    wide = logits.astype(np.float64)
    if clf.multi_label:
        probability = np.exp(-np.logaddexp(0, -wide))  # 1 / (1 + exp(-z)) without overflow
    else:
        exponentials = np.exp(wide - wide.max())
        probability = exponentials / exponentials.sum()
    return tuple(
        Prediction(int(i), clf.labels[i], float(probability[i]), float(wide[i])) for i in indices
    )


def most_probable(logits: Floats, count: int) -> NDArray[np.intp]:
    """Return the `count` classes with the largest logits, best first: (N, K_all) to (N, count)."""
    return np.argsort(-logits, axis=1, kind="stable")[:, :count]
