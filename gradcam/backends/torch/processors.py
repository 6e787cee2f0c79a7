"""Reads the preprocessor_config.json beside a transformers model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from gradcam.errors import ModelError
from gradcam.types import Preprocessing
from gradcam.weights.hub import PROCESSOR


def preprocessing_in(folder: Path, title: str) -> Preprocessing:
    """Return what the folder's image processor does to a photo.

    Raises
    ------
    ModelError : there is no processor, or it does what a Preprocessing cannot say.
    """
    # TODO(merge): replace _read by as_preprocessing(AutoImageProcessor.from_pretrained(folder))
    # when branch w/prep has it; what stays here is only the sentence for a missing file.
    try:
        saved = json.loads((folder / PROCESSOR).read_text("utf-8"))
        return _read(saved)
    except FileNotFoundError as error:
        raise ModelError(
            f"{title} comes without a {PROCESSOR}, so how its photos are prepared is not known.",
            hint="Pass preprocessing=, or save the image processor beside the model.",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The {PROCESSOR} of {title} cannot be followed ({error}).",
            hint="Pass preprocessing=.",
        ) from error


def _read(saved: Mapping[str, Any]) -> Preprocessing:
    size = saved.get("size", 224)
    size = {"height": size, "width": size} if isinstance(size, int) else size
    resize: Any = size["shortest_edge"] if "shortest_edge" in size else _pair(size)
    crop: Any = None
    if saved.get("do_center_crop"):
        crop = _pair(saved["crop_size"])
    elif saved.get("crop_pct") and isinstance(resize, int):  # ConvNeXt's processor
        crop = (resize, resize)
        resize = int(resize / saved["crop_pct"]) if resize < 384 else crop
    elif isinstance(resize, tuple):
        crop = resize
    if crop is None or not saved.get("do_resize", True) or not saved.get("do_rescale", True):
        raise ValueError("it does not give every photo the same size and scale")
    factor = saved.get("rescale_factor", 1 / 255) * 255
    usual = saved.get("do_normalize", True)
    mean = saved["image_mean"] if usual else (0, 0, 0)
    std = saved["image_std"] if usual else (1, 1, 1)
    name: Any = Image.Resampling(saved.get("resample", 2)).name.lower()
    return Preprocessing(
        resize=resize,
        crop=crop,
        mean=tuple(m / factor for m in mean),
        std=tuple(s / factor for s in std),
        interpolation=name,
    )


def _pair(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size["height"], size["width"])
