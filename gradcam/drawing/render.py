"""Turning maps into pixels on the server: the same pixels the browser's viewer draws.

Values are upsampled first and coloured afterwards (DESIGN 5.5), so no colour appears that is not
in the map.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gradcam.errors import GradcamError, ImageError, require_known
from gradcam.images import ImageSource, read_image
from gradcam.record import Record
from gradcam.saliency import SaliencyMap
from gradcam.text import count
from gradcam.types import Floats, Photo

Colors = NDArray[np.uint8]
Scale = Literal["each", "shared"] | float
# The first is the default: its luminance only rises, for colour-blind eyes too (docs/colour.md).
COLORMAPS = (
    "inferno", "magma", "plasma", "viridis", "cividis", "turbo", "jet", "gray", "coolwarm",
)  # fmt: skip
DEFAULT_COLORMAP = COLORMAPS[0]
DIVERGING = "coolwarm"  # for maps that keep both signs
_BAND_PIXELS = 1 << 15


@dataclass(frozen=True)
class Look:
    """How maps are drawn; colormap, alpha and threshold as for `gradcam.overlay`.

    scale : "each" scales every map to its own peak, "shared" scales all maps to the largest of
        their peaks, and a number is the raw value drawn as 1.

    Raises GradcamError for an unknown colormap and for numbers out of range.
    """

    colormap: str = DEFAULT_COLORMAP
    alpha: float = 0.6
    threshold: float = 0.0
    scale: Scale = "each"

    def __post_init__(self) -> None:
        lut(self.colormap)
        _require_share("alpha", self.alpha)
        _require_share("threshold", self.threshold)
        known = self.scale in ("each", "shared")
        if not known and (isinstance(self.scale, str) or not 0 < self.scale < float("inf")):
            raise GradcamError(
                f"{self.scale!r} is not a scale.", hint='Give "each", "shared" or a number above 0.'
            )

    def common(self, maps: Iterable[SaliencyMap]) -> float | None:
        """Return the raw value drawn as 1 in all of `maps`, or None if each has its own."""
        if self.scale == "each":
            return None
        if self.scale == "shared":
            return max((m.peak for m in maps), default=0.0)
        return float(self.scale)


@dataclass(frozen=True)
class Placed:
    """A map upsampled onto its photo once, to be drawn in any number of ways.

    values : float32 (H, W), as returned by `SaliencyMap.on_image`.
    unit : float32 (H, W), `values` on the colormap's [0, 1]; if both signs are kept, zero is at
        its middle.
    """

    values: Floats
    unit: Floats

    @classmethod
    def of(cls, saliency_map: SaliencyMap, scale: float | None = None) -> Placed:
        """Place a map on its photo; `scale` is the raw value drawn as 1, default its peak."""
        values = saliency_map.on_image(scale=scale)
        return cls(values, _unit(saliency_map, values))

    def overlay(
        self,
        photo: Photo,
        *,
        colormap: str = DEFAULT_COLORMAP,
        alpha: float = 0.6,
        threshold: float = 0.0,
    ) -> Image.Image:
        """See `gradcam.overlay`."""
        _require_photo(photo, self.values.shape)
        _require_share("alpha", alpha)
        _require_share("threshold", threshold)
        mixed = np.empty_like(photo)
        # Bands that fit the processor's cache also avoid a float copy of a large photo.
        step = max(1, _BAND_PIXELS // photo.shape[1])
        for top in range(0, len(photo), step):
            band = slice(top, top + step)
            strength = np.abs(self.values[band])
            drawn = np.where(strength >= threshold, strength, np.float32(0))
            opacity = (alpha * np.minimum(1, 2 * drawn))[..., None].astype(np.float32)
            colors = colorize(self.unit[band], colormap) * opacity
            mixed[band] = photo[band] * (1 - opacity) + colors + np.float32(0.5)
        return Image.fromarray(mixed)

    def heatmap(self, *, colormap: str = DEFAULT_COLORMAP, threshold: float = 0.0) -> Image.Image:
        """See `heatmap`."""
        _require_share("threshold", threshold)
        zero = self.unit.dtype.type(0.5 if self.values is not self.unit else 0)
        shown = np.where(np.abs(self.values) >= threshold, self.unit, zero)
        return Image.fromarray(colorize(shown, colormap))

    def grey(self) -> Image.Image:
        """See `grey`."""
        return Image.fromarray(np.floor(self.unit * 255 + 0.5).astype(np.uint8))

    def grey16(self) -> Image.Image:
        """See `grey16`."""
        return Image.fromarray(np.floor(self.unit * 65535 + 0.5).astype(np.uint16))


def overlay(
    photo: ImageSource | Record,
    saliency_map: SaliencyMap | Record | None = None,
    *,
    colormap: str = DEFAULT_COLORMAP,
    alpha: float = 0.6,
    threshold: float = 0.0,
    scale: float | None = None,
) -> Image.Image:
    """Draw the map over its photo, at the photo's size.

    Where the placed heat is v, a pixel's opacity is alpha · min(1, 2 |v|), or 0 if |v| is below
    `threshold`. Where there is no evidence the photo is unchanged, so an empty map gives the photo
    itself. For a map with both signs, 0 takes the colormap's middle colour: use a diverging one.

    Parameters
    ----------
    photo : the photo the map was made from, as for `gradcam.read_image`; or a result, which holds
        its photo.
    saliency_map : one of `Explanation.maps`; or a result that has only one.
    colormap : inferno, magma, plasma, viridis, cividis, turbo, jet, gray or coolwarm.
    alpha : opacity in [0, 1] of the upper half of the scale.
    threshold : heat in [0, 1] below which nothing is drawn.
    scale : the raw value drawn as 1; default the map's own peak.

    Returns
    -------
    A PIL image of mode RGB.

    Raises
    ------
    ImageError : `photo` is not a photo, or not of the size the map was made from.
    GradcamError : a result with several maps; an unknown colormap (the hint lists the nearest);
        `alpha` or `threshold` out of range.
    """
    chosen = _only_map(photo if saliency_map is None else saliency_map)
    pixels = photo.photo if isinstance(photo, Record) else _pixels(photo)
    placed = Placed.of(chosen, scale)
    return placed.overlay(pixels, colormap=colormap, alpha=alpha, threshold=threshold)


def heatmap(
    saliency_map: SaliencyMap,
    *,
    colormap: str = DEFAULT_COLORMAP,
    threshold: float = 0.0,
    scale: float | None = None,
) -> Image.Image:
    """Draw the map alone in colour, at the photo's size, with the colour of 0 outside the window.

    saliency_map, colormap, threshold, scale : as for `gradcam.overlay`.
    """
    return Placed.of(saliency_map, scale).heatmap(colormap=colormap, threshold=threshold)


def grey(saliency_map: SaliencyMap, *, scale: float | None = None) -> Image.Image:
    """Draw the map alone in 8-bit grey, at the photo's size.

    0 is black, or middle grey if both signs are kept.

    saliency_map, scale : as for `gradcam.overlay`.
    """
    return Placed.of(saliency_map, scale).grey()


def grey16(saliency_map: SaliencyMap, *, scale: float | None = None) -> Image.Image:
    """Draw the map alone in 16-bit grey, at the photo's size, for measuring.

    1 becomes 65535; 0, or -1 if both signs are kept, becomes 0.

    saliency_map, scale : as for `gradcam.overlay`.
    """
    return Placed.of(saliency_map, scale).grey16()


def colorize(heat: Floats, colormap: str = DEFAULT_COLORMAP) -> Colors:
    """Colour heat in [0, 1], float (H, W), as uint8 (H, W, 3)."""
    # take is four times as fast as indexing with an array.
    colors: Colors = lut(colormap).take(np.floor(heat * 255 + 0.5).astype(np.uint8), axis=0)
    return colors


@cache
def lut(colormap: str) -> Colors:
    """Return a colormap's 256 colours, uint8 (256, 3). Raises GradcamError for unknown names."""
    require_known("a colormap", colormap, COLORMAPS)
    # Deferred, because importing matplotlib takes longer than computing a map.
    import matplotlib

    colors = matplotlib.colormaps[colormap](np.arange(256), bytes=True)[:, :3].copy()
    colors.flags.writeable = False
    return np.asarray(colors, np.uint8)


def _unit(saliency_map: SaliencyMap, values: Floats) -> Floats:
    if saliency_map.sign != "both":
        return values
    shifted: Floats = (values + np.float32(1)) * np.float32(0.5)
    return shifted


def _only_map(given: object) -> SaliencyMap:
    if isinstance(given, SaliencyMap):
        return given
    if not isinstance(given, Record):
        raise GradcamError(
            f"{type(given).__name__} is not a map.",
            hint="Write gradcam.overlay(result.photo, result.maps[0]).",
        )
    if len(given) != 1:
        raise GradcamError(
            f"The result has {count(len(given), 'map')}, and one can be drawn.",
            hint='Name it: result["label"], or result.maps[0] for the first.',
        )
    return given.maps[0]


def _pixels(photo: ImageSource) -> Photo:
    # An array of pixels may be smaller than what counts as a photo.
    return photo if isinstance(photo, np.ndarray) else read_image(photo)


def _require_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise GradcamError(f"{name} cannot be {value}.", hint="Give a number between 0 and 1.")


def _require_photo(photo: Photo, size: tuple[int, ...]) -> None:
    if not isinstance(photo, np.ndarray) or photo.dtype != np.uint8 or photo.shape[2:] != (3,):
        raise ImageError(
            "The photo is not a uint8 array of shape (H, W, 3).",
            hint="Pass what gradcam.read_image returns.",
        )
    if photo.shape[:2] != size:
        raise ImageError(
            f"The photo is {photo.shape[1]} × {photo.shape[0]} pixels, but the map was made from "
            f"one of {size[1]} × {size[0]}.",
            hint="Pass the photo that was explained, the explanation's `photo`.",
        )
