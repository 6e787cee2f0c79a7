"""What the engine needs from a framework, and nothing more."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gradcam.types import Floats, Layer, Preprocessing


class Capture(Protocol):
    """One forward, kept so that further classes need no second one."""

    @property
    def logits(self) -> Floats:
        """(N, K_all) float32, before softmax or sigmoid."""

    @property
    def activations(self) -> Mapping[str, Floats]:
        """Per asked layer (N, C, h, w) float32."""

    def gradients(self, classes: NDArray[np.intp]) -> Mapping[str, Floats]:
        """d logit / d activation per layer, (N, K, C, h, w), for `classes` (N, K) indices."""


class Classifier(Protocol):
    """A model that can be explained. One lock per model: calls may come from any thread."""

    id: str
    title: str
    preprocessing: Preprocessing

    @property
    def multi_label(self) -> bool:
        """Whether each class has a probability of its own (sigmoid), or all share one (softmax)."""

    @property
    def digest(self) -> str:
        """SHA-256 over architecture and weights as they are now, hexadecimal."""

    @property
    def version(self) -> Hashable:
        """Cheap, and different once the weights have changed: people explain while they train."""

    @property
    def labels(self) -> tuple[str, ...]:
        """One per logit."""

    def layers(self) -> tuple[Layer, ...]:
        """Every layer with a spatial extent, input to output; exactly one is recommended."""

    def capture(self, inputs: Floats, layers: Sequence[str]) -> Capture:
        """Run the model once on `inputs` (N, h_in, w_in, 3), keeping the named layers."""

    def resume(self, inputs: Floats, layer: str, activations: Floats) -> Floats:
        """Logits (B, K_all) had `layer` given `activations` (B, C, h, w) for `inputs` (1, …)."""

    def guided(self, inputs: Floats, classes: NDArray[np.intp]) -> Floats:
        """Guided backpropagation, (N, K, h_in, w_in, 3), of `inputs` for `classes` (N, K).

        Springenberg et al. 2015, arXiv:1412.6806: a ReLU lets through only positive gradients.
        Raises MethodError for a network with other activations, naming one.
        """
