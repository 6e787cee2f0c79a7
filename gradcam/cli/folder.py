"""Running many photos through one model: read ahead, one forward pass per batch, write behind.

The model runs in the caller's thread. Other threads meanwhile read, decode and encode, at most
about a batch ahead and a batch behind, so that memory use does not grow with the folder.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from tqdm import tqdm

from gradcam.cli.photos import Task
from gradcam.cli.terminal import on_a_line
from gradcam.explanation import Explanation
from gradcam.many import read_ahead
from gradcam.prepared import Prepared
from gradcam.record import Record
from gradcam.text import count


@dataclass(frozen=True)
class Outcome:
    """The result of one photo.

    predictions : best first, as in the photo's manifest.
    explanation : only in a report, which writes no folder for the photo.
    """

    task: Task
    status: Literal["done", "skipped", "failed"]
    error: str = ""
    predictions: Sequence[Mapping[str, Any]] = ()
    explanation: Record | None = None


@dataclass(frozen=True)
class Steps:
    """How photos are processed.

    read : returns the photo of a task, fitted to the model, or its outcome if it need not be
        explained; in any thread.
    explain : returns an explanation or an error for each photo; in the caller's thread.
    write : saves an explanation and returns the outcome; in any thread.
    """

    read: Callable[[Task], Prepared | Outcome]
    explain: Callable[[Sequence[Prepared]], Sequence[Explanation | Exception]]
    write: Callable[[Task, Explanation], Outcome]


@dataclass
class Tally:
    """Counts the outcomes and prints them."""

    options: argparse.Namespace
    failures: list[Outcome] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    start: float = field(default_factory=time.perf_counter)

    @property
    def status(self) -> int:
        """The exit status: 0 if all succeeded, 1 if some failed, 2 if nothing was done."""
        succeeded = self.counts["done"] + self.counts["skipped"]
        return 2 if not succeeded else 1 if self.failures else 0

    def watch(self, outcomes: Generator[Outcome], total: int) -> Iterator[Outcome]:
        """Pass outcomes on while counting them, with a progress bar and --json's line for each."""
        self.start = time.perf_counter()  # do not count the time to load the model
        with (
            closing(outcomes),
            tqdm(total=total, unit="image", file=sys.stderr, disable=None) as bar,
        ):
            for outcome in outcomes:
                self.counts[outcome.status] += 1
                if outcome.status == "failed":
                    self.failures.append(outcome)
                    bar.set_postfix(failed=len(self.failures), refresh=False)
                if self.options.json:
                    print(json.dumps(describe(outcome)), flush=True)
                bar.update()
                yield outcome

    def summary(self, out: Path) -> None:
        """Print each failure with its reason, and the number of images by outcome."""
        seconds = time.perf_counter() - self.start
        done, skipped = self.counts["done"], self.counts["skipped"]
        if self.options.json:
            print(json.dumps({"summary": self._numbers(out, seconds)}))
            return
        for outcome in self.failures:
            name, why = on_a_line(outcome.task.file), on_a_line(outcome.error)
            print(f"{name}: {why}", file=sys.stderr)
        if not self.counts:
            print("No images were found. Use JPEG, PNG, WebP, GIF, BMP or TIFF files.",
                  file=sys.stderr)  # fmt: skip
            return
        where = on_a_line(out)
        parts = [f"{done} of {count(self.counts.total(), 'image')} explained in {where}"]
        parts += [f"{skipped} already done"] * bool(skipped)
        parts += [f"{len(self.failures)} failed"] * bool(self.failures)
        rate = f" ({done / seconds:.1f} images/s)" if done else ""
        print(f"{', '.join(parts)}{rate}.")

    def _numbers(self, out: Path, seconds: float) -> Mapping[str, Any]:
        return {
            "done": self.counts["done"],
            "skipped": self.counts["skipped"],
            "failed": len(self.failures),
            "out": str(out),
            "seconds": round(seconds, 3),
            "images_per_second": round(self.counts["done"] / seconds, 3),
        }


def work_through(
    tasks: Iterable[Task], steps: Steps, *, batch: int, jobs: int
) -> Generator[Outcome]:
    """Yield the outcome of each task as soon as it is known; close the generator to stop early.

    Photos go through the model with those that stand beside them in the list, because what else is
    computed with a photo shows in the last bits of its maps. An exception in `read` or `write`
    fails that photo only; one in `explain` ends the whole run. Writes that have begun are always
    finished.
    """
    pool = ThreadPoolExecutor(jobs, "gradcam")
    writing: deque[Future[Outcome]] = deque()
    waiting: list[tuple[Task, Prepared]] = []

    def flush() -> Iterator[Outcome]:
        answers = steps.explain([photo for _, photo in waiting]) if waiting else []
        for (task, _), answer in zip(waiting, answers, strict=True):
            if isinstance(answer, Exception):
                yield failed(task, answer)
            else:
                writing.append(pool.submit(_guarded, steps.write, task, answer))
        waiting.clear()

    try:
        read = partial(_guarded, steps.read)
        coming = read_ahead(pool, read, tasks, batch + jobs)
        for n, (task, reading) in enumerate(coming, start=1):
            found = reading.result()
            if isinstance(found, Outcome):
                yield found
            else:
                waiting.append((task, found))
            if n % batch == 0:
                yield from flush()
                yield from _written(writing, leave=batch + jobs)
        yield from flush()
        yield from _written(writing, leave=0)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def failed(task: Task, error: Exception) -> Outcome:
    """Return the outcome of a photo that failed with `error`."""
    if isinstance(error, OSError):
        reason = f"{error.filename or task.file}: {error.strerror or error}"
    else:
        reason = str(error) or type(error).__name__
    return Outcome(task, "failed", reason)


def describe(outcome: Outcome) -> Mapping[str, Any]:
    """Return one outcome, ready for JSON."""
    has_folder = outcome.status != "failed" and outcome.explanation is None
    return {
        "file": str(outcome.task.file),
        "status": outcome.status,
        "error": outcome.error or None,
        "predictions": list(outcome.predictions),
        "output": str(outcome.task.folder) if has_folder else None,
    }


def _guarded(work: Callable[..., Any], task: Task, *arguments: object) -> Any:
    """Return what `work` returns, or the failed outcome if it raises."""
    try:
        return work(task, *arguments)
    except Exception as error:
        return failed(task, error)


def _written(writing: deque[Future[Outcome]], *, leave: int) -> Iterator[Outcome]:
    """Yield finished outcomes, waiting until at most `leave` writes are still running."""
    while writing and (len(writing) > leave or writing[0].done()):
        yield writing.popleft().result()
