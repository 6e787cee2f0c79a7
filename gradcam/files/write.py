"""Saving one explanation: a folder with all its files, or a single file as bytes."""

from __future__ import annotations

import io
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from gradcam.drawing.render import Look
from gradcam.errors import GradcamError
from gradcam.files.manifest import manifest, manifest_of_map, map_names, to_json
from gradcam.files.npz import write_npz
from gradcam.files.png import KINDS, Kind, draw, write_png
from gradcam.record import Record
from gradcam.text import count

MANIFEST = "manifest.json"
NUMBERS = "maps.npz"
_PART = re.compile(r"\.[0-9a-f]{16}\.part")
_ABANDONED = 3600.0  # seconds without a byte written to it
_WORKERS = min(4, os.cpu_count() or 1)

Open = Callable[[str], AbstractContextManager[IO[bytes]]]


def save(
    explanation: Record,
    folder: str | Path,
    look: Look | None = None,
    *,
    pictures: bool = True,
) -> list[Path]:
    """Write one explanation into `folder`, which is created if necessary.

    Each map becomes `…-overlay.png`, `…-colormap.png`, `…-grey.png` (8 bits) and `…-grey16.png`
    (16 bits) at the photo's size, each with its own manifest as text. `maps.npz` holds all maps as
    numbers (see `write_npz`), and `manifest.json` says how they were made. It is written last: if
    it exists, the folder is complete. Files appear only once fully written, even if the process
    is killed.

    Parameters
    ----------
    explanation : the result of `gradcam.explain`.
    folder : where to write; existing files of the same names are replaced.
    look : how the pictures are drawn; default `Look()`.
    pictures : False leaves out everything at the photo's size, which takes the most time: the
        pictures, and the upsampled maps in `maps.npz`.

    Returns
    -------
    The paths written.

    Raises
    ------
    GradcamError : the folder cannot be written to.
    NonFiniteError : a map contains NaN or infinity.
    """
    folder = Path(folder)
    look = look or Look()
    facts = manifest(explanation, look)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        shown = look if pictures else None
        names = write(explanation, shown, facts, lambda name: atomic_write(folder / name))
    except OSError as error:
        raise GradcamError(
            f"{folder} cannot be written to ({error.strerror or error}).",
            hint="Choose another folder, or free some space.",
        ) from error
    return [folder / name for name in names]


def png_bytes(
    explanation: Record,
    n: int,
    kind: Kind,
    look: Look | None = None,
    scale: float | None = None,
) -> bytes:
    """Return one picture of one map, as `save` writes it, with its manifest as text.

    Parameters
    ----------
    explanation : the result of `gradcam.explain`.
    n : the index of the map in `explanation.maps`.
    kind : "overlay", "colormap", "grey" (8 bits) or "grey16" (16 bits).
    look : how the picture is drawn; default `Look()`.
    scale : the raw value drawn as 1; by default `look` decides.

    Returns
    -------
    The bytes of a PNG at the photo's size.

    Raises
    ------
    GradcamError : no such map, or no such kind.
    NonFiniteError : a map contains NaN or infinity.
    """
    if kind not in KINDS:
        raise GradcamError(f"{kind!r} is not a kind of picture.", hint=f"Use {', '.join(KINDS)}.")
    if not 0 <= n < len(explanation.maps):
        raise GradcamError(
            f"There is no map {n}.",
            hint=f"The explanation has {count(len(explanation.maps), 'map')}, numbered from 0.",
        )
    look = look or Look()
    facts = manifest_of_map(manifest(explanation, look, scale), n)
    drawn = dict(draw(explanation.photo, explanation.maps[n], look, facts["map"]["scale"]))
    file = io.BytesIO()
    write_png(file, drawn[kind], {**facts, "picture": kind})
    return file.getvalue()


def npz_bytes(explanation: Record, look: Look | None = None, scale: float | None = None) -> bytes:
    """Return the `maps.npz` that `save` writes; `gradcam.load_explanation` loads it.

    Parameters
    ----------
    explanation, look, scale : as for `gradcam.files.png_bytes`.

    Returns
    -------
    The file's bytes.

    Raises
    ------
    NonFiniteError : a map contains NaN or infinity.
    """
    file = io.BytesIO()
    write_npz(file, explanation, manifest(explanation, look, scale))
    return file.getvalue()


def manifest_bytes(
    explanation: Record, look: Look | None = None, scale: float | None = None
) -> bytes:
    """Return `gradcam.files.manifest` as indented JSON.

    Parameters
    ----------
    explanation, look, scale : as for `gradcam.files.png_bytes`.

    Returns
    -------
    The JSON in UTF-8.

    Raises
    ------
    NonFiniteError : a map contains NaN or infinity.
    """
    return to_json(manifest(explanation, look, scale), indent=2) + b"\n"


def map_name(explanation: Record, n: int) -> str:
    """Return the file name of one map, without the kind of picture and the extension.

    Parameters
    ----------
    explanation : the result of `gradcam.explain`.
    n : the index of the map in `explanation.maps`.

    Returns
    -------
    The beginning of the names of the map's files, as `save` writes them.

    Raises
    ------
    Nothing of its own.
    """
    return map_names(explanation)[n]


def write(
    explanation: Record, look: Look | None, facts: Mapping[str, Any], open_: Open
) -> list[str]:
    """Write all files of one explanation through `open_`, in parallel; return their names in order.

    If `look` is None, everything at the photo's size is left out, and the manifest's look is null.
    """
    if look is None:
        facts = {**facts, "look": None}
        names = _write_numbers(explanation, facts, False, open_)
    else:
        names = _write_drawn(explanation, look, facts, open_)
    with open_(MANIFEST) as file:
        file.write(to_json({**facts, "files": names}, indent=2) + b"\n")
    return [*names, MANIFEST]


def _write_drawn(
    explanation: Record, look: Look, facts: Mapping[str, Any], open_: Open
) -> list[str]:
    """Write the pictures and the numbers at the photo's size."""
    # Compression releases the GIL, so threads are enough.
    with ThreadPoolExecutor(_WORKERS) as pool:
        numbers = pool.submit(_write_numbers, explanation, facts, True, open_)
        pictures = [
            pool.submit(_write_pictures, explanation, n, look, facts, open_)
            for n in range(len(explanation.maps))
        ]
        try:
            return [name for job in pictures for name in job.result()] + numbers.result()
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Open `path` for writing so that it appears complete or not at all.

    The bytes go to a hidden file beside it, which is renamed once everything is written. What a
    process that was killed left of such files is removed by the next that writes there.
    """
    _clear_left(path.parent)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            yield file
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _clear_left(folder: Path) -> None:
    """Delete hidden files that nobody can be writing any more."""
    with suppress(OSError), os.scandir(folder) as found:
        for one in found:
            if _PART.fullmatch(one.name) and time.time() - one.stat().st_mtime > _ABANDONED:
                os.unlink(one.path)


def _write_numbers(
    explanation: Record, facts: Mapping[str, Any], placed: bool, open_: Open
) -> list[str]:
    with open_(NUMBERS) as file:
        write_npz(file, explanation, facts, placed=placed)
    return [NUMBERS]


def _write_pictures(
    explanation: Record, n: int, look: Look, facts: Mapping[str, Any], open_: Open
) -> list[str]:
    own = manifest_of_map(facts, n)
    written = []
    for kind, picture in draw(explanation.photo, explanation.maps[n], look, own["map"]["scale"]):
        written.append(f"{own['map']['name']}-{kind}.png")
        with open_(written[-1]) as file:
            write_png(file, picture, {**own, "picture": kind})
    return written
