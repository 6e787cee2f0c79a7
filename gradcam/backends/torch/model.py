"""PyTorch behind the Classifier protocol; the only module of the engine that imports torch.

One forward serves all layers and classes. The trunk runs without a graph; at each captured layer
that has no history yet a fresh leaf is handed on, so the graph begins there and the backward of a
class ends there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from threading import RLock

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gradcam.backends.layers import Layout, Traced, mark
from gradcam.backends.torch import graph
from gradcam.backends.torch.compat import version_of
from gradcam.backends.torch.layers import logits_of, trace
from gradcam.backends.torch.rerun import guided, resume
from gradcam.types import Floats, Layer, Preprocessing


class TorchClassifier:
    """An `nn.Module` from (N, 3, H, W) to logits (N, K), explained without being changed.

    Parameters
    ----------
    module : on any device, in any mode; training flags, hooks, gradients and weights are left as
        they were found.
    labels : one per logit; "class 0" … where empty.
    multi_label : probabilities are sigmoids rather than a softmax; so they are for a single unit,
        which offers both its class and the absence of it.
    """

    def __init__(
        self,
        module: nn.Module,
        *,
        id: str,
        title: str,
        preprocessing: Preprocessing,
        labels: Sequence[str] = (),
        multi_label: bool = False,
        digest: str = "",
    ) -> None:
        self.module = module
        self.id = id
        self.title = title
        self.preprocessing = preprocessing
        self._given_multi_label = multi_label
        self._given_digest = digest
        self._digests: dict[Hashable, str] = {}
        self._given_labels = tuple(labels)
        self._lock = RLock()

    @property
    def digest(self) -> str:
        """The one given, or SHA-256 over the module as it is now."""
        if self._given_digest:
            return self._given_digest
        version = self.version
        if version not in self._digests:
            self._digests = {version: module_digest(self.module)}
        return self._digests[version]

    @property
    def version(self) -> Hashable:
        """Place and count of changes of every weight and buffer."""
        tensors = (*self.module.parameters(), *self.module.buffers())
        return hash(tuple(map(version_of, tensors)))

    @property
    def multi_label(self) -> bool:
        """Whether each class has a probability of its own."""
        return self._given_multi_label or self._traced.one_unit

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """One per logit."""
        return self._traced.labels(self._given_labels, self.title)

    def layers(self) -> tuple[Layer, ...]:
        """Every module whose output has a spatial extent, input to output."""
        return self._layers

    def capture(self, inputs: Floats, layers: Sequence[str]) -> TorchCapture:
        """One forward on float32 (N, h_in, w_in, 3), keeping the named layers."""
        layouts = {name: self._traced.layouts[name] for name in layers}
        with self._lock, _borrowed(self._modules.values()):
            logits, kept = self._forward(self._tensor(inputs), layers)
        return TorchCapture(logits, kept, layouts, self._lock)

    def resume(self, inputs: Floats, layer: str, activations: Floats) -> Floats:
        """Logits (B, K) had `layer` given `activations` (B, C, h, w) for `inputs` (1, …)."""
        x = self._tensor(inputs)
        maps = torch.from_numpy(activations).to(x.device)
        traced = self._traced
        with self._lock, _borrowed(self._modules.values()):
            logits = resume(
                self.module,
                self._modules[layer],
                traced.calls[layer],
                traced.layouts[layer],
                x,
                maps,
            )
        return _numpy(logits)

    def guided(self, inputs: Floats, classes: NDArray[np.intp]) -> Floats:
        """Guided backpropagation, (N, K, h_in, w_in, 3); MethodError unless all are ReLUs."""
        x = self._tensor(inputs)
        picked = torch.from_numpy(classes.T.copy()).to(x.device)
        with self._lock, _borrowed(self._modules.values()):
            found = guided(lambda t: logits_of(self.module(t)), x, picked, self.title)
        pixels = _numpy(found.permute(1, 0, 3, 4, 2))
        # What a grey model sees counts once, though it stands in three channels.
        return np.broadcast_to(pixels / (3 // pixels.shape[-1]), (*pixels.shape[:-1], 3))

    @cached_property
    def _groups(self) -> int:
        """Of the first convolution: with one group and one channel, the model sees grey."""
        first = next((m for m in self._modules.values() if isinstance(m, nn.Conv2d)), None)
        return first.groups if first is not None else 1

    @cached_property
    def _modules(self) -> dict[str, nn.Module]:
        return dict(self.module.named_modules())

    @cached_property
    def _traced(self) -> Traced:
        with self._lock, _borrowed(self._modules.values()), torch.no_grad():
            return trace(self.module, self._tensor(_noise(self.preprocessing.crop)))

    @cached_property
    def _layers(self) -> tuple[Layer, ...]:
        return mark(self._traced, self._reached)

    def _reached(self, names: Sequence[str]) -> dict[str, float]:
        """Per layer, the share of positions that the logits depend on."""
        with self._lock, _no_zero_weights(self.module):
            capture = self.capture(_noise(self.preprocessing.crop), names)
            gradients = capture.gradients(np.argmax(capture.logits, axis=1)[:, None])
        return {name: float((G != 0).any(axis=2).mean()) for name, G in gradients.items()}

    def _tensor(self, inputs: Floats) -> Tensor:
        # (N, h, w, 3) seen as (N, 3, h, w) is channels-last already, which CPU convolutions like.
        first = next(self.module.parameters(), torch.empty(0))
        if first.ndim == 4 and first.shape[1] == 1 == self._groups:
            inputs = inputs[..., :1]
        return torch.from_numpy(inputs).permute(0, 3, 1, 2).to(first.device, first.dtype)

    def _forward(self, x: Tensor, layers: Sequence[str]) -> tuple[Tensor, dict[str, Tensor]]:
        kept: dict[str, Tensor] = {}
        with torch.no_grad(), ExitStack() as stack:
            begin = graph.Beginning(stack)
            for name in layers:
                hook = graph.keep(name, kept, begin)
                stack.callback(self._modules[name].register_forward_hook(hook).remove)
            logits = logits_of(self.module(x))
        return logits, kept


class TorchCapture:
    """The live graph from the captured layers to the logits, and its numbers."""

    def __init__(
        self, logits: Tensor, kept: dict[str, Tensor], layouts: dict[str, Layout], lock: RLock
    ) -> None:
        self._logits = logits
        self._kept = kept
        self._layouts = layouts
        self._lock = lock
        self.logits: Floats = _numpy(logits)

    @cached_property
    def activations(self) -> Mapping[str, Floats]:
        """(N, C, h, w) per layer."""
        return {n: _numpy(self._layouts[n].maps(tensor)) for n, tensor in self._kept.items()}

    def gradients(self, classes: NDArray[np.intp]) -> Mapping[str, Floats]:
        """(N, K, C, h, w) per layer: one batched backward for all K classes."""
        picked = torch.from_numpy(classes.T.copy()).to(self._logits.device)
        with self._lock:
            found = graph.backward(self._logits, list(self._kept.values()), picked)
        return {
            name: _numpy(self._maps_per_class(name, gradient))
            for name, gradient in zip(self._kept, found, strict=True)
        }

    def _maps_per_class(self, name: str, gradient: Tensor) -> Tensor:
        """(K, N, …) in the layer's own order to (N, K, C, h, w), without a copy where it can be."""
        maps: Tensor = self._layouts[name].maps(gradient.flatten(0, 1))
        return maps.reshape(*gradient.shape[:2], *maps.shape[1:]).transpose(0, 1)


def module_digest(module: nn.Module) -> str:
    """SHA-256 over the architecture's text and every weight and buffer."""
    sha = hashlib.sha256(repr(module).encode())
    for name, tensor in module.state_dict().items():
        sha.update(name.encode())
        sha.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return sha.hexdigest()


@contextmanager
def _borrowed(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Evaluation mode, each training flag put back afterwards."""
    training = [m for m in modules if m.training]
    for m in training:
        m.training = False
    try:
        yield
    finally:
        for m in training:
            m.training = True


@contextmanager
def _no_zero_weights(module: nn.Module) -> Iterator[None]:
    """Heads that start at zero (ViT's) cut every path, so for a while they hold noise instead."""
    cut = [p for p in module.parameters() if p.ndim >= 2 and not p.any()]
    swapped = [p.data for p in cut]
    try:
        for p in cut:
            p.data = torch.randn_like(p)
        yield
    finally:
        for p, data in zip(cut, swapped, strict=True):
            p.data = data


def _noise(size: tuple[int, int]) -> Floats:
    return np.random.default_rng(0).standard_normal((1, *size, 3), np.float32)


def _numpy(tensor: Tensor) -> Floats:
    return tensor.detach().float().cpu().numpy()
