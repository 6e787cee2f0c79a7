"""What was saved, opened: its manifest and its arrays, from a folder, a file or bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from gradcam.errors import GradcamError
from gradcam.export.facts import FORMAT
from gradcam.export.files import MANIFEST, NUMBERS
from gradcam.export.npz import Npz
from gradcam.export.numbers import MANIFEST_KEY

MAX_MANIFEST = 16 << 20  # bytes
_AGAIN = "Save the explanation again."


def read_manifest(source: str | Path | bytes) -> dict[str, Any]:
    """The manifest of a saved explanation, with the `look` of its pictures.

    Parameters
    ----------
    source : as for `gradcam.load_explanation`.

    Returns
    -------
    The keys of `gradcam.export.manifest`; what they hold is not checked.

    Raises
    ------
    GradcamError : as `gradcam.load_explanation` does.
    """
    with opened(source) as (said, _):
        return said


@contextmanager
def opened(source: str | Path | bytes) -> Iterator[tuple[dict[str, Any], Npz]]:
    """The manifest and the open NPZ; for a folder, once its two manifests agree."""
    path = None if isinstance(source, bytes) else Path(source)
    folder = path if path is not None and path.is_dir() else None
    if folder and not (folder / MANIFEST).is_file():
        raise GradcamError(
            f"{folder.name} holds no {MANIFEST}: nothing was saved there, or not to the end.",
            hint=_AGAIN,
        )
    with _file(folder / NUMBERS if folder else source) as file:
        npz = Npz(file)
        packed = npz.read(MANIFEST_KEY, np.dtype(np.uint8), most=MAX_MANIFEST)
        said = _parse(packed.tobytes())
        if folder and _beside(folder) != said:
            raise GradcamError(f"{MANIFEST} and {NUMBERS} are of different maps.", hint=_AGAIN)
        yield said, npz


def _file(source: str | Path | bytes) -> IO[bytes]:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return Path(source).open("rb")
    except (OSError, ValueError) as error:
        raise GradcamError(
            f"{Path(source).name} cannot be read ({getattr(error, 'strerror', None) or error}).",
            hint="Check the path.",
        ) from error


def _beside(folder: Path) -> dict[str, Any]:
    """manifest.json, without what only it says."""
    with _file(folder / MANIFEST) as file:
        said = _parse(file.read(2 * MAX_MANIFEST))
    return {key: value for key, value in said.items() if key != "files"}


def _parse(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise GradcamError("The manifest is damaged.", hint=_AGAIN) from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise GradcamError(
            "The manifest is not one this version reads.",
            hint="Save the explanation again with this version.",
        )
    return said
