"""The page with a model whose classes are typed: a small, random CLIP."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import gradcam
from components import explore
from gradcam.backends import Classifier
from tests.app.choosers import choose_method, choose_model, chooser
from tests.hub import Hub
from tests.text_image import save_clip, save_siglip

ID = "file/my-clip"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    folder = tmp_path_factory.mktemp("saved") / "my-clip"
    save_clip(folder)
    return gradcam.load_model(folder)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The rows last passed to the viewer."""
    rows: list[Any] = []
    monkeypatch.setattr(explore, "viewer", lambda new, **_: rows.__setitem__(slice(None), new))
    return rows


@pytest.fixture
def page(app: AppTest, clip: Classifier, shown: list[Any]) -> AppTest:  # noqa: ARG001
    app.session_state["own_models"] = {ID: clip}
    app.run()
    return choose_model(app, ID)


def downloads(app: AppTest) -> list[Any]:
    return [button for button in app.button if button.label.startswith("Download ")]


def titles(row: Any) -> list[str]:
    return [panel.title for panel in row.panels]


def healthy(app: AppTest) -> bool:
    return not app.exception and not app.error and not app.warning


def test_it_begins_with_examples_and_legrad(page: AppTest, shown: list[Any]) -> None:
    assert healthy(page)
    assert sorted(titles(shown[0])) == sorted(page.text_area(key="phrases").value.splitlines())
    assert len(titles(shown[0])) == 4
    assert chooser(page, "Method")["chosen"] == ["legrad"]
    assert {panel.map.method for panel in shown[0].panels} == {"legrad"}


def test_typed_phrases_get_a_panel_each(page: AppTest, shown: list[Any]) -> None:
    page.text_area(key="phrases").set_value("a red car\n\nthe dog's tongue\nschnee").run()
    assert healthy(page)
    assert sorted(titles(shown[0])) == ["a red car", "schnee", "the dog's tongue"]
    assert page.session_state["view"].phrases == ("a red car", "the dog's tongue", "schnee")
    shares = [panel.map.prediction.probability for panel in shown[0].panels]
    assert sum(shares) == pytest.approx(1, abs=1e-6)
    page.text_area(key="phrases").set_value("").run()
    assert healthy(page)
    assert len(titles(shown[0])) == 4


def test_one_phrase_is_explained_once_it_is_compared(page: AppTest, shown: list[Any]) -> None:
    before = list(shown)
    page.text_area(key="phrases").set_value("a dog").run()
    assert not page.exception
    assert "compares phrases with each other" in page.error[0].value
    assert shown == before
    page.text_area(key="negative").set_value("a photo").run()
    assert healthy(page)
    assert sorted(titles(shown[0])) == ["a dog", "not a dog"]


def test_a_phrase_that_is_too_long_says_so_and_stays(page: AppTest) -> None:
    long = "a very long phrase that goes on and on"
    page.text_area(key="phrases").set_value(f"a dog\n{long}").run()
    assert not page.exception
    assert "tokens long" in page.error[0].value
    assert long in page.text_area(key="phrases").value


def test_grad_cam_is_refused_in_its_panel(page: AppTest, shown: list[Any]) -> None:
    choose_method(page, "gradcam")
    assert not page.exception
    assert {panel.map for panel in shown[0].panels} == {None}
    assert "mark the background" in shown[0].panels[0].note
    choose_model(page, "bundled/photos")
    assert healthy(page)
    assert {panel.map.method for panel in shown[0].panels} == {"gradcam"}


@pytest.mark.parametrize("across", ["layers", "methods"])
def test_comparing_layers_and_methods(page: AppTest, shown: list[Any], across: str) -> None:
    page.query_params["across"] = across
    page.run()
    assert healthy(page)
    maps = [panel.map for panel in shown[0].panels]
    assert len(maps) >= 3
    assert all(one is not None and one.values.any() for one in maps)


def test_another_model_has_its_own_usual_method(page: AppTest, shown: list[Any]) -> None:
    choose_model(page, "bundled/photos")
    assert healthy(page)
    assert chooser(page, "Method")["chosen"] == ["gradcam"]
    assert len(shown[0].panels) == 5
    choose_method(page, "legrad")
    assert "has no attention between patches" in shown[0].panels[0].note


@pytest.mark.parametrize("save", [save_clip, save_siglip], ids=["clip", "siglip"])
def test_a_link_to_the_hub_restores_the_phrases(
    save: Any, app: AppTest, shown: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tokenizer is downloaded with the weights, and nothing asked for again."""
    save(tmp_path / "theirs")
    server = Hub({"me/words": tmp_path / "theirs"})
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    link = {"model": "hf/me/words", "phrases": "a red car\nthe dog's tongue", "negative": "grass"}
    app.query_params.update(link)
    app.run()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not downloads(app):
        time.sleep(0.1)
        app.run()
    downloads(app)[0].click().run()
    while time.monotonic() < deadline and any("is downloaded once" in c.value for c in app.caption):
        time.sleep(0.1)
        app.run()
    server.close()
    assert healthy(app)
    assert sorted(titles(shown[0])) == ["a red car", "the dog's tongue"]
    assert app.text_area(key="negative").value == "grass"
    app.text_area(key="phrases").set_value("a cat\na hat").run()
    assert healthy(app)
    query = dict(app.query_params)
    assert query == {**link, "phrases": "a cat\na hat", "top": "2"}
