"""Find the photos and classes of a data set in one of three folder layouts.

As published (cs231n.stanford.edu/tiny-imagenet-200.zip):
    train/WNID/images/*.JPEG, val/images/*.JPEG with val/val_annotations.txt ("file TAB wnid TAB …")
Repacked with one folder per class:
    train/WNID/*.JPEG, val/WNID/*.JPEG
All in one folder, each name beginning with its class:
    WNID_anything.JPEG
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from gradcam.errors import GradcamError

_LAYOUTS = (
    "Use WNID/*.JPEG, WNID/images/*.JPEG, images/*.JPEG with val_annotations.txt, or WNID_*.JPEG."
)
_PHOTOS = {".jpeg", ".jpg", ".png"}


class Sample(NamedTuple):
    """One photo and the index of its class."""

    path: Path
    target: int


class DataError(GradcamError):
    """The folder lacks the photos or classes that training or evaluation needs."""


def find_samples(folder: Path, wnids: Sequence[str]) -> list[Sample]:
    """List one split's photos in a fixed order, in any of the layouts.

    Parameters
    ----------
    folder : the split itself, such as DATA/val.
    wnids : the classes to keep, in index order; photos of other classes are left out.

    Returns
    -------
    The samples, sorted by path.

    Raises
    ------
    DataError : the folder does not exist or has no photos of these classes.
    """
    annotations = folder / "val_annotations.txt"
    if annotations.is_file():
        samples = sorted(_annotated(annotations, wnids))
    else:
        samples = sorted(_foldered(folder, wnids)) or sorted(_named(folder, wnids))
    if not samples:
        raise DataError(f"{folder} holds no photos of the {len(wnids)} classes.", hint=_LAYOUTS)
    return samples


def find_wnids(folder: Path) -> list[str]:
    """Return the sorted names of a split's class folders. Raises DataError if there are none."""
    names = sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
    if not names:
        raise DataError(f"{folder} holds no class folders.", hint=_LAYOUTS)
    return names


def read_wnids(table: Path) -> list[str]:
    """Read the column `wnid` of a CSV file such as photos-classes.csv."""
    with table.open(encoding="utf-8", newline="") as file:
        return [row["wnid"] for row in csv.DictReader(file)]


def _foldered(folder: Path, wnids: Sequence[str]) -> Iterator[Sample]:
    for target, wnid in enumerate(wnids):
        for place in (folder / wnid, folder / wnid / "images"):
            if place.is_dir():
                yield from (Sample(p, target) for p in place.iterdir() if _is_photo(p))


def _named(folder: Path, wnids: Sequence[str]) -> Iterator[Sample]:
    index = {wnid: target for target, wnid in enumerate(wnids)}
    for path in folder.iterdir() if folder.is_dir() else ():
        wnid = path.name.partition("_")[0]
        if wnid in index and _is_photo(path):
            yield Sample(path, index[wnid])


def _annotated(annotations: Path, wnids: Sequence[str]) -> Iterator[Sample]:
    index = {wnid: target for target, wnid in enumerate(wnids)}
    for line in annotations.read_text(encoding="utf-8").splitlines():
        name, wnid, *_ = line.split("\t")
        if wnid in index:
            yield Sample(annotations.parent / "images" / name, index[wnid])


def _is_photo(path: Path) -> bool:
    return path.suffix.lower() in _PHOTOS
