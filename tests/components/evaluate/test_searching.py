"""Which results there are, and when one answers the question."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest

from components.evaluate import searching
from components.evaluate.marked import Mark, as_csv
from components.evaluate.searching import About, about, which
from gradcam.rows import Given

ABOUT = About(
    "folder", "birds", 3, "0" * 64, "made/up", "Made up", "features", "gradcam", "predicted", "crop"
)


def test_other_photos_are_another_question(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"one")
    photos = [Given("a.png", file), Given("b.png", b"two", "bird")]
    known = which(photos)
    assert which(photos) == known
    assert which(photos[:1]) != known
    assert which([photos[0], Given("b.png", b"two", "cat")]) != known
    assert which([photos[0], Given("b.png", b"owt", "bird")]) != known
    file.write_bytes(b"other")
    assert which(photos) != known
    file.unlink()
    assert which(photos) != known


def test_what_is_not_finished_is_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADCAM_CACHE", str(tmp_path))
    monkeypatch.setattr(searching, "_own", lambda: SimpleNamespace(name=str(tmp_path / "own")))
    done, begun, broken = (searching.results("folder") / name for name in ("a", "b", "c"))
    for place in (done, begun, broken):
        place.mkdir(parents=True)
    (done / "about.json").write_text(json.dumps(asdict(ABOUT)), encoding="utf-8")
    (broken / "about.json").write_text('{"photos": 1', encoding="utf-8")
    assert about(done) == ABOUT
    assert about(begun) is None
    assert about(broken) is None
    assert [place for place, _ in searching.earlier()] == [done]


def test_marked_files_are_listed_group_by_group() -> None:
    marks = [
        Mark("r", "s0", "The mark, left", 7, "carton", ("a.png", "b,c.png"), "Why."),
        Mark("r", "own", "Mine", 7, "carton", ("ü.png",)),
    ]
    lines = as_csv(marks).decode("utf-8-sig").splitlines()
    assert lines == [
        "group,class,file,why",
        '"The mark, left",carton,a.png,Why.',
        '"The mark, left",carton,"b,c.png",Why.',
        "Mine,carton,ü.png,",
    ]
