"""EfficientNet-Lite0 gives the same logits and maps in PyTorch and in Keras."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import gradcam
from components import samples
from gradcam.backends import Classifier

ROOT = Path(__file__).resolve().parents[4]
# Rounding decides whether an activation within 1e-6 of 0 or 6 lets its gradient through ReLU6, and
# so moves the early maps as a whole: PyTorch's own, in float32 and float64, differ by up to 0.009.
BEYOND_THE_KINKS = ("stage6", "stage7", "head")
STAGES = ("stem", *(f"stage{n}" for n in range(1, 8)), "head")


@pytest.fixture(scope="module")
def pair() -> tuple[Classifier, Classifier]:
    ids = ("bundled/efficientnet-lite0", "bundled/efficientnet-lite0-keras")
    one, other = (gradcam.load_model(id) for id in ids)
    return one, other


@pytest.mark.parametrize("sample", ["two-things", "photographer"])
def test_logits_and_maps_agree_at_every_stage(pair, sample: str) -> None:
    photo = samples.load(sample)
    for method in ("gradcam", "layercam"):
        one, other = (gradcam.explain(clf, photo, STAGES, method, top_k=3) for clf in pair)
        for a, b in zip(one.predictions, other.predictions, strict=True):
            assert (a.index, a.label) == (b.index, b.label)
            assert a.logit == pytest.approx(b.logit, abs=1e-4)
        assert [m.layer for m in one.maps] == [m.layer for m in other.maps]
        for a, b in zip(one.maps, other.maps, strict=True):
            top = np.abs(a.values).max()
            if method == "gradcam":
                np.testing.assert_allclose(a.values, b.values, atol=1e-4)
            close = 1e-4 if a.layer in BEYOND_THE_KINKS else 2e-2
            np.testing.assert_allclose(a.values / top, b.values / top, atol=close)


def test_odd_sizes_are_padded_alike(pair) -> None:
    """At 193 pixels each resolution on the way is odd: 97, 49, 25, 13, 7."""
    from gradcam.backends.keras.bundled.efficientnet_lite0 import efficient_net

    x = np.random.default_rng(0).standard_normal((1, 193, 193, 3)).astype(np.float32)
    other = efficient_net(193)
    other.set_weights(pair[1].model.get_weights())
    with torch.inference_mode():
        expected = pair[0].module(torch.from_numpy(x).permute(0, 3, 1, 2)).numpy()
    np.testing.assert_allclose(other(x, training=False).numpy(), expected, atol=1e-4)


def test_both_recommend_the_same_layer_and_stages(pair) -> None:
    one, other = ([(x.name, x.shape) for x in clf.layers() if x.stage] for clf in pair)
    assert one == other
    assert [[x.name for x in clf.layers() if x.recommended] for clf in pair] == [["head"]] * 2


def test_keras_reads_the_weights_without_torch() -> None:
    code = (
        "import sys, gradcam; clf = gradcam.load_model('bundled/efficientnet-lite0-keras');"
        "import numpy as np; clf.model(np.zeros((1, 224, 224, 3), 'float32'));"
        "print('torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr
