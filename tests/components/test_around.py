"""What stands around a photo's maps, and what clicks on it may change."""

from __future__ import annotations

import pytest

from components import clicks, state
from components.around import crop_note, hidden_share
from components.view import ViewState
from gradcam.types import Window


def test_the_share_of_a_photo_that_the_crop_hides() -> None:
    assert hidden_share(Window(100, 0, 300, 200), 400, 200) == 0.5
    assert hidden_share(Window(0, -100, 400, 300), 400, 200) == 0  # padded: nothing is hidden
    assert crop_note(Window(100, 0, 300, 200), 400, 200) == ""
    assert crop_note(Window(150, 0, 250, 100), 400, 100).startswith("The crop hides 75 %")


@pytest.mark.parametrize("event", [None, "x", {}, {"row": "0", "index": 1}, {"row": 5, "index": 1}])
def test_what_a_browser_should_not_send_changes_nothing(
    event: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed: list[object] = []
    monkeypatch.setattr(state, "change", changed.append)
    acts = clicks.clicks([], 0)
    for name in ("toggle", "across", "fit"):
        acts[name](event)
    assert changed == []


def test_the_axis_and_the_fit_follow_a_click(monkeypatch: pytest.MonkeyPatch) -> None:
    views = [ViewState()]
    monkeypatch.setattr(state, "change", lambda how: views.append(how(views[-1])))
    acts = clicks.clicks([], 0)
    acts["across"]("layers")
    acts["fit"]("pad")
    assert (views[-1].across, views[-1].fit) == ("layers", "pad")
