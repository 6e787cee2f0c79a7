"""Small pictures for the browser."""

from __future__ import annotations

import io

from PIL import Image

from gradcam.types import Photo

_QUALITY = 92


def jpeg(pixels: Photo) -> bytes:
    """Return a picture, uint8 (h, w, 3), as a JPEG file with its full colour resolution."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=_QUALITY, subsampling=0)
    return buffer.getvalue()
