"""A classifier and a photo with numbers that can be checked by hand.

The photo is one colour, red 1 and green 0.4, and each class is the mean of one channel. So the
logits are 1, 0.4 and 0. A logit's gradient at one of the 4 × 4 positions is 1/16, and the Grad-CAM
maps are 1/16, 0.4/16 and 0 everywhere.
"""

from __future__ import annotations

from threading import Event

import numpy as np

from components.pictures import Picture
from gradcam.backends.numpy import NumpyClassifier
from gradcam.images import Opened
from gradcam.types import Floats

LABELS = ("red", "green", "blue")
SOON = 10  # seconds


class Gated(NumpyClassifier):
    """Waits for `gate` before each forward pass, so that a test decides when it is computed."""

    def __init__(self, *args, **named) -> None:
        super().__init__(*args, **named)
        self.gate = Event()
        self.gate.set()

    def capture(self, inputs: Floats, layers):
        assert self.gate.wait(SOON)
        return super().capture(inputs, layers)


def classifier(labels=LABELS, *, id: str = "memory/colours", title: str = "Colours") -> Gated:
    clf = Gated(np.eye(3), np.eye(3), labels)
    clf.id, clf.title = id, title
    return clf


def picture(name: str = "red.png", side: int = 8) -> Picture:
    pixels = np.zeros((side, side, 3), np.uint8)
    pixels[...] = (255, 102, 0)
    return Picture(name, Opened(pixels))
