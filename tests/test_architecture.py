"""Imports point one way, app → components → gradcam, and only backends import frameworks."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENGINE = sorted((ROOT / "gradcam").rglob("*.py"))
COMPONENTS = sorted((ROOT / "components").rglob("*.py"))


def imported(file: Path, *, top_level_only: bool = False) -> set[str]:
    """Return the full names of the modules a file imports."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else ast.walk(tree)
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def roots(file: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(file)}


@pytest.mark.parametrize("file", ENGINE, ids=lambda f: str(f.relative_to(ROOT)))
def test_the_engine_does_not_import_the_dashboard(file: Path) -> None:
    assert not roots(file) & {"streamlit", "components", "app"}


@pytest.mark.parametrize("file", COMPONENTS, ids=lambda f: str(f.relative_to(ROOT)))
def test_components_do_not_import_a_framework(file: Path) -> None:
    assert not roots(file) & {"torch", "torchvision", "tensorflow", "keras", "app"}


@pytest.mark.parametrize("file", ENGINE, ids=lambda f: str(f.relative_to(ROOT)))
def test_only_backends_import_frameworks(file: Path) -> None:
    place = file.relative_to(ROOT / "gradcam").as_posix()
    frameworks = roots(file) & {"torch", "torchvision", "tensorflow", "keras"}
    if frameworks:
        assert place.startswith(("backends/torch/", "backends/keras/", "bundled/"))


@pytest.mark.parametrize("module", ["gradcam", "gradcam.cli", "components.view"])
def test_importing_loads_no_framework(module: str) -> None:
    heavy = ["torch", "torchvision", "tensorflow", "keras", "streamlit", "matplotlib", "skimage"]
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_the_front_page_stays_small() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 60
