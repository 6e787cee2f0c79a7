"""Ctrl-C, whenever it comes, is one sentence and a status for the shell."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .folders import photos

ROOT = Path(__file__).parents[3]
SENTENCE = "Stopped. Run the same command again to continue."
# Halts where it is told to, says so, and waits for the signal.
HALTING = """
import runpy, sys, time

class Halt:
    def find_spec(self, name, path=None, target=None):
        if name == {where!r}:
            print("halted", flush=True)
            time.sleep(60)

sys.meta_path.insert(0, Halt())
sys.argv[0] = "gradcam"
runpy.run_module("gradcam", run_name="__main__")
"""


@pytest.mark.parametrize(
    "where",
    [
        "gradcam.covering",
        "gradcam.evaluation",
        "gradcam.cli.parser",
        "gradcam.cli.terminal",
        "torch",
    ],
)
def test_while_it_starts(where: str, tmp_path: Path) -> None:
    folder = photos(tmp_path / "in", 1, 40)
    command = ["explain", str(folder), "--model", "bundled/photos", "--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        [sys.executable, "-c", HALTING.format(where=where), *command],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "halted\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert said.strip() == SENTENCE
    assert process.returncode in (130, -signal.SIGINT)  # which the shell shows as 130 too


@pytest.mark.heavy
@pytest.mark.parametrize("command", ["explain", "find", "evaluate", "report", "models"])
@pytest.mark.parametrize("seconds", [0.3, 1, 2, 4])
def test_at_any_time(command: str, seconds: float, tmp_path: Path) -> None:
    folder = photos(tmp_path / "in", 200, 100)
    out = tmp_path / "out.html" if command == "report" else tmp_path / "out"
    words = [] if command == "models" else [folder, "--model", "bundled/photos", "--out", out]
    process = subprocess.Popen(
        [sys.executable, "-m", "gradcam", command, *map(str, words)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert "Traceback" not in said
    if process.returncode != 0:  # it may have been done already
        assert said.rstrip().endswith(SENTENCE) or seconds < 0.5  # Python itself still starts then
