"""The interface between the engine and a framework."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray

from gradcam.backends.cascade import Block
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


@dataclass(frozen=True)
class Attention:
    """How class scores change with the attention that each block pays to the patches.

    maps : float32 (N, K, B, h, w), for each of B blocks ReLU(∂s/∂A) averaged over heads and
        queries: A is the block's attention, and s the class's logit if the block were the last.
    until : layer → how many blocks have begun once that layer is computed.
    """

    maps: Floats
    until: Mapping[str, int]


class Classifier(Protocol):
    """A model that can be explained; its methods may be called from any thread.

    usual_method : the key of METHODS to begin with.
    unsuited : method → why it is known to fail on this model, as the beginning of a sentence.
    """

    id: str
    title: str
    usual_method: str
    unsuited: Mapping[str, str]
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

    def pixels(self, inputs: Floats, layer: str, weights: Floats) -> Floats:
        """Return the gradient of Σ weights · activation of `layer` at the pixels of `inputs`.

        inputs : (N, h_in, w_in, 3), and so is what is returned.
        weights : float32 (N, C, h, w).
        """

    def guided(self, inputs: Floats, classes: NDArray[np.intp]) -> Floats:
        """Return guided backpropagation (N, K, h_in, w_in, 3) of `inputs` for `classes` (N, K).

        Springenberg et al. 2015, arXiv:1412.6806: a ReLU passes back only positive gradients.
        Raises MethodError, naming one of them, if the network has other activations.
        """

    def attention(self, inputs: Floats, classes: NDArray[np.intp]) -> Attention:
        """Return how the scores of `classes` (N, K) change with the attention to `inputs`' patches.

        Raises MethodError, saying why, if the model is not a plain Vision Transformer: one whose
        attention always sees all patches, which stay the same from block to block.
        """


class PhraseClassifier(Classifier, Protocol):
    """A classifier whose classes are phrases that people type.

    phrases, against : its classes, and what each of them is compared with instead of the others.
    """

    phrases: tuple[str, ...]
    against: tuple[str, ...]

    def with_phrases(
        self, phrases: Sequence[str], against: Sequence[str] = (), template: str = "{}"
    ) -> PhraseClassifier:
        """Return the same model for other phrases, read in a `template` such as "a photo of a {}".

        against : compare each phrase with these alone; its probability is exp(z) / (exp(z) +
            Σ exp(z against)), and its map shows what speaks for it rather than for these.

        Raises ClassError for a phrase that is empty, too long or there twice, or if there is
        nothing to compare the only one with.
        """


def takes_phrases(clf: Classifier | None) -> TypeGuard[PhraseClassifier]:
    """Return whether a classifier's classes are phrases that can be changed."""
    return hasattr(clf, "with_phrases")


class RandomCopy(Protocol):
    """A private copy of a classifier, whose weights can be thrown away block by block.

    classifier : the copy as it is now; at first with the weights of the classifier it is of.
    blocks : its blocks from the output down.
    """

    classifier: Classifier
    blocks: tuple[Block, ...]

    def randomise(self, block: Block, seed: int) -> None:
        """Draw a block's weights anew, as the framework does for a new network.

        What each layer's own rule is, the framework knows; statistics of a normalisation become
        those of a new one. Weights without a rule are shuffled. Equal seeds give equal weights.
        """

    def restore(self) -> None:
        """Give every block the weights that the classifier it is a copy of has now."""


class CopyableClassifier(Classifier, Protocol):
    """A classifier that can be copied, to see what becomes of its maps without its weights."""

    def random_copy(self) -> RandomCopy:
        """Return a copy of its own, trained weights included.

        Raises ModelError, saying why, if the model cannot be copied or has no weights.
        """


def copyable(clf: Classifier) -> TypeGuard[CopyableClassifier]:
    """Return whether a classifier's backend can copy it."""
    return hasattr(clf, "random_copy")


def describe(clf: Classifier) -> str:
    """Return what a classifier prints as; it does not run the model."""
    height, width = clf.preprocessing.crop
    return f"<{type(clf).__name__} {clf.id!r} {height} × {width} pixels>"
