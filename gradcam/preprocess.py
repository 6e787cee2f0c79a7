"""Turning a photo into model input, while tracking which part of the photo that input covers.

Photos are resized by Pillow in 8-bit RGB, exactly as torchvision's transforms resize a PIL image.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import numpy as np
from PIL import Image

from gradcam.errors import GradcamError, require_known
from gradcam.types import (
    FITS,
    AnyPreprocessing,
    CustomPreprocessing,
    Fit,
    Floats,
    Interpolation,
    ModelInput,
    Photo,
    Preparing,
    Preprocessing,
    Window,
)

# The resized image, the window it covers, and its (left, top) corner in the model's input.
Fitted = tuple[Image.Image, Window, tuple[int, int]]
IMAGENET_MEAN = Preprocessing().mean

_FILTERS = {name: Image.Resampling[name.upper()] for name in get_args(Interpolation)}


def preprocess(photo: Photo, how: AnyPreprocessing, fit: Fit = "crop") -> ModelInput:
    """Turn one photo into model input.

    Parameters
    ----------
    photo : uint8 (H, W, 3).
    how : the model's own preprocessing, `clf.preprocessing`.
    fit : "crop" is the model's own transform (resize to `how.resize`, crop the centre), "squash"
        stretches the whole photo to the input, "pad" fits the whole photo and adds borders of the
        mean colour: `how.mean`, or ImageNet's mean colour where the model takes raw values and
        `how.mean` is zero.

    Returns
    -------
    ModelInput with values float32 (*how.crop, 3).

    Raises
    ------
    GradcamError : an unknown fit; the hint lists the nearest. For custom code: it fails on this
        photo, or cannot show the model the whole photo.
    """
    require_known("a fit", fit, FITS)
    if isinstance(how, CustomPreprocessing):
        return _code(how).prepare(photo, fit)
    image = _coloured(photo, how)
    fitted = {"crop": _crop, "squash": _squash, "pad": _pad}[fit]
    pixels, window, corner = fitted(image, how)
    values = _normalise(np.asarray(pixels, np.float32) / np.float32(255), how)
    return ModelInput(_framed(values, corner, how), window)


def convert(photo: Photo, how: AnyPreprocessing) -> Floats:
    """Turn a photo of the input's own size into model input pixel by pixel.

    Parameters
    ----------
    photo : uint8 (*how.crop, 3).
    how : the preprocessing, of which nothing is used but what it does to colours.

    Returns
    -------
    float32 of the same shape; each pixel where it was in the photo.
    """
    if isinstance(how, CustomPreprocessing):
        return _code(how).convert(photo)
    scaled = np.asarray(_coloured(photo, how), np.float32) / np.float32(255)
    return _normalise(scaled, how)


def seen(photo: Photo, how: AnyPreprocessing, fit: Fit = "crop") -> Photo:
    """Return what the model sees of a photo as a picture, uint8 (*how.crop, 3).

    The parameters and errors are those of `preprocess`.
    """
    return picture(preprocess(photo, how, fit).values, how)


def picture(values: Floats, how: AnyPreprocessing) -> Photo:
    """Turn model input back into a picture of what the model sees.

    Parameters
    ----------
    values : float32 (*how.crop, 3), `ModelInput.values`.
    how : the preprocessing that made them.

    Returns
    -------
    uint8 (*how.crop, 3) RGB; grey for a model that takes grey.
    """
    if isinstance(how, CustomPreprocessing):
        return _code(how).picture(values)
    rgb = values[..., ::-1] if how.channels == "bgr" else values
    scaled = rgb * np.array(how.std, np.float32) + np.array(how.mean, np.float32)
    return np.asarray(np.rint(np.clip(scaled, 0, 1) * 255), np.uint8)


def blank(how: AnyPreprocessing) -> Floats:
    """Return model input of one colour, the one that tells a model least: float32 (*how.crop, 3).

    It is 0 after normalisation, the mean colour; ImageNet's mean colour where the model takes raw
    values and `how.mean` is zero, and for custom code.
    """
    colour = IMAGENET_MEAN if isinstance(how, CustomPreprocessing) else _mean_colour(how)
    if isinstance(how, CustomPreprocessing):
        flat = np.empty((*how.crop, 3), np.uint8)
        flat[:] = [round(255 * part) for part in colour]
        return _code(how).convert(flat)
    whole = np.empty((*how.crop, 3), np.float32)
    whole[:] = _normalise(np.array(colour, np.float32), how)
    return whole


def in_words(how: AnyPreprocessing, fit: Fit = "crop") -> str:
    """Say in one line what is done to a photo, such as for a report.

    The parameters are those of `preprocess`.
    """
    height, width = how.crop
    if isinstance(how, CustomPreprocessing):
        kind = re.split(r"[({]", how.name)[0].strip()
        whole = "" if fit == "crop" else ", shown the whole photo"
        placed = "" if how.placed else ", which cannot be placed on the photo"
        return f"custom code ({kind}) giving {width} × {height} pixels{whole}{placed}"
    sizes = {
        "crop": _sizes(how),
        "squash": f"whole photo stretched to {width} × {height}",
        "pad": f"whole photo within a border, {width} × {height}",
    }
    return f"{sizes[fit]} ({how.interpolation}), {_colours(how)}, {_scaling(how)}"


def recorded(how: AnyPreprocessing) -> AnyPreprocessing:
    """Return the preprocessing without its code, to keep in results and files."""
    return replace(how, code=None) if isinstance(how, CustomPreprocessing) else how


def _code(how: CustomPreprocessing) -> Preparing:
    if how.code is None:
        raise GradcamError(
            "This preprocessing was custom code, and a file does not hold code.",
            hint="Pass the code itself to gradcam.wrap again.",
        )
    return how.code


def _sizes(how: Preprocessing) -> str:
    height, width = how.crop
    if how.resize == how.crop:
        return f"stretched to {width} × {height}"
    if isinstance(how.resize, tuple):
        return f"stretched to {how.resize[1]} × {how.resize[0]}, centre {width} × {height}"
    return f"shorter side to {how.resize}, centre {width} × {height}"


def _colours(how: Preprocessing) -> str:
    return {"rgb": "RGB", "bgr": "BGR", "grey": "grey"}[how.channels]


def _scaling(how: Preprocessing) -> str:
    """Name the usual ranges; give anything else in numbers."""
    usual = Preprocessing()
    if (how.mean, how.std) == (usual.mean, usual.std):
        return "ImageNet mean and standard deviation"
    low = [(0 - m) / s for m, s in zip(how.mean, how.std, strict=True)]
    high = [(1 - m) / s for m, s in zip(how.mean, how.std, strict=True)]
    if len({(round(a, 4), round(b, 4)) for a, b in zip(low, high, strict=True)}) == 1:
        return f"values {_figure(low[0])} to {_figure(high[0])}"
    mean, std = (", ".join(f"{v:.4g}" for v in three) for three in (how.mean, how.std))
    return f"mean {mean}, standard deviation {std}"


def _figure(value: float) -> str:
    return f"{round(value, 4) + 0:.4g}".replace("-", "−")


def _coloured(photo: Photo, how: Preprocessing) -> Image.Image:
    image = Image.fromarray(photo)
    return image.convert("L").convert("RGB") if how.channels == "grey" else image


def _crop(image: Image.Image, how: Preprocessing) -> Fitted:
    width, height = image.size
    new_width, new_height = _resized(how.resize, width, height)
    crop_height, crop_width = how.crop
    left, top = _begin(new_width, crop_width, how), _begin(new_height, crop_height, how)
    resized = image.resize((new_width, new_height), _FILTERS[how.interpolation])
    kept = resized.crop((left, top, left + crop_width, top + crop_height))
    x, y = width / new_width, height / new_height
    window = Window(left * x, top * y, (left + crop_width) * x, (top + crop_height) * y)
    return kept, window, (0, 0)


def _begin(size: int, crop: int, how: Preprocessing) -> int:
    """Return where `crop` pixels in the middle of `size` begin; below 0 if they are more."""
    if size < crop:
        return -((crop - size) // 2)  # torchvision pads the smaller half first
    return (size - crop) // 2 if how.rounding == "down" else round((size - crop) / 2)


def _resized(size: int | tuple[int, int], width: int, height: int) -> tuple[int, int]:
    if isinstance(size, tuple):
        return size[1], size[0]
    # torchvision truncates the longer side rather than rounding it.
    if width <= height:
        return size, int(size * height / width)
    return int(size * width / height), size


def _squash(image: Image.Image, how: Preprocessing) -> Fitted:
    resized = image.resize((how.crop[1], how.crop[0]), _FILTERS[how.interpolation])
    return resized, Window(0, 0, *map(float, image.size)), (0, 0)


def _pad(image: Image.Image, how: Preprocessing) -> Fitted:
    width, height = image.size
    crop_height, crop_width = how.crop
    scale = min(crop_width / width, crop_height / height)
    new_width, new_height = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (crop_width - new_width) // 2, (crop_height - new_height) // 2
    resized = image.resize((new_width, new_height), _FILTERS[how.interpolation])
    x, y = width / new_width, height / new_height
    window = Window(-left * x, -top * y, (crop_width - left) * x, (crop_height - top) * y)
    return resized, window, (left, top)


def _framed(values: Floats, corner: tuple[int, int], how: Preprocessing) -> Floats:
    """Pad `values` (h, w, 3) to the model's input size, with their corner at (left, top)."""
    height, width = values.shape[:2]
    if (height, width) == how.crop:
        return values
    # Padding after normalisation makes the border exactly 0, not the nearest of 256 colours.
    whole = blank(how)
    left, top = corner
    whole[top : top + height, left : left + width] = values
    return whole


def _mean_colour(how: Preprocessing) -> tuple[float, float, float]:
    """Return the border's red, green and blue in [0, 1]: the colour that tells a model least."""
    if any(how.mean):
        return how.mean
    # A model that takes raw values subtracts a mean itself, or has learnt without one. Black is a
    # strong signal to it either way; the mean colour of photos is a weak one.
    red, green, blue = IMAGENET_MEAN
    if how.channels == "grey":
        red = green = blue = 0.299 * red + 0.587 * green + 0.114 * blue
    return red, green, blue


def _normalise(scaled: Floats, how: Preprocessing) -> Floats:
    """Normalise values in [0, 1] (…, 3) and put the channels in the model's order."""
    mean, std = np.array(how.mean, np.float32), np.array(how.std, np.float32)
    values = (scaled - mean) / std
    return np.ascontiguousarray(values[..., ::-1]) if how.channels == "bgr" else values
