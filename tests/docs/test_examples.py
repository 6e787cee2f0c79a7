"""docs/examples run unchanged, each in a fresh interpreter; so do examples in docstrings."""

from __future__ import annotations

import doctest
import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image

import gradcam

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
PHOTOS = Path(skimage.__file__).parent / "data"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder with the photos that the examples expect."""
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    coffee = Image.open(PHOTOS / "coffee.png").convert("RGB")
    for name in ("photo.jpg", "photos/coffee.jpg"):
        coffee.save(name)
    cat = Image.open(PHOTOS / "chelsea.png").convert("RGB")
    for name in ("cat.jpg", "photos/cat.jpg"):
        cat.save(name)


def run(name: str) -> list[str]:
    """Run an example and return the lines it prints; downloads fail, as nothing uses port 9."""
    nowhere = {"GRADCAM_CACHE": "cache", "GRADCAM_MIRROR": "http://127.0.0.1:9"}
    ran = subprocess.run(
        [sys.executable, EXAMPLES / name],
        env=os.environ | nowhere | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def differs(picture: str) -> bool:
    """Return whether something is drawn over the photo."""
    drawn = np.asarray(Image.open(picture), np.int16)
    return bool(np.abs(drawn - gradcam.read_image("photo.jpg")).max() > 50)


def one_class() -> None:
    clf = gradcam.load_model("bundled/photos-keras")
    clf.model.save("model.keras")
    Path("labels.txt").write_text("\n".join(clf.labels), encoding="utf-8")
    run("one_class.py")
    assert differs("one_class.png")


def several_layers() -> None:
    assert run("several_layers.py") == [
        "stage1 (112, 112)",
        "stage2 (56, 56)",
        "stage3 (28, 28)",
        "stage5 (14, 14)",
        "head (7, 7)",
        "stage1 + stage2 + stage3 + stage5 + head (112, 112)",
    ]
    assert Image.open("several_layers.png").size == (6 * 600, 400)


def signs() -> None:
    positive, both, size = (line.split() for line in run("signs.py"))
    assert positive == ["for:", "0.000", "to", "1.000"]
    assert size[0] == "abs:"
    assert float(both[1]) < 0 <= float(size[1])
    assert all(differs(f"{name}.png") for name in ("for", "both", "abs"))


def many_photos() -> None:
    cat, coffee = run("many_photos.py")
    assert cat.startswith("cat: ")
    assert coffee.startswith("coffee: espresso 9")
    loaded = gradcam.load_explanation(Path("maps/coffee"), "photos/coffee.jpg")
    assert loaded.maps[0].prediction.label == "espresso"
    assert "coffee.jpg" in Path("report.html").read_text(encoding="utf-8")
    assert Path("report.pdf").read_bytes().startswith(b"%PDF")
    assert Path("report.pptx").read_bytes().startswith(b"PK")


def wrap_torch() -> None:
    assert [line.split()[0] for line in run("wrap_torch.py")] == ["layer3", "layer4"]
    assert Image.open("layer4.png").size == (600, 400)


def wrap_keras() -> None:
    assert [line.split()[0] for line in run("wrap_keras.py")] == ["early", "late"]
    assert Image.open("late.png").size == (600, 400)


CHECKS: tuple[Callable[[], None], ...] = (
    one_class, several_layers, signs, many_photos, wrap_torch, wrap_keras,
)  # fmt: skip


def _parameter(check: Callable[[], None]) -> object:
    quick = check in (one_class, signs, wrap_torch)
    return pytest.param(check, id=check.__name__, marks=() if quick else pytest.mark.heavy)


@pytest.mark.parametrize("check", map(_parameter, CHECKS))
def test_every_example_runs(check: Callable[[], None]) -> None:
    check()


def test_every_example_is_tested() -> None:
    names = {check.__name__ for check in CHECKS}
    assert {file.stem for file in EXAMPLES.glob("*.py")} == names


def with_examples() -> list[str]:
    """Return the modules of gradcam with examples in their docstrings."""
    files = sorted((ROOT / "gradcam").rglob("*.py"))
    found = [f.relative_to(ROOT) for f in files if ">>>" in f.read_text(encoding="utf-8")]
    return [".".join(file.with_suffix("").parts).removesuffix(".__init__") for file in found]


@pytest.mark.parametrize("module", with_examples())
def test_examples_in_docstrings_run(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted
    assert not result.failed


def test_the_front_page_example_draws_something() -> None:
    doctest.testmod(gradcam)
    assert Image.open("cat-cam.png").size == Image.open("cat.jpg").size
