"""A photo to model input, remembering where in the photo that input lies.

Resizing is Pillow's on 8-bit RGB, which is what torchvision's own transforms do to a PIL image.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from gradcam.types import Fit, Floats, ModelInput, Photo, Preprocessing, Window

_FILTERS = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}


def preprocess(photo: Photo, how: Preprocessing, fit: Fit = "crop") -> ModelInput:
    """Model input and its window for one photo.

    Parameters
    ----------
    photo : uint8 (H, W, 3).
    how : a model's own, `clf.preprocessing`.
    fit : "crop" is the model's own transform (shorter side to `how.resize`, middle kept), "squash"
        shows it the whole photo stretched, "pad" the whole photo with mean-coloured borders.

    Returns
    -------
    ModelInput with values float32 (*how.crop, 3).
    """
    fitted = {"crop": _crop, "squash": _squash, "pad": _pad}[fit]
    image = Image.fromarray(photo)
    if how.channels == "grey":
        image = image.convert("L").convert("RGB")
    pixels, window = fitted(image, how)
    return ModelInput(_normalise(pixels, how), window)


def _crop(image: Image.Image, how: Preprocessing) -> tuple[Image.Image, Window]:
    width, height = image.size
    new_width, new_height = _shorter_side_to(how.resize, width, height)
    crop_height, crop_width = how.crop
    left = round((new_width - crop_width) / 2)
    top = round((new_height - crop_height) / 2)
    resized = image.resize((new_width, new_height), _FILTERS[how.interpolation])
    kept = resized.crop((left, top, left + crop_width, top + crop_height))
    x, y = width / new_width, height / new_height
    return kept, Window(left * x, top * y, (left + crop_width) * x, (top + crop_height) * y)


def _shorter_side_to(size: int, width: int, height: int) -> tuple[int, int]:
    # The longer side is cut, not rounded: torchvision's rule.
    if width <= height:
        return size, int(size * height / width)
    return int(size * width / height), size


def _squash(image: Image.Image, how: Preprocessing) -> tuple[Image.Image, Window]:
    size = how.crop[1], how.crop[0]
    return image.resize(size, _FILTERS[how.interpolation]), Window(0, 0, *map(float, image.size))


def _pad(image: Image.Image, how: Preprocessing) -> tuple[Image.Image, Window]:
    width, height = image.size
    crop_height, crop_width = how.crop
    scale = min(crop_width / width, crop_height / height)
    new_width, new_height = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (crop_width - new_width) // 2, (crop_height - new_height) // 2
    red, green, blue = (round(255 * value) for value in how.mean)
    canvas = Image.new("RGB", (crop_width, crop_height), (red, green, blue))
    canvas.paste(image.resize((new_width, new_height), _FILTERS[how.interpolation]), (left, top))
    x, y = width / new_width, height / new_height
    return canvas, Window(-left * x, -top * y, (crop_width - left) * x, (crop_height - top) * y)


def _normalise(pixels: Image.Image, how: Preprocessing) -> Floats:
    scaled = np.asarray(pixels, np.float32) / np.float32(255)
    mean, std = np.array(how.mean, np.float32), np.array(how.std, np.float32)
    values = (scaled - mean) / std
    return np.ascontiguousarray(values[..., ::-1]) if how.channels == "bgr" else values
