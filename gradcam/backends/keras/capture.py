"""What is kept of one forward pass of a Keras model, and the gradients taken from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.graph import Cut
from gradcam.backends.layouts import Layout
from gradcam.backends.lock import FairLock
from gradcam.types import Floats


class KerasCapture:
    """One forward pass: its logits and activations, and the tensors its gradients need."""

    def __init__(
        self, cut: Cut, tensors: Sequence[tf.Tensor], layouts: dict[str, Layout], lock: FairLock
    ) -> None:
        self._cut = cut
        self._layouts = layouts
        self._lock = lock
        self.logits: Floats = tensors[0].numpy()
        self._outputs = tensors[1 : 1 + cut.layers]
        self._kept = tensors[1 + cut.layers :]

    @cached_property
    def activations(self) -> Mapping[str, Floats]:
        """float32 (N, C, h, w) per layer."""
        outputs = zip(self._layouts.items(), self._outputs, strict=True)
        return {name: layout.maps(output.numpy()) for (name, layout), output in outputs}

    def gradients(self, classes: NDArray[np.intp]) -> Mapping[str, Floats]:
        """float32 (N, K, C, h, w) per layer, from one compiled backward for all classes (N, K)."""
        with self._lock:
            found = self._cut.backward(one_hot(classes, self.logits.shape[1]), *self._kept)
        layers = zip(self._layouts.items(), found, strict=True)
        return {name: _per_class(layout, G.numpy()) for (name, layout), G in layers}


def one_hot(classes: NDArray[np.intp], outputs: int) -> tf.Tensor:
    """Class indices (N, K) as one-hot rows (K, N, outputs)."""
    cotangents = np.zeros((*classes.T.shape, outputs), np.float32)
    np.put_along_axis(cotangents, classes.T[..., None], 1, axis=2)
    return tf.constant(cotangents)


def _per_class(layout: Layout, gradient: Floats) -> Floats:
    """(K, N, …) in the layer's own layout as (N, K, C, h, w), without copying if possible."""
    maps: Floats = layout.maps(gradient.reshape(-1, *gradient.shape[2:]))
    return maps.reshape(*gradient.shape[:2], *maps.shape[1:]).swapaxes(0, 1)
