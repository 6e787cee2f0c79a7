"""The values a method's own options may have; what kind one is of, its default tells."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any

from gradcam.errors import MethodError


def check_option(what: str, value: Any, default: Any) -> Any:
    """`value` in plain Python, as the kind that `default` is of.

    A float is a number of at least 0, an int a whole number of at least 1, None such a number or
    None, which stands for all; a tuple is of classes by index.

    Raises
    ------
    MethodError : it is of another kind; `what` names it.
    """
    right, said = _kind(default)
    if not right(value):
        raise MethodError(f"{what} is {value!r}.", hint=f"Give {said}.")
    if isinstance(default, tuple):
        return tuple(int(index) for index in value)
    if value is None:
        return None
    return float(value) if isinstance(default, float) else int(value)


def parse_option(text: str, default: Any) -> Any:
    """What is typed for an option with this default: `64`, `0.9`, `none`, `3,7`."""
    try:
        if isinstance(default, tuple):
            return tuple(int(part) for part in text.split(",") if part.strip())
        if default is None and text.casefold() in ("none", "all"):
            return None
        return float(text) if isinstance(default, float) else int(text)
    except ValueError:
        return text  # `check_option` knows what to say about it


def _kind(default: Any) -> tuple[Callable[[Any], bool], str]:
    if isinstance(default, tuple):
        return _are_classes, "classes by index"
    if isinstance(default, float):
        return _is_share, "a number of at least 0"
    if default is None:
        return _is_count_or_none, "a whole number of at least 1, or none for all"
    return _is_count, "a whole number of at least 1"


def _are_classes(value: Any) -> bool:
    several = isinstance(value, Sequence) and not isinstance(value, str)
    return several and all(isinstance(index, Integral) for index in value)


def _is_share(value: Any) -> bool:
    return isinstance(value, Real) and 0 <= float(value) < math.inf


def _is_count(value: Any) -> bool:
    return isinstance(value, Integral) and int(value) >= 1


def _is_count_or_none(value: Any) -> bool:
    return value is None or _is_count(value)
