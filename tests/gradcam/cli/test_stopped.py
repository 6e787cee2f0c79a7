"""Killed or interrupted in the middle of a file, a batch goes on where it was."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .folders import BROKEN, GOOD, explain, results

ROOT = Path(__file__).parents[3]
# The command itself, which halts for as long as we like, half way through the seventh result's
# numbers: to send a signal at the right time by watching the disk is a race that a busy machine
# loses.
HALTING = """
import itertools, sys, time
from pathlib import Path
from gradcam.cli import main
from gradcam.files import write as files

signs, write, count = Path(sys.argv[1]), files.write_npz, itertools.count(1)

def halting(file, *arguments, **options):
    if next(count) == 7:
        file.write(b"half")
        file.flush()
        (signs / "halted").touch()
        while not (signs / "go").exists():
            time.sleep(0.01)
        file.seek(0)
        file.truncate()
    write(file, *arguments, **options)

files.write_npz = halting
sys.exit(main(sys.argv[2:]))
"""


def stop_halfway(arguments: list[object], signs: Path, stop: signal.Signals) -> int:
    """The command's exit status, once it was sent `stop` while it halted and then let go on."""
    signs.mkdir()
    command = [sys.executable, "-c", HALTING, *map(str, (signs, *arguments))]
    with (signs / "said").open("w") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
    try:
        while not (signs / "halted").exists():
            assert process.poll() is None, (signs / "said").read_text()
            time.sleep(0.01)
        process.send_signal(stop)
        (signs / "go").touch()
        return process.wait()
    finally:
        process.kill()


@pytest.mark.parametrize(("stop", "status"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_stopped_in_the_middle_it_goes_on(
    mixed: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    stop: signal.Signals,
    status: int,
) -> None:
    out = tmp_path / "out"
    # With two that write, five are whole when the seventh begins.
    arguments = ["explain", mixed, "--out", out, "--top-k", 2, "--batch", 4, "--jobs", 2]
    assert stop_halfway(arguments, tmp_path / "signs", stop) == status
    unfinished = list(out.rglob(".gradcam-*.part"))
    assert bool(unfinished) == (stop == signal.SIGKILL)
    before = results(out)
    assert 5 <= len(before) < 30

    assert explain(mixed, "--out", out) == 1
    said = capsys.readouterr().out
    assert f"{GOOD - len(before)} of {GOOD + BROKEN} images explained" in said
    assert f"{len(before)} were there already, {BROKEN} failed" in said
    assert len(results(out)) == GOOD
    assert not list(out.rglob(".*"))
