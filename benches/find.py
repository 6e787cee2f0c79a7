"""A folder of photos: `find`'s table against plain batched inference, as for `benches/folder.py`.

Ours also computes a map, a thumbnail and a texture for each photo. Arranging the classes comes
after, and is timed by itself for a folder of ten thousand photos.
"""

from __future__ import annotations

import copy
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch

from benches.folder import NAME, PHOTOS, THREADS, beside_plain, infer, photos
from benches.table import Row
from gradcam.backends import Classifier
from gradcam.backends.torch import catalogue as torch_zoo
from gradcam.find import Found
from gradcam.find.explaining import find_rows
from gradcam.find.folder import TABLE
from gradcam.find.kept import save
from gradcam.find.lying import GRID, LONGEST
from gradcam.models import find_model
from gradcam.photos import Given
from gradcam.rows import work_out

MANY, CLASSES = 10_000, 100


def rows() -> Iterator[Row]:
    """Measure photos per second as a share of plain inference, and how soon a result opens."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    plain = torch_zoo.build(NAME, 1000).to(memory_format=torch.channels_last)
    spec = find_model(f"torchvision/{NAME}")
    clf = torch_zoo.classifier(copy.deepcopy(plain), spec, (), "0" * 64)
    with tempfile.TemporaryDirectory() as folder:
        tasks = photos(Path(folder), PHOTOS)
        given = [Given(task.file.name, task.file) for task in tasks]
        yield beside_plain(
            f"{NAME}, {PHOTOS} photos, find's table: ours / batched inference",
            lambda: infer(plain, tasks, spec.preprocessing),
            lambda: _find(clf, given, Path(folder)),
        )
    yield Row(f"{MANY} photos: a result opens, with a class of it", _opened(), "s", 2)


def _find(clf: Classifier, given: Sequence[Given], folder: Path) -> None:
    asked = find_rows(clf)
    out = folder / TABLE
    found = work_out(given, asked, out, jobs=THREADS, worker=asked.worker(clf))
    assert not found["error"].drop_null()
    out.unlink()


def _opened() -> float:
    """Return the seconds in which a made-up result is read, and a class of it is there."""
    with tempfile.TemporaryDirectory() as folder:
        import pyarrow.parquet as pq

        file = Path(folder) / TABLE
        pq.write_table(_made_up(), file, row_group_size=1024, compression="zstd")
        first = Found.open(file)
        for one in first.classes:
            first.of_class(one.index)
        save(first.arranged, file)
        began = time.perf_counter()
        found = Found.open(file)
        found.of_class(found.classes[0].index)
        found.suspects()
        return time.perf_counter() - began


def _made_up() -> pa.Table:
    rng = np.random.default_rng(0)
    maps = rng.random((MANY, GRID * GRID), np.float32)
    maps /= maps.sum(axis=1, keepdims=True)
    textures = rng.random((MANY, LONGEST), np.float32)
    textures /= np.linalg.norm(textures, axis=1, keepdims=True)
    index = pa.array(np.arange(MANY) % CLASSES, pa.int32())
    return pa.table({
        "file": [f"{n:05}.jpg" for n in range(MANY)],
        "explained": index,
        "explained_label": [f"class {n % CLASSES}" for n in range(MANY)],
        "map": pa.FixedSizeListArray.from_arrays(maps.reshape(-1), GRID * GRID),
        "texture": pa.FixedSizeListArray.from_arrays(textures.reshape(-1), LONGEST),
        "thumbnail": [rng.bytes(3000) for _ in range(MANY)],
    })  # fmt: skip
