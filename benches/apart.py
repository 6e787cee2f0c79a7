"""Run a bench in a process of its own, so that frameworks do not share threads or memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from benches.table import Row

ROOT = Path(__file__).resolve().parent.parent
_MARK = "row: "


def rows(module: str) -> Iterator[Row]:
    """Run `module` and yield the rows that its `tell` prints, as they come."""
    command = [sys.executable, "-m", module]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(_MARK):
                yield Row(**json.loads(line.removeprefix(_MARK)))
    if process.returncode:
        raise RuntimeError(f"{module} exited with status {process.returncode}.")


def tell(bench: Callable[[], Iterator[Row]]) -> None:
    """Print the rows of `bench`, for `rows` in the parent process to read."""
    for row in bench():
        print(_MARK + json.dumps(asdict(row)), flush=True)
