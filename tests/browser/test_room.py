"""The first screen: the room pictures have, how soon they are reached, and what can be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from benches.room import FIRST_PICTURE, PICTURES, STOPS, measure, stops
from tests.browser.conftest import ROOT
from tests.browser.pages import settle
from tools.serving import SCREENS

# What is chosen often, by accessible names of which one must be in sight.
ESSENTIALS = {
    "images": "Upload",
    "model": "Model",
    "layer": "Layer",
    "method": "Method",
    "classes": "Classes for each photo",
    "another class": "Add a class",
}


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


def visit(page: Page, address: str, size: tuple[int, int], scheme: str = "light") -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address)
    page.wait_for_selector(".viewer .cell canvas", timeout=60_000)  # the first loads the model
    settle(page)


@pytest.mark.parametrize("size", SCREENS, ids=lambda size: str(size[0]))
def test_pictures_have_room(page: Page, address: str, size: tuple[int, int]) -> None:
    visit(page, address, size)
    room = measure(page)
    if size[0] >= 1440:
        assert room.first <= FIRST_PICTURE
    assert room.pictures >= PICTURES.get(size, 0)
    assert room.wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=lambda size: str(size[0]))
def test_everything_can_be_read_and_hit(
    page: Page, address: str, size: tuple[int, int], scheme: str
) -> None:
    visit(page, address, size, scheme)
    assert sorted(set(measure(page).faults())) == []


def test_tab_reaches_a_picture_soon(page: Page, address: str) -> None:
    visit(page, address, (1440, 900))
    assert stops(page) <= STOPS


def test_what_is_chosen_often_is_in_sight(page: Page, address: str) -> None:
    visit(page, address, (1440, 900))
    sidebar = page.get_by_test_id("stSidebar")
    for name in ESSENTIALS.values():
        places = sidebar.get_by_text(name, exact=True).evaluate_all(
            "found => found.map(one => one.getBoundingClientRect().bottom)"
        )
        assert places, name
        assert min(places) <= 900, name
