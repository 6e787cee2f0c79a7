"""One explanation into a folder, file by file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any

from gradcam.errors import GradcamError
from gradcam.export.facts import manifest, of_one, to_json
from gradcam.export.look import Look, Scale
from gradcam.export.numbers import write_npz
from gradcam.export.pictures import draw, write_png
from gradcam.types import Explanation

MANIFEST = "manifest.json"
NUMBERS = "maps.npz"
_WORKERS = min(4, os.cpu_count() or 1)

Open = Callable[[str], AbstractContextManager[IO[bytes]]]


def save(
    explanation: Explanation,
    folder: str | Path,
    *,
    colormap: str = "turbo",
    alpha: float = 0.6,
    threshold: float = 0.0,
    scale: Scale = "each",
    pictures: bool = True,
) -> list[Path]:
    """Write one explanation into `folder`, which is made when missing.

    Per map: `…-overlay.png`, `…-colormap.png`, `…-grey.png` (8 bits) and `…-grey16.png` (16 bits)
    at the photo's size, each with its own manifest as text. For all: `maps.npz` (see `write_npz`)
    and `manifest.json`, which comes last: where it lies, everything does. No file is ever half
    written, whenever the process ends.

    Parameters
    ----------
    explanation : what `gradcam.explain` returned.
    folder : where to; what is there already under these names is written anew.
    colormap, alpha, threshold, scale : as for `gradcam.export.Look`.
    pictures : False leaves out everything that is as large as the photo, which takes longest:
        the pictures, and in `maps.npz` the maps laid over the photo.

    Returns
    -------
    The paths written.

    Raises
    ------
    GradcamError : an unknown look, or the folder cannot be written to.
    NonFiniteError : a map holds NaN or infinity.
    """
    folder = Path(folder)
    look = Look(colormap, alpha, threshold, scale)
    facts = manifest(explanation, look)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        shown = look if pictures else None
        names = write(explanation, shown, facts, lambda name: _whole(folder / name))
    except OSError as error:
        raise GradcamError(
            f"{folder} cannot be written to ({error.strerror or error}).",
            hint="Choose another folder, or make room there.",
        ) from error
    return [folder / name for name in names]


def write(
    explanation: Explanation, look: Look | None, facts: Mapping[str, Any], open_: Open
) -> list[str]:
    """All files of one explanation through `open_`, several at a time; their names in order.

    `look` None leaves out what is as large as the photo, and the manifest says so.
    """
    facts = facts if look else {**facts, "look": None}
    drawn = explanation.maps if look else ()
    # Compressing lets go of the interpreter, so threads are enough.
    with ThreadPoolExecutor(_WORKERS) as pool:
        numbers = pool.submit(_write_numbers, explanation, facts, look is not None, open_)
        pictures = [
            pool.submit(_write_pictures, explanation, n, look or Look(), facts, open_)
            for n in range(len(drawn))
        ]
        try:
            names = [name for job in pictures for name in job.result()] + numbers.result()
        finally:
            pool.shutdown(cancel_futures=True)
    with open_(MANIFEST) as file:
        file.write(to_json({**facts, "files": names}, indent=2) + b"\n")
    return [*names, MANIFEST]


def _write_numbers(
    explanation: Explanation, facts: Mapping[str, Any], placed: bool, open_: Open
) -> list[str]:
    with open_(NUMBERS) as file:
        write_npz(file, explanation, facts, placed=placed)
    return [NUMBERS]


def _write_pictures(
    explanation: Explanation, n: int, look: Look, facts: Mapping[str, Any], open_: Open
) -> list[str]:
    one = of_one(facts, n)
    written = []
    for kind, picture in draw(explanation.photo, explanation.maps[n], look, one["map"]["scale"]):
        written.append(f"{one['map']['name']}-{kind}.png")
        with open_(written[-1]) as file:
            write_png(file, picture, {**one, "picture": kind})
    return written


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """`path` open for writing under another name, which it loses when everything is written."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            yield file
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
