"""Early and late: every stage of the network, and the fields that a job measures for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from components.jobs import answers
from components.learn import depth_chapter
from components.learn.chapter import Chosen
from components.pictures import sample
from gradcam import fields, load_model


@pytest.fixture(scope="module")
def chosen() -> Chosen:
    clf = load_model("bundled/photos")
    layer = next(one for one in clf.layers() if one.recommended)
    return Chosen(clf, sample("coffee"), layer, clf.labels.index("espresso"), "gradcam")


def test_stages_come_in_order_with_their_maps(chosen: Chosen) -> None:
    chapter = depth_chapter.depth(chosen)
    stages: Any = chapter.data["stages"]
    assert [one["title"] for one in stages] == ["layer1", "layer2", "layer3"]
    assert [np.asarray(chapter.arrays[f"map{n}"]).shape[0] for n in range(3)] == [40, 20, 10]
    assert not any(one["measured"] for one in stages)
    (step,) = chapter.steps
    assert "40 × 40 cells, 1,600 numbers; the last has 10 × 10, only 100." in step.text[0]
    last = np.asarray(chapter.arrays["map2"])
    assert last[tuple(stages[2]["peak"])] == last.max()


def test_fields_arrive_once_they_are_measured(
    chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(depth_chapter.st, "session_state", {})
    depth_chapter.measure(True)
    depth_chapter.depth(chosen)
    for job in answers()._jobs.values():
        assert job.ended.wait(60)
    chapter = depth_chapter.depth(chosen)
    stages: Any = chapter.data["stages"]
    assert all(one["measured"] for one in stages)
    first = fields.measure(chosen.clf, "layer1")
    columns = np.asarray(chapter.arrays["columns0"])
    np.testing.assert_array_equal(columns[0], first.columns.first)
    np.testing.assert_array_equal(columns[1], first.columns.last)
    (step,) = chapter.steps
    said = step.text[-1]
    assert "a position can see 11 × 11 of the 80 × 80 pixels that go in: enough for an edge" in said
    assert "In the middle of layer3 it can see every pixel" in said
