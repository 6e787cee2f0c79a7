"""A frame as the browser sends it, and the answer as it gets it. Neither is kept anywhere."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from weakref import WeakValueDictionary

import numpy as np

from gradcam import Classifier, Request, open_image
from gradcam.images import Opened
from gradcam.live import Glance, glance
from gradcam.types import AnyPreprocessing, CustomPreprocessing, Fit, Window

from .. import errors
from ..turns import turns
from ..viewer.payload import Blobs, block

_MARGIN = 8 / 7  # of a crop whose size before cropping is not known; the usual 256 for 224


@dataclass(frozen=True)
class Looking:
    """What is asked of every frame: a request for one layer, and the class or None for the best."""

    clf: Classifier
    request: Request
    follow: int | None = None


class Watcher:
    """One page's camera. Its token lets frames find it for as long as the page's session keeps it.

    looking : what the page asks now.
    """

    def __init__(self, looking: Looking) -> None:
        self.looking = looking
        self.token = secrets.token_urlsafe(24)
        _WATCHERS[self.token] = self


_WATCHERS: WeakValueDictionary[str, Watcher] = WeakValueDictionary()


def looking(token: str) -> Looking | None:
    """Return what the page with this token asks, or None if there is none any more."""
    watcher = _WATCHERS.get(token)
    return None if watcher is None else watcher.looking


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


def answered(asked: Looking, jpeg: bytes, held: int | None = None) -> bytes:
    """Return the answer to one frame.

    The layout is that of components/viewer/payload.py. The header holds either a `problem` or the
    map with its class and the most probable ones.

    held : the class of the frame before, as for `gradcam.live.glance`.
    """
    blobs = Blobs()
    try:
        opened = open_image(jpeg)
        with turns().frame():
            found = glance(asked.clf, opened.pixels, asked.request, asked.follow, held)
        said = _described(found, opened, blobs)
    except Exception as error:  # whatever a model can lead to: the camera goes on
        known = errors.logged(error)
        said = {"problem": f"{known.message} {known.hint}".strip()}
    return block({"colormaps": [], **said}, blobs)


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
