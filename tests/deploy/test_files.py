"""The unit, the recipe for a container, and what docs/operating.md says of settings and numbers."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from components.serving import login, metrics
from components.serving.health import Readiness
from components.serving.numbers import text

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy" / "gradcam-explorer.service"
RECIPE = (ROOT / "deploy" / "Containerfile").read_text("utf-8")
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
CODE = "\n".join(
    file.read_text("utf-8") for folder in ("gradcam", "components") for file in
    (ROOT / folder).rglob("*.py")
)  # fmt: skip
systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")


@systemd
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """With this checkout in the place of the one in /opt."""
    python = "/opt/gradcam-explorer/.venv/bin/python"
    there = UNIT.read_text("utf-8").replace(python, shutil.which("env") or "")
    copy = tmp_path / UNIT.name
    copy.write_text(there.replace("/opt/gradcam-explorer", str(ROOT)))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@systemd
def test_the_unit_is_hardened() -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", str(UNIT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "offline" in done.stderr:
        pytest.skip("this systemd cannot look at a file")
    assert done.returncode == 0, done.stdout
    found = re.search(r"exposure level for .*: ([\d.]+)", done.stdout)
    assert found
    assert f"rates its exposure {found[1]} of 10" in PAGE


def test_what_the_unit_starts_is_there() -> None:
    said = UNIT.read_text("utf-8")
    for name in re.findall(r"/opt/gradcam-explorer/([\w/.-]+)", said):
        assert (ROOT / name).exists() or name == ".venv/bin/python"


def test_the_container_has_what_it_runs_and_no_rights() -> None:
    for sources in re.findall(r"^COPY (.+) \S+$", RECIPE, re.MULTILINE):
        assert all((ROOT / source).exists() for source in sources.split())
    lines = RECIPE.splitlines()
    assert lines.index("USER 10001:10001") < next(
        n for n, line in enumerate(lines) if line.startswith("ENTRYPOINT")
    )
    authlib = re.findall(r"Authlib==[\d.]+", RECIPE)
    assert authlib == re.findall(
        r"^Authlib==[\d.]+", (ROOT / "requirements-dev.txt").read_text("utf-8"), re.MULTILINE
    )


def test_every_number_is_in_the_docs() -> None:
    known = set(
        re.findall(r"^# TYPE (\S+)", text(metrics.everything(Readiness(lambda: None))), re.M)
    )
    said = set(re.findall(r"`((?:gradcam|process)_[a-z_]+)(?:\{[a-z,]+\})?`", PAGE))
    assert said == known


def test_every_variable_in_the_docs_is_read() -> None:
    for name in set(re.findall(r"\bGRADCAM_[A-Z_]+", PAGE + UNIT.read_text("utf-8") + RECIPE)):
        assert name in CODE


def test_the_section_for_a_login_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    said = tomllib.loads(re.findall(r"```toml\n(\[auth\].*?)```", PAGE, re.DOTALL)[0])
    said["auth"]["cookie_secret"] = "s" * 64

    class Secrets:
        def to_dict(self) -> dict[str, Any]:
            return said

    options = {"server.address": "127.0.0.1", "server.allowedHosts": ["cam.example.org"]}
    monkeypatch.setattr(st, "secrets", Secrets())
    monkeypatch.setattr(st, "get_option", options.__getitem__)
    login.checked()


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", PAGE):
        assert (ROOT / "docs" / link).exists(), link
