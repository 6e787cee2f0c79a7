"""How bright a colormap is along its scale, to normal and to colour-blind eyes, and over photos.

`studies.make_colours` writes what is measured here to docs/colour.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import skimage.data
from numpy.typing import NDArray
from skimage import color

from gradcam.drawing import render
from gradcam.drawing.render import DIVERGING, Look

Colors = NDArray[np.float64]  # (…, 3), sRGB from 0 to 255

SEQUENTIAL = tuple(name for name in render.COLORMAPS if name != DIVERGING)
STOPS = (0, 64, 128, 191, 255)  # of 256 colours: 0, 25, 50, 75 and 100 %
NORMAL = "normal"
# Machado, Oliveira and Fernandes 2009 (doi:10.1109/TVCG.2009.113), severity 1.0: linear RGB as seen
# without one kind of cone.
SEEN: Mapping[str, Colors] = MappingProxyType({
    NORMAL: np.eye(3),
    "protan": np.array([
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]),
    "deutan": np.array([
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]),
    "tritan": np.array([
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ]),
})  # fmt: skip
_TO_Y = np.array([0.2126, 0.7152, 0.0722])  # IEC 61966-2-1
_FLAT = 0.01  # of L*: less is the rounding of 8-bit colours
_EVERY = 5  # pixels of a photo that are measured, in each direction


def lightness(colors: Colors) -> Colors:
    """CIE L* in [0, 100] of sRGB colours, D65."""
    y = _linear(colors) @ _TO_Y
    found: Colors = np.where(y > (6 / 29) ** 3, 116 * np.cbrt(y) - 16, y * (29 / 3) ** 3)
    return found


def seen(colors: Colors, by: str) -> Colors:
    """Return sRGB colours as eyes of one kind in SEEN see them."""
    return _encoded(_linear(colors) @ SEEN[by].T)


def in_grey(colors: Colors) -> Colors:
    """Return sRGB colours as a black-and-white printer gives them, luminance alone."""
    grey = _encoded(_linear(colors) @ _TO_Y)
    return np.repeat(grey[..., None], 3, axis=-1)


def scale(colormap: str, by: str = NORMAL) -> Colors:
    """L* of a colormap's 256 colours, (256,), as seen by eyes of one kind."""
    return lightness(seen(render.lut(colormap).astype(np.float64), by))


def smallest_step(levels: Colors) -> float:
    """Return the smallest step of L* between neighbours; below 0, more heat is darker somewhere."""
    return float(np.diff(levels).min())


def deepest_fall(levels: Colors) -> float:
    """Return how far L* falls at most below a value it had before; 0 if it only rises."""
    return float((np.maximum.accumulate(levels) - levels).max())


def rises(levels: Colors) -> bool:
    """Return whether more heat is never darker."""
    return deepest_fall(levels) <= _FLAT


def standing_out(colormap: str, photo: str, by: str = NORMAL) -> float:
    """CIEDE2000 between the peak's overlay and the bare photo: the median over the photo.

    About 2 is just seen, 10 is seen at a glance.
    """
    bare = photos()[photo][::_EVERY, ::_EVERY].astype(np.float64)
    laid = over(bare, np.ones(bare.shape[:2]), colormap)
    first, second = (color.rgb2lab(seen(pixels, by) / 255) for pixels in (bare, laid))
    return float(np.median(color.deltaE_ciede2000(first, second)))


def ends_apart(colormap: str, by: str = NORMAL) -> float:
    """CIEDE2000 between a colormap's first and last colour."""
    first, last = color.rgb2lab(seen(render.lut(colormap)[[0, -1]].astype(np.float64), by) / 255)
    return float(color.deltaE_ciede2000(first, last))


def over(photo: Colors, heat: Colors, colormap: str) -> Colors:
    """Lay placed heat (H, W) in [0, 1] over a photo as `gradcam.overlay` does, unrounded."""
    opacity = (Look().alpha * np.minimum(1, 2 * heat))[..., None]
    found: Colors = photo * (1 - opacity) + render.colorize(np.float32(heat), colormap) * opacity
    return found


@cache
def photos() -> Mapping[str, NDArray[np.uint8]]:
    """scikit-image's photos, uint8 (H, W, 3): dark, grey, busy, warm and bright."""
    grey = {name: np.repeat(getattr(skimage.data, name)()[..., None], 3, -1)
            for name in ("camera", "page")}  # fmt: skip
    return MappingProxyType({
        "rocket": skimage.data.rocket(),
        "photographer": grey["camera"],
        "motorcycle": skimage.data.stereo_motorcycle()[0],
        "coffee": skimage.data.coffee(),
        "page": grey["page"],
    })  # fmt: skip


def _linear(colors: Colors) -> Colors:
    c = colors / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def _encoded(linear: Colors) -> Colors:
    c = np.clip(linear, 0, 1)
    return 255 * np.where(c <= 0.0031308, 12.92 * c, 1.055 * c ** (1 / 2.4) - 0.055)
