"""What a method is asked, what it answers, and which values its options may have."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcam.backends import Capture, Classifier
from gradcam.errors import MethodError
from gradcam.types import Floats
from gradcam.watch import Watch

Maps = dict[str, Floats]  # per layer (N, K, h, w)
Facts = dict[tuple[str, int, int], Mapping[str, Any]]  # by layer, image, place of the class


@dataclass(frozen=True)
class MethodInput:
    """What a method works on: `classes` (N, K) at `layers` for `inputs` (N, h_in, w_in, 3).

    capture : the forward pass of exactly these inputs at these layers.
    options : the method's own, complete.
    """

    clf: Classifier
    inputs: Floats
    layers: tuple[str, ...]
    classes: NDArray[np.intp]
    capture: Capture
    options: Mapping[str, Any]
    watch: Watch

    @cached_property
    def gradients(self) -> Mapping[str, Floats]:
        """Per layer (N, K, C, h, w)."""
        return self.capture.gradients(self.classes)


@dataclass(frozen=True)
class MethodOutput:
    """The maps, and what the method found out about single ones.

    uniform : layers whose gradients are the same at every position.
    """

    maps: Maps
    facts: Facts = field(default_factory=dict)
    uniform: frozenset[str] = frozenset()


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
