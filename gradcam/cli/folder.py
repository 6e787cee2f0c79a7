"""Many photos through one model: read ahead, one forward a batch, written behind.

The model is asked from one thread. Reading, decoding and encoding happen in others meanwhile, at
most a batch or so ahead and behind, so that memory does not grow with the folder.
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
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from tqdm import tqdm

from gradcam.cli.photos import Task
from gradcam.explanation import Explanation
from gradcam.images import Opened
from gradcam.record import Record


@dataclass(frozen=True)
class Outcome:
    """What became of one photo; predictions best first, as in its manifest."""

    task: Task
    status: Literal["done", "skipped", "failed"]
    error: str = ""
    predictions: Sequence[Mapping[str, Any]] = ()
    explanation: Record | None = None


@dataclass(frozen=True)
class Steps:
    """read : a photo, or its outcome when there is nothing to explain. In any thread.
    explain : one explanation a photo, or why there is none. In the caller's thread.
    write : what is done with an explanation. In any thread.
    """

    read: Callable[[Task], Opened | Outcome]
    explain: Callable[[Sequence[Opened]], Sequence[Explanation | Exception]]
    write: Callable[[Task, Explanation], Outcome]


def work_through(
    tasks: Iterable[Task], steps: Steps, *, batch: int, jobs: int
) -> Generator[Outcome]:
    """The outcome of each task as soon as it is known; close it to stop early.

    What `read` and `write` raise fails their own photo; what `explain` raises ends it all. Writing
    that has begun is finished in any case.
    """
    pool = ThreadPoolExecutor(jobs, "gradcam")
    writing: deque[Future[Outcome]] = deque()
    waiting: list[tuple[Task, Opened]] = []

    def flush() -> Iterator[Outcome]:
        answers = steps.explain([photo for _, photo in waiting]) if waiting else []
        for (task, _), answer in zip(waiting, answers, strict=True):
            if isinstance(answer, Exception):
                yield failed(task, answer)
            else:
                writing.append(pool.submit(_guarded, steps.write, task, answer))
        waiting.clear()

    try:
        for task, found in _read_ahead(pool, steps.read, tasks, batch + jobs):
            if isinstance(found, Outcome):
                yield found
                continue
            waiting.append((task, found))
            if len(waiting) == batch:
                yield from flush()
                yield from _written(writing, leave=batch + jobs)
        yield from flush()
        yield from _written(writing, leave=0)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def failed(task: Task, error: Exception) -> Outcome:
    """The outcome of a photo that `error` put an end to."""
    if isinstance(error, OSError):
        reason = f"{error.filename or task.file}: {error.strerror or error}"
    else:
        reason = str(error) or type(error).__name__
    return Outcome(task, "failed", reason)


def _guarded(work: Callable[..., Any], task: Task, *arguments: object) -> Any:
    try:
        return work(task, *arguments)
    except Exception as error:
        return failed(task, error)


def _read_ahead(
    pool: ThreadPoolExecutor,
    read: Callable[[Task], Opened | Outcome],
    tasks: Iterable[Task],
    ahead: int,
) -> Iterator[tuple[Task, Opened | Outcome]]:
    """What `read` makes of each task, in order; at most `ahead` of them wait."""
    source = iter(tasks)
    reading = deque((task, pool.submit(_guarded, read, task)) for task in islice(source, ahead))
    while reading:
        task, future = reading.popleft()
        yield task, future.result()
        reading.extend((t, pool.submit(_guarded, read, t)) for t in islice(source, 1))


def _written(writing: deque[Future[Outcome]], *, leave: int) -> Iterator[Outcome]:
    """Outcomes of what is written, waiting until no more than `leave` are under way."""
    while writing and (len(writing) > leave or writing[0].done()):
        yield writing.popleft().result()


@dataclass
class Tally:
    """What became of the photos so far."""

    options: argparse.Namespace
    failures: list[Outcome] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    start: float = field(default_factory=time.perf_counter)

    def watch(self, outcomes: Generator[Outcome], total: int) -> Iterator[Outcome]:
        """The same outcomes, counted, with a bar and, if asked for, a line of JSON each."""
        self.start = time.perf_counter()  # the model is loaded by now
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

    @property
    def status(self) -> int:
        """0 all well, 1 some failed, 2 nothing done."""
        well = self.counts["done"] + self.counts["skipped"]
        return 2 if not well else 1 if self.failures else 0

    def summary(self, out: Path) -> None:
        """Each failure with its reason, and how many images went how."""
        seconds = time.perf_counter() - self.start
        done, skipped = self.counts["done"], self.counts["skipped"]
        if self.options.json:
            print(json.dumps({"summary": self._numbers(out, seconds)}))
            return
        for outcome in self.failures:
            print(f"{outcome.task.file}: {outcome.error}", file=sys.stderr)
        if not self.counts:
            print("No images were found there. JPEG, PNG, WebP, GIF, BMP and TIFF are looked for.",
                  file=sys.stderr)  # fmt: skip
            return
        parts = [f"{done} of {self.counts.total()} images explained into {out}"]
        parts += [f"{skipped} were there already"] * bool(skipped)
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


def describe(outcome: Outcome) -> Mapping[str, Any]:
    """One outcome, ready for JSON."""
    # A report keeps its explanations for itself: no photo has a folder then.
    has_folder = outcome.status != "failed" and outcome.explanation is None
    return {
        "file": str(outcome.task.file),
        "status": outcome.status,
        "error": outcome.error or None,
        "predictions": list(outcome.predictions),
        "output": str(outcome.task.folder) if has_folder else None,
    }
