"""Marks laid over photos, pixel by pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcam
from gradcam.errors import GradcamError
from gradcam.marks import Box, Mark, box, laid, marked, mask
from gradcam.types import Photo


def plain(height: int, width: int, level: int = 0) -> Photo:
    return np.full((height, width, 3), level, np.uint8)


def mark(**changes: Any) -> Mark:
    given: dict[str, Any] = {
        "picture": "characters", "left": 0.1, "top": 0.4, "height": 0.1, "opacity": 0.5,
    }  # fmt: skip
    return Mark(**{**given, **changes})


def test_white_is_mixed_in_by_ink_and_opacity() -> None:
    """Half of the way from 55 to 255 is 155; with half the ink, a quarter of it: 105."""
    shape = np.uint8([[255, 128]])
    found = laid(plain(2, 4, 55), shape, Box(1, 1, 3, 2), 0.5)[..., 0]
    assert found.tolist() == [[55] * 4, [55, 155, 105, 55]]


def test_a_shape_between_two_pixels_is_shared_by_them() -> None:
    """A mask pixel that lies half over each of two photo pixels gives each half its ink."""
    found = laid(plain(1, 4), np.uint8([[255]]), Box(1.5, 0, 2.5, 1), 1.0)[0, :, 0]
    np.testing.assert_allclose(found, [0, 127.5, 127.5, 0], atol=1)


def test_a_smaller_shape_keeps_its_ink() -> None:
    """A stroke one pixel wide, eight times smaller, is an eighth of a pixel's ink, not gone."""
    shape = np.zeros((64, 64), np.uint8)
    shape[:, 20] = 255
    found = laid(plain(8, 8), shape, Box(0, 0, 8, 8), 1.0)[4, :, 0].astype(int)
    assert found.sum() == pytest.approx(255 / 8, abs=3)
    assert found.argmax() == 2


def test_the_edge_cuts_it_off() -> None:
    """The rest is where it would be on a larger photo."""
    shape = np.random.default_rng(0).integers(0, 256, (20, 40), np.uint8)
    whole = laid(plain(60, 80), shape, Box(20.3, 30.6, 50.3, 45.6), 0.8)
    part = laid(plain(20, 30), shape, Box(-9.7, -9.4, 20.3, 5.6), 0.8)
    np.testing.assert_array_equal(part, whole[40:60, 30:60])


@pytest.mark.parametrize(("left", "top"), [(-3.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.5)])
def test_out_of_sight_nothing_changes(left: float, top: float) -> None:
    photo = plain(30, 40, 7)
    found = marked(photo, mark(left=left, top=top))
    np.testing.assert_array_equal(found, photo)
    assert found is not photo


@pytest.mark.parametrize(("height", "width"), [(8, 8), (40, 900), (900, 40), (2400, 3600)])
def test_any_photo_takes_it(height: int, width: int) -> None:
    photo = plain(height, width, 100)
    found = marked(photo, mark(left=0.0, top=0.0, height=1.0, opacity=1.0))
    assert found.shape == photo.shape
    assert found.dtype == np.uint8
    assert found.min() >= 100
    assert found.max() > 150
    assert (photo == 100).all()


def test_no_opacity_changes_nothing() -> None:
    np.testing.assert_array_equal(marked(plain(30, 40, 9), mark(opacity=0.0)), plain(30, 40, 9))


def test_upside_down_it_is_turned_by_half_a_turn() -> None:
    photo = plain(60, 360)
    whole = {"left": 0.0, "top": 0.0, "height": 1.0, "opacity": 1.0}
    turned = marked(photo, mark(**whole, turned=True))
    np.testing.assert_allclose(
        turned.astype(int), marked(photo, mark(**whole))[::-1, ::-1].astype(int), atol=1
    )


def test_its_place_is_in_shares_of_the_photo() -> None:
    """Six characters, each as wide as high: a tenth of 200 is 20 high and 120 wide."""
    assert box(mark(), (200, 300)) == pytest.approx((30, 80, 150, 100))


def test_the_six_characters_are_two_three_times() -> None:
    shape = mask("characters")
    assert shape.shape == (256, 6 * 256)
    first, second, third = np.split(shape, 3, axis=1)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, third)
    # Thin strokes, reaching nearly over the whole of both squares.
    for character in np.split(first, 2, axis=1):
        assert 0.1 < (character > 127).mean() < 0.3
        assert np.ptp(np.nonzero(character.any(axis=0))) > 0.85 * 256
        assert np.ptp(np.nonzero(character.any(axis=1))) > 0.85 * 256


def test_it_takes_what_read_image_takes(tmp_path: Any) -> None:
    photo = plain(30, 40, 50)
    path = tmp_path / "photo.png"
    gradcam.images.Image.fromarray(photo).save(path)
    np.testing.assert_array_equal(marked(path, mark()), marked(photo, mark()))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"opacity": 1.1}, "The opacity of a mark cannot be 1.1."),
        ({"opacity": "half"}, "The opacity of a mark cannot be 'half'."),
        ({"height": 0.0}, "The height of a mark cannot be 0.0."),
        ({"height": float("inf")}, "The height of a mark cannot be inf."),
        ({"left": float("nan")}, "The left of a mark cannot be nan."),
        ({"top": 11}, "The top of a mark cannot be 11."),
        ({"picture": "../secret"}, "'../secret' is not a mark."),
    ],
)
def test_nonsense_is_refused_in_a_sentence(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(GradcamError) as caught:
        mark(**changes)
    assert caught.value.message == said
    assert caught.value.hint
