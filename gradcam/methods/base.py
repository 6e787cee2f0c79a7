"""The input and output of a method, and the validation of its options."""

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
Facts = dict[tuple[str, int, int], Mapping[str, Any]]  # by (layer, n, k) of image n, class k


@dataclass(frozen=True)
class MethodInput:
    """What a method explains: `classes` (N, K) at `layers` for `inputs` (N, h_in, w_in, 3).

    capture : the forward pass of these inputs at these layers.
    options : all options of the method, defaults included.
    watch : for slow methods, to report progress and to be cancelled.
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
        """d logit / d activation, (N, K, C, h, w) per layer."""
        return self.capture.gradients(self.classes)


@dataclass(frozen=True)
class MethodOutput:
    """A method's maps, and its findings about individual maps.

    uniform : the layers where the gradient is the same at every position.
    weights, scores : per layer (N, K, C), of a method that weighs each channel by trying it: its
        weight, and what it was computed from; NaN for the channels that were not tried.
    """

    maps: Maps
    facts: Facts = field(default_factory=dict)
    uniform: frozenset[str] = frozenset()
    weights: Maps = field(default_factory=dict)
    scores: Maps = field(default_factory=dict)


def check_option(what: str, value: Any, default: Any) -> Any:
    """Validate an option and return its value in plain Python.

    The option's type is inferred from its default: a float must be at least 0, an int at least 1;
    a default of None also allows None, which means all; a tuple holds class indices.

    Raises
    ------
    MethodError : the value is of the wrong type or out of range; `what` names the option.
    """
    accepts, expected = _type_of(default)
    if not accepts(value):
        raise MethodError(f"{what} cannot be {value!r}.", hint=f"Give {expected}.")
    if isinstance(default, tuple):
        return tuple(int(index) for index in value)
    if value is None:
        return None
    return float(value) if isinstance(default, float) else int(value)


def parse_option(text: str, default: Any) -> Any:
    """Parse an option as typed on a command line: `64`, `0.9`, `none` or `3,7`.

    Text that cannot be parsed is returned unchanged, for `check_option` to reject.
    """
    try:
        if isinstance(default, tuple):
            return tuple(int(part) for part in text.split(",") if part.strip())
        if default is None and text.casefold() in ("none", "all"):
            return None
        return float(text) if isinstance(default, float) else int(text)
    except ValueError:
        return text


def _type_of(default: Any) -> tuple[Callable[[Any], bool], str]:
    """Return which values an option with this default accepts, and how to describe them."""
    if isinstance(default, tuple):
        return _are_indices, "class indices"
    if isinstance(default, float):
        return _is_amount, "a number of at least 0"
    if default is None:
        return _is_count_or_none, "a whole number of at least 1, or none for all"
    return _is_count, "a whole number of at least 1"


def _are_indices(value: Any) -> bool:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return is_list and all(isinstance(index, Integral) for index in value)


def _is_amount(value: Any) -> bool:
    return isinstance(value, Real) and 0 <= float(value) < math.inf


def _is_count(value: Any) -> bool:
    return isinstance(value, Integral) and int(value) >= 1


def _is_count_or_none(value: Any) -> bool:
    return value is None or _is_count(value)
