"""The bundled network gives the same logits and maps in PyTorch and in Keras."""

from __future__ import annotations

import numpy as np
import pytest

import gradcam
from components import samples
from gradcam.backends import Classifier

STAGES = ("stem", "layer1", "layer2", "layer3")
# Averaged over noisy copies, 2 D2 + D3 ΣA comes near 0 in large early layers where D3 is negative,
# which amplifies the frameworks' different rounding of the gradients (up to 0.02).
NEAR_A_POLE = {("smoothgradcam++", "stem"), ("smoothgradcam++", "layer1")}


@pytest.fixture(scope="module")
def pair() -> tuple[Classifier, Classifier]:
    return gradcam.load_model("bundled/photos"), gradcam.load_model("bundled/photos-keras")


def scaled(values: np.ndarray) -> np.ndarray:
    return values / max(np.abs(values).max(), 1e-12)


@pytest.mark.parametrize("sample", [s.id for s in samples.SAMPLES])
@pytest.mark.parametrize(
    "method", sorted(k for k, m in gradcam.METHODS.items() if not m.transformers)
)
def test_logits_and_maps_agree_at_every_stage(pair, sample: str, method: str) -> None:
    photo = samples.load(sample)
    one, other = (gradcam.explain(clf, photo, STAGES, method, top_k=3) for clf in pair)
    for a, b in zip(one.predictions, other.predictions, strict=True):
        assert (a.index, a.label) == (b.index, b.label)
        assert a.logit == pytest.approx(b.logit, abs=1e-4)
    assert [m.layer for m in one.maps] == [m.layer for m in other.maps]
    for a, b in zip(one.maps, other.maps, strict=True):
        close = 5e-2 if (method, a.layer) in NEAR_A_POLE else 1e-4
        np.testing.assert_allclose(scaled(a.values), scaled(b.values), atol=close)


def test_both_recommend_the_same_layer_and_stages(pair) -> None:
    one, other = ([(x.name, x.shape) for x in clf.layers() if x.stage] for clf in pair)
    assert one == other
    assert [[x.name for x in clf.layers() if x.recommended] for clf in pair] == [["layer3"]] * 2


def test_they_have_the_same_number_of_parameters(pair) -> None:
    assert pair[1].model.count_params() == sum(
        t.numel() for name, t in pair[0].module.state_dict().items() if "num_batches" not in name
    )


def test_a_truncated_file_is_reported(tmp_path) -> None:
    from gradcam.backends.keras.bundled import photos
    from gradcam.bundled.photos import WEIGHTS

    broken = tmp_path / "photos.safetensors"
    broken.write_bytes(WEIGHTS.read_bytes()[:100_000])
    with pytest.raises(gradcam.WeightsError, match="cannot be read"):
        photos.load(broken)
