"""Model input, and the part of the photo it covers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcam import catalogue
from gradcam.errors import GradcamError
from gradcam.preprocess import preprocess
from gradcam.types import Preprocessing, Window

PLAIN = Preprocessing(resize=4, crop=(4, 4), mean=(0, 0, 0), std=(1, 1, 1))


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def test_values_by_hand() -> None:
    """Grey 51 is 0.2; minus the mean 0.1, divided by the std 0.5, it is 0.2."""
    how = Preprocessing(resize=8, crop=(8, 8), mean=(0.1, 0.1, 0.1), std=(0.5, 0.5, 0.5))
    values = preprocess(np.full((16, 16, 3), 51, np.uint8), how).values
    assert values.shape == (8, 8, 3)
    np.testing.assert_allclose(values, 0.2, atol=1e-6)


def test_the_crop_of_a_wide_photo() -> None:
    """8×16 is resized to 4×8; the middle 4 of 8 columns are the photo's columns 4 to 12."""
    assert preprocess(noise(8, 16), PLAIN).window == Window(4, 0, 12, 8)


def test_a_model_that_crops_tighter_than_it_resizes() -> None:
    """16×16 is resized to 8×8; cropping to the middle 4 drops a quarter on each side."""
    how = Preprocessing(resize=8, crop=(4, 4))
    assert preprocess(noise(16, 16), how).window == Window(4, 4, 12, 12)


def test_squash_sees_the_whole_photo() -> None:
    assert preprocess(noise(8, 16), PLAIN, "squash").window == Window(0, 0, 16, 8)


def test_padding_extends_beyond_the_photo() -> None:
    """8×16 becomes 2×4 in a 4×4 input: one row of border above and below, 4 photo pixels each."""
    how = replace(PLAIN, mean=(0.5, 0.5, 0.5))
    fitted = preprocess(np.full((8, 16, 3), 255, np.uint8), how, "pad")
    assert fitted.window == Window(0, -4, 16, 12)
    rows = [[0] * 4, [0.5] * 4, [0.5] * 4, [0] * 4]
    np.testing.assert_array_equal(fitted.values[..., 0], rows)


CAFFE = (123.68 / 255, 116.779 / 255, 103.939 / 255)
RAW_MEAN = (0.485 * 255, 0.456 * 255, 0.406 * 255)  # 123.675, 116.28, 103.53


@pytest.mark.parametrize(
    ("mean", "std", "channels", "border"),
    [
        ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "rgb", (0, 0, 0)),  # torchvision's
        ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5), "rgb", (0, 0, 0)),  # -1 to 1
        (CAFFE, (1 / 255,) * 3, "bgr", (0, 0, 0)),
        ((0, 0, 0), (1 / 255,) * 3, "rgb", RAW_MEAN),  # 0 to 255, normalised by the model
        ((0, 0, 0), (1 / 255,) * 3, "bgr", RAW_MEAN[::-1]),
        ((0, 0, 0), (1, 1, 1), "rgb", (0.485, 0.456, 0.406)),
        ((0, 0, 0), (1, 1, 1), "grey", (0.458971,) * 3),  # 0.299 R + 0.587 G + 0.114 B
    ],
)
def test_borders_are_the_mean_colour_in_every_family(mean, std, channels, border) -> None:
    """0 if the mean is subtracted here; the mean itself if the model subtracts it."""
    how = replace(PLAIN, mean=mean, std=std, channels=channels)
    values = preprocess(np.full((8, 16, 3), 255, np.uint8), how, "pad").values
    assert values.dtype == np.float32
    for row in (values[0], values[3]):
        np.testing.assert_allclose(row, [border] * 4, rtol=1e-6, atol=0)
    assert (values[1:3] > max(border)).all()


def test_every_keras_application_is_padded_with_the_mean() -> None:
    """On [0, 255], the border is within two grey levels of ImageNet's mean, or of mid-grey."""
    for spec in catalogue.keras_specs():
        how = spec.preprocessing
        values = preprocess(noise(8, 16), how, "pad").values
        rgb = values[0, 0, ::-1] if how.channels == "bgr" else values[0, 0]
        colour = 255 * (rgb * how.std + how.mean)
        expected = 127.5 if how.mean[0] == 0.5 else RAW_MEAN
        np.testing.assert_allclose(colour, np.broadcast_to(expected, 3), atol=2, err_msg=spec.id)


def test_an_unknown_fit_lists_the_nearest() -> None:
    with pytest.raises(GradcamError, match=r"'foo' is not a fit\. Nearest: crop, squash, pad\."):
        preprocess(noise(8, 8), PLAIN, "foo")  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(300, 400), (401, 223), (224, 224), (97, 613)])
@pytest.mark.parametrize("name", ["resnet50", "inception_v3", "efficientnet_b3", "vit_b_16"])
def test_crop_equals_torchvision_s_own_transform(name: str, size: tuple[int, int]) -> None:
    """The same numbers, up to float rounding, as the transform shipped with the weights."""
    from PIL import Image
    from torchvision import models

    from gradcam.models import find_model

    photo = noise(*size)
    theirs = models.get_model_weights(name).DEFAULT.transforms()(Image.fromarray(photo))
    ours = preprocess(photo, find_model(f"torchvision/{name}").preprocessing).values
    np.testing.assert_allclose(ours.transpose(2, 0, 1), theirs.numpy(), atol=2e-6)
