"""What `pip install .` installs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"gradcam": "gradcam", "components": "gradcam_explorer"}  # folder → installed as
SHIPPED = {
    f"{installed}/{file.relative_to(ROOT / folder).as_posix()}"
    for folder, installed in PACKAGES.items()
    for file in (ROOT / folder).rglob("*")
    if file.is_file() and "__pycache__" not in file.parts
    # Scripts ship only as bundles.
    if file.suffix != ".js" or file.name.endswith(".bundle.js")
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from a copy so that no build folder is left behind."""
    folder = tmp_path_factory.mktemp("wheel")
    files = ["ls-files", "-co", "--exclude-standard", "gradcam", "components", "pyproject.toml"]
    listed = subprocess.run(["git", *files, "README.md"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "-w", str(folder), str(folder)], check=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_it_installs_the_library_and_one_other_package(wheel: zipfile.ZipFile) -> None:
    roots = {name.split("/")[0] for name in wheel.namelist()}
    assert {root for root in roots if not root.endswith(".dist-info")} == {
        "gradcam",
        "gradcam_explorer",
    }


def test_it_contains_every_file_of_both(wheel: zipfile.ZipFile) -> None:
    """Including weights, catalogues, style sheets and bundled scripts."""
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == SHIPPED


def test_the_installed_dashboard_imports_its_own_modules(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    wheel.extractall(tmp_path)
    code = "import gradcam_explorer.explore as page; print(page.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(str(tmp_path))


def test_the_library_has_lower_bounds_and_the_application_pins() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert all("==" in line for line in pinned)
    lowest = {line.split(">=")[0] for line in wanted if ">=" in line}
    assert lowest == {line.split("==")[0] for line in pinned}


def test_no_code_reads_a_script_that_does_not_ship() -> None:
    scripts = [
        name
        for folder in PACKAGES
        for file in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"\"([\w.]+\.js)\"", file.read_text("utf-8"))
    ]
    assert len(scripts) >= 3
    assert [name for name in scripts if not name.endswith(".bundle.js")] == []
