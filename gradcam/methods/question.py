"""What a method is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcam.backends import Capture, Classifier
from gradcam.types import Floats
from gradcam.watch import Watch

Maps = dict[str, Floats]  # per layer (N, K, h, w)
Facts = dict[tuple[str, int, int], Mapping[str, Any]]  # by layer, image, place of the class


@dataclass(frozen=True)
class Question:
    """Maps of `classes` (N, K) at `layers` for `inputs` (N, h_in, w_in, 3).

    capture : the forward of just these inputs at these layers.
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
class Answer:
    """The maps, and what there is to say about single ones besides the options.

    uniform : layers whose gradients are the same at every position.
    """

    maps: Maps
    facts: Facts = field(default_factory=dict)
    uniform: frozenset[str] = frozenset()
