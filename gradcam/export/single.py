"""What of an explanation somebody asks for by itself, as bytes."""

from __future__ import annotations

import io

from gradcam.errors import GradcamError
from gradcam.export.facts import manifest, map_names, of_one, to_json
from gradcam.export.look import Look
from gradcam.export.numbers import write_npz
from gradcam.export.pictures import KINDS, Kind, draw, write_png
from gradcam.types import Explanation


def png(
    explanation: Explanation,
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


def npz(explanation: Explanation, look: Look | None = None, scale: float | None = None) -> bytes:
    """The `maps.npz` that `save` writes; `load_explanation` takes it back.

    Parameters
    ----------
    explanation, look, scale : as for `gradcam.export.png`.

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
    explanation: Explanation, look: Look | None = None, scale: float | None = None
) -> bytes:
    """`gradcam.export.manifest` as indented JSON.

    Parameters
    ----------
    explanation, look, scale : as for `gradcam.export.png`.

    Returns
    -------
    UTF-8.

    Raises
    ------
    NonFiniteError : a map holds NaN or infinity.
    """
    return to_json(manifest(explanation, look, scale), indent=2) + b"\n"


def map_name(explanation: Explanation, n: int) -> str:
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
