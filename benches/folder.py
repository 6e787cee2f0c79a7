"""A folder of photos: the loop of `gradcam explain --only-raw` against plain batched inference.

Both decode the same JPEGs with the same number of threads and run the same network on the same
batches. Ours also computes and saves five maps per photo. Plain inference is measured first, in a
process as any script has it, and once more as our commands set theirs up (`gradcam.memory`).
"""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from benches.table import Row, medians
from gradcam.backends import Classifier
from gradcam.backends.torch import catalogue as torch_zoo
from gradcam.cli.explain import steps
from gradcam.cli.folder import work_through
from gradcam.cli.photos import Task
from gradcam.images import read_image
from gradcam.memory import keep_freed
from gradcam.models import find_model
from gradcam.preprocess import preprocess
from gradcam.request import Request
from gradcam.types import Preprocessing

NAME = "resnet50"
PHOTOS, BATCH, THREADS = 32, 8, 2


def rows() -> Iterator[Row]:
    """Measure our photos per second as a share of plain inference."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    plain = torch_zoo.build(NAME, 1000).to(memory_format=torch.channels_last)
    spec = find_model(f"torchvision/{NAME}")
    clf = torch_zoo.classifier(copy.deepcopy(plain), spec, (), "0" * 64)
    with tempfile.TemporaryDirectory() as folder:
        tasks = photos(Path(folder), PHOTOS)
        yield beside_plain(
            f"{NAME}, {PHOTOS} photos, top 5: ours / batched inference",
            lambda: infer(plain, tasks, spec.preprocessing),
            lambda: _explain(clf, tasks),
        )


def beside_plain(what: str, plain: Callable[[], object], ours: Callable[[], object]) -> Row:
    """Return our photos per second as a share of plain inference."""
    (theirs,) = medians([plain], repeats=3)
    keep_freed()
    same, taken = medians([plain, ours], repeats=3)
    rates = [f"{PHOTOS / ms * 1000:.1f}" for ms in (taken, theirs, same)]
    note = f"{rates[0]} of {rates[1]} photos/s, or of {rates[2]} with our memory setting"
    return Row(what, theirs / taken, "×", 0.9, at_least=True, note=note)


def photos(folder: Path, count: int) -> list[Task]:
    """Write so many 640 × 480 JPEGs that are as smooth as photos."""
    rng = np.random.default_rng(0)
    tasks = []
    for n in range(count):
        coarse = Image.fromarray(rng.integers(0, 256, (30, 40, 3), np.uint8))
        file = folder / f"{n}.jpg"
        coarse.resize((640, 480), Image.Resampling.BICUBIC).save(file, quality=90)
        tasks.append(Task(file, folder / "out" / file.name))
    return tasks


def _explain(clf: Classifier, tasks: Sequence[Task]) -> None:
    todo = steps(clf, Request(), None, overwrite=False)
    outcomes = list(work_through(tasks, todo, batch=BATCH, jobs=THREADS))
    assert all(outcome.status == "done" for outcome in outcomes)
    shutil.rmtree(tasks[0].folder.parent)


def infer(module: nn.Module, tasks: Sequence[Task], how: Preprocessing) -> None:
    """Run a network on photos as anybody would: read in threads, in batches, without maps."""

    def read(task: Task) -> np.ndarray:
        return preprocess(read_image(task.file), how).values

    with ThreadPoolExecutor(THREADS) as pool, torch.inference_mode():
        reading = pool.map(read, tasks)  # continues while the network runs
        while values := list(islice(reading, BATCH)):
            module(_tensor(values)).topk(5)


def _tensor(values: Sequence[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(values)).permute(0, 3, 1, 2)
