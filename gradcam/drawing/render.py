"""Maps to pixels, on the server: the same pixels that the browser's viewer draws.

Values are upsampled first and coloured after (DESIGN 5.5), so no colour appears that the map does
not hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gradcam.drawing import render
from gradcam.errors import GradcamError, ImageError, require_known
from gradcam.saliency import SaliencyMap
from gradcam.types import Floats, Photo

COLORMAPS = ("turbo", "viridis", "inferno", "magma", "jet", "gray", "coolwarm")

_BAND_PIXELS = 1 << 15

Colors = NDArray[np.uint8]


@cache
def lut(colormap: str) -> Colors:
    """The 256 colours of a colormap, uint8 (256, 3). Raises GradcamError for an unknown name."""
    require_known("a colormap", colormap, COLORMAPS)
    # Deferred: matplotlib takes longer to import than a map takes to compute.
    import matplotlib

    colors = matplotlib.colormaps[colormap](np.arange(256), bytes=True)[:, :3].copy()
    colors.flags.writeable = False
    return np.asarray(colors, np.uint8)


def colorize(heat: Floats, colormap: str = "turbo") -> Colors:
    """[0, 1] float (H, W) as colours, uint8 (H, W, 3)."""
    # take: four times the speed of indexing with an array.
    colors: Colors = lut(colormap).take(np.floor(heat * 255 + 0.5).astype(np.uint8), axis=0)
    return colors


@dataclass(frozen=True)
class Placed:
    """A map laid over its photo once, to be drawn in any number of ways.

    values : float32 (H, W), what `SaliencyMap.on_image` gave.
    unit : float32 (H, W), the same on the colormap's [0, 1]; zero is its middle where both signs
        are kept.
    """

    values: Floats
    unit: Floats

    @classmethod
    def of(cls, saliency_map: SaliencyMap, scale: float | None = None) -> Placed:
        """`saliency_map` over its photo; `scale` is the raw value drawn as 1, default its peak."""
        values = saliency_map.on_image(scale=scale)
        return cls(values, _unit(saliency_map, values))

    def overlay(
        self, photo: Photo, *, colormap: str = "turbo", alpha: float = 0.6, threshold: float = 0.0
    ) -> Image.Image:
        """See `gradcam.overlay`."""
        _require_photo(photo, self.values.shape)
        require_share("alpha", alpha)
        require_share("threshold", threshold)
        mixed = np.empty_like(photo)
        # In bands that stay in the processor's cache, and never a float copy of a large photo.
        step = max(1, _BAND_PIXELS // photo.shape[1])
        for top in range(0, len(photo), step):
            band = slice(top, top + step)
            strength = np.abs(self.values[band])
            drawn = np.where(strength >= threshold, strength, np.float32(0))
            opacity = (alpha * np.minimum(1, 2 * drawn))[..., None].astype(np.float32)
            colors = colorize(self.unit[band], colormap) * opacity
            mixed[band] = photo[band] * (1 - opacity) + colors + np.float32(0.5)
        return Image.fromarray(mixed)

    def heatmap(self, *, colormap: str = "turbo", threshold: float = 0.0) -> Image.Image:
        """See `heatmap`."""
        require_share("threshold", threshold)
        nothing = self.unit.dtype.type(0.5 if self.values is not self.unit else 0)
        shown = np.where(np.abs(self.values) >= threshold, self.unit, nothing)
        return Image.fromarray(colorize(shown, colormap))

    def grey(self) -> Image.Image:
        """See `grey`."""
        return Image.fromarray(np.floor(self.unit * 255 + 0.5).astype(np.uint8))

    def grey16(self) -> Image.Image:
        """See `grey16`."""
        return Image.fromarray(np.floor(self.unit * 65535 + 0.5).astype(np.uint16))


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
    saliency_map : one of `Explanation.maps`.
    colormap : turbo, viridis, inferno, magma, jet, gray or coolwarm.
    alpha : opacity in [0, 1] of the upper half of the scale.
    threshold : heat in [0, 1] below which nothing is drawn.
    scale : the raw value drawn as 1; default the map's own peak.

    Returns
    -------
    A PIL image of mode RGB.

    Raises
    ------
    ImageError : `photo` is of another size, or none.
    GradcamError : an unknown colormap (lists the nearest), or `alpha` or `threshold` out of range.
    """
    placed = Placed.of(saliency_map, scale)
    return placed.overlay(photo, colormap=colormap, alpha=alpha, threshold=threshold)


def heatmap(
    saliency_map: SaliencyMap,
    *,
    colormap: str = "turbo",
    threshold: float = 0.0,
    scale: float | None = None,
) -> Image.Image:
    """The map alone in colours, at the photo's size; outside the window it is the colour of 0.

    saliency_map, colormap, threshold, scale : as for `gradcam.overlay`.
    """
    return Placed.of(saliency_map, scale).heatmap(colormap=colormap, threshold=threshold)


def grey(saliency_map: SaliencyMap, *, scale: float | None = None) -> Image.Image:
    """The map alone as 8-bit grey at the photo's size: black for 0, middle grey with both signs.

    saliency_map, scale : as for `gradcam.overlay`.
    """
    return Placed.of(saliency_map, scale).grey()


def grey16(saliency_map: SaliencyMap, *, scale: float | None = None) -> Image.Image:
    """`grey` in 16 bits, for measuring: 65535 is 1, and 0 (or, with both signs, -1) is 0.

    saliency_map, scale : as for `gradcam.overlay`.
    """
    return Placed.of(saliency_map, scale).grey16()


def require_share(name: str, value: float) -> None:
    """Raises GradcamError unless `value` lies in [0, 1]."""
    if not 0 <= value <= 1:
        raise GradcamError(f"{name} is {value}.", hint="It lies between 0 and 1.")


def _require_photo(photo: Photo, size: tuple[int, ...]) -> None:
    if not isinstance(photo, np.ndarray) or photo.dtype != np.uint8 or photo.shape[2:] != (3,):
        raise ImageError(
            "The photo is not an array of uint8 (H, W, 3).",
            hint="Give what gradcam.read_image returns.",
        )
    if photo.shape[:2] != size:
        raise ImageError(
            f"The photo is {photo.shape[1]} × {photo.shape[0]} pixels, and the map was made from "
            f"one of {size[1]} × {size[0]}.",
            hint="Give the photo that was explained, the explanation's own `photo`.",
        )


def _unit(saliency_map: SaliencyMap, values: Floats) -> Floats:
    if saliency_map.sign != "both":
        return values
    shifted: Floats = (values + np.float32(1)) * np.float32(0.5)
    return shifted


Scale = Literal["each", "shared"] | float


@dataclass(frozen=True)
class Look:
    """How maps are drawn; colormap, alpha and threshold as for `gradcam.overlay`.

    scale : "each" draws every map up to its own peak, "shared" all of them up to the largest of
        their peaks, a number is the raw value drawn as 1.

    Raises GradcamError for a colormap that is not known and numbers out of range.
    """

    colormap: str = "turbo"
    alpha: float = 0.6
    threshold: float = 0.0
    scale: Scale = "each"

    def __post_init__(self) -> None:
        render.lut(self.colormap)
        render.require_share("alpha", self.alpha)
        render.require_share("threshold", self.threshold)
        known = self.scale in ("each", "shared")
        if not known and (isinstance(self.scale, str) or not 0 < self.scale < float("inf")):
            raise GradcamError(
                f"{self.scale!r} is not a scale.", hint='Give "each", "shared" or a number above 0.'
            )

    def common(self, maps: Iterable[SaliencyMap]) -> float | None:
        """The raw value drawn as 1 in all of `maps`, or None where each has its own."""
        if self.scale == "each":
            return None
        if self.scale == "shared":
            return max((m.peak for m in maps), default=0.0)
        return float(self.scale)
