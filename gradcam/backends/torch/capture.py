"""One forward pass of a module, kept for the gradients of any class."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gradcam.backends.layouts import Layout
from gradcam.backends.lock import FairLock
from gradcam.backends.torch import graph
from gradcam.types import Floats


class TorchCapture:
    """One forward pass: its logits and activations, and the autograd graph for its gradients."""

    def __init__(
        self, logits: Tensor, kept: dict[str, Tensor], layouts: dict[str, Layout], lock: FairLock
    ) -> None:
        self._logits = logits
        self._kept = kept
        self._layouts = layouts
        self._lock = lock
        self.logits: Floats = to_numpy(logits)

    @cached_property
    def activations(self) -> Mapping[str, Floats]:
        """float32 (N, C, h, w) per layer."""
        return {n: to_numpy(self._layouts[n].maps(tensor)) for n, tensor in self._kept.items()}

    def gradients(self, classes: NDArray[np.intp]) -> Mapping[str, Floats]:
        """float32 (N, K, C, h, w) per layer, from one batched backward for all classes (N, K)."""
        with self._lock, torch.inference_mode(False):
            picked = torch.from_numpy(classes.T.copy()).to(self._logits.device)
            found = graph.backward(self._logits, list(self._kept.values()), picked)
        return {
            name: to_numpy(self._maps_per_class(name, gradient))
            for name, gradient in zip(self._kept, found, strict=True)
        }

    def _maps_per_class(self, name: str, gradient: Tensor) -> Tensor:
        """(K, N, …) in the layer's own layout as (N, K, C, h, w), without copying if possible."""
        layout = self._layouts[name]
        if layout.order == "tokens_first":
            return torch.stack([layout.maps(of_class) for of_class in gradient], dim=1)
        maps: Tensor = layout.maps(gradient.flatten(0, 1))
        return maps.reshape(*gradient.shape[:2], *maps.shape[1:]).transpose(0, 1)


def to_numpy(tensor: Tensor) -> Floats:
    return tensor.detach().float().cpu().numpy()
