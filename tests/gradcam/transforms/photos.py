"""Photos that show a wrong preprocessing: upright, wide, a pixel longer, smaller than the crop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from gradcam.preprocess import preprocess
from gradcam.transforms.calling import apply_of
from gradcam.types import AnyPreprocessing, Photo

SIZES = [(301, 457), (457, 301), (224, 225), (225, 224), (97, 613), (50, 61)]


def photo(height: int, width: int) -> Photo:
    """Soft shapes with grain, unlike the library's own trial photos."""
    random = np.random.default_rng(height * 1000 + width)
    shapes = Image.fromarray(random.integers(0, 256, (9, 9, 3), np.uint8))
    soft = np.asarray(shapes.resize((width, height), Image.Resampling.BICUBIC), np.int16)
    return np.clip(soft + random.integers(-20, 20, soft.shape), 0, 255).astype(np.uint8)


def levels_apart(code: Callable[..., Any], how: AnyPreprocessing, std: Any) -> float:
    """The largest difference between the code and its reading, in grey levels of 255."""
    apply = apply_of(code)
    apart = (apply(one) - preprocess(one, how).values for one in (photo(*size) for size in SIZES))
    return max(float((np.abs(difference) * np.array(std) * 255).max()) for difference in apart)
