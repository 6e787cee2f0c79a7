"""What `pip install .` packs, read from pyproject.toml: building a wheel takes longer."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
FILES = [
    file
    for package in ("gradcam", "components")
    for file in sorted((ROOT / package).rglob("*"))
    if file.is_file() and "__pycache__" not in file.parts
]


def test_both_packages_are_found() -> None:
    included = SETUPTOOLS["packages"]["find"]["include"]
    for package in ("gradcam", "gradcam.cli", "components", "components.viewer"):
        assert any(fnmatch(package, pattern) for pattern in included)


@pytest.mark.parametrize("folder", sorted({f.parent for f in FILES}), ids=lambda f: f.name)
def test_every_folder_is_a_package(folder: Path) -> None:
    """Others are left out, and what is in them."""
    assert (folder / "__init__.py").is_file()


def test_what_lies_beside_the_code_goes_with_it() -> None:
    """Weights, catalogues, style sheets, bundled scripts; not the modules in those bundles."""
    patterns = SETUPTOOLS["package-data"]["*"]
    beside = {file for file in FILES if file.suffix != ".py"}
    bundles = {file for file in beside if file.name.endswith(".bundle.js")}
    names = {file.name for file in beside}
    assert {"photos.safetensors", "keras.json", "page.css", "viewer.bundle.js"} <= names
    left = {f for f in beside if not any(fnmatch(f.name, pattern) for pattern in patterns)}
    assert left == {file for file in beside - bundles if file.suffix == ".js"}


def test_no_code_reads_a_script_that_stays_behind() -> None:
    said = [
        name
        for file in FILES
        if file.suffix == ".py"
        for name in re.findall(r"\"([\w.]+\.js)\"", file.read_text("utf-8"))
    ]
    assert len(said) >= 3
    assert [name for name in said if not name.endswith(".bundle.js")] == []
