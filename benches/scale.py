"""Beyond one process: `explain --only-raw` with `--ray` on one and two workers, and without.

`python -m benches.scale` (or `make scale`) measures on two idle cores in about three minutes, and
writes docs/scale.md with an estimate for more photos than one machine explains.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import torch

from benches.folder import infer, photos
from benches.table import Row
from gradcam.backends import Classifier
from gradcam.cli.explain import steps_of
from gradcam.cli.folder import Outcome, work_through
from gradcam.cli.models import load
from gradcam.cli.parser import parser
from gradcam.cli.photos import Task
from gradcam.cli.spread import work_on
from gradcam.memory import keep_freed
from gradcam.spread import Cluster

MODEL = "bundled/efficientnet-lite0"
PHOTOS, BATCH, THREADS = 320, 8, 2
PAGE = Path(__file__).parent.parent / "docs" / "scale.md"
# What people rent: 16 cores (32 of a provider's "vCPUs"), in dollars an hour.
CORES, PRICE = 16, 1.5
MEGABYTE = 1e6
_QUIET = 0.5


@dataclass(frozen=True)
class Measured:
    """Photos per second once at work, seconds until then, and a worker's memory in bytes."""

    rate: float
    start: float = 0.0
    memory: int = 0


@dataclass(frozen=True)
class All:
    """What the page says, and how large the photos and results are on average, in bytes."""

    plain: Measured
    tuned: Measured  # the same, with the memory setting of our commands
    here: Measured
    one: Measured
    two: Measured
    count: int
    load: float  # of the machine by other work, before the start: processes in the last minute
    photo: float
    result: float


def rows() -> Iterator[Row]:
    """Measure two workers as a share of the same without Ray."""
    found = measured(PHOTOS // 4)
    note = f"{found.two.rate:.1f} of {found.here.rate:.1f} photos/s"
    what = f"{MODEL}, --ray with two workers / without"
    yield Row(what, found.two.rate / found.here.rate, "×", 0.9, at_least=True, note=note)


def measured(count: int) -> All:
    """Explain so many photos in each way."""
    torch.set_num_threads(THREADS)
    beside = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tasks = photos(folder, count)
        out = tasks[0].folder.parent
        options = parser().parse_args(
            ["explain", str(folder), "--model", MODEL, "--only-raw", "--batch", str(BATCH),
             "--threads", "1", "--jobs", str(THREADS), "--out", str(out)]
        )  # fmt: skip
        clf = load(options)
        plain = _plain(clf, tasks)
        keep_freed()
        tuned = _plain(clf, tasks)
        here = _timed(lambda: work_through(tasks, steps_of(options, clf), batch=BATCH, jobs=2))
        result = _size(out) / count
        one, two = (
            _fresh(out, partial(work_on, cluster, tasks, options, clf.digest, steps_of))
            for cluster in (Cluster(processors=1), Cluster(processors=2))
        )
        photo = sum(task.file.stat().st_size for task in tasks) / count
    return All(plain, tuned, here, one, two, count, beside, photo, result)


def _plain(clf: Classifier, tasks: Sequence[Task]) -> Measured:
    module = clf.module.to(memory_format=torch.channels_last)  # type: ignore[attr-defined]
    infer(module, tasks[: 4 * BATCH], clf.preprocessing)
    start = time.perf_counter()
    infer(module, tasks, clf.preprocessing)
    return Measured(len(tasks) / (time.perf_counter() - start))


def _fresh(out: Path, run: Callable[[], Generator[Outcome]]) -> Measured:
    shutil.rmtree(out)
    return _timed(run)


def _timed(run: Callable[[], Generator[Outcome]]) -> Measured:
    """Return the rate between the first and the last result, by when each arrived."""
    start, times = time.perf_counter(), []
    with _watching() as memory:
        for outcome in run():
            assert outcome.status == "done", outcome.error
            times.append(time.perf_counter())
    # Results come a batch at a time.
    rate = (len(times) - BATCH) / (times[-1] - times[BATCH - 1])
    return Measured(rate, times[0] - start, max(memory, default=0))


@contextmanager
def _watching() -> Iterator[list[int]]:
    """Note the memory that no other process shares, of the largest worker, twice a second."""
    found: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            for process in psutil.Process().children(recursive=True):
                try:
                    if "MapWorker" in " ".join(process.cmdline()):
                        found.append(process.memory_full_info().uss)
                except psutil.Error:
                    continue  # it has ended

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        done.set()
        thread.join()


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def page(found: All) -> str:
    """Return docs/scale.md."""
    core = found.two.rate / 2
    return f"""# Beyond one machine

`explain`, `evaluate` and `find` take `--ray`, which starts a [Ray](https://docs.ray.io) cluster on
this machine for the time of the work, or `--ray ADDRESS` for one that runs. Ray Data reads the
files, each worker holds one model, and results are written where they were asked for: `explain`'s
by the workers, so that its folder must be one that all machines see; tables by the process that was
started. Install it with `pip install "gradcam-explorer[ray]"` on every machine of the cluster.

- **The same results.** Photos go through the model with those that stand beside them in the list,
  wherever that happens, so files and tables are the same, byte for byte, as without `--ray`, if
  the model has as many threads: give both the same `--threads`. With another number the last bits
  differ, as they do on another processor.
- **A worker that is lost** costs its batch, which another works out; photos that end four
  processes end the run, saying so. What is done is kept, and the same command goes on from there.
- **`--threads 1` is fastest**: as many workers as there are cores, with a thread each. Fewer
  workers with more threads take less memory.

`make scale` writes this page.

## Measured

{platform.machine()}, two cores; `{MODEL}`, {found.count} photos of 640 × 480 pixels,
five maps each with `--only-raw`, batches of {BATCH}. Rates are those between
the first result and the last. Memory is a worker's own at its largest, which it shares with none.
{_beside(found.load)}
| | photos/s | of plain inference | memory of a worker | until the first result |
|---|--:|--:|--:|--:|
{_measurements(found)}

Two workers give {found.two.rate / found.here.rate:.2f} × what one process does with both cores.
"Plain inference" decodes and classifies the same photos and makes no maps.

## Estimated

Of {core:.1f} photos a second and core, with both cores busy. A machine of {CORES} cores is taken
to cost ${PRICE:.2f} an hour, which is about what providers ask for one without a graphics card.

| | 1,000,000 photos | 100,000,000 photos |
|---|--:|--:|
{_estimates(found)}

- **Reading** is little beside the work: {CORES * core * found.photo / MEGABYTE:.0f} MB a second for
  {CORES} cores. Larger photos take longer to send, and longer still to decode.
- **Files**: `explain` writes two a photo with `--only-raw`, and pictures besides without it. File
  systems bear two million of them in one folder's tree, hardly two hundred million: `find` and
  `evaluate` keep a table instead.
- **One table** is held in memory where it is joined, so a run should stay at about a million
  photos. A hundred million are a hundred runs, one for each part of the photos, each with an
  `--out` of its own.
- The estimate supposes that a rented core is as fast as one of these, and that a hundred workers
  are a hundred times one. Only two have been measured.
"""


def _beside(load: float) -> str:
    if load < _QUIET:
        return ""
    return (
        f"\n**The machine was not quiet**: {load:.0f} other processes wanted its two cores. The\n"
        "rates are too low, and hardly to be compared; `make scale` on an idle machine replaces "
        "them.\n"
    )


def _measurements(found: All) -> str:
    ways = {
        "plain inference in batches, channels last, two threads": found.plain,
        "the same, in a process that keeps freed memory, as our commands do": found.tuned,
        "`explain`, two threads": found.here,
        "`explain --ray --threads 1`, one worker": found.one,
        "`explain --ray --threads 1`, two workers": found.two,
    }
    return "\n".join(
        f"| {way} | {one.rate:.1f} | {one.rate / found.plain.rate:.2f} "
        f"| {f'{one.memory / MEGABYTE:.0f} MB' if one.memory else ''} "
        f"| {f'{one.start:.1f} s' if one.start else ''} |"
        for way, one in ways.items()
    )


def _estimates(found: All) -> str:
    counts = (1e6, 1e8)
    hours = [count / (found.two.rate / 2) / 3600 for count in counts]
    machines = (4, 100)
    lines = {
        "hours of one core": [f"{h:,.0f}" for h in hours],
        f"machines of {CORES} cores": [str(n) for n in machines],
        "hours": [f"{h / CORES / n:.1f}" for h, n in zip(hours, machines, strict=True)],
        "dollars": [f"{h / CORES * PRICE:,.0f}" for h in hours],
        "memory of a machine's workers": [f"{CORES * found.two.memory / 1e9:.0f} GB"] * 2,
        "photos to read": [_bytes(count * found.photo) for count in counts],
        "raw maps to keep": [_bytes(count * found.result) for count in counts],
    }
    return "\n".join(f"| {name} | {' | '.join(cells)} |" for name, cells in lines.items())


def _bytes(count: float) -> str:
    return f"{count / 1e12:.1f} TB" if count >= 1e12 else f"{count / 1e9:.0f} GB"


def main() -> int:
    """Measure, write the page, and return 1 if two workers miss their target."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--photos", type=int, default=PHOTOS)
    found = measured(options.parse_args().photos)
    PAGE.write_text(page(found), encoding="utf-8")
    print(found)
    return 0 if found.two.rate >= 0.9 * found.here.rate else 1


if __name__ == "__main__":
    sys.exit(main())
