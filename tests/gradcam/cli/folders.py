"""Helpers for tests of whole folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gradcam.cli import main

GOOD, BROKEN = 180, 20  # in the fixture `mixed`


def explain(*arguments: object) -> int:
    """Run `gradcam explain` and return its exit status."""
    return main(["explain", "--top-k", "2", *map(str, arguments)])


def results(out: Path) -> dict[str, dict[str, Any]]:
    """Return the manifests by folder, checking that every folder not hidden is complete."""
    files = (file for file in out.rglob("*") if file.is_file())
    folders = {file.parent.relative_to(out) for file in files}
    seen = [f for f in folders if not any(part.startswith(".") for part in f.parts)]
    return {folder.as_posix(): _complete(out / folder) for folder in seen}


def _complete(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert {file.name for file in folder.iterdir()} == {"manifest.json", *manifest["files"]}
    with np.load(folder / "maps.npz") as maps:
        assert all(np.isfinite(maps[m["name"]]).all() for m in manifest["maps"])
    for name in manifest["files"]:
        if name.endswith(".png"):
            with Image.open(folder / name) as picture:
                picture.load()
    return manifest


def photos(folder: Path, count: int, size: int) -> Path:
    """Create `folder` with `count` photos of noise, and return it."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(2)
    for n in range(count):
        pixels = rng.integers(0, 256, (size, size, 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{n:03}.png")
    return folder
