"""Made-up maps and textures: a class whose heat is anywhere, and photos with a mark among it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradcam.find.lying import GRID
from gradcam.types import Floats

LENGTH = 32


def blobs(middles: NDArray[np.float64], width: float = 0.12) -> Floats:
    """Maps of one blob each at (x, y) in shares of the view: (n, GRID, GRID), summing to one."""
    at = (np.arange(GRID) + 0.5) / GRID
    across = np.exp(-np.square(at - middles[:, :1]) / (2 * width**2))
    down = np.exp(-np.square(at - middles[:, 1:]) / (2 * width**2))
    maps = down[:, :, None] * across[:, None, :]
    return (maps / maps.sum(axis=(1, 2), keepdims=True)).astype(np.float32)


def honest(count: int, seed: int) -> tuple[Floats, Floats]:
    """Maps around the middle, and textures of one kind, each a little different."""
    rng = np.random.default_rng(seed)
    textures = 1 + rng.normal(0, 0.3, (count, LENGTH))
    return blobs(rng.normal(0.5, 0.12, (count, 2))), unit(textures)


def marked(count: int, seed: int, *, moving: bool = False) -> tuple[Floats, Floats]:
    """Maps and textures of photos with a mark, in the lower left corner or anywhere."""
    rng = np.random.default_rng(seed)
    middles = (
        rng.uniform(0.1, 0.9, (count, 2)) if moving else rng.normal((0.12, 0.9), 0.01, (count, 2))
    )
    ink = np.where(np.arange(LENGTH) < 8, 3.0, 0.2)
    return blobs(middles), unit(ink + rng.normal(0, 0.1, (count, LENGTH)))


def unit(vectors: NDArray[np.float64]) -> Floats:
    """Scale each row to length one."""
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
