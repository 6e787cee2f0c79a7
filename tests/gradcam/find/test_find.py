"""`find` over a folder: its table, what a stopped run keeps, opening it again, the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam import Classifier
from gradcam.cli import main
from gradcam.errors import CancelledError, ClassError, GradcamError
from gradcam.find import Found, find, folder
from gradcam.find.files import page
from gradcam.find.kept import FILE
from gradcam.find.lying import GRID, Lying
from gradcam.rows import collect
from gradcam.watch import Watch

CLASSES = ("espresso", "teddy")
EACH = 10
COLUMNS = {"file", "sha256", "label", "error", "predicted", "truth", "explained", "empty", "map"}


@pytest.fixture(scope="module")
def clf() -> Classifier:
    return gradcam.load_model("bundled/photos")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two folders of noise, named as classes, and a file that is no photo."""
    root: Path = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for name in CLASSES:
        (root / name).mkdir()
        for n in range(EACH):
            coarse = Image.fromarray(rng.integers(0, 256, (6, 6, 3), np.uint8))
            coarse.resize((80, 80), Image.Resampling.BICUBIC).save(root / name / f"{n}.png")
    (root / "teddy" / "broken.jpg").write_bytes(b"no photo")
    return root


@pytest.fixture(scope="module")
def found(clf: Classifier, photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    return find(clf, collect([photos]), tmp_path_factory.mktemp("out"), explain="labelled")


def test_the_table_has_a_row_for_each_photo(found: Found) -> None:
    assert found.rows.num_rows == 2 * EACH + 1
    assert {*COLUMNS, *Lying._fields} <= set(found.rows.column_names)
    rows = found.rows.to_pylist()
    good = [row for row in rows if row["error"] is None]
    assert [row["file"] for row in rows if row["error"]] == ["teddy/broken.jpg"]
    assert all(row["explained_label"] == row["label"] for row in good)
    for row in good:
        assert (row["map"] is None) == (row["empty"] is not None)
        if row["map"] is not None:
            assert len(row["map"]) == GRID * GRID
            assert sum(row["map"]) == pytest.approx(1, abs=1e-4)
            assert np.linalg.norm(row["texture"]) == pytest.approx(1, abs=1e-4)


def test_a_row_is_what_explain_gives(clf: Classifier, photos: Path, found: Found) -> None:
    row = next(row for row in found.rows.to_pylist() if row["file"] == "espresso/0.png")
    result = gradcam.explain(clf, photos / "espresso" / "0.png", classes="espresso")
    assert row["predicted"] == result.predictions[0].index
    assert row["probability"] == pytest.approx(result.predictions[0].probability, rel=1e-3)
    heat = np.maximum(result.maps[0].values, 0)
    if row["map"] is not None:
        at = (np.arange(heat.shape[1]) + 0.5) / heat.shape[1]
        middle = (heat.sum(axis=0) * at).sum() / heat.sum()
        assert row["x"] == pytest.approx(middle, abs=0.05)


def test_confusions_are_counted(found: Found) -> None:
    confusion = found.confusion()
    assert confusion.count.sum() == 2 * EACH
    assert {confusion.labels[int(n)] for n in confusion.truth} == set(CLASSES)


def test_classes_are_those_explained(found: Found) -> None:
    assert [(one.label, one.count) for one in found.classes] == [
        (name, EACH) for name in CLASSES[::-1]
    ]
    one = found.of_class(found.classes[0].index)
    assert len(one.files) == len(one.points) == len(one.maps) == EACH
    assert one.average_photo().shape == (96, 96, 3)
    with pytest.raises(GradcamError, match="No photo was explained"):
        found.of_class(3)


def test_it_opens_again_without_working(
    found: Found, clf: Classifier, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(clf, collect([photos]), tmp_path, explain="labelled")
    monkeypatch.setattr(folder, "arranged", lambda *_: pytest.fail("worked out again"))
    again = Found.open(tmp_path)
    assert again.about == found.about
    assert again.rows.equals(found.rows)
    assert again.suspects() == found.suspects()
    for one in again.classes:
        np.testing.assert_array_equal(
            again.of_class(one.index).points, found.of_class(one.index).points
        )


def test_what_was_kept_for_another_table_is_not_used(
    clf: Classifier, photos: Path, tmp_path: Path
) -> None:
    find(clf, collect([photos]), tmp_path, explain="labelled")
    kept = (tmp_path / FILE).read_bytes()
    find(clf, collect([photos]), tmp_path, explain="predicted")
    (tmp_path / FILE).write_bytes(kept)
    again = Found.open(tmp_path)
    assert not again.arranged
    assert again.of_class(again.classes[0].index).files


def test_a_folder_without_a_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GradcamError, match="holds nothing that was found"):
        Found.open(tmp_path)


def test_one_class_for_all(clf: Classifier, photos: Path, tmp_path: Path) -> None:
    found = find(clf, collect([photos / "teddy"]), tmp_path, explain="espresso")
    assert [(one.label, one.count) for one in found.classes] == [("espresso", EACH)]
    with pytest.raises(ClassError):
        find(clf, collect([photos]), tmp_path, explain="expresso")


def test_a_label_that_is_no_class_costs_its_row_only(
    clf: Classifier, photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "in" / "holiday").mkdir(parents=True)
    (tmp_path / "in" / "holiday" / "a.png").write_bytes((photos / "teddy" / "0.png").read_bytes())
    found = find(clf, collect([tmp_path / "in"]), tmp_path / "out", explain="labelled")
    (row,) = found.rows.to_pylist()
    assert "no label to explain" in row["error"]
    assert found.classes == ()
    assert found.suspects() == ()


def test_a_run_can_be_stopped(clf: Classifier, photos: Path, tmp_path: Path) -> None:
    steps: list[int] = []
    watch = Watch(lambda done, _: steps.append(done), lambda: bool(steps and steps[-1] > 0))
    with pytest.raises(CancelledError):
        find(clf, collect([photos]), tmp_path, explain="labelled", watch=watch)
    found = find(clf, collect([photos]), tmp_path, explain="labelled")
    assert found.rows.num_rows == 2 * EACH + 1


def test_the_command(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["find", str(photos), "--model", "bundled/photos", "--out", str(tmp_path), "--json"]
    assert main(asked) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["summary"]["done"] == 2 * EACH
    assert told["summary"]["failed"] == 1
    with (tmp_path / "suspects.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == sum(len(s["files"]) for s in told["suspects"])
    assert "PhotoNet" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_the_page_escapes_names(found: Found) -> None:
    text = page(found)
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")
