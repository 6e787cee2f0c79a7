"""Reading arrays, tensors and nested lists as pictures, and refusing what may mean two things.

Tensors are recognised by their methods, so that no framework is imported.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcam.errors import ImageError, NonFiniteError

Array = NDArray[np.generic]
_CHANNELS = (1, 3, 4)
_FORMS = "Pass an array of shape (H, W), (H, W, 1|3|4) or (1|3|4, H, W)."


def as_array(source: Any) -> Array | None:
    """Return an array, tensor or nested list of numbers as an array; None if it is none of these.

    A tensor may be on any device, and may require a gradient.
    """
    if isinstance(source, (list, tuple)):
        return _from_list(source)
    if not hasattr(source, "__array__") or not hasattr(source, "shape"):
        return None
    try:
        array = np.asarray(_on_the_cpu(source))
    except (TypeError, RuntimeError) as error:  # sparse tensors, and those without values
        raise ImageError(
            f"This {type(source).__name__} has no pixel values ({error}).",
            hint="Pass a dense tensor.",
        ) from error
    return array if array.dtype.kind in "biuf" else None


def _on_the_cpu(source: Any) -> Any:
    if not hasattr(source, "detach"):
        return source
    tensor = source.detach().cpu()
    # NumPy has no bfloat16; other tensors are left as they are, for their type matters.
    return tensor.float() if "bfloat16" in str(tensor.dtype) else tensor


def channels_last(array: Array) -> tuple[Array, bool]:
    """Return one picture as (H, W) or (H, W, 3|4), and whether its channels came first.

    Raises ImageError for any other shape, and for a batch.
    """
    if array.ndim == 4:
        if len(array) != 1:
            raise ImageError(
                f"An array of shape {array.shape} holds {len(array)} images, not one.",
                hint="Use gradcam.explain_batch, or pass one of them.",
            )
        array = array[0]
    first = array.ndim == 3 and array.shape[2] not in _CHANNELS and array.shape[0] in _CHANNELS
    if first:
        array = np.moveaxis(array, 0, 2)
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in _CHANNELS):
        raise ImageError(f"An array of shape {array.shape} is not an image.", hint=_FORMS)
    return (array[:, :, 0] if array.ndim == 3 and array.shape[2] == 1 else array), first


def to_8bit(array: Array) -> NDArray[np.uint8]:
    """Return pixel values as uint8: bool, whole numbers in [0, 255], or floats in [0, 1].

    Raises ImageError for other ranges, saying what they look like; NonFiniteError for NaN.
    """
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    numbers: NDArray[Any] = array
    low, high = numbers.min(), numbers.max()
    if array.dtype.kind != "f":
        if low < 0 or high > 255:
            raise ImageError(
                f"The array's whole numbers run from {low} to {high}, not within 0 to 255.",
                hint="Scale them to 0 to 255 first; 16 bits are divided by 257.",
            )
        return array.astype(np.uint8)
    if not np.isfinite(numbers).all():
        raise NonFiniteError(
            "The image contains NaN or infinity.", hint="Replace those values first."
        )
    if low < 0 or high > 1:
        hint = (
            "It looks normalised: pass the photo itself, which the classifier normalises."
            if low < 0
            else "Divide it by 255, or convert it to uint8, first."
        )
        raise ImageError(f"The values of a float image must lie in [0, 1], not in [{low:.3g}, "
                         f"{high:.3g}].", hint=hint)  # fmt: skip
    scaled: NDArray[np.uint8] = np.rint(np.multiply(numbers, 255)).astype(np.uint8)
    return scaled


def _from_list(source: list[Any] | tuple[Any, ...]) -> Array | None:
    """Return nested lists of numbers as an array; None if they hold anything but numbers."""
    rows = [as_array(one) if hasattr(one, "detach") else one for one in source]
    try:
        array = np.asarray(rows)
    except ValueError:  # rows of different lengths
        return None
    return array if array.ndim and array.dtype.kind in "biuf" else None


def require_finite(values: NDArray[np.floating], what: str) -> None:
    """Raise NonFiniteError, naming `what`, unless all values are finite."""
    if not np.isfinite(values).all():
        raise NonFiniteError(
            f"NaN or infinity was found in {what}.",
            hint="Check the weights and the preprocessing.",
        )
