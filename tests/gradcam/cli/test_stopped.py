"""A batch that is killed or interrupted in the middle of a file can be continued."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .folders import BROKEN, GOOD, explain, results

ROOT = Path(__file__).parents[3]
# Runs the command, but halts halfway through the seventh result's numbers until told to go on.
# Timing a signal by watching the disk instead would be a race, lost on a busy machine.
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
    """Send `stop` while the command halts, let it go on, and return its exit status."""
    signs.mkdir()
    command = [sys.executable, "-c", HALTING, *map(str, (signs, *arguments))]
    with (signs / "output").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        while not (signs / "halted").exists():
            assert process.poll() is None, (signs / "output").read_text()
            time.sleep(0.01)
        process.send_signal(stop)
        (signs / "go").touch()
        return process.wait()
    finally:
        process.kill()


@pytest.mark.parametrize(
    ("stop", "status"),
    [(signal.SIGKILL, -9), pytest.param(signal.SIGINT, 130, marks=pytest.mark.heavy)],
)
def test_a_stopped_batch_continues(
    mixed: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    stop: signal.Signals,
    status: int,
) -> None:
    out = tmp_path / "out"
    # With two writers, five results are complete when the seventh begins.
    arguments = ["explain", mixed, "--out", out, "--top-k", 2, "--batch", 4, "--jobs", 2]
    assert stop_halfway(arguments, tmp_path / "signs", stop) == status
    unfinished = list(out.rglob(".gradcam-*.part"))
    assert bool(unfinished) == (stop == signal.SIGKILL)
    before = results(out)
    assert 5 <= len(before) < 30

    assert explain(mixed, "--out", out) == 1
    output = capsys.readouterr().out
    assert f"{GOOD - len(before)} of {GOOD + BROKEN} images explained" in output
    assert f"{len(before)} already done, {BROKEN} failed" in output
    assert len(results(out)) == GOOD
    assert not list(out.rglob(".*"))
