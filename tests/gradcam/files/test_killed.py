"""A process that is killed while it saves: what is there is whole or said not to be, and the next
run needs no repair."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import gradcam
from gradcam.backends.numpy import NumpyClassifier
from gradcam.cli import main
from gradcam.errors import GradcamError
from gradcam.files.write import MANIFEST, atomic_write

from ..cli.folders import photos

ROOT = Path(__file__).parents[3]
# Is killed when it is about to finish its n-th file, which is then there under a hidden name alone.
DEADLY = """
import os, signal, sys

left, replace = int(sys.argv[1]), os.replace

def deadly(*paths):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(*paths)

os.replace = deadly
"""
SAVE = f"""{DEADLY}
import numpy as np
import gradcam
from gradcam.backends.numpy import NumpyClassifier

photo = np.zeros((10, 20, 3), np.uint8)
photo[:, :10, 0] = 200
result = gradcam.explain(NumpyClassifier(np.eye(3), np.eye(3), size=8), photo, classes=[0, 1])
result.save(sys.argv[2])
"""
COMMAND = f"""{DEADLY}
from gradcam.cli import main

sys.exit(main(sys.argv[2:]))
"""
PHOTO = np.zeros((10, 20, 3), np.uint8)
PHOTO[:, :10, 0] = 200


def saved(folder: Path, kill_at: int) -> int:
    command = [sys.executable, "-c", SAVE, str(kill_at), str(folder)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


@pytest.mark.parametrize("kill_at", [1, 5, 10])
def test_a_folder_is_whole_or_says_that_it_is_not(kill_at: int, tmp_path: Path) -> None:
    folder = tmp_path / "cat"
    assert saved(folder, kill_at) == -signal.SIGKILL
    left = list(folder.glob(".*.part"))
    assert left
    with pytest.raises(GradcamError, match="nothing was saved there, or saving did not finish"):
        gradcam.load_explanation(folder, PHOTO)
    for one in left:
        os.utime(one, (time.time() - 7200,) * 2)
    assert saved(folder, 0) == 0
    assert len(gradcam.load_explanation(folder, PHOTO)) == 2
    assert not list(folder.glob(".*"))


def test_killed_over_an_older_result(tmp_path: Path) -> None:
    """Half the new files beside half the old ones are never taken for a result."""
    folder = tmp_path / "cat"
    assert saved(folder, 0) == 0
    assert saved(folder, 4) == -signal.SIGKILL
    assert not (folder / MANIFEST).exists()


def test_what_somebody_may_still_be_writing_stays(tmp_path: Path) -> None:
    others = tmp_path / f".{'a' * 16}.part", tmp_path / ".mine.part", tmp_path / "notes.part"
    for one in others:
        one.write_text("mine")
    for one in others[1:]:
        os.utime(one, (0, 0))
    with atomic_write(tmp_path / "new") as file:
        file.write(b"new")
    assert all(one.exists() for one in others)
    os.utime(others[0], (0, 0))
    with atomic_write(tmp_path / "new") as file:
        file.write(b"newer")
    assert [one.exists() for one in others] == [False, True, True]


@pytest.mark.parametrize("where", ["/dev/full/x", "/proc/x"])
def test_where_nothing_can_be_saved(where: str) -> None:
    result = gradcam.explain(NumpyClassifier(np.eye(3), np.eye(3), size=8), PHOTO, classes=[0])
    with pytest.raises(GradcamError, match="cannot be written to") as raised:
        result.save(where)
    assert raised.value.hint


@pytest.mark.heavy
@pytest.mark.parametrize("kill_at", [1, 2, 3])
@pytest.mark.parametrize("command", ["explain", "report", "find", "evaluate"])
def test_a_command_goes_on_where_it_was_killed(
    command: str, kill_at: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = photos(tmp_path / "in", 6, 60)
    out = tmp_path / ("out.html" if command == "report" else "out")
    words = [command, str(folder), "--model", "bundled/photos", "--out", str(out)]
    if command == "evaluate":
        words += ["--methods", "gradcam", "--metrics", "deletion"]
    killed = subprocess.run(
        [sys.executable, "-c", COMMAND, str(kill_at), *words], cwd=ROOT, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert killed.returncode in (-signal.SIGKILL, 0), killed.stderr
    assert main(words) == 0
    assert "Traceback" not in capsys.readouterr().err
