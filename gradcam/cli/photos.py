"""Which photos are meant, and where in the output each one's result goes."""

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

# By Windows, in names at all, and as the part of a name before its dot.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"})


@dataclass(frozen=True)
class Task:
    """One photo: the file to read, the folder its result goes to, and what it is called."""

    file: Path
    folder: Path
    name: str = ""


@dataclass(frozen=True)
class _Found:
    """name: where the file lies below the folder that was named; root: that folder's own name."""

    file: Path
    name: Path
    root: str


def tasks(paths: Sequence[Path], out: Path) -> list[Task]:
    """Every photo of `paths` once; no two share a folder below `out`, and the same come again.

    Folders are searched at any depth, except `out` and what is hidden. Anything that has an
    image's suffix is a task, so that what cannot be read is told and not passed over.
    """
    found: dict[str, _Found] = {}
    for path in paths:
        for one in _find(path, out):
            found.setdefault(os.path.abspath(one.file), one)
    names = _apart([one.name for one in found.values()], list(found.values()))
    return [
        Task(one.file, out / _portable(name), name.as_posix())
        for one, name in zip(found.values(), names, strict=True)
    ]


def read(task: Task) -> Opened:
    """The photo of a task. Raises ImageError or OSError when there is none."""
    if task.file.is_dir():
        os.scandir(task.file).close()  # which tells if it may not be looked into
    if task.file.exists() and not task.file.is_file():
        # Reading a pipe or a device would never end.
        raise ImageError(f"{task.file.name} is not a file.", hint="Choose another one.")
    return open_image(task.file)


def _find(path: Path, out: Path) -> Iterator[_Found]:
    if not path.is_dir():
        yield _Found(path, Path(path.name), Path(os.path.abspath(path)).parent.name)
        return
    if os.path.realpath(path) == os.path.realpath(out):
        raise GradcamError(
            f"{out} is where the photos lie.", hint="Choose another folder with --out."
        )
    root = Path(os.path.abspath(path)).name
    for file in sorted(_inside(path, os.path.realpath(out))):
        yield _Found(file, file.relative_to(path), root)


def _inside(folder: Path, out: str) -> Iterator[Path]:
    barred: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=barred.append):
        here = Path(place)
        folders[:] = [
            f for f in folders if not f.startswith(".") and os.path.realpath(here / f) != out
        ]
        for name in (*folders, *files):
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                yield here / name
    yield from (Path(error.filename) for error in barred)


def _apart(names: list[Path], found: Sequence[_Found]) -> list[Path]:
    """Names that clash get their root's name before them; if that does not help, a hash behind.

    Which ones do depends on the files alone and not on their order, so a second run finds the
    results of the first.
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
    # Some file systems tell neither case nor Unicode's ways to compose a letter apart.
    portable = (_portable(name).as_posix() for name in names)
    same = [unicodedata.normalize("NFC", name).casefold() for name in portable]
    count = Counter(same)
    return [count[name] > 1 for name in same]


def _portable(name: Path) -> Path:
    """As any file system takes it, so that results can be copied to another machine."""
    return Path(*map(_portable_part, name.parts))


def _portable_part(part: str) -> str:
    readable = part.encode(errors="replace").decode()  # bytes that are no UTF-8
    kept = _FORBIDDEN.sub("_", readable)
    kept = re.sub(r"[. ]+$", lambda end: "_" * len(end[0]), kept)
    return f"_{kept}" if _RESERVED.match(kept) else kept


def _hash(file: Path) -> str:
    return hashlib.sha256(os.fsencode(os.path.abspath(file))).hexdigest()[:8]
