"""A table with a row for each of many photos, which can be stopped and continued.

What is worked out for a photo is somebody else's concern (`Rows`). Here photos are read ahead and
worked in blocks, always the same ones, because what a network computes depends, in the last bits,
on what it computes beside it. So the table is the same, byte for byte, however often the work was
stopped, and wherever it was done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from gradcam.batches import chunks, cores
from gradcam.errors import GradcamError
from gradcam.images import Opened
from gradcam.many import read_ahead
from gradcam.parts import Known, Parts
from gradcam.photos import Given, collect, open_photo
from gradcam.text import one_line
from gradcam.watch import Watch

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Block",
    "Done",
    "Given",
    "Rows",
    "Spread",
    "Worker",
    "collect",
    "done_so_far",
    "work_out",
    "worked",
]

Row = Mapping[str, Any]


class Worker(Protocol):
    """A model at work in one process.

    batch : how many photos to work out together; part of what the rows depend on.
    """

    batch: int

    def read(self, given: Given, opened: Opened) -> Any:
        """Return what `rows` needs of a photo, as little as possible; in any thread.

        Whatever it raises becomes the photo's error.
        """

    def rows(self, items: Sequence[Any], watch: Watch) -> Sequence[Row | GradcamError]:
        """Return a row or an error for each of the photos read; in the caller's thread.

        What it raises ends the run. `watch` only says whether to stop, and gives turns.
        """


class Rows(Protocol):
    """What is worked out for each photo; it can be pickled, and sent to other machines."""

    @property
    def key(self) -> str:
        """A digest of all that the rows depend on: the model's, the request, options, version."""

    def schema(self) -> pa.Schema:
        """Return its own columns, which can all be null; `work_out` adds those of every table."""

    def open(self) -> Worker:
        """Load the model; called once in each process."""


@dataclass(frozen=True)
class Block:
    """Photos that are worked out together, and those of them that have rows already."""

    photos: tuple[Given, ...]
    known: Mapping[str, Known]


@dataclass(frozen=True)
class Done:
    """What came of a block: its rows, or None if those it had still hold."""

    block: Block
    rows: Sequence[Row] | None


class Spread(Protocol):
    """Other processes, or other machines, that work out blocks."""

    def work(self, blocks: Sequence[Block], rows: Rows, watch: Watch) -> Generator[Done]:
        """Yield what `worked` does for all blocks, in any order; close it to stop."""


def work_out(
    given: Sequence[Given],
    rows: Rows,
    out: Path,
    *,
    jobs: int | None = None,
    watch: Watch | None = None,
    worker: Worker | None = None,
    spread: Spread | None = None,
) -> pa.Table:
    """Work out the rows of all photos, in the order given, and write them to one Parquet file.

    What is done is kept beside `out` every few seconds, so that a run that was stopped or killed
    continues where it was. A row counts as done if the file, its pixels, its label and the key of
    `rows` are the same. A bad file costs its row only: the row holds its error.

    Parameters
    ----------
    given : the photos, with distinct names.
    out : the Parquet file to write; what it held is replaced in the end.
    jobs : threads that read photos; default: all cores.
    watch : told of each photo; asked before each block whether to stop.
    worker : `rows.open()`, if the caller has one.
    spread : who works instead of this process.

    Returns
    -------
    The table, sorted by file: "file", "sha256" (of the photo's shape and pixels, as everywhere;
    null if it could not be read), "label", "error" (null, or why the rest of the row is), and the
    columns of `rows`.

    Raises
    ------
    GradcamError : two photos have the same name, or `out` cannot be written.
    CancelledError : `watch` says so; what is done is kept.
    """
    _require_distinct(given)
    watch = watch or Watch()
    worker = worker or rows.open()
    parts = Parts(out, rows.key, rows.schema())
    blocks = [_block(chunk, parts.known) for chunk in chunks(given, worker.batch)]
    watch.expect(len(given))
    if spread is not None:
        found = spread.work(blocks, rows, watch)
    else:
        found = worked(blocks, worker, jobs or cores(), watch)
    kept: list[str] = []
    with parts.writing() as write, closing(found):
        for done in found:
            if done.rows is None:
                kept += [one.name for one in done.block.photos]
            else:
                write(done.rows)
            watch.step(len(done.block.photos))
    return parts.join(kept)


def done_so_far(rows: Rows, out: Path) -> pa.Table:
    """Return the rows that runs of `work_out`, stopped or not, have kept; sorted by file."""
    return Parts(out, rows.key, rows.schema()).earlier


def worked(blocks: Sequence[Block], worker: Worker, jobs: int, watch: Watch) -> Generator[Done]:
    """Work out blocks in this process, in order, reading ahead in so many threads."""
    # Progress counts photos, and a worker's own steps are others.
    inner = Watch(cancelled=watch.cancelled, turn=watch.turn)
    photos = ((one, block.known) for block in blocks for one in block.photos)
    pool = ThreadPoolExecutor(jobs, "gradcam")
    try:
        coming = read_ahead(pool, partial(_read, worker), photos, worker.batch + jobs)
        reading = (future.result() for _, future in coming)
        for block in blocks:
            watch.check()
            ready = list(islice(reading, len(block.photos)))
            yield Done(block, None if _still_hold(block, ready) else _rows(worker, ready, inner))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@dataclass(frozen=True)
class _Ready:
    """A photo that was read: what the worker made of it, unless it has a row or failed."""

    given: Given
    sha256: str | None = None
    item: Any = None
    error: str | None = None

    @property
    def known(self) -> Known:
        return Known(self.sha256, self.given.label)


def _read(worker: Worker, task: tuple[Given, Mapping[str, Known]]) -> _Ready:
    given, known = task
    ready = _Ready(given)
    try:
        opened = open_photo(given.source)
        ready = _Ready(given, opened.digest)
        if known.get(given.name) == ready.known:
            return ready
        return replace(ready, item=worker.read(given, opened))
    except Exception as error:
        return replace(ready, error=_reason(error))


def _still_hold(block: Block, ready: Sequence[_Ready]) -> bool:
    return all(block.known.get(one.given.name) == one.known for one in ready)


def _rows(worker: Worker, ready: Sequence[_Ready], watch: Watch) -> Sequence[Row]:
    """Return the rows of a block, working out all of it: see the top of this file."""
    ready = [
        _read(worker, (one.given, {})) if one.item is None and one.error is None else one
        for one in ready
    ]
    good = [one.item for one in ready if one.error is None]
    answers = iter(worker.rows(good, watch) if good else ())
    return [_row(one, next(answers) if one.error is None else None) for one in ready]


def _row(ready: _Ready, answer: Row | GradcamError | None) -> Row:
    first = {"file": ready.given.name, "sha256": ready.sha256, "label": ready.given.label}
    if answer is None:
        return {**first, "error": ready.error}
    if isinstance(answer, GradcamError):
        return {**first, "error": str(answer)}
    return {**first, **answer}


def _reason(error: Exception) -> str:
    # A file's whole path would differ from one machine to the next.
    text = error.strerror if isinstance(error, OSError) else str(error)
    return one_line(text or "") or type(error).__name__


def _block(photos: Sequence[Given], known: Mapping[str, Known]) -> Block:
    return Block(tuple(photos), {one.name: known[one.name] for one in photos if one.name in known})


def _require_distinct(given: Sequence[Given]) -> None:
    count = Counter(one.name for one in given)
    if twice := [name for name, times in count.items() if times > 1]:
        raise GradcamError(
            f"{twice[0]!r} is the name of {count[twice[0]]} photos.",
            hint="Give each photo a name of its own.",
        )
