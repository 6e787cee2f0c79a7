"""Work on a real cluster of two workers: the same as in one process, also if one is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from gradcam.errors import GradcamError, LayerError
from gradcam.images import Opened
from gradcam.rows import Given, collect, work_out
from gradcam.spread import Cluster, OnCluster
from gradcam.watch import Watch

from .cli.folders import photos

TWO = Cluster(threads=1)


@pytest.fixture(scope="module", autouse=True)
def _two_workers() -> Iterator[None]:
    """A cluster with room for two workers, which a `Cluster` finds and leaves as it is."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    ray.init("local", num_cpus=2, include_dashboard=False, object_store_memory=200 << 20,
             log_to_driver=False, logging_level="ERROR")  # fmt: skip
    yield
    ray.shutdown()


@dataclass
class Mean:
    """A worker that writes down its process, and once is killed on its second block.

    `dies` is how many processes end in that way.
    """

    log: Path
    dies: int
    batch: int = 4

    def read(self, _given: Given, opened: Opened) -> float:
        return float(opened.pixels.mean())

    def rows(self, items: Sequence[float], _watch: Watch) -> Sequence[Mapping[str, Any]]:
        with (self.log / str(os.getpid())).open("a") as file:
            file.write("block\n")
        own = self.log / str(os.getpid())
        if own.read_text().count("block") == 2:
            for n in range(self.dies):
                with suppress(FileExistsError):
                    (self.log / f"killed {n}").touch(exist_ok=False)
                    os.kill(os.getpid(), signal.SIGKILL)
        return [{"mean": mean} for mean in items]


@dataclass(frozen=True)
class Means:
    log: Path
    dies: int = 0
    key: str = "means"

    def schema(self) -> pa.Schema:
        return pa.schema([("mean", pa.float64())])

    def open(self) -> Mean:
        return Mean(self.log, self.dies)


def test_a_killed_worker_costs_nothing_but_time(tmp_path: Path) -> None:
    folder = photos(tmp_path / "in", 60, size=24)
    (folder / "007.png").write_bytes(b"no photo")
    log = tmp_path / "log"
    log.mkdir()
    given = collect([folder])
    told: list[tuple[int, int]] = []
    watch = Watch(lambda done, total: told.append((done, total)))
    work_out(
        given, Means(log, dies=1), tmp_path / "spread.parquet",
        watch=watch, spread=OnCluster(TWO), worker=Mean(log, dies=0),
    )  # fmt: skip
    work_out(given, Means(log), tmp_path / "here.parquet")
    assert (tmp_path / "spread.parquet").read_bytes() == (tmp_path / "here.parquet").read_bytes()
    assert (log / "killed 0").exists()
    workers = {int(file.name) for file in log.iterdir() if file.name.isdecimal()}
    assert len(workers - {os.getpid()}) >= 2
    assert told[-1] == (60, 60)


@dataclass(frozen=True)
class Doubling:
    """A job that doubles numbers, refuses 13 and dies of 99."""

    def fetch(self, item: int) -> int:
        return item

    def open(self) -> Callable[[int], int]:
        def double(item: int) -> int:
            if item == 99:
                os.kill(os.getpid(), signal.SIGKILL)
            if item == 13:
                raise LayerError("No layer 13.", hint="Nearest: 12.")
            return 2 * item

        return double


@pytest.mark.heavy
def test_results_come_in_any_order() -> None:
    assert sorted(TWO.run(range(12), Doubling())) == list(range(0, 24, 2))
    assert list(TWO.run([], Doubling())) == []


@pytest.mark.heavy
def test_an_error_of_the_work_is_raised_as_it_is() -> None:
    with pytest.raises(LayerError, match=r"^No layer 13\. Nearest: 12\.$"):
        list(TWO.run([1, 13, 2], Doubling()))


@pytest.mark.heavy
def test_photos_that_end_every_process_end_the_run() -> None:
    with pytest.raises(GradcamError, match="The cluster gave up"):
        list(TWO.run([99, 1], Doubling()))


def test_a_worker_that_does_not_fit_is_refused() -> None:
    with pytest.raises(GradcamError, match="No worker with 3 threads fits"):
        list(Cluster(threads=3).run([1], Doubling()))


@pytest.mark.heavy
def test_explaining_a_folder_gives_the_same_files(tmp_path: Path) -> None:
    """With a process of its own, because frameworks read the number of threads on import."""
    folder = photos(tmp_path / "in", 20, size=24)
    (folder / "007.png").write_bytes(b"no photo")
    command = [sys.executable, "-m", "gradcam", "explain", str(folder), "--threads", "1",
               "--model", "bundled/photos", "--top-k", "2", "--batch", "4"]  # fmt: skip
    for out, more in (("here", []), ("spread", ["--ray"])):
        run = subprocess.run(
            [*command, "--out", str(tmp_path / out), *more],
            cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.returncode == 1, run.stderr  # one photo failed
        assert "19 of 20 images explained" in run.stdout
        assert "007.png: This file is not an image." in run.stderr
    assert files(tmp_path / "here") == files(tmp_path / "spread")


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }
