"""One class of a folder: how its photos' heat falls into groups, and which of them are suspect."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gradcam.errors import GradcamError
from gradcam.find.embedding import Embedding, Labels, Wide, embed
from gradcam.find.suspects import Kind, Suspect, suspects
from gradcam.types import Floats, Photo

_SIDE = 96  # pixels of an average photo


@dataclass(frozen=True, eq=False)
class ClassFound:
    """The photos whose maps explain one class; every array is in the order of `files`.

    index, label : the class.
    files : their names.
    rows : (n,) where each is in `Found.rows`.
    maps : float32 (n, 16, 16) over what the model saw, summing to one; NaN for photos without heat.
    place, texture : the photos arranged by where the heat lies, and by what the model sees there.
    suspects : groups that stand apart, the strongest first.
    thumbnails : a JPEG of what the model saw of each photo.
    """

    index: int
    label: str
    files: tuple[str, ...]
    rows: NDArray[np.intp]
    maps: Floats
    place: Embedding
    texture: Embedding
    suspects: tuple[Suspect, ...]
    thumbnails: Sequence[bytes]

    @property
    def points(self) -> Floats:
        """The photos in two dimensions, by place: float32 (n, 2) in [0, 1], NaN without heat."""
        return self.place.points

    @property
    def clusters(self) -> Labels:
        """The cluster of each photo, by place and density: (n,), -1 for none."""
        return self.place.clusters

    @property
    def eigenvalues(self) -> Wide:
        """The smallest eigenvalues of the Laplacian, by place, ascending."""
        return self.place.eigenvalues

    @property
    def gap(self) -> int:
        """How many eigenvalues come before the largest step."""
        return self.place.gap

    @cached_property
    def _number(self) -> Mapping[str, int]:
        return {name: n for n, name in enumerate(self.files)}

    def numbers(self, files: Sequence[str]) -> NDArray[np.intp]:
        """Return the positions of some files. Raises GradcamError for one of another class."""
        missing = [name for name in files if name not in self._number]
        if missing:
            raise GradcamError(f"{missing[0]!r} is not a photo explained as {self.label}.")
        return np.array([self._number[name] for name in files], np.intp)

    def average_map(self, chosen: NDArray[np.intp] | None = None) -> Floats:
        """Return the mean of the maps of some photos, or all: float32 (16, 16), 0 without heat."""
        maps = self.maps if chosen is None else self.maps[chosen]
        known = maps[np.isfinite(maps).all(axis=(1, 2))]
        mean: Floats = known.mean(axis=0) if len(known) else np.zeros(maps.shape[1:], np.float32)
        return mean

    def average_photo(self, chosen: NDArray[np.intp] | None = None) -> Photo:
        """Return the mean of what the model saw of some photos, or all: uint8 (96, 96, 3)."""
        numbers = range(len(self.files)) if chosen is None else chosen.tolist()
        total = np.zeros((_SIDE, _SIDE, 3))
        for n in numbers:
            with Image.open(io.BytesIO(self.thumbnails[n])) as image:
                total += np.asarray(image.convert("RGB").resize((_SIDE, _SIDE)))
        return np.rint(total / max(len(numbers), 1)).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Arranged:
    """What was worked out about a class; see `ClassFound`."""

    place: Embedding
    texture: Embedding
    suspects: tuple[Suspect, ...]


def arranged(
    index: int, label: str, files: Sequence[str], maps: Floats, textures: Floats
) -> Arranged:
    """Arrange a class's photos, and look for suspects; as for `ClassFound`.

    textures : float32 (n, D), of length one; NaN for photos without heat.
    """
    described = descriptions(maps, textures)
    place = embed(described["place"].astype(np.float32))
    texture = embed(described["texture"].astype(np.float32))
    known = np.flatnonzero(np.isfinite(textures).all(axis=1))
    # Of photos that are the same, one is enough: copies are alike without any mark.
    _, first = np.unique(described["both"][known], axis=0, return_index=True)
    kept = known[np.sort(first)]
    found = suspects(
        label,
        index,
        [files[n] for n in kept],
        maps[kept],
        place.clusters[kept],
        {kind: vectors[kept] for kind, vectors in described.items()},
    )
    return Arranged(place, texture, found)


def descriptions(maps: Floats, textures: Floats) -> Mapping[Kind, Wide]:
    """Return vectors (n, d) of the heat's place, of the texture there, and of both; NaN stays.

    The distance between the square roots of two maps is Hellinger's. Each kind is centred and
    scaled to a mean square length of one, so that both count the same together.
    """
    place = _scaled(np.sqrt(maps.reshape(len(maps), -1).astype(np.float64)))
    texture = _scaled(textures.astype(np.float64))
    return {"place": place, "texture": texture, "both": np.hstack([place, texture])}


def _scaled(vectors: Wide) -> Wide:
    known = vectors[np.isfinite(vectors).all(axis=1)]
    if not len(known):
        return vectors
    centre = known.mean(axis=0)
    size = np.sqrt(np.square(known - centre).sum(axis=1).mean())
    found: Wide = (vectors - centre) / (size or 1.0)
    return found
