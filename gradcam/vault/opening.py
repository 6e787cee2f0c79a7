"""Starts the child for a file, waits no longer than it may take, and says what came of it."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from gradcam import errors
from gradcam.errors import ModelError, WeightsError
from gradcam.text import file_name, megabytes
from gradcam.vault import safetensors
from gradcam.vault.budget import Budget
from gradcam.vault.readers import READERS
from gradcam.vault.scratch import scratch

_log = logging.getLogger(__name__)
_CHILD = Path(__file__).parent / "child.py"
_ANSWER, _WEIGHTS = "found.json", "weights.safetensors"
_MAX_ANSWER = 64_000_000
_FAULT = "That is a fault of this machine, not of the file."
_AGAIN = "Save it again."
# No more children at once than this, whoever asks; the others wait for theirs.
_AT_ONCE = threading.BoundedSemaphore(2)
_CONTEXT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}


@dataclass(frozen=True)
class Safe:
    """A file that was read.

    Parameters
    ----------
    tensors : a safetensors file with the weights, which the child wrote and this process checked.
    description : "format" and whatever else the reader found.
    held : which limits held in the child; see `jail`.
    """

    tensors: Path
    description: Mapping[str, Any]
    shapes: Mapping[str, tuple[int, ...]]
    dtypes: Mapping[str, str]
    held: tuple[str, ...]


@contextmanager
def opened(
    path: Path, budget: Budget | None = None, *, kind: str = "", name: str = ""
) -> Iterator[Safe]:
    """Read a model file in a child process; what it wrote is there until the block ends.

    Parameters
    ----------
    budget : what that may cost.
    kind : the ending that says which reader to use; by default the file's own.
    name : what to call the file in a sentence; by default as it is called.

    Raises
    ------
    WeightsError, ModelError : the file is missing, damaged, holds code, or is over the budget.
    """
    kind, name = (kind or path.suffix).lower(), file_name(name or path.name)
    if kind not in READERS:
        raise WeightsError(f"{name} is not a model file that can be read.")
    if not path.is_file():
        raise WeightsError(f"{name} is not there.", hint=f"Looked in {path.parent}.")
    budget = _timely(budget or Budget(), path.stat().st_size)
    with scratch() as folder:
        job = {"path": str(path.resolve()), "name": name, "kind": kind, "folder": str(folder)}
        try:
            with _AT_ONCE:
                code = _run({**job, "budget": asdict(budget)}, budget.seconds)
        except OSError as error:
            raise no_process(name, error) from error
        yield _safe(folder, code, name, budget)


def _timely(budget: Budget, size: int) -> Budget:
    """Give a small file little time: a few bytes changed in an HDF5 file keep its library busy."""
    return replace(budget, seconds=min(budget.seconds, 20 + size / 5e6))


def _run(job: Mapping[str, Any], seconds: float) -> int | None:
    """Run the child and return what it exited with, or None if its time was up."""
    with subprocess.Popen(
        [sys.executable, "-I", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=job["folder"],
        env={**environment(), "HOME": job["folder"], "TMPDIR": job["folder"]},
        start_new_session=True,
    ) as child:
        try:
            child.communicate(json.dumps(job).encode("ascii"), timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _kill(child)
        return child.returncode


def environment() -> dict[str, str]:
    """What a child gets to know of this process's surroundings."""
    needed = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
    return {**_CONTEXT, **{key: os.environ[key] for key in needed if key in os.environ}}


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it may have started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (AttributeError, OSError):  # Windows, or it has ended
        child.kill()


def _safe(folder: Path, code: int | None, name: str, budget: Budget) -> Safe:
    answer = answered(folder, code, name, budget)
    weights = folder / _WEIGHTS
    with weights.open("rb") as file:
        header = safetensors.header_of(file, weights.stat().st_size, name, budget)
    return Safe(
        weights,
        answer["description"],
        {key: entry.shape for key, entry in header.tensors.items()},
        {key: entry.dtype for key, entry in header.tensors.items()},
        tuple(map(str, answer.get("held", ()))),
    )


def answered(folder: Path, code: int | None, name: str, budget: Budget) -> dict[str, Any]:
    """What the child wrote there; `code` is what it exited with, or None if its time was up.

    Raises the error that it told, or one about how it ended.
    """
    if code is None or code == -getattr(signal, "SIGXCPU", 0):
        raise late(name, budget)
    answer = _said(folder / _ANSWER)
    if answer is None:
        _log.warning("The process that read a model file ended with %s.", code)
        raise WeightsError(
            f"{name} could not be opened: that ended the process which tried.",
            hint=f"It may need more than {megabytes(budget.memory)} of memory, or be made to do "
            "harm.",
        )
    if "error" in answer:
        raise _error(answer, name, budget)
    return answer


def no_process(name: str, error: OSError) -> WeightsError:
    """The error for a machine that has no room for another process."""
    return WeightsError(
        f"{name} cannot be opened: no process can be started ({error.strerror or error}).",
        hint=_FAULT,
    )


def late(name: str, budget: Budget) -> WeightsError:
    """The error for a file that took too long."""
    return WeightsError(
        f"{name} took longer than {budget.seconds:g} s to open, and was left.",
        hint="Load it yourself, on a machine of your own, and use gradcam.wrap().",
    )


def _said(path: Path) -> dict[str, Any] | None:
    """The child's answer, or None if it wrote none that can be read."""
    try:
        if path.is_symlink() or path.stat().st_size > _MAX_ANSWER:
            return None
        found = json.loads(path.read_text("ascii"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _error(answer: Mapping[str, Any], name: str, budget: Budget) -> ModelError:
    kind = answer["error"]
    if kind in ("WeightsError", "ModelError", "TooLargeError"):
        error: type[ModelError] = getattr(errors, kind, ModelError)
        return error(str(answer["message"]), hint=str(answer["hint"]))
    if kind == "memory":
        return WeightsError(
            f"{name} needs more than {megabytes(budget.memory)} of memory to be read.",
            hint="Load it yourself, on a machine of your own, and use gradcam.wrap().",
        )
    if kind == "deep":
        return WeightsError(f"{name} cannot be read: it is nested too deep.", hint=_AGAIN)
    _log.info("A model file could not be read: %s", str(answer.get("said"))[-2000:])
    if kind == "disk":
        return _disk(answer.get("number"), name, budget)
    return WeightsError(f"{name} is damaged or not a model file.", hint=_AGAIN)


def _disk(number: int | None, name: str, budget: Budget) -> WeightsError:
    if number in (errno.ENOSPC, errno.EDQUOT):
        return WeightsError(f"{name} cannot be read: the disk is full.", hint=_FAULT)
    if number == errno.EFBIG:
        return WeightsError(
            f"{name} would be larger than {megabytes(budget.output)} when read.",
            hint="Load it yourself, on a machine of your own, and use gradcam.wrap().",
        )
    why = os.strerror(number) if number else "the disk does not answer"
    return WeightsError(f"{name} cannot be read: {why}.", hint=_AGAIN)
