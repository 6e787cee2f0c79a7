"""One explanation as files: a whole folder of them, or a single one as bytes."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any

from gradcam.drawing.render import Look
from gradcam.errors import GradcamError
from gradcam.files.manifest import manifest, map_names, of_one, to_json
from gradcam.files.npz import write_npz
from gradcam.files.png import KINDS, Kind, draw, write_png
from gradcam.record import Record

MANIFEST = "manifest.json"
NUMBERS = "maps.npz"
_WORKERS = min(4, os.cpu_count() or 1)

Open = Callable[[str], AbstractContextManager[IO[bytes]]]


def save(
    explanation: Record,
    folder: str | Path,
    look: Look | None = None,
    *,
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
    look : how the pictures are drawn; default `Look()`.
    pictures : False leaves out everything that is as large as the photo, which takes longest:
        the pictures, and in `maps.npz` the maps laid over the photo.

    Returns
    -------
    The paths written.

    Raises
    ------
    GradcamError : the folder cannot be written to.
    NonFiniteError : a map holds NaN or infinity.
    """
    folder = Path(folder)
    look = look or Look()
    facts = manifest(explanation, look)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        shown = look if pictures else None
        names = write(explanation, shown, facts, lambda name: whole(folder / name))
    except OSError as error:
        raise GradcamError(
            f"{folder} cannot be written to ({error.strerror or error}).",
            hint="Choose another folder, or make room there.",
        ) from error
    return [folder / name for name in names]


def write(
    explanation: Record, look: Look | None, facts: Mapping[str, Any], open_: Open
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
    explanation: Record, facts: Mapping[str, Any], placed: bool, open_: Open
) -> list[str]:
    with open_(NUMBERS) as file:
        write_npz(file, explanation, facts, placed=placed)
    return [NUMBERS]


def _write_pictures(
    explanation: Record, n: int, look: Look, facts: Mapping[str, Any], open_: Open
) -> list[str]:
    one = of_one(facts, n)
    written = []
    for kind, picture in draw(explanation.photo, explanation.maps[n], look, one["map"]["scale"]):
        written.append(f"{one['map']['name']}-{kind}.png")
        with open_(written[-1]) as file:
            write_png(file, picture, {**one, "picture": kind})
    return written


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Open `path` for writing so that it appears complete or not at all.

    The bytes go to a hidden file beside it, which takes its name once everything is written.
    """
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            yield file
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def png(
    explanation: Record,
    n: int,
    kind: Kind,
    look: Look | None = None,
    scale: float | None = None,
) -> bytes:
    """One picture of one map, as `save` writes it, with its manifest as text.

    Parameters
    ----------
    explanation : what `gradcam.explain` returned.
    n : which of its maps.
    kind : "overlay", "colormap", "grey" (8 bits) or "grey16" (16 bits).
    look : how it is drawn; default `Look()`.
    scale : the raw value drawn as 1; default what `look` makes of these maps.

    Returns
    -------
    A PNG of the photo's size.

    Raises
    ------
    GradcamError : no such map, or no such kind.
    NonFiniteError : a map holds NaN or infinity.
    """
    if kind not in KINDS:
        raise GradcamError(f"{kind!r} is not a kind of picture.", hint=f"Use {', '.join(KINDS)}.")
    if not 0 <= n < len(explanation.maps):
        raise GradcamError(
            f"There is no map {n}.", hint=f"The explanation has {len(explanation.maps)}."
        )
    look = look or Look()
    facts = of_one(manifest(explanation, look, scale), n)
    drawn = dict(draw(explanation.photo, explanation.maps[n], look, facts["map"]["scale"]))
    file = io.BytesIO()
    write_png(file, drawn[kind], {**facts, "picture": kind})
    return file.getvalue()


def npz(explanation: Record, look: Look | None = None, scale: float | None = None) -> bytes:
    """The `maps.npz` that `save` writes; `load_explanation` takes it back.

    Parameters
    ----------
    explanation, look, scale : as for `gradcam.files.png`.

    Returns
    -------
    The file's bytes.

    Raises
    ------
    NonFiniteError : a map holds NaN or infinity.
    """
    file = io.BytesIO()
    write_npz(file, explanation, manifest(explanation, look, scale))
    return file.getvalue()


def manifest_json(
    explanation: Record, look: Look | None = None, scale: float | None = None
) -> bytes:
    """`gradcam.files.manifest` as indented JSON.

    Parameters
    ----------
    explanation, look, scale : as for `gradcam.files.png`.

    Returns
    -------
    UTF-8.

    Raises
    ------
    NonFiniteError : a map holds NaN or infinity.
    """
    return to_json(manifest(explanation, look, scale), indent=2) + b"\n"


def map_name(explanation: Record, n: int) -> str:
    """What the files of one map are called.

    Parameters
    ----------
    explanation : what `gradcam.explain` returned.
    n : which of its maps.

    Returns
    -------
    The names that `save` gives them, without what tells the kinds apart, and without an ending.

    Raises
    ------
    Nothing of its own.
    """
    return map_names(explanation)[n]
