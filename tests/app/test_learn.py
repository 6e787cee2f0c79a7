"""The Learn page, without a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.learn import choices, page
from components.learn.chapter import Chapter, ChapterKind, Step
from components.learn.story import CHAPTERS
from gradcam.errors import LayerError


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What was last sent to the browser, by its key."""
    parts: dict[str, Any] = {}

    def send(part: str, header: Any, *, key: str, **_: Any) -> None:
        parts[key] = {"kind": part, **header}

    monkeypatch.setattr(page, "send", send)
    return parts


@pytest.fixture
def app(app: AppTest) -> AppTest:  # noqa: ARG001 - sets the folders
    page = "from components.learn.page import learn; learn()"
    return AppTest.from_string(page, default_timeout=240)


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> tuple[ChapterKind, ...]:
    """Chapters of one step each that compute nothing."""

    def kind(id: str) -> ChapterKind:
        return ChapterKind(id, id, ((id, id),), lambda _: Chapter(id, (Step(id, id, ()),), {}))

    kinds = (kind("first"), kind("second"), kind("third"))
    monkeypatch.setattr(page, "CHAPTERS", kinds)
    return kinds


def test_every_chapter_arrives_with_the_steps_of_its_outline(
    app: AppTest, sent: dict[str, Any]
) -> None:
    app.run()
    assert not app.exception
    assert not app.error
    for kind in CHAPTERS:
        steps = [step["id"] for step in sent[f"learn_{kind.id}_part"]["steps"]]
        assert steps == [id for id, _ in kind.outline]


@pytest.mark.usefixtures("brief")
def test_a_link_sets_what_the_story_is_about(app: AppTest, sent: dict[str, Any]) -> None:
    app.query_params["image"] = "coffee"
    app.query_params["class"] = "968"
    app.query_params["layer"] = "nonsense"
    app.query_params["method"] = "ablationcam"  # the story is not told about it
    app.run()
    choices = sent["learn_choices"]["choices"]
    assert sent["learn_opening_part"]["photos"]["chosen"] == "coffee"
    assert choices["class"]["chosen"] == 968
    assert choices["layer"]["chosen"] == choices["layer"]["options"][0][0]
    assert choices["method"]["chosen"] == "gradcam"


@pytest.mark.usefixtures("brief")
def test_ten_classes_are_at_hand_and_the_chapter_of_a_click_is_filled_first(
    app: AppTest, sent: dict[str, Any]
) -> None:
    app.session_state["learn_first"] = "second"
    app.run()
    choices = sent["learn_choices"]["choices"]
    labels = [name for name, _, _ in sent["learn_classes"]["classes"]]
    assert labels[choices["class"]["chosen"]] == "tripod"
    assert choices["class"]["options"][0] == [choices["class"]["chosen"], "93.7 %"]
    assert len(choices["class"]["options"]) == 10
    parts = [one["id"] for one in sent.values() if one["kind"] == "chapter"]
    assert parts == ["second", "first", "third"]


def test_a_broken_chapter_says_so_and_leaves_the_others_standing(
    app: AppTest,
    sent: dict[str, Any],
    brief: tuple[ChapterKind, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(_: object) -> Chapter:
        raise LayerError("This layer has no map.", hint="Choose another one.")

    broken, *others = brief
    monkeypatch.setattr(page, "CHAPTERS", (replace(broken, build=fails), *others))
    app.run()
    (error,) = app.error
    assert "This layer has no map" in error.value
    parts = [one["id"] for one in sent.values() if one["kind"] == "chapter"]
    assert parts == ["second", "third"]
    assert "learn_closing_part" in sent


def test_nothing_the_browser_sends_breaks_the_page() -> None:
    for what in (None, 3, {}, {"what": "photo"}, {"what": "photo", "value": []}, {"what": 1}):
        choices.choose(what)  # outside a session, a change would raise
