"""The Evaluate page, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


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
