"""Reading transformers' image processors and timm's data configs, without importing either.

A processor is only read as a proposal: `gradcam.transforms` compares the reading with what the
processor itself makes of photos.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gradcam.errors import GradcamError
from gradcam.transforms.torchvision import interpolation_of, tidy
from gradcam.types import Preprocessing, require_sides

_SMALL_CONVNEXT = 384  # from here on, transformers stretches photos for ConvNeXt


def is_processor(value: Any) -> bool:
    """Return whether the value is one of transformers' image processors."""
    return "pixel_values" in getattr(value, "model_input_names", ()) and hasattr(value, "do_resize")


def read(processor: Any) -> Preprocessing | None:
    """Read an image processor; None if Preprocessing's fields cannot say what it does.

    Raises
    ------
    TooLargeError : it makes larger photos than any model takes.
    """
    for name in ("size", "crop_size", "pad_size"):
        require_sides(name, *_all_sides(getattr(processor, name, None)))
    sizes = _sizes(processor)
    if sizes is None:
        return None
    resize, crop = sizes
    factor = processor.rescale_factor if processor.do_rescale else 1.0
    unit = 255 * factor  # the value that a pixel of 255 has before it is normalised
    normalised = processor.do_normalize
    mean, std = (processor.image_mean, processor.image_std) if normalised else (0.0, 1.0)
    fields = {
        "resize": resize,
        "crop": crop,
        "mean": tidy(mean, unit),
        "std": tidy(std, unit),
        "interpolation": interpolation_of(processor.resample),
        "rounding": "down",
    }
    return Preprocessing(**fields)


def is_config(value: Mapping[str, Any]) -> bool:
    """Return whether a dictionary is timm's data config (`timm.data.resolve_model_data_config`)."""
    return "input_size" in value


def read_config(config: Mapping[str, Any]) -> Preprocessing:
    """Read timm's data config as `timm.data.create_transform` does for evaluation.

    Raises
    ------
    GradcamError : it has another mode, is not for three channels, or is too large.
    """
    channels, height, width = config["input_size"]
    mode = config.get("crop_mode") or "center"
    scale = config.get("crop_pct") or 0.875
    larger = math.floor(height / scale), math.floor(width / scale)
    require_sides("input_size", height, width, *larger)
    if channels != 3 or mode not in ("center", "squash") or (mode == "center" and height != width):
        raise GradcamError(
            f"timm's data config with input_size {tuple(config['input_size'])} and crop_mode "
            f"{mode!r} cannot be read.",
            hint="Pass the transform itself: timm.data.create_transform(**config).",
        )
    return Preprocessing(
        resize=larger if mode == "squash" else larger[0],
        crop=(height, width),
        mean=config.get("mean", Preprocessing().mean),
        std=config.get("std", Preprocessing().std),
        interpolation=config.get("interpolation", "bilinear"),
    )


def _sizes(processor: Any) -> tuple[Any, tuple[int, int]] | None:
    """Return (resize, crop), or None if the processor gives inputs of different sizes."""
    if not processor.do_resize:
        return None
    shorter = _part(processor.size, "shortest_edge")
    both = _sides(processor.size)
    if shorter and hasattr(processor, "crop_pct"):
        small = shorter < _SMALL_CONVNEXT
        resize = int(shorter / processor.crop_pct) if small else (shorter, shorter)
        return resize, (shorter, shorter)
    if getattr(processor, "do_center_crop", False):
        return shorter or both, _sides(processor.crop_size)
    return (both, both) if all(both) and not shorter else None


def _all_sides(size: Any) -> list[float]:
    """Every number in a size, in whichever form; a photo of 0 pixels for none."""
    named = size if isinstance(size, Mapping) else getattr(size, "__dict__", {"side": size})
    numbers = {name: n for name, n in named.items() if isinstance(n, (int, float))}
    return [0, *(n**0.5 if name.endswith("_pixels") else n for name, n in numbers.items())]


def _sides(size: Any) -> tuple[int, int]:
    return _part(size, "height"), _part(size, "width")


def _part(size: Any, name: str) -> Any:
    """Sizes are a dictionary, or in newer versions an object with the same names."""
    return size.get(name) if isinstance(size, Mapping) else getattr(size, name, None)
