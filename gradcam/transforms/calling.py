"""Calling somebody's preprocessing: a photo in, values in our layout out, or a clear refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PIL import Image

from gradcam.errors import GradcamError
from gradcam.types import Floats, Photo

Apply = Callable[[Photo], Floats]  # uint8 (H, W, 3) to float32 (h, w, 3)
KINDS = (
    "Pass torchvision's weights.transforms() or a Compose, timm's data config or transform, a "
    "transformers image processor, gradcam.Preprocessing or a dict of its fields, the input's size "
    '(224, or a height and width), the range of pixel values ("0-1", "0-255" or "-1-1"), or a '
    "function from a PIL image to a tensor (3, h, w) or an array (h, w, 3)."
)
# What a dictionary of outputs calls the image: transformers, albumentations.
_KEYS = ("pixel_values", "image")


def apply_of(code: Callable[..., Any]) -> Apply:
    """Return `code` as a function from a photo to float32 (h, w, 3).

    Code is called with what its kind takes: a transformers processor with `images=`, an
    albumentations transform with `image=` and an array, anything else with a PIL image or, if it
    fails on that, with an array (H, W, 3) or (1, H, W, 3).

    Raises
    ------
    GradcamError : (when called) the code failed, or what it returned is not one image.
    """
    ways = _ways(code)

    def apply(photo: Photo) -> Floats:
        failed: Exception | None = None
        for way in tuple(ways):
            try:
                returned = way(photo)
            except Exception as error:  # somebody's code may raise anything
                failed = failed or error
                continue
            ways[:] = [way]
            return one_image(returned, name_of(code))
        raise GradcamError(
            f"The preprocessing {name_of(code)} failed on a photo "
            f"({type(failed).__name__}: {str(failed)[:200]}).",
            hint=KINDS,
        ) from failed

    return apply


def one_image(returned: Any, name: str) -> Floats:
    """Return what a preprocessing gave for one photo as float32 (h, w, 3).

    returned : a tensor or array (3, h, w), (h, w, 3), either with one channel, either in a batch of
        one, or (h, w); or a mapping with one of these as "pixel_values" or "image".

    Raises
    ------
    GradcamError : it is something else, or contains NaN or infinity.
    """
    if isinstance(returned, Image.Image):
        raise _refused(name, "a picture, without ToTensor()")
    if isinstance(returned, Mapping):
        found = next((returned[key] for key in _KEYS if key in returned), None)
        if found is None:
            raise _refused(name, f"a dictionary of {', '.join(map(repr, returned))}")
        returned = found
    array = _array(returned, name)
    shape = array.shape
    if array.ndim == 4 and len(array) == 1:
        array = array[0]
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim == 3 and array.shape[0] in (1, 3) and array.shape[2] not in (1, 3):
        array = np.moveaxis(array, 0, 2)
    if array.ndim != 3 or array.shape[2] not in (1, 3):
        raise _refused(name, f"an array of shape {shape}")
    values = np.array(np.broadcast_to(array, (*array.shape[:2], 3)), np.float32)
    if not np.isfinite(values).all():
        raise _refused(name, "NaN or infinity")
    return values


def name_of(code: Any) -> str:
    """Return a one-line description of somebody's code: its repr, without addresses in memory."""
    name = getattr(code, "__qualname__", "")
    if not name:
        text = " ".join(repr(code).split())
        name = text if " at 0x" not in text else type(code).__qualname__
    return name if len(name) <= 300 else f"{name[:299]}…"


def _ways(code: Callable[..., Any]) -> list[Callable[[Photo], Any]]:
    root = type(code).__module__.split(".")[0]
    if root == "albumentations":
        return [lambda photo: code(image=photo)]
    if "pixel_values" in getattr(code, "model_input_names", ()):
        return [
            lambda photo: code(images=Image.fromarray(photo), return_tensors="np"),
            lambda photo: code(images=Image.fromarray(photo)),
        ]
    return [
        lambda photo: code(Image.fromarray(photo)),
        lambda photo: code(photo.copy()),
        lambda photo: code(photo[None].copy()),
    ]


def _array(returned: Any, name: str) -> np.ndarray[Any, Any]:
    """Convert a tensor of any framework, an array, or a list with one of them."""
    if isinstance(returned, (list, tuple)) and len(returned) == 1:
        return _array(returned[0], name)
    if hasattr(returned, "detach"):
        returned = returned.detach().cpu().float()  # NumPy has no bfloat16
    try:
        array = np.asarray(returned)
    except (TypeError, ValueError, RuntimeError) as error:
        raise _refused(name, f"a {type(returned).__name__}") from error
    if not (np.issubdtype(array.dtype, np.number) or array.dtype == bool):
        raise _refused(name, f"a {type(returned).__name__}")
    return array


def _refused(name: str, what: str) -> GradcamError:
    return GradcamError(
        f"The preprocessing {name} returned {what}, which is not one image for the model.",
        hint=KINDS,
    )
