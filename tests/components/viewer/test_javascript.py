"""The scripts: their own tests, their linter, and bundles built from the current modules."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMPONENTS = ROOT / "components"
NODE = shutil.which("node")
ESLINT = ROOT / "node_modules" / "eslint" / "bin" / "eslint.js"


def modules_digest() -> str:
    """Return the digest that tools/bundle.js writes into a bundle's first line."""
    digest = hashlib.sha256()
    names = (file.relative_to(ROOT).as_posix() for file in COMPONENTS.rglob("*.js"))
    for name in sorted(name for name in names if not name.endswith(".bundle.js")):
        text = (ROOT / name).read_text("utf-8")
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


@pytest.mark.parametrize(
    "bundle", sorted(COMPONENTS.glob("*/*.bundle.js")), ids=lambda path: str(path.name)
)
def test_a_bundle_is_up_to_date(bundle: Path) -> None:
    first_line, _, script = bundle.read_text("utf-8").partition("\n")
    assert first_line.endswith(modules_digest()), "Stale: npm ci && npm run build"
    assert script.count("export{") == 1
    assert not re.search(r"(^|;|\n)import\b", script)


@pytest.mark.skipif(NODE is None, reason="Node is not installed")
def test_the_modules_pass_their_own_tests() -> None:
    tests = sorted((ROOT / "tests" / "components").glob("*/js/*.test.js"))
    assert tests
    _run("--test", *map(str, tests))


@pytest.mark.skipif(NODE is None or not ESLINT.exists(), reason="eslint is not installed: npm ci")
def test_the_linter_finds_nothing() -> None:
    _run(str(ESLINT), ".")


def _run(*arguments: str) -> None:
    assert NODE is not None
    ended = subprocess.run([NODE, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
