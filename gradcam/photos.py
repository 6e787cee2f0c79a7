"""The photos of folders: which there are, a name for each that no other has, and reading one."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcam.errors import GradcamError, ImageError
from gradcam.images import Opened, open_image
from gradcam.text import one_line, printable

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
# Windows forbids these characters in names, and these names before a dot.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Given:
    """One photo to work on.

    name : its path below the folder that was given, valid on any file system and no other's name.
    source : its file, or its bytes.
    label : what it shows: the first folder below the one that was given, "" directly in it.
    """

    name: str
    source: Path | bytes
    label: str = ""


@dataclass(frozen=True)
class Found:
    """A photo's file, its path relative to the folder that was given, and that folder's name."""

    file: Path
    name: Path
    root: str


def collect(paths: Sequence[Path], out: Path | None = None) -> list[Given]:
    """Return the photos in `paths`, files or folders, each with a name of its own and its label.

    Folders are searched recursively, skipping `out` and hidden files. Anything with an image
    suffix is a photo, so that unreadable files are reported rather than ignored. The same photos
    get the same names in every run.

    Raises GradcamError if `out` is one of the folders.
    """
    return [
        Given(portable(name).as_posix(), one.file, _label(one.name))
        for one, name in find_photos(paths, out)
    ]


def shuffled(given: Iterable[Given]) -> list[Given]:
    """Return photos in an order that has nothing to do with what they show, always the same."""
    return sorted(given, key=lambda one: hashlib.sha256(one.name.encode()).digest())


def find_photos(paths: Sequence[Path], out: Path | None) -> list[tuple[Found, Path]]:
    """Return what `collect` does, each photo with its distinct name as it is written."""
    found: dict[str, Found] = {}
    for path in paths:
        for one in _find(path, out):
            found.setdefault(os.path.abspath(one.file), one)
    names = _distinct([one.name for one in found.values()], list(found.values()))
    return list(zip(found.values(), names, strict=True))


def open_photo(source: Path | bytes) -> Opened:
    """Read a photo that was found. Raises ImageError or OSError if that fails."""
    if isinstance(source, bytes):
        return open_image(source)
    if source.is_dir():
        os.scandir(source).close()  # raises OSError if the folder is not accessible
    if source.exists() and not source.is_file():
        # Reading a pipe or a device might never end.
        raise ImageError(f"{source.name} is not a file.", hint="Choose an image file.")
    return open_image(source)


def bytes_of(file: Path) -> bytes | None:
    """Return the bytes of a photo for another machine to open, or None if `open_photo` fails."""
    try:
        return file.read_bytes() if file.is_file() else None
    except OSError:
        return None


def _find(path: Path, out: Path | None) -> Iterator[Found]:
    if not path.is_dir():
        yield Found(path, Path(path.name), Path(os.path.abspath(path)).parent.name)
        return
    skipped = os.path.realpath(out) if out else ""
    if os.path.realpath(path) == skipped:
        raise GradcamError(
            f"{out} is the folder with the photos.", hint="Choose another folder with --out."
        )
    root = Path(os.path.abspath(path)).name
    for file in sorted(_inside(path, skipped)):
        yield Found(file, file.relative_to(path), root)


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


def _distinct(names: list[Path], found: Sequence[Found]) -> list[Path]:
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
    safe = (portable(name).as_posix() for name in names)
    same = [unicodedata.normalize("NFC", name).casefold() for name in safe]
    count = Counter(same)
    return [count[name] > 1 for name in same]


def portable(name: Path) -> Path:
    """Make a name valid on any file system, so that results can be copied to other machines."""
    return Path(*map(_portable_part, name.parts))


def _portable_part(part: str) -> str:
    kept = _FORBIDDEN.sub("_", printable(_readable(part)).replace("\ufffd", "_")) or "_"
    kept = re.sub(r"[. ]+$", lambda end: "_" * len(end[0]), kept)
    return f"_{kept}" if _RESERVED.match(kept) else kept


def _label(name: Path) -> str:
    return one_line(_readable(name.parts[0])) if len(name.parts) > 1 else ""


def _readable(part: str) -> str:
    return part.encode(errors="replace").decode()  # names need not be valid UTF-8


def _hash(file: Path) -> str:
    return hashlib.sha256(os.fsencode(os.path.abspath(file))).hexdigest()[:8]
