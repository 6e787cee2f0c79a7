"""Accuracy, measured on a stub whose answers can be checked by eye."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gradcam.bundled.photos import wnids
from gradcam.types import Floats, Preprocessing
from training.data import Sample
from training.evaluate import Score, answers, by_margin, main, rank

PLAIN = Preprocessing(resize=8, crop=(8, 8), mean=(0, 0, 0), std=(1, 1, 1))


def grey(path: Path, level: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (16, 16), (level, level, level)).save(path)
    return path


def stub(values: Floats) -> Floats:
    """Rank seven classes 0, 1, 2, … for dark photos and 6, 5, 4, … for bright ones."""
    up = np.arange(7, dtype=np.float32)
    bright = values.mean(axis=(1, 2, 3)) > 0.5
    return np.where(bright[:, None], up, -up)


def test_counts_match_those_made_by_hand(tmp_path: Path) -> None:
    """Ranks are 0, 2, 6 (dark) and 0, 5 (bright): 2 of 5 are first, 3 among the top five."""
    dark, bright = grey(tmp_path / "dark.png", 20), grey(tmp_path / "bright.png", 220)
    samples = [
        Sample(dark, 0), Sample(dark, 2), Sample(dark, 6), Sample(bright, 6), Sample(bright, 1)
    ]  # fmt: skip
    for batch in (1, 2, 100):
        score = Score.of(*answers(stub, samples, PLAIN, batch=batch))
        assert score == Score(first=2, five=3, count=5)
    assert (score.top1, score.top5) == (40, 60)
    assert str(score) == "top-1 40.00 % (2 of 5), top-5 60.00 % (3 of 5)"


def test_a_tie_counts_against_the_model() -> None:
    logits = np.array([[1, 1, 0], [3, 2, 1]], np.float32)
    assert rank(logits, np.array([0, 1])).tolist() == [1, 1]


def test_margins_by_hand() -> None:
    """Two classes at 95 and 5 %, 52 and 48 % (wrong), 60 and 40 %: 90, 4 and 20 points ahead."""
    shares = np.array([[0.95, 0.05], [0.48, 0.52], [0.6, 0.4001]])
    table = list(by_margin(np.log(shares).astype(np.float32), np.array([0, 0, 0])))
    assert table[0] == (0, 10, 1, 0)
    assert table[1] == (10, 20, 1, 1)
    assert table[-1] == (80, 100, 1, 1)
    assert sum(row[2] for row in table) == 3


def test_photos_named_by_their_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wnid in (wnids()[3], wnids()[50], "n00000000"):
        grey(tmp_path / f"{wnid}_thing.JPEG", 90)
    assert main([str(tmp_path)]) == 0
    assert " of 2)" in capsys.readouterr().out


@pytest.mark.parametrize("published", [True, False])
def test_the_command_on_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], published: bool
) -> None:
    one, two = wnids()[3], wnids()[50]
    if published:
        for k in range(3):
            grey(tmp_path / "images" / f"val_{k}.JPEG", 80 * k)
        lines = [f"val_0.JPEG\t{one}\t0", f"val_1.JPEG\t{two}\t0", "val_2.JPEG\tn00000000\t0"]
        (tmp_path / "val_annotations.txt").write_text("\n".join(lines))
    else:
        grey(tmp_path / one / "a.JPEG", 0)
        grey(tmp_path / two / "b.JPEG", 80)
        grey(tmp_path / "n00000000" / "c.JPEG", 160)
    assert main([str(tmp_path), "--size", "64"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("bundled/photos at 64 px: top-1 ")
    assert " of 2)" in printed


def test_an_empty_folder_is_a_one_line_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 1
    assert "no photos of the 100 classes" in capsys.readouterr().err
