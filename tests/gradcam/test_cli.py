"""The command line, as somebody types it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from gradcam.cli import main


@pytest.fixture
def folder(tmp_path):
    """Two photos, one in a folder below, and one file that is none."""
    rng = np.random.default_rng(0)
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("a.png", "deep/a.png"):
        Image.fromarray(rng.integers(0, 256, (90, 120, 3), np.uint8)).save(tmp_path / "in" / name)
    (tmp_path / "in" / "notes.png").write_text("not a picture")
    return tmp_path


def test_models_lists_the_catalogue(capsys) -> None:
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("bundled/photos")
    assert any(line.startswith("torchvision/resnet50 ") and "25.6 M" in line for line in lines)


def test_layers_marks_the_recommended_one(capsys) -> None:
    assert main(["layers", "bundled/photos"]) == 0
    (line,) = [x for x in capsys.readouterr().out.splitlines() if x.endswith("recommended")]
    assert line.split()[:2] == ["layer3", "176×10×10"]


def test_one_bad_file_never_loses_the_batch(folder, capsys) -> None:
    out = folder / "out"
    status = main(["explain", str(folder / "in"), "--top-k", "2", "--out", str(out)])
    said = capsys.readouterr()
    assert status == 1
    assert "2 of 3 images explained" in said.out
    assert "notes.png: This file is not an image." in said.err
    assert (out / "deep" / "a.png" / "manifest.json").is_file()
    assert len(json.loads((out / "a.png" / "manifest.json").read_text())["maps"]) == 2


def test_mistakes_are_one_line(folder, capsys) -> None:
    assert main(["layers", "bundled/photo"]) == 2
    assert "Nearest: bundled/photos" in capsys.readouterr().err
    photo = str(folder / "in" / "a.png")
    assert main(["explain", photo, "--layer", "layer9", "--out", str(folder / "o")]) == 2
    assert "Nearest: layer" in capsys.readouterr().err
    assert main(["explain", str(folder / "in" / "notes.png"), "--out", str(folder / "o")]) == 2
