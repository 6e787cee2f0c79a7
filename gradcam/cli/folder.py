"""Many photos through one model: read ahead, one forward a batch, written behind.

The model is asked from one thread. Reading, decoding and encoding happen in others meanwhile, at
most a batch or so ahead and behind, so that memory does not grow with the folder.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from gradcam.cli.files import Task
from gradcam.types import Explanation, Photo


@dataclass(frozen=True)
class Outcome:
    """What became of one photo; predictions best first, as in its manifest."""

    task: Task
    status: Literal["done", "skipped", "failed"]
    error: str = ""
    predictions: Sequence[Mapping[str, Any]] = ()
    explanation: Explanation | None = None


@dataclass(frozen=True)
class Steps:
    """read : a photo, or its outcome when there is nothing to explain. In any thread.
    explain : one explanation a photo, or why there is none. In the caller's thread.
    write : what is done with an explanation. In any thread.
    """

    read: Callable[[Task], Photo | Outcome]
    explain: Callable[[Sequence[Photo]], Sequence[Explanation | Exception]]
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
    waiting: list[tuple[Task, Photo]] = []

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
    read: Callable[[Task], Photo | Outcome],
    tasks: Iterable[Task],
    ahead: int,
) -> Iterator[tuple[Task, Photo | Outcome]]:
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
