"""Pictures for reports: small enough to send, with a frame around what the model saw."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from gradcam.drawing import render
from gradcam.drawing.render import Look
from gradcam.images import shrink
from gradcam.record import Record
from gradcam.saliency import SaliencyMap
from gradcam.types import Photo, Window

PHOTO_SIZE = 800
PANEL_SIZE = 640
JPEG_QUALITY = 90
# As in the viewer, the part of the photo outside the model's view is dimmed, and the view framed.
_DIMMED = 0.5
_DIM_COLOUR = (10, 12, 16)
_PHOTO_FRAME = 0.9
_PANEL_FRAME = 0.55


@dataclass(frozen=True)
class Picture:
    """A JPEG and its size in pixels."""

    jpeg: bytes
    width: int
    height: int

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height


def thin(explanation: Record) -> Record:
    """Return the explanation with its photo shrunk to what a report shows.

    Its maps keep the original photo's size. Hundreds of full-size photos would not fit in memory.
    """
    return replace(explanation, photo=shrink(explanation.photo, PHOTO_SIZE))


def photo_picture(explanation: Record) -> Picture:
    """Draw the photo as `photo_panel` does."""
    return _picture(photo_panel(explanation))


def photo_panel(explanation: Record) -> Image.Image:
    """Draw the photo with a frame around what the model saw, and the rest dimmed."""
    small = shrink(explanation.photo, PHOTO_SIZE)
    image = Image.fromarray(small)
    if explanation.maps:
        window = _scaled(explanation.maps[0].window, explanation.photo_size, small)
        image = _framed(image, window, dim=_DIMMED, line=_PHOTO_FRAME)
    return image


def panel_picture(photo: Photo, saliency_map: SaliencyMap, look: Look, scale: float) -> Picture:
    """Draw the map over its photo as `panel` does."""
    return _picture(panel(photo, saliency_map, look, scale))


def panel(photo: Photo, saliency_map: SaliencyMap, look: Look, scale: float) -> Image.Image:
    """Draw the map over its photo, small; `scale` is the raw value drawn as 1."""
    small, fitted = fit(photo, saliency_map)
    image = render.overlay(
        small,
        fitted,
        colormap=look.colormap,
        alpha=look.alpha,
        threshold=look.threshold,
        scale=scale,
    )
    return _framed(image, fitted.window, dim=0, line=_PANEL_FRAME)


def fit(photo: Photo, saliency_map: SaliencyMap) -> tuple[Photo, SaliencyMap]:
    """Return the photo at a panel's size, and the map placed on it.

    Shrinking the photo first and upsampling the map afterwards is exact for the map, and makes a
    large photo cost no more than a small one.
    """
    small = shrink(photo, PANEL_SIZE)
    window = _scaled(saliency_map.window, saliency_map.photo_size, small)
    return small, replace(saliency_map, window=window, photo_size=(small.shape[0], small.shape[1]))


def covers(window: Window, height: int, width: int) -> bool:
    """Return whether the model saw the whole photo, to within half a pixel."""
    near = window.left < 0.5 and window.top < 0.5
    return near and window.right > width - 0.5 and window.bottom > height - 0.5


def color_bar(colormap: str) -> bytes:
    """Return the colormap from left to right as a PNG of 256 × 1 pixels, to be stretched."""
    return _encoded(Image.fromarray(render.lut(colormap)[None]), "PNG")


def _scaled(window: Window, size: tuple[int, int], small: Photo) -> Window:
    y, x = small.shape[0] / size[0], small.shape[1] / size[1]
    return Window(window.left * x, window.top * y, window.right * x, window.bottom * y)


def _framed(image: Image.Image, window: Window, *, dim: float, line: float) -> Image.Image:
    """Dim `image` outside `window` by `dim`, and draw a white frame of opacity `line` around it."""
    width, height = image.size
    if covers(window, height, width):
        return image
    box = (
        max(0, round(window.left)),
        max(0, round(window.top)),
        min(width, round(window.right)) - 1,
        min(height, round(window.bottom)) - 1,
    )
    dimmed = Image.blend(image, Image.new("RGB", image.size, _DIM_COLOUR), dim)
    dimmed.paste(image.crop((box[0], box[1], box[2] + 1, box[3] + 1)), box[:2])
    drawn = dimmed.copy()
    ImageDraw.Draw(drawn).rectangle(box, outline="white", width=max(1, round(width / 400)))
    return Image.blend(dimmed, drawn, line)


def _picture(image: Image.Image) -> Picture:
    return Picture(_encoded(image, "JPEG"), *image.size)


def _encoded(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, quality=JPEG_QUALITY, optimize=True)
    return buffer.getvalue()
