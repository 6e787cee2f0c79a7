"""A folder as folders are: mixed, partly broken, half done already."""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam.cli import explain as command
from gradcam.cli import main
from gradcam.cli.files import Task, read
from gradcam.errors import ImageError

ROOT = Path(__file__).parents[3]
GOOD, BROKEN = 180, 20


@pytest.fixture(scope="module")
def mixed(tmp_path_factory) -> Path:
    """180 photos of all sorts in three folders, and 20 things that only look like photos."""
    folder = tmp_path_factory.mktemp("mixed")
    for name in ("", "deep", "deep/deeper"):
        (folder / name).mkdir(exist_ok=True)
    rng = np.random.default_rng(0)
    for n in range(GOOD):
        where = folder / ("", "deep", "deep/deeper")[n % 3]
        suffix = ("jpg", "PNG", "webp", "bmp", "gif", "tif")[n % 6]
        mode = ("RGB", "L", "P")[n % 3] if suffix in ("PNG", "bmp", "tif") else "RGB"
        pixels = rng.integers(0, 256, (10 + n % 7 * 9, 12 + n % 5 * 20, 3), np.uint8)
        Image.fromarray(pixels).convert(mode).save(where / f"photo {n:03}.{suffix}")
    break_all(folder)
    return folder


def break_all(folder: Path) -> None:
    """BROKEN files, each in its own way."""

    def encoded(kind: str, height: int = 40, width: int = 40) -> bytes:
        data = io.BytesIO()
        pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
        Image.fromarray(pixels).save(data, kind)
        return data.getvalue()

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("photo.jpg", encoded("JPEG"))
    contents = {
        "empty.jpg": b"",
        "empty.gif": b"",
        "cut.jpg": encoded("JPEG")[:700],
        "cut.png": encoded("PNG")[:2000],
        "head.jpg": encoded("JPEG")[:4],
        "text.png": b"not a picture",
        "page.webp": b"<!doctype html><title>404</title>",
        "document.tif": b"%PDF-1.7\n",
        "archive.jpg": archive.getvalue(),
        "noise.bmp": bytes(range(256)) * 4,
        "one-pixel.png": encoded("PNG", 1, 1),
        "small.png": encoded("PNG", 7, 50),
        "thin.png": encoded("PNG", 8, 400),
        "huge.png": huge_png(),
        "damaged.png": encoded("PNG").replace(b"IDAT", b"IDAX"),
        "zeros.jpg": bytes(1000),
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    (folder / "folder.jpg").mkdir()
    (folder / "nowhere.jpg").symlink_to(folder / "gone.jpg")
    (folder / "circle.jpg").symlink_to(folder / "circle.jpg")
    if os.geteuid() == 0:  # who may read everything
        os.mkfifo(folder / "pipe.jpg")
    else:
        (folder / "secret.jpg").write_bytes(encoded("JPEG"))
        (folder / "secret.jpg").chmod(0)


def huge_png() -> bytes:
    """A few bytes that say they are 60,000 × 60,000 pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [header, b"IDAT" + zlib.compress(bytes(100))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in chunks
    )


def explain(*arguments: object) -> int:
    return main(["explain", "--top-k", "2", *map(str, arguments)])


def results(out: Path) -> dict[str, dict]:
    """Manifests by folder; every file that one lists is there, and whole."""
    found = {}
    for file in out.rglob("manifest.json"):
        manifest = json.loads(file.read_text())
        assert "maps.npz" in manifest["files"]
        with np.load(file.with_name("maps.npz")) as maps:
            assert all(np.isfinite(maps[m["name"]]).all() for m in manifest["maps"])
        for name in manifest["files"]:
            if name.endswith(".png"):
                with Image.open(file.with_name(name)) as picture:
                    picture.load()
        found[file.parent.relative_to(out).as_posix()] = manifest
    return found


def photos(folder: Path, count: int, size: int = 90) -> Path:
    folder.mkdir(parents=True)
    rng = np.random.default_rng(2)
    for n in range(count):
        pixels = rng.integers(0, 256, (size, size, 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{n:03}.png")
    return folder


def test_a_mixed_folder_then_again(mixed: Path, tmp_path: Path, capsys) -> None:
    assert explain(mixed, "--only-raw", "--out", tmp_path) == 1
    said = capsys.readouterr()
    assert f"{GOOD} of {GOOD + BROKEN} images explained" in said.out
    assert f"{BROKEN} failed" in said.out
    failures = [line for line in said.err.splitlines() if line.startswith(str(mixed))]
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
        ("cut.jpg", "cut short"),
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


def run_until(arguments: list[object], enough: Callable[[], bool], stop: int) -> int:
    """The command in its own process, sent a signal as soon as `enough` holds."""
    command = [sys.executable, "-m", "gradcam", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while process.poll() is None and not enough() and time.monotonic() < deadline:
            time.sleep(0.002)
        assert process.poll() is None, "it was over too soon"
        process.send_signal(stop)
        return process.wait(timeout=60)
    finally:
        process.kill()


@pytest.mark.parametrize(("stop", "status"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_stopped_in_the_middle_it_goes_on(tmp_path: Path, capsys, stop: int, status: int) -> None:
    folder, out = photos(tmp_path / "in", 48), tmp_path / "out"
    arguments = ["explain", folder, "--out", out, "--top-k", 2, "--batch", 4]
    assert run_until(arguments, lambda: len(list(out.glob("*/manifest.json"))) > 4, stop) == status
    before = results(out)
    assert 4 < len(before) < 48
    # What has its final name is whole: no folder is without its manifest.
    assert {p.name for p in out.iterdir() if not p.name.startswith(".")} == set(before)
    if stop == signal.SIGINT:
        assert not list(out.glob(".*"))

    assert explain(folder, "--out", out) == 0
    assert f"{len(before)} were there already" in capsys.readouterr().out
    assert len(results(out)) == 48
    assert not list(out.rglob(".*"))


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
    assert done("--top-k", 2, "--only-raw") == 0  # more is there than asked for
    assert done("--top-k", 2, "--overwrite") == 2
    for other in (
        ["--top-k", 3],
        ["--classes", "espresso", 7],
        ["--classes", 7, "espresso"],
        ["--layer", "layer2"],
        ["--layer", "layer2", "--layer", "layer3"],
        ["--method", "hirescam"],
        ["--method", "finercam"],
        ["--method", "smoothgradcam++"],
        ["--method", "ablationcam"],
        ["--activation", "abs"],
        ["--fit", "pad"],
        ["--colormap", "jet"],
        ["--alpha", 0.3],
        ["--threshold", 0.2],
        ["--scale", "shared"],
        ["--top-k", 12],
    ):
        assert done(*other) == 2, other
        assert done(*other) == 0, other
    assert len(list((out / "000.png").glob("*-overlay.png"))) == 12  # none is left of the others
    (out / "000.png" / "maps.npz").unlink()
    (out / "001.png" / "manifest.json").write_text("{}")
    assert done("--top-k", 12) == 2
    Image.fromarray(np.zeros((24, 24, 3), np.uint8)).save(folder / "000.png")
    assert done("--top-k", 12) == 1  # another photo of the same name
