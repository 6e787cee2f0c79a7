"""The map that the health check makes: of a ramp, by the model that ships."""

from __future__ import annotations

from functools import cache

import numpy as np

from gradcam import Classifier, Request
from gradcam.bundled import DEFAULT
from gradcam.live import glance

from .. import engine

_SIDE = 64  # pixels


@cache
def _model() -> tuple[Classifier, str]:
    clf = engine.load(DEFAULT)  # the pages' own: their first visitor waits less
    return clf, next(layer.name for layer in clf.layers() if layer.recommended)


def make() -> None:
    """Make a map with the model that ships, which is loaded once and then kept."""
    clf, layer = _model()
    ramp = np.linspace(0, 255, _SIDE * _SIDE * 3).astype(np.uint8)
    glance(clf, ramp.reshape(_SIDE, _SIDE, 3), Request(layers=(layer,)))
