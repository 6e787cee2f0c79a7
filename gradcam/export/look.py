"""How maps are to be drawn, checked before the first file is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gradcam import render
from gradcam.errors import GradcamError
from gradcam.types import SaliencyMap

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
