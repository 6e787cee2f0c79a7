"""Finding the photos to process, and choosing an output folder for each."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcam.errors import GradcamError, ImageError
from gradcam.images import Opened, open_image

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
# Windows forbids these characters in names, and these names before a dot.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Task:
    """One photo: the file to read, the folder for its result, and the name to show."""

    file: Path
    folder: Path
    name: str = ""


@dataclass(frozen=True)
class _Found:
    """A photo's file, its path relative to the folder that was given, and that folder's name."""

    file: Path
    name: Path
    root: str


def tasks(paths: Sequence[Path], out: Path) -> list[Task]:
    """Return one task per photo in `paths`, each with its own folder below `out`.

    Folders are searched recursively, skipping `out` and hidden files. Anything with an image
    suffix becomes a task, so that unreadable files are reported rather than ignored. The same
    photos get the same folders in every run.
    """
    found: dict[str, _Found] = {}
    for path in paths:
        for one in _find(path, out):
            found.setdefault(os.path.abspath(one.file), one)
    names = _distinct([one.name for one in found.values()], list(found.values()))
    return [
        Task(one.file, out / _portable(name), name.as_posix())
        for one, name in zip(found.values(), names, strict=True)
    ]


def read(task: Task) -> Opened:
    """Read the photo of a task. Raises ImageError or OSError if that fails."""
    if task.file.is_dir():
        os.scandir(task.file).close()  # raises OSError if the folder is not accessible
    if task.file.exists() and not task.file.is_file():
        # Reading a pipe or a device might never end.
        raise ImageError(f"{task.file.name} is not a file.", hint="Choose an image file.")
    return open_image(task.file)


def _find(path: Path, out: Path) -> Iterator[_Found]:
    if not path.is_dir():
        yield _Found(path, Path(path.name), Path(os.path.abspath(path)).parent.name)
        return
    if os.path.realpath(path) == os.path.realpath(out):
        raise GradcamError(
            f"{out} is the folder with the photos.", hint="Choose another folder with --out."
        )
    root = Path(os.path.abspath(path)).name
    for file in sorted(_inside(path, os.path.realpath(out))):
        yield _Found(file, file.relative_to(path), root)


def _inside(folder: Path, out: str) -> Iterator[Path]:
    denied: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=denied.append):
        here = Path(place)
        folders[:] = [
            f for f in folders if not f.startswith(".") and os.path.realpath(here / f) != out
        ]
        for name in (*folders, *files):
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                yield here / name
    yield from (Path(error.filename) for error in denied)


def _distinct(names: list[Path], found: Sequence[_Found]) -> list[Path]:
    """Make names distinct: prefix those that clash with their root's name, or else append a hash.

    The result does not depend on the order of the files, so that a second run finds the results of
    the first.
    """
    names = [
        Path(one.root) / name if clash else name
        for name, clash, one in zip(names, _clashes(names), found, strict=True)
    ]
    return [
        name.with_name(f"{name.name}~{_hash(one.file)}") if clash else name
        for name, clash, one in zip(names, _clashes(names), found, strict=True)
    ]


def _clashes(names: Sequence[Path]) -> list[bool]:
    # Some file systems ignore case and Unicode composition.
    portable = (_portable(name).as_posix() for name in names)
    same = [unicodedata.normalize("NFC", name).casefold() for name in portable]
    count = Counter(same)
    return [count[name] > 1 for name in same]


def _portable(name: Path) -> Path:
    """Make a name valid on any file system, so that results can be copied to other machines."""
    return Path(*map(_portable_part, name.parts))


def _portable_part(part: str) -> str:
    readable = part.encode(errors="replace").decode()  # names need not be valid UTF-8
    kept = _FORBIDDEN.sub("_", readable)
    kept = re.sub(r"[. ]+$", lambda end: "_" * len(end[0]), kept)
    return f"_{kept}" if _RESERVED.match(kept) else kept


def _hash(file: Path) -> str:
    return hashlib.sha256(os.fsencode(os.path.abspath(file))).hexdigest()[:8]
