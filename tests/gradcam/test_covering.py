"""Covered photos, pixel by pixel, and covers in links."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gradcam
from gradcam.covering import CELLS, Cover, covered, grid_of
from gradcam.errors import GradcamError
from gradcam.saliency import SaliencyMap
from gradcam.types import Photo, Prediction, Window

BLACK: Photo = np.zeros((8, 12, 3), np.uint8)


def noise(height: int = 90, width: int = 120) -> Photo:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def saliency(values: list[list[float]], window: Window, size: tuple[int, int]) -> SaliencyMap:
    prediction = Prediction(0, "cup", 0.5, 1.0)
    return SaliencyMap(np.float32(values), prediction, "l", "gradcam", window, size)


def test_grey_fills_the_cell_and_fades_out_over_half_a_cell() -> None:
    """Cells of 4 × 4 pixels. Outside, pixel centres lie ⅛ and ⅜ of a cell from the edge, where the
    bilinear mask is ⅜ and ⅛: doubled, ¾ and ¼ of 128. Column 5 is ⅛ beside the cell's centre, which
    leaves ⅞ of that.
    """
    found = covered(BLACK, Cover([[0, 1, 0], [0, 0, 0]], "grey"))[..., 0]
    across = [0, 0, 32, 96, 128, 128, 128, 128, 96, 32, 0, 0]
    np.testing.assert_allclose(found[0], across, atol=1)
    np.testing.assert_allclose(found[:, 5], [128, 128, 128, 128, 84, 28, 0, 0], atol=1)


@pytest.mark.parametrize("fill", ["blur", "grey"])
def test_nothing_changes_beyond_the_edge(fill: str) -> None:
    photo = noise()
    mask = np.zeros((9, 12), bool)
    mask[3:5, 4:7] = True  # cells of 10 × 10 pixels: rows 30 to 50, columns 40 to 70
    found = covered(photo, Cover(mask, fill))
    changed = (found != photo).any(axis=2)
    assert changed[30:50, 40:70].mean() > 0.98
    changed[25:55, 35:75] = False
    assert not changed.any()
    assert (photo == noise()).all()


def test_a_blur_takes_the_detail_and_leaves_the_colour() -> None:
    """The standard deviation of 6 pixels averages over 4π·36 = 452 of them: 74 / √452 = 3.5."""
    photo = noise()
    photo[..., 0] = 200
    found = covered(photo, Cover(np.ones((9, 12)))).astype(float)
    np.testing.assert_array_equal(found[..., 0], 200)
    assert photo[..., 1].std() == pytest.approx(74, abs=1)
    assert found[20:70, 20:100, 1].std() < 6
    assert found[..., 1].mean() == pytest.approx(127.5, abs=2)


def test_hot_cells_are_those_a_reader_sees_as_hot() -> None:
    """A map of 1 × 2 over the left half of a photo: heat is 1 on the left, falls to 0.25 towards
    its right edge, and is 0 where the model saw nothing. Between the cells' centres, at ¼ and ¾ of
    the 24 columns, it falls from 1 to ¼ in 12 columns: at column c to 1 - ¾ (c + ½ - 6) / 12. That
    is above ½ up to c = 13.5.
    """
    found = saliency([[4, 1]], Window(0, 0, 48, 32), (32, 96))
    cover = Cover.hot(found, above=0.5)
    assert cover.mask.shape == (16, 48)
    np.testing.assert_array_equal(cover.mask, np.tile(np.arange(48) <= 13, (16, 1)))
    assert Cover.hot(found, above=0).mask.sum() == 16 * 24
    assert Cover.hot(replace(found, sign="against")).share == 0


def test_the_grid_follows_the_photo() -> None:
    assert grid_of(400, 600) == (32, 48)
    assert grid_of(600, 400) == (48, 32)
    assert grid_of(8, 320) == (1, 48)


@pytest.mark.parametrize("fill", ["blur", "grey"])
@pytest.mark.parametrize("shape", [(CELLS, CELLS), (1, 48), (31, 48), (5, 3)])
def test_a_link_holds_any_cover(shape: tuple[int, int], fill: str) -> None:
    rng = np.random.default_rng(1)
    for density in (0.02, 0.5, 1):
        cover = Cover(rng.random(shape) < density, fill)
        text = cover.to_text()
        assert len(text) <= 400
        assert Cover.from_text(text) == cover
        assert hash(Cover.from_text(text)) == hash(cover)


def test_the_text_by_hand() -> None:
    """Bits 0100 0000 1 are the bytes 0x40 0x80; in base64 010000 001000 0000: Q, I and A."""
    cover = Cover([[0, 1, 0], [0, 0, 0], [0, 0, 1]], "grey")
    assert cover.to_text() == "g3x3-QI"
    assert repr(cover) == "<Cover 22.2 % of the photo, grey>"


@pytest.mark.parametrize(
    "text",
    ["", "b", "b3x3", "x3x3-QI", "b0x3-", "b49x1-", "b3x99-", "b3x3-QIAAAA", "b3x3-Q!", "b3x3-é",
     "b٣x3-QI", "b3x3-QI\n"],
)  # fmt: skip
def test_nonsense_is_no_cover(text: str) -> None:
    assert Cover.from_text(text) is None


@pytest.mark.parametrize("text", ["b3x3-Q", "b3x3-QIA", "b3x3-____", "b3x3-"])
def test_a_damaged_text_is_read_without_an_error(text: str) -> None:
    found = Cover.from_text(text)
    assert found is None or found.mask.shape == (3, 3)


def test_what_is_no_cover_is_refused() -> None:
    with pytest.raises(GradcamError, match="shape"):
        Cover([True, False])
    with pytest.raises(GradcamError, match="Nearest: blur"):
        Cover([[True]], "blu")  # type: ignore[arg-type]
    with pytest.raises(GradcamError, match="does not fit in a link"):
        Cover(np.ones((1, 49))).to_text()


def test_a_cover_cannot_change() -> None:
    mask = np.zeros((2, 2), bool)
    cover = Cover(mask)
    mask[0, 0] = True
    assert cover.share == 0
    with pytest.raises(ValueError, match="read-only"):
        cover.mask[0, 0] = True
    assert cover != "b2x2-"
    assert cover != Cover(np.zeros((2, 2), bool), "grey")


def test_covering_what_a_class_goes_by_takes_its_probability() -> None:
    """The model sees two columns: red on the left, blue on the right; grey has neither."""
    from gradcam.backends.numpy import NumpyClassifier

    photo = np.zeros((32, 64, 3), np.uint8)
    photo[:, :32, 0] = photo[:, 32:, 2] = 255
    clf = NumpyClassifier(np.eye(3), 8 * np.eye(3), ("red", "green", "blue"))
    before = gradcam.explain(clf, photo, classes=["red"], fit="squash")
    after = gradcam.explain(
        clf, gradcam.covered(photo, Cover([[1, 0]], "grey")), classes=["red"], fit="squash"
    )
    assert before.photo_digest != after.photo_digest
    assert after.maps[0].prediction.probability < before.maps[0].prediction.probability


def test_a_cold_twin_has_the_shape_and_lies_where_the_map_is_coldest() -> None:
    """Hot on the left of three thirds, warm in the middle: the right one is left."""
    m = saliency([[1, 0.2, 0]], Window(0, 0, 96, 96), (96, 96))
    hot = Cover.hot(m, 0.9)
    cold = hot.like(m)
    assert cold.mask.sum() == hot.mask.sum() > 0
    assert not (cold.mask & hot.mask).any()
    assert np.flatnonzero(cold.mask.any(axis=0)).min() >= 36  # of 48 columns
    assert cold.fill == hot.fill


def test_a_twin_stays_in_what_the_model_saw() -> None:
    m = saliency([[1, 0.2, 0]], Window(24, 0, 72, 96), (96, 96))
    cold = Cover.hot(m, 0.9).like(m)
    columns = np.flatnonzero(cold.mask.any(axis=0))
    assert columns.min() >= 12
    assert columns.max() < 36


def test_a_twin_without_a_place_is_the_coldest_cells() -> None:
    """Of 48 × 48 cells 60 % are hot; only the rest is left, 40 %."""
    m = saliency([[1, 1, 1, 0, 0]], Window(0, 0, 96, 96), (96, 96))
    hot = Cover.hot(m)
    cold = hot.like(m)
    assert cold.mask.sum() == hot.mask.sum()
    assert cold.mask[:, -1].all()
    assert not Cover(np.zeros((48, 48))).like(m).mask.any()
