"""One photo's measurements on the page, of a network small enough to measure at once."""

from __future__ import annotations

import numpy as np

from components.evaluate import measuring
from components.evaluate.faithful import draw
from components.evaluate.measuring import Measured, Question
from components.pictures import Picture
from components.view import ViewState
from gradcam.backends.numpy import NumpyClassifier
from gradcam.images import Opened

SIDE = 32

photo = np.zeros((SIDE, SIDE, 3), np.uint8)
photo[..., 2] = 255
photo[:16, :16] = (255, 0, 0)
clf = NumpyClassifier(np.eye(3), np.eye(3) * 9, ("red", "green", "<b>blue</b>"), SIDE)
asked = Question(
    clf, Picture("corner", Opened(photo)), ViewState(), "features", 0, ("gradcam", "eigencam")
)
measured = Measured()
measuring._measure(measured, asked, asked.picture.opened, lambda *_: None, lambda: False)
draw(asked, measured)
