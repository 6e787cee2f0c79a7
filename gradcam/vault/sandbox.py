"""Asks another process whether what a configuration describes can be built at all, and how large.

A configuration of a few bytes may ask for a billion layers. What it describes is therefore built
first, without numbers, in a process of its own with limits: see `sandboxed.py`. That process has
imported the framework, which takes seconds, and splits off a child for each question; it ends when
nobody has asked for a while, or when this process ends.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gradcam.text import file_name
from gradcam.vault.budget import Budget
from gradcam.vault.opening import answered, environment, late, no_process
from gradcam.vault.scratch import scratch

_PROCESS = Path(__file__).parent / "sandboxed.py"
_IMPORTING = 120.0  # seconds; a framework takes 5 to 10 on a quiet machine
_ONE_AT_A_TIME = threading.Lock()
_running: list[subprocess.Popen[bytes]] = []


def asked(task: str, path: Path, budget: Budget, name: str = "", **said: Any) -> Mapping[str, Any]:
    """Run a task on a folder, in a child of the other process; return what it found.

    Parameters
    ----------
    task : "module:function", called with (path, name, budget, said), which returns JSON.
    said : what else it needs to know, as JSON.

    Raises
    ------
    WeightsError, ModelError : as the task does, or if it takes too long or needs too much.
    """
    name = file_name(name or path.name)
    with scratch() as folder:
        job = {"task": task, "path": str(path.resolve()), "name": name, "said": said}
        job |= {"budget": asdict(budget), "folder": str(folder)}
        try:
            with _ONE_AT_A_TIME:
                code = _ask(job, budget.seconds)
        except OSError as error:
            raise no_process(name, error) from error
        if code is None:
            raise late(name, budget)
        found: Mapping[str, Any] = answered(folder, code, name, budget)["description"]
        return found


def _ask(job: Mapping[str, Any], seconds: float) -> int | None:
    """Hand the job over and wait; None if its time was up, else what the child exited with."""
    process = _process()
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(job).encode("ascii") + b"\n")
        process.stdin.flush()
        line = _line(process, time.monotonic() + _IMPORTING + seconds)
    except OSError:
        line = b""
    if not line:
        _end(process)
        return -1
    said = json.loads(line)
    return None if said is None else int(said)


def _line(process: subprocess.Popen[bytes], until: float) -> bytes:
    """What it answers, or b"" if it has ended or does not answer in time."""
    assert process.stdout is not None
    left = max(until - time.monotonic(), 0)
    if sys.platform != "win32" and not select.select([process.stdout], [], [], left)[0]:
        return b""
    return process.stdout.readline()


def _process() -> subprocess.Popen[bytes]:
    """The process that is there, or a new one."""
    for process in _running:
        if process.poll() is None:
            return process
    _running.clear()
    _running.append(
        subprocess.Popen(
            [sys.executable, "-I", str(_PROCESS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment(), "HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": ""},
            start_new_session=True,
        )
    )
    return _running[0]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
