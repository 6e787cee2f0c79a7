"""Preprocessing as people have it: the objects of other libraries, dictionaries, functions.

Whatever can be said in Preprocessing's fields is, but only if that gives the same values as the
object itself on trial photos. Anything else is called as it is, and where in a photo its values lie
is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import partial
from numbers import Integral
from typing import Any

from gradcam.errors import GradcamError, ModelError, nearest
from gradcam.preprocess import preprocess
from gradcam.ranges import RANGES, with_range
from gradcam.transforms import processors, torchvision
from gradcam.transforms.calling import KINDS, apply_of, name_of
from gradcam.transforms.colours import scaling
from gradcam.transforms.custom import custom
from gradcam.transforms.trials import agrees, photo, require_fixed
from gradcam.types import AnyPreprocessing, CustomPreprocessing, Preprocessing, TooLargeError

_FIELDS = tuple(field.name for field in fields(Preprocessing))


def as_preprocessing(
    value: Any,
    usual: Callable[[], AnyPreprocessing] = Preprocessing,
    size: tuple[int, int] | None = None,
) -> AnyPreprocessing:
    """Return how a photo becomes model input, from any form in which people have that.

    Parameters
    ----------
    value : Preprocessing or a dictionary of some of its fields; the input's size, as one number or
        (height, width); the range of pixel values, a key of `gradcam.ranges.RANGES`; torchvision's
        `weights.transforms()` or a Compose; timm's data config or transform; an image processor of
        transformers; or any function from a PIL image to a tensor (3, h, w) or an array (h, w, 3),
        with or without a batch of one.
    usual : gives the preprocessing that stands where the value says nothing; None stands for all
        of it.
    size : (height, width) of the model's input, if the model itself says so. Code that only
        rescales pixels needs it.

    Returns
    -------
    A Preprocessing if the value's effect can be said in its fields, else a CustomPreprocessing.

    Raises
    ------
    GradcamError : the value is none of these, is random, or does not give one image of one size.
    """
    if value is None:
        return usual()
    if isinstance(value, (Preprocessing, CustomPreprocessing)):
        return value
    if isinstance(value, str) and value in RANGES:
        known = usual()
        if isinstance(known, CustomPreprocessing):
            raise GradcamError(
                f"The range {value} cannot be put into the preprocessing {known.name}.",
                hint="Say all of it: gradcam.Preprocessing(crop=…, resize=…, mean=…, std=…).",
            )
        return with_range(known, value)
    if isinstance(value, Mapping):
        return _from_mapping(value, usual)
    if _is_size(value):
        return _with_fields({"crop": value}, usual())
    if hasattr(value, "transforms") and hasattr(value, "meta"):  # torchvision's weights
        value = value.transforms()
    value = getattr(value, "image_processor", value)  # CLIP's has a tokenizer beside it
    if isinstance(value, type) or (isinstance(value, partial) and isinstance(value.func, type)):
        raise GradcamError(
            f"{name_of(value)} is a class, not an object of it.", hint="Call it first: add ()."
        )
    if not callable(value):
        raise GradcamError(f"{name_of(value)} is not a preprocessing.", hint=KINDS)
    return _from_code(value, usual, size)


def in_grey(how: AnyPreprocessing, title: str) -> AnyPreprocessing:
    """Return the preprocessing for a model that takes one channel; `title` names the model.

    Raises
    ------
    ModelError : it is custom code that gives colours, of which the model would get one channel.
    """
    if isinstance(how, Preprocessing):
        return replace(how, channels="grey")
    values = preprocess(photo(64, 96), how).values
    if (values != values[..., :1]).any():
        raise ModelError(
            f"{title} takes grey photos, but the preprocessing {how.name} gives colours.",
            hint="Add a conversion to grey to it, such as torchvision's Grayscale().",
        )
    return how


def _from_mapping(value: Mapping[str, Any], usual: Callable[[], AnyPreprocessing]) -> Preprocessing:
    if processors.is_config(value):
        return processors.read_config(value)
    if "image_mean" in value or "do_resize" in value:
        raise GradcamError(
            "The settings of an image processor do not say how it applies them.",
            hint="Pass the processor itself: AutoImageProcessor.from_pretrained(…).",
        )
    for name in value:
        if name not in _FIELDS:
            raise GradcamError(
                f"{name!r} is not a field of Preprocessing.", hint=nearest(str(name), _FIELDS)
            )
    return _with_fields(value, usual())


def _with_fields(given: Mapping[str, Any], known: AnyPreprocessing) -> Preprocessing:
    """Change the fields that are given; a new crop keeps the usual margin around it."""
    usual = _fields(known)
    if "crop" not in given or "resize" in given:
        return replace(usual, **given)
    tight = usual.resize == min(usual.crop)
    changed = replace(usual, **{**given, "resize": None})
    return replace(changed, resize=min(changed.crop)) if tight else changed


def _fields(usual: AnyPreprocessing) -> Preprocessing:
    """Custom code has no fields that others could be added to."""
    return usual if isinstance(usual, Preprocessing) else Preprocessing()


def _is_size(value: Any) -> bool:
    sides = value if isinstance(value, (tuple, list)) else (value,)
    return all(isinstance(side, Integral) and not isinstance(side, bool) for side in sides)


def _from_code(
    code: Callable[..., Any], usual: Callable[[], AnyPreprocessing], size: tuple[int, int] | None
) -> AnyPreprocessing:
    torchvision.refuse_random(code)
    read = _read(code)
    apply = apply_of(code)
    if read is not None and agrees(apply, read):
        return read
    require_fixed(apply, code)
    rescaling = scaling(apply)
    if rescaling is None:
        return custom(code)
    if size is None:
        said = ", ".join(f"{name}={value!r}" for name, value in rescaling.items())
        raise GradcamError(
            f"The preprocessing {name_of(code)} does not resize photos, and the model does not say "
            "how large its input is.",
            hint=f"Pass gradcam.Preprocessing(crop=…, {said}) with the size, or add a resize.",
        )
    return _with_fields(rescaling, usual())


def _read(code: Any) -> Preprocessing | None:
    read = processors.read if processors.is_processor(code) else torchvision.read
    try:
        return read(code)
    except TooLargeError:
        raise
    except (AttributeError, TypeError, ValueError, GradcamError):
        # Another version's object, or numbers that Preprocessing refuses: it is called as it is.
        return None
