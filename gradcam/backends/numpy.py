"""A network small enough to check by hand: 1×1 convolution, ReLU, global average, linear head.

The tests use it in place of a real model; it imports no framework.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradcam.backends import Attention, describe
from gradcam.backends.attention import NO_ATTENTION, refusal
from gradcam.labels import cleaned
from gradcam.types import AnyPreprocessing, Floats, Layer, Preprocessing


class NumpyClassifier:
    """logit_k = Σ_c head[k, c] · mean(relu(Σ_i mix[c, i] · input_i)).

    Parameters
    ----------
    mix : float (C, 3), the weights of the 1×1 convolution.
    head : float (K, C), the weights of the linear head.
    labels : one per class; default "class 0", "class 1" …
    size : side of the square input in pixels, which is also the layers' resolution.
    attends : call the global average an attention, with equal weights, to the values in
        "features"; the network stays the same.
    """

    notes: tuple[str, ...] = ()
    architecture = ""

    def __init__(
        self,
        mix: NDArray[np.floating],
        head: NDArray[np.floating],
        labels: Sequence[str] = (),
        size: int = 4,
        *,
        attends: bool = False,
    ) -> None:
        self.mix = np.asarray(mix, np.float32)
        self.head = np.asarray(head, np.float32)
        self.id = "memory/numpy"
        self.title = "NumPy"
        self.usual_method = "gradcam"
        self.unsuited: Mapping[str, str] = {}
        self.labels = cleaned(labels) or tuple(f"class {k}" for k in range(len(self.head)))
        how = Preprocessing(size, (size, size), (0, 0, 0), (1, 1, 1))
        self.preprocessing: AnyPreprocessing = how
        self.multi_label = False
        self.attends = attends
        self.forwards = 0

    def __repr__(self) -> str:
        return describe(self)

    @property
    def digest(self) -> str:
        """SHA-256 of both weight matrices."""
        return hashlib.sha256(self.mix.tobytes() + self.head.tobytes()).hexdigest()

    @property
    def version(self) -> str:
        """The digest, which is cheap for weights as small as these."""
        return self.digest

    def layers(self) -> tuple[Layer, ...]:
        """Return the convolution before its ReLU ("mix") and after it ("features", recommended)."""
        shape = (len(self.mix), *self.preprocessing.crop)
        return (
            Layer("mix", shape, "Conv1x1"),
            Layer("features", shape, "ReLU", stage=True, recommended=True),
        )

    def name_of(self, part: object) -> str | None:  # noqa: ARG002
        """Return None: its layers are formulas, not objects."""
        return None

    def capture(self, inputs: Floats, layers: Sequence[str]) -> NumpyCapture:
        """Run one forward pass on `inputs` (N, size, size, 3)."""
        self.forwards += 1
        mixed = np.einsum("ci,nhwi->nchw", self.mix, inputs)
        features = np.maximum(mixed, 0)
        logits = features.mean(axis=(2, 3)) @ self.head.T
        both = {"mix": mixed, "features": features}
        return NumpyCapture(logits, {name: both[name] for name in layers}, mixed, self.head)

    def resume(self, inputs: Floats, layer: str, activations: Floats) -> Floats:  # noqa: ARG002
        """Return the logits of `activations` (B, C, h, w) at `layer`, which nothing bypasses."""
        features = np.maximum(activations, 0) if layer == "mix" else activations
        logits: Floats = features.mean(axis=(2, 3)) @ self.head.T
        return logits

    def pixels(self, inputs: Floats, layer: str, weights: Floats) -> Floats:
        """Return Σ_c weights_c · mix[c, i], where the ReLU is active if `layer` is after it."""
        if layer == "features":
            weights = weights * self.capture(inputs, [layer]).activations[layer].astype(bool)
        found: Floats = np.einsum("nchw,ci->nhwi", weights, self.mix)
        return found

    def guided(self, inputs: Floats, classes: NDArray[np.intp]) -> Floats:
        """Return max(head[k, c], 0) / (h·w) where the ReLU is active, back through `mix`."""
        capture = self.capture(inputs, ["mix"])
        positive = np.maximum(capture.gradients(classes)["mix"], 0)
        pixels: Floats = np.einsum("nkchw,ci->nkhwi", positive, self.mix)
        return pixels

    def attention(self, inputs: Floats, classes: NDArray[np.intp]) -> Attention:
        """Return max(Σ_c head[k, c] · feature_c, 0) at each position, if the average `attends`.

        The logit is Σ_j A_j (head[k] · features_j) with A_j = 1/(h·w), whose derivative that is.
        """
        if not self.attends:
            raise refusal(self.title, NO_ATTENTION)
        features = self.capture(inputs, ["features"]).activations["features"]
        slopes = np.einsum("nkc,nchw->nkhw", self.head[classes], features)
        return Attention(np.maximum(slopes, 0)[:, :, None], {"mix": 0, "features": 1})


@dataclass(frozen=True)
class NumpyCapture:
    """The results of one forward pass; gradients are computed in closed form."""

    logits: Floats
    activations: Mapping[str, Floats]
    mixed: Floats
    head: Floats

    def gradients(self, classes: NDArray[np.intp]) -> Mapping[str, Floats]:
        """Return head[k, c] / (h·w) at "features"; at "mix" the same where the ReLU is active."""
        area = self.mixed.shape[2] * self.mixed.shape[3]
        flat = (self.head[classes] / area)[..., None, None]
        features = np.broadcast_to(flat, (*classes.shape, *self.mixed.shape[1:]))
        both = {"features": features, "mix": features * (self.mixed > 0)[:, None]}
        return {name: both[name] for name in self.activations}
