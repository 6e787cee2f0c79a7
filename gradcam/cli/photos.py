"""The photos of a command, and an output folder for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gradcam.images import Opened
from gradcam.photos import find_photos, open_photo, portable


@dataclass(frozen=True)
class Task:
    """One photo: the file to read, the folder for its result, and the name to show.

    data : the file's bytes, if they have been read already.
    """

    file: Path
    folder: Path
    name: str = ""
    data: bytes | None = field(default=None, repr=False)


def tasks(paths: Sequence[Path], out: Path) -> list[Task]:
    """Return one task per photo that `gradcam.photos.collect` finds, with its folder in `out`."""
    return [
        Task(one.file, out / portable(name), name.as_posix())
        for one, name in find_photos(paths, out)
    ]


def read(task: Task) -> Opened:
    """Read the photo of a task. Raises ImageError or OSError if that fails."""
    return open_photo(task.file if task.data is None else task.data)
