"""A frame of the camera is explained as a photo is, whatever runs the model."""

from __future__ import annotations

import numpy as np
import pytest

import gradcam
from gradcam.live import glance


@pytest.mark.parametrize("method", ["gradcam", "layercam"])
def test_a_glance_is_what_explain_gives(clf, method: str) -> None:
    photo = np.random.default_rng(3).integers(0, 256, (12, 20, 3), np.uint8)
    layer = next(layer.name for layer in clf.layers() if layer.recommended)
    for follow in (None, 2):
        found = glance(clf, photo, gradcam.Request((layer,), method), follow)
        whole = gradcam.explain(clf, photo, layer, method, classes=follow, top_k=1)
        said, expected = found.map.prediction, whole.maps[0].prediction
        assert (said.index, said.label) == (expected.index, expected.label)
        assert said.probability == pytest.approx(expected.probability, rel=1e-5)
        np.testing.assert_allclose(found.map.values, whole.maps[0].values, rtol=1e-5, atol=1e-7)
