"""The default colormap's lightness only rises, and docs/colour.md holds what is measured."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradcam.drawing.render import COLORMAPS, DEFAULT_COLORMAP, DIVERGING
from studies import colormaps, make_colours
from studies.colormaps import NORMAL, SEEN

ROOT = make_colours.DOCS.parent


@pytest.mark.parametrize(
    ("grey", "expected"),
    # By hand: Y = ((g / 255 + 0.055) / 1.055)^2.4 is 0.1845 at 119, and 116 · ∛0.1845 - 16 = 50.03.
    [(0, 0), (119, 50.03), (255, 100)],
)
def test_lightness_by_hand(grey: int, expected: float) -> None:
    assert colormaps.lightness(np.full(3, float(grey))) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("by", SEEN)
def test_every_kind_of_eye_sees_grey_as_grey(by: str) -> None:
    grey = np.array([[0.0] * 3, [100.0] * 3, [255.0] * 3])
    np.testing.assert_allclose(colormaps.seen(grey, by), grey, atol=0.1)


def test_red_is_dark_without_red_cones() -> None:
    red = np.array([255.0, 0, 0])
    assert colormaps.lightness(colormaps.seen(red, "protan")) < colormaps.lightness(red) - 5


def test_a_fall_by_hand() -> None:
    levels = np.array([0.0, 5, 3, 4, 9])
    assert colormaps.smallest_step(levels) == -2
    assert colormaps.deepest_fall(levels) == 2
    assert not colormaps.rises(levels)
    assert colormaps.rises(np.array([0.0, 0, 1]))


@pytest.mark.parametrize("by", SEEN)
def test_more_heat_is_never_darker(by: str) -> None:
    levels = colormaps.scale(DEFAULT_COLORMAP, by)
    assert colormaps.rises(levels)
    assert np.ptp(levels) >= 90


@pytest.mark.parametrize("name", ["turbo", "jet"])
def test_the_measure_finds_the_hole(name: str) -> None:
    assert not any(colormaps.rises(colormaps.scale(name, by)) for by in SEEN)


@pytest.mark.parametrize("photo", colormaps.photos())
def test_the_peak_is_seen_at_a_glance_on_every_photo(photo: str) -> None:
    assert all(colormaps.standing_out(DEFAULT_COLORMAP, photo, by) >= 10 for by in SEEN)


def test_the_diverging_map_is_lightest_where_there_is_nothing() -> None:
    levels = colormaps.scale(DIVERGING)
    # 8-bit colours shake by a few hundredths beside the middle, which is wide and flat.
    assert colormaps.deepest_fall(levels[:128]) <= 0.1
    assert colormaps.deepest_fall(levels[:127:-1]) <= 0.1
    assert levels.argmax() in (127, 128)


def test_the_page_is_up_to_date() -> None:
    assert make_colours.PAGE.read_text(encoding="utf-8") == make_colours.page(), "`make colours`"


def test_every_colormap_is_measured() -> None:
    assert {*colormaps.SEQUENTIAL, DIVERGING} == set(COLORMAPS)
    assert NORMAL in SEEN


def test_the_page_in_the_browser_starts_with_the_same_colormap() -> None:
    script = (ROOT / "components" / "viewer" / "look.js").read_text(encoding="utf-8")
    assert re.findall(r'\bcm: "(\w+)"', script) == [DEFAULT_COLORMAP]
