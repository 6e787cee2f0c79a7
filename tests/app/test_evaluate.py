"""The Evaluate page, without a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from components.evaluate.page import _from_elsewhere
from components.view import ViewState


@pytest.fixture
def app(app: AppTest) -> AppTest:  # noqa: ARG001 - sets the folders
    page = "from components.evaluate.page import evaluate; evaluate()"
    return AppTest.from_string(page, default_timeout=240)


def test_it_begins_with_one_photo(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("section", ["methods", "strategies"])
def test_a_link_opens_a_section(app: AppTest, section: str) -> None:
    app.query_params["section"] = section
    app.run()
    assert not app.exception
    assert not app.error


def test_it_evaluates_what_the_page_before_showed_in_the_section_left_open() -> None:
    shown = ViewState(("coffee",), "bundled/photos", "layer2", focus=7, methods=("layercam",))
    left = ViewState(section="strategies", photos="samples", methods=("gradcam",))
    here = _from_elsewhere(replace(shown, across="methods", top=2), left)
    assert here == replace(shown, section="strategies", photos="samples")


def test_links_name_the_section_and_the_photos() -> None:
    view = ViewState(section="methods", photos="folder")
    assert view.to_query() == {"section": "methods", "photos": "folder"}
    assert ViewState.from_query(view.to_query()) == view
    assert ViewState.from_query({"section": "../etc", "photos": "/etc"}) == ViewState()
