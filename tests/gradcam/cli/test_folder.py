"""A realistic folder: mixed, partly broken, partly done."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam.cli import explain as command
from gradcam.cli import main
from gradcam.cli.photos import Task, read
from gradcam.errors import ImageError

from .folders import BROKEN, GOOD, explain, photos, results


def test_a_mixed_folder_twice(mixed: Path, tmp_path: Path, capsys) -> None:
    assert explain(mixed, "--only-raw", "--out", tmp_path) == 1
    output = capsys.readouterr()
    assert f"{GOOD} of {GOOD + BROKEN} images explained" in output.out
    assert f"{BROKEN} failed" in output.out
    failures = [line for line in output.err.splitlines() if line.startswith(str(mixed))]
    assert len(failures) == BROKEN
    assert len(results(tmp_path)) == GOOD
    assert not list(tmp_path.rglob(".*"))

    times = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.*")}
    assert explain(mixed, "--only-raw", "--out", tmp_path, "--json") == 1
    *lines, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert last["summary"]["skipped"] == GOOD
    assert last["summary"]["done"] == 0
    assert last["summary"]["failed"] == BROKEN
    assert len({line["file"] for line in lines}) == GOOD + BROKEN
    for line in lines:
        assert (line["error"] is None) == (line["status"] == "skipped") == bool(line["predictions"])
    assert times == {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.*")}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("empty.jpg", "0 bytes"),
        ("cut.jpg", "truncated"),
        ("text.png", "not an image"),
        ("archive.jpg", "not an image"),
        ("one-pixel.png", "too small"),
        ("thin.png", "too narrow"),
        ("huge.png", "too large"),
        ("folder.jpg", "not a file"),
        ("nowhere.jpg", "No such file"),
    ],
)
def test_each_failure_says_why(mixed: Path, tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(ImageError, match=reason):
        read(Task(mixed / name, tmp_path))


def test_what_counts_as_done_already(tmp_path: Path, capsys, monkeypatch) -> None:
    clf = gradcam.load_model("bundled/photos")
    monkeypatch.setattr(command, "load", lambda _options: clf)
    folder, out = photos(tmp_path / "in", 2, size=24), tmp_path / "out"

    def done(*arguments: object) -> int:
        capsys.readouterr()
        assert (
            main(["explain", str(folder), "--out", str(out), "--json", *map(str, arguments)]) == 0
        )
        return json.loads(capsys.readouterr().out.splitlines()[-1])["summary"]["done"]

    assert done("--top-k", 2, "--only-raw") == 2
    assert done("--top-k", 2) == 2  # there are no pictures yet
    assert done("--top-k", 2) == 0
    assert done("--top-k", 2, "--only-raw") == 0  # what exists is more than what is needed
    assert done("--top-k", 2, "--overwrite") == 2
    for other in (
        ["--top-k", 3],
        ["--classes", "espresso", 7],
        ["--classes", 7, "espresso"],
        ["--layer", "layer2"],
        ["--layer", "layer2", "--layer", "layer3"],
        ["--method", "hirescam"],
        ["--method", "finercam"],
        ["--method", "finercam", "--parameter", "gamma=0.9"],
        ["--method", "finercam", "--parameter", "nearest=1"],
        ["--method", "finercam", "--parameter", "against=3,7,50"],
        ["--method", "smoothgradcam++"],
        ["--method", "smoothgradcam++", "--parameter", "samples=4"],
        ["--method", "smoothgradcam++", "--parameter", "noise=0.3", "--parameter", "samples=4"],
        ["--method", "ablationcam"],
        ["--method", "ablationcam", "--parameter", "channels=8"],
        ["--method", "ablationcam", "--parameter", "channels=176"],  # all of them
        ["--augment"],
        ["--sign", "abs"],
        ["--sign", "both"],
        ["--fuse", "max"],
        ["--fuse", "max", "--layer", "layer2", "--layer", "layer3"],
        ["--fuse", "mean", "--layer", "layer2", "--layer", "layer3"],
        ["--fuse", "mean", "--layer", "layer2", "--layer", "layer3", "--sign", "abs"],
        ["--fit", "pad"],
        ["--colormap", "jet"],
        ["--alpha", 0.3],
        ["--threshold", 0.2],
        ["--scale", "shared"],
        ["--top-k", 12],
    ):
        assert done(*other) == 2, other
        assert done(*other) == 0, other
    assert len(list((out / "000.png").glob("*-overlay.png"))) == 12  # older ones are removed
    (out / "000.png" / "maps.npz").unlink()
    (out / "001.png" / "manifest.json").write_text("{}")
    assert done("--top-k", 12) == 2
    Image.fromarray(np.zeros((24, 24, 3), np.uint8)).save(folder / "000.png")
    assert done("--top-k", 12) == 1  # a different photo of the same name
