"""What a model goes by over a folder: the table, its confusions, its classes and their suspects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gradcam.backends import Classifier
from gradcam.errors import GradcamError
from gradcam.find.classes import Arranged, ClassFound, arranged
from gradcam.find.explaining import ABOUT, About, find_rows
from gradcam.find.kept import load, save
from gradcam.find.lying import GRID
from gradcam.find.suspects import Suspect
from gradcam.rows import Given, Spread, work_out
from gradcam.types import Floats
from gradcam.watch import Watch

if TYPE_CHECKING:
    import pyarrow as pa

TABLE = "found.parquet"


@dataclass(frozen=True)
class Class:
    """A class that was explained, and for how many photos."""

    index: int
    label: str
    count: int


@dataclass(frozen=True, eq=False)
class Confusion:
    """How often photos of one class were taken for another; only pairs that occur.

    truth, predicted : class indices; labels by index are in `labels`.
    """

    truth: NDArray[np.intp]
    predicted: NDArray[np.intp]
    count: NDArray[np.intp]
    labels: Mapping[int, str]


@dataclass(frozen=True, eq=False)
class Found:
    """What was found in a folder; see `docs/find.md` for the columns of `rows`.

    rows : one a photo, sorted by file.
    """

    rows: pa.Table
    _arranged: dict[int, Arranged] = field(default_factory=dict)
    _classes: dict[int, ClassFound] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> Found:
        """Read what `find` wrote: its folder, or the Parquet file in it.

        Raises GradcamError if there is nothing that it wrote.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        file = path / TABLE if path.is_dir() else path
        try:
            found = pq.read_table(file)
            found.select(["file", "explained", "map", "texture", "thumbnail"])
        except (OSError, KeyError, pa.ArrowException) as error:
            raise GradcamError(
                f"{path.name} holds nothing that was found.", hint="Run: python -m gradcam find."
            ) from error
        return cls(found, load(file))

    @property
    def about(self) -> About:
        """The model, and what was asked of it."""
        metadata = self.rows.schema.field("map").metadata
        return About(**json.loads(metadata[ABOUT]))

    @property
    def classes(self) -> tuple[Class, ...]:
        """The classes that were explained, those of most photos first."""
        explained = _numbers(self.rows, "explained")
        names, first, counts = np.unique(explained, return_index=True, return_counts=True)
        labels = self.rows["explained_label"]
        found = [
            Class(int(name), labels[int(n)].as_py(), int(count))
            for name, n, count in zip(names, first, counts, strict=True)
            if name >= 0
        ]
        return tuple(sorted(found, key=lambda one: (-one.count, one.index)))

    def confusion(self) -> Confusion:
        """Count the photos whose label is known, by it and by what they were predicted as."""
        truth, predicted = _numbers(self.rows, "truth"), _numbers(self.rows, "predicted")
        known = (truth >= 0) & (predicted >= 0)
        pairs, counts = np.unique(
            np.stack([truth[known], predicted[known]], axis=1), axis=0, return_counts=True
        )
        labels: dict[int, str] = {}
        for index, label in (("truth", "truth_label"), ("predicted", "predicted_label")):
            numbers, texts = _numbers(self.rows, index), self.rows[label].to_pylist()
            labels |= {int(n): t for n, t in zip(numbers, texts, strict=True) if n >= 0}
        return Confusion(pairs[:, 0], pairs[:, 1], counts, labels)

    def of_class(self, index: int) -> ClassFound:
        """Return one class's photos, arranged. Raises GradcamError if none was explained for it."""
        if index not in self._classes:
            self._classes[index] = self._of_class(index)
        return self._classes[index]

    @property
    def arranged(self) -> Mapping[int, Arranged]:
        """What was worked out about the classes so far, by index."""
        return self._arranged

    def suspects(self) -> tuple[Suspect, ...]:
        """Return the suspects of all classes, the strongest first."""
        found = [one for each in self.classes for one in self.of_class(each.index).suspects]
        return tuple(sorted(found, key=lambda one: (-one.score, one.index, one.files)))

    def _of_class(self, index: int) -> ClassFound:
        rows = np.flatnonzero(_numbers(self.rows, "explained") == index)
        if not len(rows):
            raise GradcamError(
                f"No photo was explained for class {index}.", hint="Choose another class."
            )
        part = self.rows.take(rows)
        label, files = part["explained_label"][0].as_py(), part["file"].to_pylist()
        maps = _vectors(part, "map").reshape(-1, GRID, GRID)
        known = self._arranged.get(index)
        if known is None:
            known = arranged(index, label, files, maps, _vectors(part, "texture"))
            self._arranged[index] = known
        thumbnails = part["thumbnail"].to_pylist()
        return ClassFound(
            index, label, tuple(files), rows, maps, known.place, known.texture, known.suspects,
            thumbnails,
        )  # fmt: skip


def find(
    clf: Classifier,
    given: Sequence[Given],
    out: Path,
    *,
    explain: str | int = "predicted",
    layer: str | None = None,
    method: str | None = None,
    fit: str = "crop",
    jobs: int | None = None,
    watch: Watch | None = None,
    loads: Callable[[], Classifier] | None = None,
    spread: Spread | None = None,
) -> Found:
    """Explain every photo, and arrange the maps of each class.

    What is done is kept in `out`, so that a run that was stopped continues where it was.

    Parameters
    ----------
    given : the photos, as `gradcam.rows.collect` finds them.
    out : the folder to write to.
    explain : each photo's "predicted" or "labelled" class, or one class for all, by index or label.
    layer, method, fit : as for `gradcam.explain`.
    jobs : threads that read photos; default: all cores.
    watch : told of each photo; asked before each batch whether to stop.
    loads, spread : loads the same model elsewhere, and who works there instead of this process.

    Raises
    ------
    LayerError, MethodError, ClassError : the model has no such layer, method or class.
    GradcamError : `out` cannot be written.
    CancelledError : `watch` says so; what is done is kept.
    """
    rows = find_rows(clf, explain, layer, method, fit, loads)
    out.mkdir(parents=True, exist_ok=True)
    worker = rows.worker(clf) if spread is None else None
    table = work_out(given, rows, out / TABLE, jobs=jobs, watch=watch, worker=worker, spread=spread)
    found, watch = Found(table), watch or Watch()
    watch.expect(len(found.classes))
    for one in found.classes:
        found.of_class(one.index)
        watch.step(1)
    save(found.arranged, out / TABLE)
    return found


def _numbers(table: pa.Table, column: str) -> NDArray[np.intp]:
    """Return a column of indices, -1 where there is none."""
    filled = table[column].fill_null(-1).to_numpy()
    return np.asarray(filled, np.intp)


def _vectors(table: pa.Table, column: str) -> Floats:
    """Return a column of lists as float32 (n, d), NaN where there is none."""
    array = table[column].combine_chunks()
    length = array.type.list_size
    found = np.full((len(array), length), np.nan, np.float32)
    known = np.flatnonzero(np.asarray(array.is_valid()))
    values = array.drop_null().flatten().to_numpy(zero_copy_only=False)
    found[known] = values.reshape(-1, length)
    return found
