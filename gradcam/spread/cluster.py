"""A pool of processes with a model each, on this machine or on a Ray cluster.

Ray Data reads the files, a little ahead of the workers, and hands them what was read; an item whose
worker is lost goes to another. Nothing is kept in order but what an item holds itself.
"""

from __future__ import annotations

import logging
import os
import pickle
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol, TypeVar

from gradcam.batches import cores
from gradcam.errors import GradcamError
from gradcam.memory import keep_freed

LOCAL = ""
_AHEAD = 2  # items on their way to each worker, with the one it works on
_RETRIES = 3
_MOST_ITEMS = 10_000  # that a cluster is given to keep account of, whatever the folder
_STORE = 512 << 20  # bytes that a local cluster keeps of what was read
# What the frameworks take their number of threads from, when they are imported.
THREADS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
Item = TypeVar("Item")
Result = TypeVar("Result", covariant=True)


def blocks_per_item(blocks: int) -> int:
    """Return how many blocks of photos to make an item of: one, unless there are too many."""
    return -(-blocks // _MOST_ITEMS) or 1


class Job(Protocol[Item, Result]):
    """What is done with each item; it can be pickled."""

    def fetch(self, item: Item) -> Item:
        """Return the item with its files' bytes, on whatever machine reads them."""

    def open(self) -> Callable[[Item], Result]:
        """Load the model, once in each worker, and return what works on an item."""


@dataclass(frozen=True)
class Cluster:
    """Where to work, and how.

    address : of a Ray cluster, as `ray.init` takes it; "" starts one on this machine for the time
        of the work.
    threads : of each worker, which takes as many processors of the cluster. The last bits of what
        a network computes depend on it.
    processors : of a cluster that is started here; default: all cores.
    """

    address: str = LOCAL
    threads: int = 1
    processors: int | None = None

    def run(self, items: Sequence[Item], job: Job[Item, Result]) -> Generator[Result]:
        """Yield the result of each item, in any order; close the generator to stop.

        Raises what `open` or the function it returns raises, and GradcamError if there is no Ray,
        no cluster at the address, or no room for a worker.
        """
        if not items:
            return
        with self._connected() as ray:
            workers = ray.data.ActorPoolStrategy(
                size=self._workers(ray, len(items)), max_tasks_in_flight_per_actor=_AHEAD
            )
            with warnings.catch_warnings():
                # Ray 2.60 has no other way to say how often, and pyproject.toml keeps to it.
                warnings.simplefilter("ignore", DeprecationWarning)
                found = _dataset(ray, items, job).map_batches(
                    _worker(ray.cloudpickle.dumps(job), self.threads),
                    batch_size=1,
                    batch_format="numpy",
                    compute=workers,
                    num_cpus=self.threads,
                    # Photos that end every process they come into must not be tried for ever.
                    max_task_retries=_RETRIES,
                )
            for row in _rows(ray, found):
                answer = pickle.loads(row["data"])
                if isinstance(answer, Exception):
                    raise answer
                yield answer

    def _workers(self, ray: ModuleType, items: int) -> int:
        """Return how many workers fit into the cluster, no more than there are items."""
        room = int(ray.cluster_resources().get("CPU", 0)) // self.threads
        if not room:
            raise GradcamError(
                f"No worker with {self.threads} threads fits into the cluster.",
                hint="Give fewer --threads.",
            )
        return min(room, items)

    @contextmanager
    def _connected(self) -> Iterator[ModuleType]:
        """Connect to the cluster, or start one and end it after the work."""
        ray = _imported()
        if ray.is_initialized():
            yield ray
            return
        own: dict[str, Any] = {
            "num_cpus": max(self.processors or cores(), self.threads),
            "object_store_memory": _STORE,
            "include_dashboard": False,
        }
        try:
            ray.init(
                self.address or "local",
                log_to_driver=False,
                logging_level=logging.ERROR,
                **({} if self.address else own),
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise GradcamError(
                f"There is no Ray cluster at {self.address or 'this machine'} ({error}).",
                hint="Start one with `ray start --head`, or leave out the address.",
            ) from error
        try:
            yield ray
        finally:
            ray.shutdown()


def _imported() -> ModuleType:
    """Import Ray, which otherwise reports its use to its makers and prints each step."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise GradcamError(
            "Ray is not installed.", hint='Install it: pip install "gradcam-explorer[ray]".'
        ) from error
    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return ray


def _rows(ray: ModuleType, dataset: Any) -> Iterator[dict[str, bytes]]:
    try:
        yield from dataset.iter_rows()
    except ray.exceptions.RayError as error:
        raise GradcamError(
            f"The cluster gave up ({str(error).strip().splitlines()[-1]}).",
            hint="What is done is kept: mend the cluster, and run the same again.",
        ) from error


def _dataset(ray: ModuleType, items: Sequence[Item], job: Job[Item, Any]) -> Any:
    """Return the items as rows, each with its files read when its turn comes."""
    rows = [{"data": pickle.dumps(item)} for item in items]

    def read(row: dict[str, bytes]) -> dict[str, bytes]:
        return {"data": pickle.dumps(job.fetch(pickle.loads(row["data"])))}

    # Reading takes no processor, or it would wait for the workers, which keep theirs.
    return ray.data.from_items(rows, override_num_blocks=len(rows)).map(
        read, num_cpus=0, compute=ray.data.TaskPoolStrategy(size=2)
    )


def _worker(job: bytes, threads: int) -> type:
    """Return the class whose objects Ray makes, one in each process, from a pickled job."""

    class Worker:
        def __init__(self) -> None:
            keep_freed()
            os.environ.update(dict.fromkeys(THREADS, str(threads)))
            self.work: Callable[[Any], Any] | None = None

        def __call__(self, batch: dict[str, Any]) -> dict[str, list[bytes]]:
            return {"data": [pickle.dumps(self.answer(item)) for item in batch["data"]]}

        def answer(self, item: bytes) -> Any:
            """Return an error as a result: raised, it would be taken for a lost worker's."""
            try:
                if self.work is None:
                    self.work = pickle.loads(job).open()
                return self.work(pickle.loads(item))
            except Exception as error:
                return error

    return Worker
