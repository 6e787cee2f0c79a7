"""Whether a model is unsure of its best answer, by a margin that was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradcam.types import Prediction

MARGIN = 0.3


def unsure(predictions: Sequence[Prediction]) -> bool:
    """Return whether the best answer is less than `MARGIN` (30 points) ahead of the next one.

    predictions : one photo's most probable classes, at least one, in any order.

    The margin is EfficientNet-Lite0's on 250 photos of ImageNet, one a class, where it is right on
    224. It is right on 26 of the 46 that are closer than this (57 %), and on 198 of the other 204
    (97 %). Ten points more would doubt 6 right answers to find 3 wrong ones; ten less would let 7
    wrong ones of 16 pass:

        ahead by    0–10  10–20  20–30  30–40  40–50  50–60  60–80  80–100 points
        photos        20     10     16      9     19     18     48     110
        right         45 %   80 %   56 %   67 %  100 %   94 %   96 %   100 %

    Where each class has a probability of its own (a sigmoid), many can be sure at once; what a
    class is ahead of is then its own absence, 1 − p, so the best one must reach 65 %. So it is with
    two classes, where the second is the absence of the first. Of one prediction alone, the
    next answer is taken to have all that is left. Phrases are compared only with each other: a
    model can be sure which fits best where none fits. No margin makes a model know what it has
    never seen: a photo of something that is no class of it can be far ahead with a wrong answer.
    """
    best, *others = sorted(predictions, key=lambda one: one.logit, reverse=True)
    alone = not others or judged_alone(predictions)
    second = 1 - best.probability if alone else others[0].probability
    return best.probability - second < MARGIN


def judged_alone(predictions: Sequence[Prediction]) -> bool:
    """Return whether each class has a sigmoid of its own, and the probabilities need not sum to 1.

    The one-unit head of two classes has sigmoids too, but of z and −z, which do.
    """
    if len(predictions) == 2 and math.isclose(sum(p.probability for p in predictions), 1):
        return False
    return all(math.isclose(p.probability, _sigmoid(p.logit), rel_tol=1e-3) for p in predictions)


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0
