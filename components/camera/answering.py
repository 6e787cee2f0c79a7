"""A frame as the browser sends it, and the answer as it gets it. Neither is kept anywhere."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gradcam import Classifier, Request, open_image
from gradcam.errors import ImageError
from gradcam.images import Opened
from gradcam.live import Glance, glance
from gradcam.types import AnyPreprocessing, CustomPreprocessing, Fit, Window

from .. import errors
from ..turns import turns
from ..viewer.payload import Blobs, block

LONGEST = 8_000_000  # characters of one picture: a frozen frame of twelve megapixels has fewer
_MARGIN = 8 / 7  # of a crop whose size before cropping is not known; the usual 256 for 224


@dataclass(frozen=True)
class Looking:
    """What the camera asks of every frame: a model, and a request for one layer."""

    clf: Classifier
    request: Request


def frame_size(how: AnyPreprocessing, fit: Fit) -> dict[str, int]:
    """Return the length of a frame's "short" or "long" side, in pixels, that the model needs.

    More would be thrown away on the server; with less the model would see a blur.
    """
    height, width = how.crop
    if fit == "pad":
        return {"long": max(height, width)}
    if fit == "squash":
        return {"short": max(height, width)}
    if isinstance(how, CustomPreprocessing):
        return {"short": round(max(height, width) * _MARGIN)}
    return {"short": how.resize if isinstance(how.resize, int) else max(how.resize)}


def picture(sent: object) -> bytes:
    """Return the JPEG that the browser sent as base64.

    Raises ImageError if it is no such text, or too long.
    """
    if isinstance(sent, str) and len(sent) <= LONGEST:
        try:
            return base64.b64decode(sent, validate=True)
        except (ValueError, binascii.Error):
            pass
    raise ImageError("The camera's picture did not arrive whole.", hint="Try again.")


def answered(looking: Looking, sent: object, follow: int | None) -> bytes:
    """Return the answer to one frame, {n, jpeg, held}; of anything else, nothing.

    The layout is that of components/viewer/payload.py. The header holds the frame's number `n`, and
    either a `problem` or the map with its class and the most probable ones.

    follow : the class to explain, or None for the most probable one.
    """
    if not isinstance(sent, Mapping) or not isinstance(sent.get("n"), int):
        return b""
    blobs, held = Blobs(), sent.get("held")
    try:
        opened = open_image(picture(sent.get("jpeg")))
        found = _glance(looking, opened, follow, held if isinstance(held, int) else None)
        said = _described(found, opened, blobs)
    except Exception as error:  # whatever a model can lead to: the camera goes on
        known = errors.logged(error)
        said = {"problem": f"{known.message} {known.hint}".strip()}
    return block({"n": sent["n"], "colormaps": [], **said}, blobs)


def _glance(looking: Looking, opened: Opened, follow: int | None, held: int | None) -> Glance:
    with turns().frame():
        return glance(looking.clf, opened.pixels, looking.request, follow, held)


def _described(found: Glance, opened: Opened, blobs: Blobs) -> dict[str, object]:
    values = np.ascontiguousarray(found.map.values, "<f4")
    shown = found.map.prediction
    return {
        "index": shown.index,
        "label": shown.label,
        "share": shown.probability,
        "listed": [[one.index, one.label, one.probability] for one in found.predictions],
        "values": blobs.add(values.tobytes()),
        "shape": list(values.shape),
        "window": _fractions(found.map.window, *opened.pixels.shape[:2]),
        "tookGradient": found.map.took_gradient,
    }


def _fractions(window: Window, height: int, width: int) -> list[float]:
    """Return a window as fractions of the frame, which is larger on the screen."""
    return [
        window.left / width, window.top / height, window.right / width, window.bottom / height,
    ]  # fmt: skip
