"""The process behind `sandbox`: `python -I sandboxed.py`, which reads a job from each line.

It imports what a task needs and splits off a child that does it, under the same limits as the
readers of files (see `jail`), with the folder to read and another to write to.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

_IDLE = 300.0  # seconds without a question, after which the memory is worth more
_POLL = 0.005


def main() -> None:
    """Do the jobs that come, until nobody asks any more."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever a library prints is no answer
    while select.select([sys.stdin], [], [], _IDLE)[0] if os.name == "posix" else True:
        line = sys.stdin.readline()
        if not line:
            return
        job = json.loads(line)
        module, _, name = job["task"].partition(":")
        task = getattr(import_module(module), name)
        print(json.dumps(_done(task, job)), file=answers, flush=True)
        if not hasattr(os, "fork"):
            return  # it has shut itself in


def _done(task: Callable[..., Any], job: Mapping[str, Any]) -> int | None:
    """Do the job in a child: what it exited with, or None if its time was up."""
    if not hasattr(os, "fork"):
        _do(task, job)
        return 0
    gc.freeze()
    child = os.fork()
    if not child:
        try:
            os.setsid()
            _do(task, job)
            os._exit(0)
        finally:
            os._exit(1)
    until = time.monotonic() + job["budget"]["seconds"]
    try:
        while time.monotonic() < until:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(_POLL)
    finally:
        _kill(child)
    os.waitpid(child, 0)
    return None


def _kill(child: int) -> None:
    for kill in (os.killpg, os.kill):
        try:
            kill(child, signal.SIGKILL)
        except OSError:
            continue


def _do(task: Callable[..., Any], job: Mapping[str, Any]) -> None:
    from gradcam.vault import jail
    from gradcam.vault.budget import Budget
    from gradcam.vault.child import answer_of, python_folders

    budget, path, folder = Budget(**job["budget"]), Path(job["path"]), Path(job["folder"])
    tempfile.tempdir = os.environ["TMPDIR"] = os.environ["HOME"] = str(folder)
    held = jail.apply(budget, [*python_folders(), path, *_files(path)], folder, more=_size())

    def work() -> dict[str, Any]:
        return {"description": task(path, job["name"], budget, job["said"])}

    (folder / "found.json").write_text(json.dumps(answer_of(work, held)), "ascii")


def _files(folder: Path) -> set[Path]:
    """Where the folder's files lie, which in the cache of the Hugging Face hub are links."""
    return {file.resolve() for file in folder.iterdir()}


def _size() -> int:
    """Bytes of address space that this process has already."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (OSError, ValueError):
        return 1 << 36
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
