"""The interface between the engine and a framework."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gradcam.types import AnyPreprocessing, Floats, Layer


class Capture(Protocol):
    """The result of one forward pass, kept so that further classes need no second one."""

    @property
    def logits(self) -> Floats:
        """float32 (N, K_all), before softmax or sigmoid."""

    @property
    def activations(self) -> Mapping[str, Floats]:
        """float32 (N, C, h, w) per captured layer."""

    def gradients(self, classes: NDArray[np.intp]) -> Mapping[str, Floats]:
        """Return d logit / d activation, (N, K, C, h, w) per layer; `classes` is (N, K) indices."""


class Classifier(Protocol):
    """A model that can be explained; its methods may be called from any thread."""

    id: str
    title: str
    preprocessing: AnyPreprocessing
    architecture: str  # the id of the catalogue's network that holds a file's weights, or ""

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence for each thing that had to be assumed, or is doubtful, about the model.

        It may run the model. People see them as warnings from `wrap`, and on the page.
        """

    @property
    def multi_label(self) -> bool:
        """Whether classes have independent probabilities (sigmoid) or share one (softmax)."""

    @property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of the architecture and the current weights."""

    @property
    def version(self) -> Hashable:
        """A cheap value that changes with the weights: people explain models while training."""

    @property
    def labels(self) -> tuple[str, ...]:
        """One label per logit."""

    def layers(self) -> tuple[Layer, ...]:
        """Return every layer with a spatial extent, input to output; exactly one is recommended."""

    def name_of(self, part: object) -> str | None:
        """Return the name of `part`, a module or layer, or None if it is not in the model."""

    def capture(self, inputs: Floats, layers: Sequence[str]) -> Capture:
        """Run the model once on `inputs` (N, h_in, w_in, 3), capturing the named `layers`."""

    def resume(self, inputs: Floats, layer: str, activations: Floats) -> Floats:
        """Return the logits (B, K_all) of `inputs` (1, …) if `layer` gave these `activations`.

        activations : float32 (B, C, h, w).
        """

    def guided(self, inputs: Floats, classes: NDArray[np.intp]) -> Floats:
        """Return guided backpropagation (N, K, h_in, w_in, 3) of `inputs` for `classes` (N, K).

        Springenberg et al. 2015, arXiv:1412.6806: a ReLU passes back only positive gradients.
        Raises MethodError, naming one of them, if the network has other activations.
        """


def describe(clf: Classifier) -> str:
    """Return what a classifier prints as; it does not run the model."""
    height, width = clf.preprocessing.crop
    return f"<{type(clf).__name__} {clf.id!r} {height} × {width} pixels>"
