"""A header and its arrays as one block of bytes, for components that draw from raw numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcam.types import Floats

from .viewer.payload import Blobs, block, colormaps


def packed(header: Mapping[str, object], arrays: Mapping[str, Floats | bytes]) -> bytes:
    """Return the header, which is JSON, and the arrays as one block of bytes.

    The layout is that of components/viewer/payload.py. The header says of each array where it
    starts and its shape; of a file, its length. components/viewer/received.js reads it.
    """
    blobs = Blobs()
    places = {name: _place(values, blobs) for name, values in arrays.items()}
    return block({**header, "arrays": places, "colormaps": colormaps(blobs)}, blobs)


def _place(values: Floats | bytes, blobs: Blobs) -> dict[str, object]:
    if isinstance(values, bytes):
        return {"at": blobs.add(values), "bytes": len(values)}
    floats = np.ascontiguousarray(values, "<f4")
    return {"at": blobs.add(floats.tobytes()), "shape": list(floats.shape)}
