"""Reads a block of bytes as the browser's received.js does."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np

from gradcam.types import Floats


def read(data: bytes) -> tuple[dict[str, Any], dict[str, Floats | bytes]]:
    """Return the header, and its arrays and files by name."""
    (length,) = struct.unpack_from("<I", data)
    header: dict[str, Any] = json.loads(data[4 : 4 + length])
    blobs = data[4 + length :]
    arrays: dict[str, Floats | bytes] = {}
    for name, place in header["arrays"].items():
        rest = blobs[place["at"] :]
        if "bytes" in place:
            arrays[name] = rest[: place["bytes"]]
        else:
            count = int(np.prod(place["shape"]))
            arrays[name] = np.frombuffer(rest, "<f4", count).reshape(place["shape"])
    return header, arrays
