"""Pictures on the server: the same pixels the browser's viewer draws.

Values are upsampled first and coloured after (DESIGN 5.5), so no colour appears that the map does
not hold.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gradcam.errors import GradcamError, nearest
from gradcam.types import Floats, Photo, SaliencyMap

COLORMAPS = ("turbo", "viridis", "inferno", "magma", "jet", "gray", "coolwarm")

Colors = NDArray[np.uint8]


@cache
def lut(colormap: str) -> Colors:
    """The 256 colours of a colormap, uint8 (256, 3). Raises GradcamError for an unknown name."""
    if colormap not in COLORMAPS:
        raise GradcamError(f"{colormap!r} is not a colormap.", hint=nearest(colormap, COLORMAPS))
    # Deferred: matplotlib takes longer to import than a map takes to compute.
    import matplotlib

    colors = matplotlib.colormaps[colormap](np.arange(256), bytes=True)[:, :3].copy()
    colors.flags.writeable = False
    return np.asarray(colors, np.uint8)


def colorize(heat: Floats, colormap: str = "turbo") -> Colors:
    """[0, 1] float (H, W) as colours, uint8 (H, W, 3)."""
    return np.asarray(lut(colormap)[np.floor(heat * 255 + 0.5).astype(np.uint8)])


def overlay(
    photo: Photo,
    saliency_map: SaliencyMap,
    *,
    colormap: str = "turbo",
    alpha: float = 0.6,
    threshold: float = 0.0,
    scale: float | None = None,
) -> Image.Image:
    """The map over its photo, at the photo's size.

    With v the placed heat, a pixel's opacity is alpha · min(1, 2 |v|), and 0 where |v| is below
    `threshold`: where there is no evidence the photo stays itself, and an empty map is the photo.
    A map with both signs is coloured from the colormap's middle, so a diverging one suits it.

    Parameters
    ----------
    photo : uint8 (H, W, 3), the one the map was made from.
    alpha : opacity in [0, 1] of the upper half of the scale.
    threshold : heat in [0, 1] below which nothing is drawn.
    scale : the raw value drawn as 1; default the map's own peak.
    """
    values = saliency_map.on_image(scale=scale)
    strength = np.abs(values)
    drawn = np.where(strength >= threshold, strength, np.float32(0))
    opacity = (alpha * np.minimum(1, 2 * drawn))[..., None].astype(np.float32)
    mixed = photo * (1 - opacity) + colorize(_unit(saliency_map, values), colormap) * opacity
    return Image.fromarray(np.floor(mixed + 0.5).astype(np.uint8))


def heatmap(
    saliency_map: SaliencyMap, *, colormap: str = "turbo", scale: float | None = None
) -> Image.Image:
    """The map alone in colours, at the photo's size; outside the window it is the colour of 0."""
    values = _unit(saliency_map, saliency_map.on_image(scale=scale))
    return Image.fromarray(colorize(values, colormap))


def grey(saliency_map: SaliencyMap, *, scale: float | None = None) -> Image.Image:
    """The map alone as 8-bit grey at the photo's size: black for 0, middle grey with both signs."""
    values = _unit(saliency_map, saliency_map.on_image(scale=scale))
    return Image.fromarray(np.floor(values * 255 + 0.5).astype(np.uint8))


def _unit(saliency_map: SaliencyMap, values: Floats) -> Floats:
    """Values on the colormap's [0, 1]; zero is its middle where both signs are kept."""
    if saliency_map.activation != "none":
        return values
    shifted: Floats = (values + np.float32(1)) * np.float32(0.5)
    return shifted
