"""What somebody's preprocessing does to colours, measured on plain photos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gradcam.transforms.calling import Apply
from gradcam.transforms.torchvision import tidy
from gradcam.transforms.trials import LEVELS, photo
from gradcam.types import Floats, Photo

_COLOURS = ((0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))
_ORDERS = {"rgb": (0, 1, 2), "bgr": (2, 1, 0)}


@dataclass(frozen=True)
class Colours:
    """values = offset + matrix · (red, green, blue) in [0, 1].

    matrix (3, 3), offset (3,); `white` (3,) is what white becomes.
    """

    matrix: NDArray[np.float64]
    offset: NDArray[np.float64]
    white: NDArray[np.float64]

    @classmethod
    def of(cls, apply: Apply, size: tuple[int, int]) -> Self:
        """Measure it in the middle of plain photos of `size`."""
        black, *primary, white = (_middle(apply, size, colour) for colour in _COLOURS)
        return cls(np.stack(primary, axis=1) - black[:, None], black, white)

    def values(self, photo: Photo) -> Floats | None:
        """Return what the photo's pixels (h, w, 3) become; None if they do not add up to that."""
        if not self._linear:
            return None
        rgb = photo.astype(np.float64) / 255
        return np.asarray(self.offset + rgb @ self.matrix.T, np.float32)

    def picture(self, values: Floats) -> Photo:
        """Return model input (h, w, 3) as the photo it was made of, uint8 (h, w, 3).

        Where colours are mixed in a way that cannot be undone, the values are stretched from the
        smallest to the largest.
        """
        if self._grey:
            span = (self.white - self.offset).mean()
            rgb = (values - self.offset) / (span or 1.0)
        elif self._can_be_undone:
            rgb = (values - self.offset) @ np.linalg.inv(self.matrix).T
        else:
            low, high = values.min(), values.max()
            rgb = (values - low) / max(float(high - low), 1e-12)
        return np.asarray(np.rint(np.clip(rgb, 0, 1) * 255), np.uint8)

    @property
    def _grey(self) -> bool:
        scale = np.abs(self.matrix).max()
        return bool((np.abs(self.matrix - self.matrix[:1]) <= 0.02 * scale).all())

    @property
    def _can_be_undone(self) -> bool:
        return bool(self._linear and np.linalg.cond(self.matrix) < 1e3)

    @property
    def _linear(self) -> bool:
        """Whether white is the sum of the primary colours, and they are not all the same."""
        scale = np.abs(self.matrix).max()
        summed = self.offset + self.matrix.sum(axis=1)
        return bool(scale > 0 and np.allclose(summed, self.white, atol=0.02 * scale))


def scaling(apply: Apply) -> dict[str, Any] | None:
    """Return mean, std and channels of code that only rescales pixels, keeping the photo's size.

    None if it does more than that, or resizes.
    """
    one = photo(48, 57)
    values = apply(one)
    if values.shape != one.shape:
        return None
    colours = Colours.of(apply, (48, 57))
    for channels, order in _ORDERS.items():
        factors = colours.matrix[range(3), order]
        if (factors <= 0).any():
            continue
        std = 1 / factors
        mean = -colours.offset * std
        ours = (one[..., order] / 255 - mean) / std
        if (np.abs(ours - values) <= LEVELS / 255 / std).all():
            back = np.argsort(order)
            return {"mean": tidy(mean[back]), "std": tidy(std[back]), "channels": channels}
    return None


def _middle(apply: Apply, size: tuple[int, int], colour: tuple[int, ...]) -> NDArray[np.float64]:
    values = apply(np.full((*size, 3), colour, np.uint8))
    centre = values[values.shape[0] // 2, values.shape[1] // 2]
    return np.asarray(centre, np.float64)
