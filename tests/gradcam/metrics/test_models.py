"""The same metrics on every kind of model and photo that people bring."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

import gradcam
from gradcam.metrics import Prober, faithfulness, seen_at
from gradcam.prepared import prepare

SIDE = 16
PHOTO = np.random.default_rng(5).integers(0, 256, (40, 60, 3), np.uint8)


class Brightness(nn.Module):
    """Logits (s, −s) with s eight times the mean of the red channel; no weights to train."""

    def __init__(self) -> None:
        super().__init__()
        self.see = nn.Conv2d(3, 2, 1, bias=False)
        self.see.weight.data = torch.tensor([[8.0, 0, 0], [-8, 0, 0]])[..., None, None]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.see(x).mean((2, 3))


def wrapped(module: nn.Module | None = None, **options) -> gradcam.Classifier:
    how = gradcam.Preprocessing(SIDE, (SIDE, SIDE), 0.5, 0.5)
    return gradcam.wrap((module or Brightness()).eval(), **{"preprocessing": how, **options})


def in_keras() -> gradcam.Classifier:
    import keras

    net = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            keras.layers.Conv2D(2, 1, use_bias=False),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Softmax(),
        ]
    )
    weights = np.zeros((1, 1, 3, 2), np.float32)
    weights[0, 0, 0] = 8, -8
    net.layers[0].set_weights([weights])
    return gradcam.wrap(net, preprocessing=gradcam.Preprocessing(SIDE, (SIDE, SIDE), 0.5, 0.5))


def test_frameworks_agree() -> None:
    both = [
        list(faithfulness(clf, PHOTO, ["gradcam", "scorecam"], of=0, steps=8))
        for clf in (wrapped(), in_keras())
    ]
    for ours, theirs in zip(*both, strict=True):
        assert ours.scores == pytest.approx(theirs.scores, abs=1e-4)
        assert ours.curves["road_most"].probabilities == pytest.approx(
            theirs.curves["road_most"].probabilities, abs=1e-4
        )


def test_a_model_with_several_answers_has_sigmoids() -> None:
    """The blank photo is 0 to the network: σ(0) = 1/2, and so is a softmax over two equal logits.

    With three classes the softmax would be 1/3.
    """
    module = nn.Sequential(nn.Conv2d(3, 3, 1, bias=False), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    for multi_label, expected in ((True, 1 / 2), (False, 1 / 3)):
        clf = wrapped(module, multi_label=multi_label)
        found = next(faithfulness(clf, PHOTO, ["eigencam"], of=1, steps=4))
        assert found.curves["deletion"].probabilities[-1] == pytest.approx(expected, abs=1e-6)


def test_a_model_that_takes_one_photo_at_a_time() -> None:
    class Alone(Brightness):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.see(x).mean((2, 3)).reshape(1, 2)

    alone, together = (
        next(faithfulness(wrapped(module), PHOTO, ["gradcam"], of=0, steps=8))
        for module in (Alone(), Brightness())
    )
    assert alone.scores == pytest.approx(together.scores, abs=1e-6)


def test_raw_values_are_not_deleted_to_black() -> None:
    """Values of 0 to 255 without a mean: the mean colour of photos, whose red is 0.485."""
    how = gradcam.Preprocessing(SIDE, (SIDE, SIDE), 0, 1 / 255)
    module = Brightness()
    module.see.weight.data /= 255
    clf = wrapped(module, preprocessing=how)
    found = next(faithfulness(clf, PHOTO, ["gradcam"], of=0, steps=4))
    logit = 2 * 8 * 0.485
    expected = 1 / (1 + math.exp(-logit))
    assert found.curves["deletion"].probabilities[-1] == pytest.approx(expected, abs=1e-5)


def test_somebody_s_own_preprocessing_is_called_for_what_is_filled_in() -> None:
    """It mixes red and green, which no mean and deviation can say."""

    def code(image) -> torch.Tensor:
        pixels = np.array(image.resize((SIDE, SIDE)), np.float32) / 255
        pixels[..., 0] = pixels[..., :2].mean(axis=-1)
        return torch.from_numpy(pixels).permute(2, 0, 1)

    clf = wrapped(preprocessing=code)
    found = next(faithfulness(clf, PHOTO, ["gradcam"], of=0, steps=4))
    assert isinstance(clf.preprocessing, gradcam.CustomPreprocessing)
    expected = 1 / (1 + math.exp(-2 * 8 * (124 + 116) / 2 / 255))
    assert found.curves["deletion"].probabilities[-1] == pytest.approx(expected, abs=1e-4)
    assert found.scores["road"] is not None


@pytest.mark.parametrize("fit", ["crop", "squash", "pad"])
def test_every_fit_and_shape(fit) -> None:
    for photo in (PHOTO, PHOTO.transpose(1, 0, 2)):
        found = list(faithfulness(wrapped(), photo, ["gradcam"], of=0, steps=4, fit=fit))
        scores = found[-1].scores
        assert all(math.isfinite(score) for score in scores.values() if score is not None)
        shown = seen_at(wrapped(), photo, found[-1].map, "road_least", 3, fit=fit)
        assert shown.shape == (SIDE, SIDE, 3)


def test_a_flat_photo_and_a_constant_map_have_finite_scores() -> None:
    flat = np.full((20, 20, 3), 77, np.uint8)
    for one in faithfulness(wrapped(), flat, ["gradcam", "eigencam"], steps=4):
        assert all(s is None or math.isfinite(s) for s in one.scores.values())


def test_a_prepared_photo_gives_the_same_and_the_same_again() -> None:
    clf = wrapped()
    ways = [PHOTO, prepare(clf, PHOTO, "crop"), PHOTO]
    found = [list(faithfulness(clf, way, ["gradcam", "scorecam"], steps=8)) for way in ways]
    first = [one.scores for one in found[0]]
    assert all([one.scores for one in other] == first for other in found[1:])


def test_every_class_and_sign_of_a_photo_can_be_asked() -> None:
    clf = wrapped()
    maps = {
        sign: next(faithfulness(clf, PHOTO, ["gradcam"], of=1, steps=8, sign=sign))
        for sign in ("for", "against", "both", "abs")
    }
    # Dark red pixels speak for class 1, bright ones against it.
    assert maps["for"].scores["road"] != maps["against"].scores["road"]
    assert maps["both"].scores["deletion"] is not None
    assert maps["abs"].scores["deletion"] is not None
    assert Prober(clf, PHOTO, 1).prediction.index == 1
