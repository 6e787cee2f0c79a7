"""The Learn page, without a browser."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.learn import page
from components.learn.story import CHAPTERS


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What was last sent to the browser, by its key."""
    parts: dict[str, Any] = {}

    def send(part: str, header: Any, *, key: str, **_: Any) -> None:
        parts[key] = {"part": part, **header}

    monkeypatch.setattr(page, "send", send)
    return parts


@pytest.fixture
def app(app: AppTest) -> AppTest:  # noqa: ARG001 - sets the folders
    page = "from components.learn.page import learn; learn()"
    return AppTest.from_string(page, default_timeout=60)


def test_every_chapter_arrives_with_the_steps_of_its_outline(
    app: AppTest, sent: dict[str, Any]
) -> None:
    app.run()
    assert not app.exception
    assert not app.error
    for kind in CHAPTERS:
        steps = [step["id"] for step in sent[f"learn_{kind.id}_part"]["steps"]]
        assert steps == [id for id, _ in kind.outline]
