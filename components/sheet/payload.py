"""Pack photos of the contact sheet like rows of the viewer, whose modules unpack and draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcam.many import Glimpse

from ..viewer.payload import Blobs, block, colormaps


@dataclass(frozen=True)
class Tile:
    """One photo: its id, a glimpse of it, and whether its first classes are too close to call."""

    id: str
    glimpse: Glimpse
    unsure: bool


def pack(token: str, tiles: Sequence[Tile]) -> bytes:
    """Pack some photos of the sheet `token`; equal bytes for equal photos."""
    blobs = Blobs()
    header = {
        "token": token,
        "colormaps": colormaps(blobs),
        "rows": [_row(tile, blobs) for tile in tiles],
    }
    return block(header, blobs)


def _row(tile: Tile, blobs: Blobs) -> dict[str, Any]:
    found, best = tile.glimpse.map, tile.glimpse.predictions[0]
    height, width = found.photo_size
    window = found.window
    values = np.ascontiguousarray(found.values, "<f4")
    panel = {
        "values": blobs.add(values.tobytes()),
        "shape": list(values.shape),
        "window": [window.left, window.top, window.right, window.bottom],
        "tookGradient": found.took_gradient,
    }
    return {
        "id": tile.id,
        "size": [width, height],
        "jpeg": [blobs.add(tile.glimpse.jpeg), len(tile.glimpse.jpeg)],
        "class": best.index,
        "title": best.label,
        "share": best.probability,
        "unsure": tile.unsure,
        "panels": [panel],
    }
