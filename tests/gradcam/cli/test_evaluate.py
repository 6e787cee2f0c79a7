"""`gradcam evaluate` on a real network: files, a bad photo, and a run that is continued."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gradcam.cli import main
from gradcam.evaluation import scoring
from gradcam.photos import Given, shuffled

SIMPLE = ("--metrics", "deletion", "--steps", "3", "--methods", "gradcam", "layercam")


def evaluate(*arguments: object) -> int:
    return main(["evaluate", *map(str, arguments), "--model", "bundled/photos", *SIMPLE])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for n in range(3):
        noise = np.random.default_rng(n).integers(0, 256, (9, 12, 3), np.uint8)
        Image.fromarray(noise).resize((96, 80)).save(folder / f"{n}.png")
    (folder / "broken.jpg").write_bytes(b"nothing")
    return folder


def test_files_and_a_bad_photo(folder: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    assert evaluate(folder, "--layers", "layer2", "layer3", "--out", out) == 1
    printed = capsys.readouterr()
    assert "broken.jpg" in printed.err
    assert "comes first by deletion" in printed.out
    with (out / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * 2 * (2 + 2) + 1
    assert {row["layer"] for row in rows} == {"layer2", "layer3", ""}
    html = (out / "index.html").read_text(encoding="utf-8")
    assert "LayerCAM at layer2" in html


def test_a_second_run_finds_what_is_done(folder: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    out = tmp_path / "out"
    evaluate(folder, "--out", out)
    first = (out / "photos.parquet").read_bytes()
    noise = np.random.default_rng(9).integers(0, 256, (80, 96, 3), np.uint8)
    Image.fromarray(noise).save(folder / "new.png")
    seen = []
    whole = scoring.Scorer.rows

    def rows(self, items, watch):
        seen.append(len(items))
        return whole(self, items, watch)

    monkeypatch.setattr(scoring.Scorer, "rows", rows)
    capsys.readouterr()
    assert evaluate(folder, "--json", "--out", out) == 1
    assert seen == [1]
    summary = json.loads(capsys.readouterr().out)["summary"]
    assert (summary["done"], summary["failed"], summary["photos"]) == (4, 1, 5)
    assert (out / "photos.parquet").read_bytes() != first


def test_a_stopped_run_writes_what_it_has(folder: Path, tmp_path: Path, monkeypatch) -> None:
    out = tmp_path / "out"
    whole, seen = scoring.Scorer.rows, []

    def rows(self, items, watch):
        if seen:
            raise KeyboardInterrupt
        seen.append(1)
        return whole(self, items, watch)

    monkeypatch.setattr(scoring.Scorer, "rows", rows)
    assert evaluate(folder, "--out", out) == 130
    assert "of 4, in a shuffled order" in (out / "index.html").read_text(encoding="utf-8")


def test_photos_come_in_an_order_that_stays_and_is_not_theirs() -> None:
    given = [Given(f"{n:03}.jpg", b"") for n in range(50)]
    found = shuffled(given)
    assert found == shuffled(given[::-1])
    assert found != given
    assert set(found) == set(given)


def test_what_is_wrong_is_said_before_any_photo_is_read(
    folder: Path, tmp_path: Path, capsys
) -> None:
    out = tmp_path / "out"
    assert evaluate(folder, "--layers", "layer9", "--out", out) == 2
    assert "'layer9' is not an explainable layer" in capsys.readouterr().err
    assert not out.exists()
