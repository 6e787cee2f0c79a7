"""The basic types: the forms they accept, what they refuse, and how they print."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcam
from gradcam.errors import GradcamError
from gradcam.types import Layer, Prediction, Preprocessing

GREY_ONLY = (0.1307, 0.1307, 0.1307)


@pytest.mark.parametrize("crop", [224, (224, 224), [224, 224], [224], np.array([224, 224]), 224.0])
def test_a_crop_in_any_form(crop: Any) -> None:
    how = Preprocessing(crop=crop)
    assert how == Preprocessing()
    assert hash(how) == hash(Preprocessing())
    assert type(how.crop[0]) is int


@pytest.mark.parametrize(
    ("crop", "resize"), [(224, 256), (299, 342), (32, 37), (448, 512), ((192, 256), 219)]
)
def test_a_resize_left_out_keeps_the_usual_margin(crop: Any, resize: int) -> None:
    """torchvision resizes to 256 for 224 pixels, and to 342 for 299; 256 for 448 left a border."""
    assert Preprocessing(crop=crop).resize == resize


def test_no_side_is_longer_than_any_models() -> None:
    """A file's settings could ask for more memory than there is."""
    assert Preprocessing(crop=4096).resize == 4096
    for given in ({"crop": 4097}, {"crop": (16, 5000)}, {"resize": 10**9}, {"resize": (8, 5000)}):
        with pytest.raises(GradcamError, match="sides up to 4096 pixels are prepared"):
            Preprocessing(**given)  # type: ignore[arg-type]


def test_a_resize_to_both_sides() -> None:
    how = Preprocessing(resize=[240, 320], crop=224)  # type: ignore[arg-type]
    assert how.resize == (240, 320)
    assert eval(repr(how)) == how


@pytest.mark.parametrize("mean", [0.1307, (0.1307,), [0.1307] * 3, np.full(3, 0.1307)])
def test_a_mean_in_any_form(mean: Any) -> None:
    assert Preprocessing(mean=mean).mean == GREY_ONLY


def test_a_mean_as_a_tensor() -> None:
    torch = pytest.importorskip("torch")
    assert Preprocessing(mean=torch.tensor([0.25, 0.5, 0.75])).mean == (0.25, 0.5, 0.75)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "kept"), [("BGR", "bgr"), ("Rgb", "rgb"), ("gray", "grey"), ("Grayscale", "grey")]
)
def test_channels_by_any_name(given: Any, kept: str) -> None:
    assert Preprocessing(channels=given).channels == kept


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"channels": "RGBA"}, "'RGBA' is not an order of channels. Give one of rgb, bgr, grey."),
        (
            {"interpolation": "bilinaer"},
            "'bilinaer' is not an interpolation. Give one of nearest, box, bilinear",
        ),
        ({"interpolation": 3}, "3 is not an interpolation."),
        ({"crop": 0}, "crop cannot be 0."),
        ({"crop": (224, 224, 3)}, "crop cannot be (224, 224, 3)."),
        ({"crop": "224"}, "crop cannot be '224'."),
        ({"crop": True}, "crop cannot be True."),
        ({"crop": 224.5}, "crop cannot be 224.5."),
        ({"resize": (1, 2, 3)}, "resize cannot be (1, 2, 3). Give one whole number"),
        ({"resize": "256"}, "resize cannot be '256'."),
        ({"std": 0}, "std cannot be 0: values are divided by it."),
        ({"std": (1, 1, 0)}, "std cannot be (1, 1, 0): values are divided by it."),
        ({"std": -1}, "std cannot be -1: values are divided by it."),
        ({"mean": float("nan")}, "mean cannot be nan."),
        ({"mean": (0.5, 0.5)}, "mean cannot be (0.5, 0.5). Give one number, or three"),
        ({"mean": (123.675, 116.28, 103.53)}, "it applies to values in [0, 1]. If it is meant"),
        ({"std": 255}, "std cannot be 255: it applies to values in [0, 1]."),
        ({"mean": "0.5"}, "mean cannot be '0.5'."),
    ],
)
def test_what_may_be_meant_differently_is_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GradcamError) as caught:
        Preprocessing(**given)
    assert sentence in str(caught.value)
    assert caught.value.hint


def test_reprs_are_short_and_say_what_matters() -> None:
    assert repr(Preprocessing(channels="bgr", crop=(224, 192), mean=0, std=1)) == (  # type: ignore[arg-type]
        "Preprocessing(resize=219, crop=(224, 192), mean=0, std=1, channels='bgr')"
    )
    assert repr(Layer("features", (8, 7, 7), "ReLU", stage=True)) == (
        "Layer('features', (8, 7, 7), 'ReLU', stage=True)"
    )
    assert repr(Prediction(504, "coffee mug", 0.62134, -1.5)) == (
        "<Prediction 504 'coffee mug' 62.1 %, logit −1.5>"
    )
    assert repr(gradcam.list_models()[0]).startswith("<ModelSpec 'bundled/efficientnet-lite0' ")
    assert len(repr(Prediction(0, "long " * 99, 1.0, 2.0))) < 100


@pytest.mark.parametrize("how", [Preprocessing(), Preprocessing(8, 4, 0.5, 1 / 255, "box")])  # type: ignore[arg-type]
def test_a_preprocessing_can_be_read_back_from_its_repr(how: Preprocessing) -> None:
    assert eval(repr(how)) == how
