"""Saving several explanations as one ZIP."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import IO

from gradcam.drawing.render import Look
from gradcam.errors import GradcamError
from gradcam.files.manifest import manifest, slug
from gradcam.files.write import write
from gradcam.record import Record


def archive(
    explanations: Sequence[Record],
    names: Sequence[str] | None = None,
    *,
    look: Look | None = None,
) -> bytes:
    """Return a ZIP with one folder per photo, each containing what `save` writes.

    Parameters
    ----------
    explanations : one per photo.
    names : any text, one per photo, used to name the folders, as in `00-cat`, `01-dog`; default
        the beginning of the photos' digests.
    look : how the pictures are drawn; default `Look()`. The scale "shared" is shared by all maps
        of all photos.

    Returns
    -------
    The ZIP's bytes; equal input gives equal bytes.

    Raises
    ------
    GradcamError : the number of names does not match the number of photos.
    NonFiniteError : a map contains NaN or infinity.
    """
    look = look or Look()
    common = look.common(m for e in explanations for m in e.maps)
    titles = [e.photo_digest[:12] for e in explanations] if names is None else list(names)
    if len(titles) != len(explanations):
        raise GradcamError(
            f"{len(titles)} names were given for {len(explanations)} photos.",
            hint="Give one name per photo, or none at all.",
        )
    digits = max(2, len(str(len(titles) - 1)))
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        for n, (explanation, title) in enumerate(zip(explanations, titles, strict=True)):
            made: dict[str, io.BytesIO] = {}
            facts = manifest(explanation, look, common)
            ordered = write(explanation, look, facts, partial(_kept, made))
            for name in ordered:
                _add(file, f"{n:0{digits}d}-{slug(title)}/{name}", made[name].getvalue())
    return whole.getvalue()


@contextmanager
def _kept(made: dict[str, io.BytesIO], name: str) -> Iterator[IO[bytes]]:
    made[name] = io.BytesIO()
    yield made[name]


def _add(file: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a member whose bytes depend only on its name and data; the data is compressed already."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o644 << 16
    file.writestr(info, data, zipfile.ZIP_STORED)
