"""Drawing one map as PNGs, each with its manifest as text."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Literal

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gradcam.drawing.render import Look, Placed
from gradcam.errors import GradcamError
from gradcam.files.manifest import to_json
from gradcam.saliency import SaliencyMap
from gradcam.types import Photo

Kind = Literal["overlay", "colormap", "grey", "grey16"]
KINDS: tuple[Kind, ...] = ("overlay", "colormap", "grey", "grey16")
_KEY = "gradcam"
# zlib's run-length strategy takes half the time of its default, and makes photos smaller.
_RUN_LENGTHS = 3


def draw(
    photo: Photo, saliency_map: SaliencyMap, look: Look, scale: float
) -> Iterator[tuple[Kind, Image.Image]]:
    """Draw each kind of picture, at the photo's size; `scale` is the raw value drawn as 1.

    "grey" has 8 bits and "grey16" has 16; 0 is black, or middle grey (128, 32768) if both signs
    are kept.
    """
    placed = Placed.of(saliency_map, scale)
    yield (
        "overlay",
        placed.overlay(photo, colormap=look.colormap, alpha=look.alpha, threshold=look.threshold),
    )
    yield "colormap", placed.heatmap(colormap=look.colormap, threshold=look.threshold)
    yield "grey", placed.grey()
    yield "grey16", placed.grey16()


def write_png(file: IO[bytes], picture: Image.Image, facts: Mapping[str, Any]) -> None:
    """Write a PNG with `facts` as JSON in the text chunk "gradcam", and a readable description."""
    info = PngInfo()
    entry = facts["map"]
    what = (entry["method"], entry["class"]["label"], entry["layer"], facts["model"]["id"])
    line = "{} of {} at {} of {}".format(*what)
    info.add_itxt("Description", "".join(c if c.isprintable() else " " for c in line))
    info.add_itxt("Software", "Grad-CAM Explorer")
    info.add_itxt(_KEY, to_json(facts).decode())
    picture.save(file, "PNG", pnginfo=info, compress_type=_RUN_LENGTHS)


def read_facts(picture: str | Path | bytes) -> dict[str, Any]:
    """Read how a picture was made from the text in the PNG.

    Parameters
    ----------
    picture : a path or the PNG's bytes. No pixel is decoded.

    Returns
    -------
    The manifest of its explanation, with the picture's own `map` in place of `maps`, and with
    `picture`, its kind.

    Raises
    ------
    GradcamError : not a PNG, or not one saved by this package; image editors drop the text.
    """
    try:
        data = picture if isinstance(picture, bytes) else Path(picture).read_bytes()
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            facts = json.loads(str(image.info[_KEY]))
    except KeyError as error:
        raise GradcamError(
            "The picture does not say how it was made.",
            hint="Use the PNG as it was saved; image editors drop the text.",
        ) from error
    # Pillow and json raise many kinds of exceptions on malicious bytes.
    except Exception as error:
        raise GradcamError(
            "The picture cannot be read.", hint="Use a PNG that was saved with an explanation."
        ) from error
    if not isinstance(facts, dict):
        raise GradcamError(
            "The picture's text is not a manifest.", hint="Use the PNG as it was saved."
        )
    return facts
