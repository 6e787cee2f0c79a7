"""Drawn maps, checked pixel by pixel."""

from __future__ import annotations

from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam.backends.numpy import NumpyClassifier
from gradcam.drawing import render
from gradcam.saliency import SaliencyMap
from gradcam.types import Prediction, Window

GREY = np.full((1, 4, 3), 100, np.uint8)


def ramp(values: list[float]) -> SaliencyMap:
    """A map with one cell per photo pixel, so that nothing is interpolated."""
    return SaliencyMap(
        np.float32([values]),
        Prediction(0, "a", 0.5, 1.0),
        "layer",
        "gradcam",
        Window(0, 0, len(values), 1),
        (1, len(values)),
    )


def test_overlay_by_hand() -> None:
    """Heat 0, ¼, ½, 1 at alpha 0.6 is drawn at opacity 0, 0.3, 0.6, 0.6."""
    picture = np.asarray(render.overlay(GREY, ramp([-1, 1, 2, 4]), colormap="gray", alpha=0.6))
    # gray's colours at 64, 128 and 255 of 255.
    expected = [100, 0.7 * 100 + 0.3 * 64, 0.4 * 100 + 0.6 * 128, 0.4 * 100 + 0.6 * 255]
    np.testing.assert_allclose(picture[0, :, 0], expected, atol=0.5)


def test_below_the_threshold_the_photo_is_unchanged() -> None:
    picture = np.asarray(render.overlay(GREY, ramp([1, 2, 3, 4]), threshold=0.6))
    assert (picture[0, :2] == 100).all()
    assert (picture[0, 2:] != 100).any(axis=-1).all()


def test_an_empty_map_gives_the_photo() -> None:
    np.testing.assert_array_equal(render.overlay(GREY, ramp([0, -1, 0, -2])), GREY)


def test_a_shared_scale_dims_the_weaker_map() -> None:
    weak = ramp([1, 1, 1, 1])
    assert (np.asarray(render.grey(weak)) == 255).all()
    assert (np.asarray(render.grey(weak, scale=4)) == 64).all()


@pytest.mark.parametrize("name", render.COLORMAPS)
def test_colours_are_matplotlib_s(name) -> None:
    theirs = matplotlib.colormaps[name](np.linspace(0, 1, 256), bytes=True)[:, :3]
    np.testing.assert_array_equal(render.lut(name), theirs)
    np.testing.assert_array_equal(render.colorize(np.float32([[0, 1]]), name)[0], theirs[[0, 255]])


def test_an_unknown_colormap_lists_the_nearest() -> None:
    with pytest.raises(gradcam.GradcamError, match="Nearest: viridis"):
        render.lut("virides")


@pytest.mark.parametrize(
    ("photo", "message"),
    [
        (np.zeros((2, 4, 3), np.uint8), "is 4 × 2 pixels, but the map was made from one of 4 × 1"),
        (np.zeros((1, 4), np.uint8), "not a uint8 array"),
        (np.zeros((1, 4, 4), np.uint8), "not a uint8 array"),
        (np.zeros((1, 4, 3)), "not a uint8 array"),
        ("none.jpg", "cannot be read"),
    ],
)
def test_a_different_photo_is_refused(photo, message) -> None:
    with pytest.raises(gradcam.ImageError, match=message):
        gradcam.overlay(photo, ramp([1, 2, 3, 4]))


@pytest.mark.parametrize("look", [{"alpha": 1.5}, {"threshold": -1}, {"alpha": float("nan")}])
def test_numbers_out_of_range_are_refused(look) -> None:
    with pytest.raises(gradcam.GradcamError, match="between 0 and 1"):
        gradcam.overlay(GREY, ramp([1, 2, 3, 4]), **look)


def test_both_signs_by_hand() -> None:
    """Heat -1, 0, ½, 1 is at 0, ½, ¾, 1 of the colormap, drawn at opacity 0.6, 0, 0.6, 0.6."""
    both = replace(ramp([-4, 0, 2, 4]), sign="both")
    colours = render.lut("gray")[[0, 128, 191, 255], 0]
    np.testing.assert_allclose(np.asarray(render.grey(both))[0], [0, 128, 191, 255])
    picture = np.asarray(render.overlay(GREY, both, colormap="gray", alpha=0.6))
    opacity = np.array([0.6, 0, 0.6, 0.6])
    np.testing.assert_allclose(picture[0, :, 0], 100 * (1 - opacity) + colours * opacity, atol=0.5)


@pytest.mark.parametrize(("sign", "nothing"), [("for", 0), ("both", 128)])
def test_a_heatmap_hides_what_is_below_the_threshold(sign: str, nothing: int) -> None:
    """Of values 1, 2, 4 and with threshold ½, the first takes the colour of no evidence."""
    values = np.float32([[1, 2, 4]])
    m = SaliencyMap(
        values, Prediction(0, "a", 1, 1), "l", "gradcam", Window(0, 0, 3, 1), (1, 3), sign
    )
    drawn = np.asarray(render.heatmap(m, colormap="coolwarm", threshold=0.5))
    np.testing.assert_array_equal(drawn[0, 0], render.lut("coolwarm")[nothing])
    full = np.asarray(render.heatmap(m, colormap="coolwarm"))
    np.testing.assert_array_equal(drawn[0, 1:], full[0, 1:])


def test_a_result_in_place_of_a_map(tmp_path) -> None:
    clf = NumpyClassifier(np.eye(3), np.eye(3), ["red", "green", "blue"], size=8)
    photo = np.random.default_rng(0).integers(0, 256, (10, 12, 3), np.uint8)
    one = gradcam.explain(clf, photo, classes="red")
    expected = np.asarray(gradcam.overlay(photo, one.maps[0]))
    path = tmp_path / "photo.png"
    Image.fromarray(photo).save(path)
    for drawn in (
        gradcam.overlay(one),
        gradcam.overlay(photo, one),
        gradcam.overlay(one, one.maps[0]),
        gradcam.overlay(path, one["red"]),
        gradcam.overlay(Image.fromarray(photo), one["red"]),
    ):
        np.testing.assert_array_equal(np.asarray(drawn), expected)
    several = gradcam.explain(clf, photo)
    for arguments in ((several,), (photo, several)):
        with pytest.raises(gradcam.GradcamError, match="The result has 3 maps, and one can be"):
            gradcam.overlay(*arguments)
    for arguments in ((photo,), (photo, one.maps[0].values)):
        with pytest.raises(gradcam.GradcamError, match="ndarray is not a map"):
            gradcam.overlay(*arguments)
