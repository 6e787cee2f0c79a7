"""The protocol between the engine and a framework: what a classifier must be able to do."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gradcam.types import Floats, Layer, Preprocessing


class Capture(Protocol):
    """One forward pass, kept so that more classes do not need another."""

    @property
    def logits(self) -> Floats:
        """float32 (N, K_all), before softmax or sigmoid."""

    @property
    def activations(self) -> Mapping[str, Floats]:
        """float32 (N, C, h, w) for each layer that was asked for."""

    def gradients(self, classes: NDArray[np.intp]) -> Mapping[str, Floats]:
        """d logit / d activation per layer, float32 (N, K, C, h, w), for class indices (N, K)."""


class Classifier(Protocol):
    """A model that can be explained. Methods may be called from any thread."""

    id: str
    title: str
    preprocessing: Preprocessing

    @property
    def multi_label(self) -> bool:
        """Whether each class has its own probability (sigmoid), or all share one (softmax)."""

    @property
    def digest(self) -> str:
        """SHA-256 over architecture and weights as they are now, in hexadecimal."""

    @property
    def version(self) -> Hashable:
        """Differs once the weights have changed, as they do in training; cheaper than `digest`."""

    @property
    def labels(self) -> tuple[str, ...]:
        """One per logit."""

    def layers(self) -> tuple[Layer, ...]:
        """Every layer with a spatial extent, from input to output; exactly one is recommended."""

    def capture(self, inputs: Floats, layers: Sequence[str]) -> Capture:
        """Run the model once on float32 (N, h_in, w_in, 3), keeping the named layers' outputs."""

    def resume(self, inputs: Floats, layer: str, activations: Floats) -> Floats:
        """Logits (B, K_all) if `layer`'s output for `inputs` (1, h_in, w_in, 3) were replaced.

        activations : float32 (B, C, h, w), what to replace it by; each gives one row of logits.
        """

    def guided(self, inputs: Floats, classes: NDArray[np.intp]) -> Floats:
        """Guided backpropagation, (N, K, h_in, w_in, 3), of `inputs` for `classes` (N, K).

        Each ReLU passes on positive gradients only (Springenberg et al. 2015, arXiv:1412.6806).
        Raises MethodError if the network has another activation, and names it.
        """
