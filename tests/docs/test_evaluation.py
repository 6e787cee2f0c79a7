"""The page on how faithful the methods are, from rows that are made up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from gradcam.evaluation.scoring import schema
from studies.evaluation import CURVES, RUNS, Run, _boxes
from studies.evaluation_page import PAGE, page

METHODS = {"gradcam": 0.5, "layercam": 0.4, "random": 0.1, "centre": 0.2}


def kept(scores: dict[str, float], photos: int = 8, layers: tuple[str, ...] = ("head",)) -> Any:
    """Rows in which each method has the same numbers on every photo."""
    rows = [
        {
            "file": f"{n}.jpg", "error": None, "class_index": 0, "class_label": "a",
            "probability": 0.9,
            "scores": [
                {"layer": layer, "method": method, "why": "", "curves": [],
                 **{m: score if m != "deletion" else 1 - score for m in CURVES}}
                for layer in layers for method, score in scores.items()
            ],
        }
        for n in range(photos)
    ]  # fmt: skip
    own = [pa.field("file", pa.string()), pa.field("error", pa.string()), *schema(CURVES)]
    run = Run("bundled/photos", lambda: ((), {}), "predicted", tuple(scores), CURVES)
    return SimpleNamespace(run=run, table=pa.Table.from_pylist(rows, pa.schema(own)), photos=20)


def test_the_default_stays_where_nothing_is_better() -> None:
    text = page({"imagenet": kept(METHODS)})
    assert "Photos: 8 of 20." in text
    assert "nothing is better by more than chance, in 3 of 3 comparisons" in text
    assert "So method and layer stay." in text
    assert "| Grad-CAM | **0.500 ± 0.000** |" in text


def test_a_better_method_is_named_with_how_far_it_is_ahead() -> None:
    text = page({"imagenet": kept({**METHODS, "layercam": 0.6})})
    assert "it is behind in 3 of 3 comparisons" in text
    assert "Insertion: 0.100 behind LayerCAM" in text
    assert "Deletion: 0.100 behind LayerCAM" in text
    assert "In 3 of these it is more than 0.02" in text


def test_two_runs_on_the_same_photos_are_one_table() -> None:
    late = {"scorecam": 0.45, "random": 0.1, "centre": 0.2}
    text = page({"imagenet": kept(METHODS), "imagenet-scorecam": kept(late, photos=3)})
    assert "Photos: 8 of 20, 3 of 20" in text
    assert text.count("| Random map |") == 1
    assert "| Score-CAM | 0.450" in text


def test_few_photos_lead_to_nothing() -> None:
    text = page({"imagenet": kept(METHODS, photos=3)})
    assert "Which method?" not in text
    assert "**0.500" not in text


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_runs_name_what_they_score(run: Run) -> None:
    """What is kept would be lost if a run changed with every new method or metric."""
    assert run.methods
    assert run.metrics


def test_a_box_holds_its_last_row_and_column() -> None:
    lines = "wnid,file,x_min,y_min,x_max,y_max\nn1,a.JPEG,0,32,44,62\n"
    assert dict(_boxes(lines)) == {"n1/a.JPEG": ((0, 32, 45, 63),)}


def test_the_page_is_there() -> None:
    assert PAGE.read_text(encoding="utf-8").startswith("# How faithful the methods are")
