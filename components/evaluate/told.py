"""What the browser is told of a folder's photos: a class with its groups, and the list of all."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, overload

import numpy as np
from PIL import Image

from gradcam.find import ClassFound, Embedding, Found, Suspect
from gradcam.find.suspects import FEWEST
from gradcam.text import rough_percent
from gradcam.types import Floats

from .glances import Glance, Glances, describe

Near = Literal["place", "texture"]
Grouping = Literal["clusters", "groups"]
Table = Any  # a pyarrow.Table, which only the library imports
Numbers = np.ndarray[Any, np.dtype[np.intp]]
# In the order of LIES in columns.js.
_LIES = ("border", "upper_left", "upper_right", "lower_left", "lower_right", "x", "y", "area",
         "entropy")  # fmt: skip
_AVERAGED = 200  # photos of a group that its average photo is made of, at most
_EXAMPLES = 5  # photos on a suspect's card


@dataclass(frozen=True)
class By:
    """How a class is arranged: photos are near by `near`, and fall into groups by `grouping`.

    near : by the "place" of the heat, or by the "texture" there.
    grouping : "clusters" by density, or "groups" by k-means, as many as the eigenvalues say.
    """

    near: Near = "place"
    grouping: Grouping = "clusters"

    def embedding(self, of: ClassFound) -> Embedding:
        """Return the class's arrangement."""
        return of.place if self.near == "place" else of.texture

    def groups(self, of: ClassFound) -> Numbers:
        """Return the group of each photo; -1 for none."""
        found = self.embedding(of)
        return found.clusters if self.grouping == "clusters" else found.groups


@dataclass(frozen=True, eq=False)
class Told:
    """A result as the page shows it; photos are called by their row's number.

    glances : the small photos that the browser asks for.
    """

    found: Found
    glances: Glances = field(init=False)
    _averages: dict[str, Glance] = field(default_factory=dict)  # by id

    def __post_init__(self) -> None:
        object.__setattr__(self, "glances", Glances(_Small(self.found.rows)))

    @cached_property
    def arranged(self) -> bool:
        """Whether every class was arranged when it was found, so that showing one is quick."""
        return all(one.index in self.found.arranged for one in self.found.classes)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The photos' names."""
        return tuple(self.found.rows["file"].to_pylist())

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The number of each file."""
        return {name: n for n, name in enumerate(self.files)}

    @cached_property
    def suspects(self) -> tuple[tuple[str, Suspect], ...]:
        """All suspects with an id each, the strongest first."""
        return tuple((f"s{n}", one) for n, one in enumerate(self.found.suspects()))

    @cached_property
    def _labels(self) -> Mapping[int, str]:
        return dict(sorted(self.found.confusion().labels.items())) | {
            one.index: one.label for one in self.found.classes
        }

    @cached_property
    def _place(self) -> Mapping[int, int]:
        return {index: n for n, index in enumerate(self._labels)}

    def list(self, rows: Numbers | None = None) -> tuple[dict[str, Any], dict[str, Floats]]:
        """Return the list of some photos, or all, as columns.js reads it."""
        table = self.found.rows if rows is None else self.found.rows.take(rows)

        def places(column: str) -> Floats:
            found = (self._place.get(index, -1) for index in table[column].to_pylist())
            return np.fromiter(found, np.float32, len(table))

        lies = np.stack([_floats(table, name) for name in _LIES], axis=1)
        header = {"names": table["file"].to_pylist(), "classes": list(self._labels.values())}
        return header, {
            "labels": places("truth"),
            "predicted": places("predicted"),
            "shares": _floats(table, "probability"),
            "lies": lies,
        }

    def board(
        self, of: ClassFound, by: By, marked: Iterable[str]
    ) -> tuple[dict[str, Any], dict[str, Floats | bytes]]:
        """Return one class, and the suspects of all, as strategies.js reads them.

        marked : ids of suspects.
        """
        header, listed = self.list(of.rows)
        arrays: dict[str, Floats | bytes] = {**listed}
        embedding, groups = by.embedding(of), by.groups(of)
        arrays |= {
            "photos": of.rows.astype(np.float32),
            "groups": groups.astype(np.float32),
            "xy": embedding.points,
        }
        suspected = set(marked)
        return {
            **header,
            "token": self.glances.token,
            "headline": headline(self.found, [one for _, one in self.suspects]),
            "suspects": [
                self._suspect(id, one, arrays) | {"marked": id in suspected}
                for id, one in self.suspects
            ],
            "options": self._options,
            "index": of.index,
            "title": of.label,
            "facts": _facts(self.found.rows.take(of.rows)),
            "near": by.near,
            "grouping": by.grouping,
            "clusters": [self._group(of, by, group, arrays) for group in _names(groups)],
            "eigenvalues": [round(float(one), 6) for one in embedding.eigenvalues],
            "gap": embedding.gap,
        }, arrays

    @cached_property
    def _options(self) -> Sequence[Mapping[str, int]]:
        strong = [one.index for _, one in self.suspects if one.strong]
        return [
            {"index": one.index, "place": self._place[one.index], "count": one.count,
             "suspects": strong.count(one.index)}
            for one in self.found.classes
        ]  # fmt: skip

    def _suspect(
        self, id: str, suspect: Suspect, arrays: dict[str, Floats | bytes]
    ) -> dict[str, object]:
        of = self.found.of_class(suspect.index)
        photos = [self.number[file] for file in suspect.files]
        return self._average(id, of, of.numbers(suspect.files), arrays) | {
            "suspect": id,
            "index": suspect.index,
            "label": suspect.label,
            "sentence": suspect.sentence,
            "strong": suspect.strong,
            "count": len(photos),
            "photos": photos,
            "examples": photos[:_EXAMPLES],
        }

    def _group(
        self, of: ClassFound, by: By, group: int, arrays: dict[str, Floats | bytes]
    ) -> dict[str, object]:
        members = np.flatnonzero(by.groups(of) == group)
        id = f"{of.index} {by.near} {by.grouping} {group}"
        return self._average(id, of, members, arrays) | {"group": group, "count": len(members)}

    def _average(
        self, id: str, of: ClassFound, members: Numbers, arrays: dict[str, Floats | bytes]
    ) -> dict[str, object]:
        if id not in self._averages:
            self._averages[id] = _averaged(of, members)
        return describe(f"{self.glances.token} {id}", self._averages[id], arrays)


def headline(found: Found, suspects: Sequence[Suspect]) -> str:
    """Say in a sentence what came of it."""
    explained = sum(one.count for one in found.classes)
    classes = len(found.classes)
    about = f"{explained:,} photo{'s' * (explained != 1)} of "
    about += "one class" if classes == 1 else f"{classes:,} classes"
    strong = [one for one in suspects if one.strong]
    if not strong and all(one.count < FEWEST for one in found.classes):
        return f"{about}: to tell a group from the rest takes {FEWEST} photos of a class or more."
    if not strong:
        return f"{about}: no group of photos stands out as if the model went by a shortcut."
    many = "one group of photos stands" if len(strong) == 1 else f"{len(strong)} groups stand"
    return f"{about}: {many} out as if the model went by a shortcut."


def _facts(rows: Table) -> str:
    truth, predicted = rows["truth"].to_pylist(), rows["predicted"].to_pylist()
    known = [one == other for one, other in zip(truth, predicted, strict=True) if one is not None]
    if not known:
        return ""
    return f"{rough_percent(sum(known) / len(known))} are taken for what they are labelled."


def _names(groups: Numbers) -> list[int]:
    """The groups in order, and photos in no group last."""
    names = np.unique(groups)
    return [int(one) for one in names if one >= 0] + [-1] * bool((groups < 0).any())


def _averaged(of: ClassFound, members: Numbers) -> Glance:
    """Return the average photo of some, of evenly chosen ones if they are many, with their map."""
    some = members[:: -(-len(members) // _AVERAGED)]
    buffer = io.BytesIO()
    Image.fromarray(of.average_photo(some)).save(buffer, "JPEG", quality=85)
    return Glance(buffer.getvalue(), of.average_map(members))


def _floats(table: Table, column: str) -> Floats:
    found = table[column].to_numpy()
    return np.asarray(found, np.float32)


class _Small(Sequence[Glance | None]):
    """The rows' small photos, read from the table one by one."""

    def __init__(self, rows: Table) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, n: int) -> Glance | None: ...
    @overload
    def __getitem__(self, n: slice) -> Sequence[Glance | None]: ...
    def __getitem__(self, n: int | slice) -> Glance | Sequence[Glance | None] | None:
        if isinstance(n, slice):
            return [self[k] for k in range(*n.indices(len(self)))]
        jpeg = self._rows["thumbnail"][n].as_py()
        if jpeg is None:
            return None
        values = self._rows["map"][n].as_py()
        side = 0 if values is None else round(len(values) ** 0.5)
        return Glance(jpeg, None if values is None else np.float32(values).reshape(side, side))
