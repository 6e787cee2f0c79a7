"""A close second makes an answer unsure; a class of its own is compared with its absence."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam.certainty import unsure
from gradcam.types import Prediction


def shared(*logits: float) -> list[Prediction]:
    """Classes that share one probability (softmax)."""
    parts = np.exp(np.array(logits) - max(logits))
    return [
        Prediction(n, f"class {n}", float(p), z)
        for n, (p, z) in enumerate(zip(parts / parts.sum(), logits, strict=True))
    ]


def own(*logits: float) -> list[Prediction]:
    """Classes that have a probability each (sigmoid)."""
    return [
        Prediction(n, f"class {n}", float(1 / (1 + np.exp(-z))), z) for n, z in enumerate(logits)
    ]


@pytest.mark.parametrize(
    ("predictions", "expected"),
    [
        (shared(2, 0), False),  # 88 % against 12 %
        (shared(0.6, 0), True),  # 65 % against 35 %, 29 points
        (shared(0.63, 0), False),  # 30.5 points
        (shared(0, 0.6), True),  # in any order
        (shared(*[1] * 10), True),  # ten equal classes
        (shared(1.2, *[0] * 5), True),  # 40 % against 12 %: 28 points
        (shared(1.4, *[0] * 5), False),  # 45 % against 11 %: 34 points
        (own(4, 3.9, 3.8), False),  # three things at once, each 98 %
        (own(0.5, -3, -4), True),  # 62 %: hardly more than not there
        (own(0.7, -3, -4), False),  # 67 %
        (own(-4, -5), True),  # none of these: the best is 2 %
        (own(1, -1), False),  # one unit and its complement: 73 % against 27 %
        (own(0.3, -0.3), True),  # 57 % against 43 %
        (own(2)[:1], False),  # 88 % on its own
        (shared(0.6, 0)[:1], True),  # 65 %, and 35 % for all others
    ],
)  # fmt: skip
def test_by_hand(predictions: list[Prediction], expected: bool) -> None:
    assert unsure(predictions) is expected


def test_large_logits_do_not_overflow() -> None:
    assert unsure(shared(900, -900)) is False
    assert unsure([Prediction(0, "a", 0.0, -900.0)]) is True
