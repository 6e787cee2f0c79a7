"""Where the objects are: boxes read from a CSV file, for the pointing games."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from gradcam.errors import GradcamError
from gradcam.metrics.pointing import Box

Boxes = Mapping[str, tuple[Box, ...]]
COLUMNS = ("file", "left", "top", "right", "bottom")
_USE = f"Use the columns {', '.join(COLUMNS)}: edges in pixels of the photo, a line for each box."


def read_boxes(file: Path) -> dict[str, tuple[Box, ...]]:
    """Read boxes from a CSV file with the columns file, left, top, right and bottom.

    Edges are in pixels of the upright photo: a box that covers the pixel at the photo's upper left
    corner, and no other, is 0, 0, 1, 1. A photo with several objects has several lines.

    Raises GradcamError if the file cannot be read, lacks a column, or has a line that is no box.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, ValueError, csv.Error) as error:
        raise GradcamError(f"{file} cannot be read as CSV ({error}).", hint=_USE) from error
    found: dict[str, list[Box]] = {}
    for number, row in enumerate(rows, start=2):
        found.setdefault(_name(row, file), []).append(_box(row, file, number))
    return {name: tuple(boxes) for name, boxes in found.items()}


def boxes_of(boxes: Boxes, name: str) -> tuple[Box, ...]:
    """Return the boxes of a photo, found by its path or else by its file's name alone."""
    return boxes.get(name) or boxes.get(PurePosixPath(name).name, ())


def _name(row: Mapping[str, str], file: Path) -> str:
    missing = [column for column in COLUMNS if row.get(column) is None]
    if missing:
        raise GradcamError(f"{file} has no column {missing[0]!r}.", hint=_USE)
    return row["file"].strip().replace("\\", "/")


def _box(row: Mapping[str, str], file: Path, number: int) -> Box:
    try:
        left, top, right, bottom = (float(row[column]) for column in COLUMNS[1:])
    except ValueError:
        left = top = right = bottom = math.nan
    if not (left < right and top < bottom and math.isfinite(left + top + right + bottom)):
        raise GradcamError(f"Line {number} of {file} is not a box.", hint=_USE)
    return left, top, right, bottom
