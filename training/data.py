"""Tiny ImageNet's folders, both ways they are found, as (path, class) pairs.

As published (cs231n.stanford.edu/tiny-imagenet-200.zip):
    train/WNID/images/*.JPEG, val/images/*.JPEG with val/val_annotations.txt ("file TAB wnid TAB …")
One folder a class, as most tools repack it:
    train/WNID/*.JPEG, val/WNID/*.JPEG
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from gradcam.errors import GradcamError

_LAYOUTS = "Give a folder of WNID/*.JPEG, WNID/images/*.JPEG, or images with val_annotations.txt."
_PHOTOS = {".jpeg", ".jpg", ".png"}


class Sample(NamedTuple):
    """One photo and the index of what it shows."""

    path: Path
    target: int


class DataError(GradcamError):
    """The folder does not hold what training or evaluation needs."""


def find_samples(folder: Path, wnids: Sequence[str]) -> list[Sample]:
    """The photos of one split, in a fixed order, whichever layout it has.

    Parameters
    ----------
    folder : the split itself, such as DATA/val.
    wnids : the classes wanted, in index order; photos of others are left out.

    Raises
    ------
    DataError : there is no such folder, or no photo of these classes in it.
    """
    annotations = folder / "val_annotations.txt"
    found = _annotated(annotations, wnids) if annotations.is_file() else _foldered(folder, wnids)
    samples = sorted(found)
    if not samples:
        raise DataError(f"{folder} holds no photos of the {len(wnids)} classes.", hint=_LAYOUTS)
    return samples


def find_wnids(folder: Path) -> list[str]:
    """The names of the class folders in a training split, sorted. Raises DataError if none."""
    names = sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
    if not names:
        raise DataError(f"{folder} holds no class folders.", hint=_LAYOUTS)
    return names


def read_wnids(table: Path) -> list[str]:
    """The column `wnid` of a CSV file, such as photos-classes.csv."""
    with table.open(encoding="utf-8", newline="") as file:
        return [row["wnid"] for row in csv.DictReader(file)]


def _foldered(folder: Path, wnids: Sequence[str]) -> Iterator[Sample]:
    for target, wnid in enumerate(wnids):
        for place in (folder / wnid, folder / wnid / "images"):
            if place.is_dir():
                yield from (Sample(p, target) for p in place.iterdir() if _is_photo(p))


def _annotated(annotations: Path, wnids: Sequence[str]) -> Iterator[Sample]:
    index = {wnid: target for target, wnid in enumerate(wnids)}
    for line in annotations.read_text(encoding="utf-8").splitlines():
        name, wnid, *_ = line.split("\t")
        if wnid in index:
            yield Sample(annotations.parent / "images" / name, index[wnid])


def _is_photo(path: Path) -> bool:
    return path.suffix.lower() in _PHOTOS
