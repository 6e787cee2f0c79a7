"""Rows of photos, on a network that counts white pixels, and the tables made of them."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import GradcamError, MethodError
from gradcam.evaluation import files
from gradcam.evaluation.asking import Asked, asked_of
from gradcam.evaluation.boxes import boxes_of, read_boxes
from gradcam.evaluation.results import Setting, gathered
from gradcam.evaluation.scoring import Scorer, rows_of
from gradcam.images import open_image
from gradcam.metrics import METRICS, faithfulness
from gradcam.rows import Given, work_out
from gradcam.types import Preprocessing
from gradcam.watch import Watch

METHODS = ("gradcam", "eigencam")
SIMPLE = ("insertion", "deletion")
BLIND = ("random", "centre")


def png(white: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    pixels = np.where(white[..., None], np.uint8(255), np.uint8(0)).repeat(3, axis=2)
    Image.fromarray(pixels.repeat(4, axis=0).repeat(4, axis=1)).save(buffer, "PNG")
    return buffer.getvalue()


def square(row: int, column: int) -> bytes:
    white = np.zeros((4, 4), bool)
    white[row : row + 2, column : column + 2] = True
    return png(white)


PHOTOS = [
    Given("class 0/corner.png", square(0, 0), "class 0"),
    Given("class 1/middle.png", square(1, 1), "class 1"),
    Given("class 0/nothing.png", png(np.zeros((4, 4), bool)), "class 0"),
]


@pytest.fixture
def clf() -> NumpyClassifier:
    """logit 0 is the number of white pixels, logit 1 is 0; white is 1 to it, black is -1."""
    clf = NumpyClassifier(np.float32([[1, 0, 0]]), np.float32([[16], [0]]))
    clf.preprocessing = Preprocessing(4, (4, 4), 0.5, 0.5, "box")
    return clf


def worked(clf: NumpyClassifier, asked: Asked, folder: Path, given: list[Given] = PHOTOS) -> Any:
    rows = rows_of(clf, lambda: clf, asked)
    return work_out(given, rows, folder / "photos.parquet", worker=Scorer(clf, asked))


def asked(clf: NumpyClassifier, **options: Any) -> Asked:
    return asked_of(clf, METHODS, metrics=SIMPLE, **{"steps": 4, **options})


def test_scores_are_those_of_one_photo(clf, tmp_path: Path) -> None:
    """What the row holds is what `faithfulness` says of the photo by itself."""
    table = worked(clf, asked(clf), tmp_path)
    row = next(row for row in files.photos(table) if row["file"] == "class 0/corner.png")
    alone = list(faithfulness(clf, PHOTOS[0].source, METHODS, metrics=SIMPLE, steps=4))
    assert [one["method"] for one in row["scores"]] == [*METHODS, *BLIND]
    for found, one in zip(row["scores"], alone, strict=True):
        assert {metric: found[metric] for metric in SIMPLE} == one.scores
        curve = next(curve for curve in found["curves"] if curve["name"] == "deletion")
        assert tuple(curve["probabilities"]) == one.curves["deletion"].probabilities
    # Four white pixels make a logit of 4 for class 0 against 0 for class 1.
    assert row["class_label"] == "class 0"
    assert row["probability"] == pytest.approx(1 / (1 + math.exp(-4)))


def test_a_map_of_nothing_has_no_number_but_a_reason(clf, tmp_path: Path) -> None:
    evaluation = gathered(files.photos(worked(clf, asked(clf), tmp_path)), SIMPLE)
    gradcam = Setting("features", "gradcam")
    standing = next(one for one in evaluation.standings("deletion") if one.setting == gradcam)
    assert (standing.missing, standing.mean and standing.mean.photos) == (1, 2)
    assert list(evaluation.reasons[gradcam].values()) == [1]


def test_a_method_that_fails_costs_no_other(clf, tmp_path: Path, monkeypatch) -> None:
    def failing(clf, photos, request, watch=None):
        if request.method == "eigencam":
            raise MethodError("Not for this model.")
        return answer(clf, photos, request, watch)

    from gradcam.evaluation import scoring

    answer = scoring.answer
    monkeypatch.setattr(scoring, "answer", failing)
    evaluation = gathered(files.photos(worked(clf, asked(clf), tmp_path)), SIMPLE)
    failed = Setting("features", "eigencam")
    assert evaluation.reasons[failed] == {"Not for this model.": 3}
    assert evaluation.standings("deletion")[-1].setting == failed
    assert len(evaluation.files) == 3


def test_the_labelled_class_is_explained_and_needs_a_label(clf, tmp_path: Path) -> None:
    given = [*PHOTOS, Given("whatever.png", square(2, 2))]
    evaluation = gathered(
        files.photos(worked(clf, asked(clf, of="labelled"), tmp_path, given)), SIMPLE
    )
    assert dict(zip(evaluation.files, evaluation.classes, strict=True)) == {
        "class 0/corner.png": 0, "class 0/nothing.png": 0, "class 1/middle.png": 1,
    }  # fmt: skip
    ((file, why),) = evaluation.failed
    assert file == "whatever.png"
    assert "which class it shows" in why


def test_the_key_is_of_everything_asked(clf) -> None:
    usual = asked(clf)
    keys = {
        rows_of(clf, lambda: clf, one).key
        for one in (
            usual, asked(clf, steps=5), asked(clf, fit="pad"), asked(clf, of="labelled"),
            asked_of(clf, METHODS[:1], metrics=SIMPLE, steps=4),
            asked(clf, boxes={"a": ((0, 0, 1, 1),)}),
        )
    }  # fmt: skip
    assert len(keys) == 6
    assert rows_of(clf, lambda: clf, asked(clf)).key in keys


def test_tables(clf, tmp_path: Path) -> None:
    """A line for each photo, layer and method; a photo that failed has one with its error."""
    given = [*PHOTOS, Given("broken.png", b"nothing")]
    table = worked(clf, asked(clf), tmp_path, given)
    evaluation = gathered(files.photos(table), SIMPLE)
    written = files.write(tmp_path, table, evaluation, "<p>")
    assert {file.name for file in written} == {
        "results.parquet", "results.csv", "summary.csv", "differences.csv", "index.html",
    }  # fmt: skip
    flat = files.flat(table, SIMPLE)
    assert flat.num_rows == 3 * 4 + 1
    broken = flat.to_pylist()[0]
    assert (broken["file"], broken["method"]) == ("broken.png", None)
    assert broken["error"]
    lines = (tmp_path / "summary.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + 2 * 4
    assert lines[0].startswith("metric,layer,method,mean,low,high")
    lines = (tmp_path / "differences.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + 2 * 6


def test_what_is_asked_is_checked(clf) -> None:
    everything = asked_of(clf)
    assert everything.layers == ("features",)
    assert set(everything.methods) >= {"gradcam", "scorecam"}
    assert not any(METRICS[metric].needs_boxes for metric in everything.metrics)
    with pytest.raises(GradcamError, match="deletoin"):
        asked_of(clf, metrics=["deletoin"])
    with pytest.raises(GradcamError, match="not an explainable layer"):
        asked_of(clf, layers="layer9")


def test_boxes_are_read_by_path_or_name(tmp_path: Path) -> None:
    file = tmp_path / "boxes.csv"
    file.write_text(
        "file,left,top,right,bottom\ndeep/a.jpg,0,1,2,3\ndeep/a.jpg,4,5,6,7.5\nb.jpg,0,0,9,9\n"
    )
    boxes = read_boxes(file)
    assert boxes_of(boxes, "deep/a.jpg") == ((0, 1, 2, 3), (4, 5, 6, 7.5))
    assert boxes_of(boxes, "other/b.jpg") == ((0, 0, 9, 9),)
    assert boxes_of(boxes, "c.jpg") == ()


@pytest.mark.parametrize(
    "text",
    [
        "file,left,top,right\na.jpg,0,0,1\n",
        "file,left,top,right,bottom\na.jpg,5,0,1,1\n",
        "file,left,top,right,bottom\na.jpg,0,0,one,1\n",
        "file,left,top,right,bottom\na.jpg,0,0,1\n",
    ],
)
def test_what_is_no_box_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "boxes.csv"
    file.write_text(text)
    with pytest.raises(GradcamError, match="columns file"):
        read_boxes(file)


def test_progress_ends_at_its_total(clf) -> None:
    told = []
    scorer = Scorer(clf, asked(clf))
    item = scorer.read(PHOTOS[0], open_image(PHOTOS[0].source))
    scorer.rows([item], Watch(lambda *now: told.append(now)))
    done, total = told[-1]
    assert done == total == 2 + 4 * (5 + 5)  # two maps to make; of four, two curves of five steps


def test_a_cancelled_photo_ends_the_run(clf) -> None:
    from gradcam.errors import CancelledError

    scorer = Scorer(clf, asked(clf))
    item = scorer.read(PHOTOS[0], open_image(PHOTOS[0].source))
    with pytest.raises(CancelledError):
        scorer.rows([item], Watch(cancelled=lambda: True))
