"""`--ray` and `--threads`: which cluster was asked for, and explaining photos on it.

A worker takes as many photos as go through the model at once, and writes their folders itself, so
the output folder must be one that all machines see.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from gradcam.backends import Classifier
from gradcam.batches import chunks, cores
from gradcam.cli.folder import Outcome, Steps, work_through
from gradcam.cli.models import load
from gradcam.cli.photos import Task
from gradcam.errors import ModelError
from gradcam.memory import keep_freed
from gradcam.photos import bytes_of
from gradcam.rows import Spread
from gradcam.spread import THREADS, Cluster, OnCluster, blocks_per_item

Make = Callable[[argparse.Namespace, Classifier], Steps]
Numbered = tuple[int, Task]


def take_process(options: argparse.Namespace) -> None:
    """Set up this process for a folder: `--threads`, before a framework is imported, and memory."""
    keep_freed()
    if options.threads:
        os.environ.update(dict.fromkeys(THREADS, str(options.threads)))


def cluster_of(options: argparse.Namespace) -> Cluster | None:
    """Return the cluster of `--ray`, or None."""
    if options.ray is None:
        return None
    return Cluster(options.ray, options.threads or cores())


def spread_of(options: argparse.Namespace) -> Spread | None:
    """Return the same for `gradcam.rows.work_out`."""
    cluster = cluster_of(options)
    return OnCluster(cluster) if cluster else None


def work_on(
    cluster: Cluster,
    tasks: Sequence[Task],
    options: argparse.Namespace,
    digest: str,
    make: Make,
) -> Generator[Outcome]:
    """Yield the outcome of each task as a cluster's worker returns it; close it to stop early.

    digest : of the model here, which must be the workers' as well.
    make : returns how photos are processed; a function of a module, which workers can import.
    """
    numbered = [(n, _whole(task)) for n, task in enumerate(tasks)]
    size = options.batch * blocks_per_item(len(tasks) // options.batch)
    job = _Explaining(_portable(options), digest, make)
    with closing(cluster.run(list(chunks(numbered, size)), job)) as found:
        for outcomes in found:
            for n, outcome in outcomes:
                yield replace(outcome, task=tasks[n])


@dataclass(frozen=True)
class _Explaining:
    """The job of a worker: some batches of photos, each with its place in the list."""

    options: argparse.Namespace
    digest: str
    make: Make

    def fetch(self, item: Sequence[Numbered]) -> Sequence[Numbered]:
        return [(n, replace(task, data=bytes_of(task.file))) for n, task in item]

    def open(self) -> Callable[[Sequence[Numbered]], Sequence[tuple[int, Outcome]]]:
        clf = load(self.options)
        if clf.digest != self.digest:
            raise ModelError(
                f"{clf.title} is another model on a machine of the cluster.",
                hint="Put the same weights, and the same version of this package, on all of them.",
            )
        steps = self.make(self.options, clf)

        def work(item: Sequence[Numbered]) -> Sequence[tuple[int, Outcome]]:
            number = {task.folder: n for n, task in item}
            tasks = [task for _, task in item]
            found = work_through(tasks, steps, batch=self.options.batch, jobs=self.options.jobs)
            return [(number[one.task.folder], _without_bytes(one)) for one in found]

        return work


def _portable(options: argparse.Namespace) -> argparse.Namespace:
    """Return the options without what cannot be sent, and with whole paths."""
    kept = {name: value for name, value in vars(options).items() if name != "run"}
    if os.path.exists(options.model):
        kept["model"] = os.path.abspath(options.model)
    for name in ("labels", "preprocessing"):
        if kept[name] is not None:
            kept[name] = Path(os.path.abspath(kept[name]))
    return argparse.Namespace(**kept | {"jobs": options.threads or 1})


def _whole(task: Task) -> Task:
    return replace(task, file=task.file.absolute(), folder=task.folder.absolute())


def _without_bytes(outcome: Outcome) -> Outcome:
    return replace(outcome, task=replace(outcome.task, data=None))
