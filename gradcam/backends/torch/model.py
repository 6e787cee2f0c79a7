"""`TorchClassifier` lets the engine explain a PyTorch module.

One forward pass serves all layers and classes. It runs without autograd until the first captured
layer; there the output becomes a leaf, so the graph starts at that layer and backward stops there.
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

from gradcam.backends import Attention
from gradcam.backends.attention import patches
from gradcam.backends.layers import Layout, Traced, mark
from gradcam.backends.torch import attention, graph
from gradcam.backends.torch.blocks import Blocks
from gradcam.backends.torch.compat import state_of
from gradcam.backends.torch.layers import logits_of, trace
from gradcam.backends.torch.rerun import Rest, guided
from gradcam.types import Floats, Layer, Preprocessing


class TorchClassifier:
    """An `nn.Module` from (N, 3, H, W) to logits (N, K), explained without being changed.

    Parameters
    ----------
    module : on any device, in any mode; its training flags, hooks, gradients and weights are left
        as they were.
    preprocessing : how a photo becomes the module's input.
    labels : one per logit; if empty, "class 0", "class 1", ….
    multi_label : whether each class has its own probability (sigmoid) rather than sharing one
        (softmax). A single unit always does, and is offered as two classes: present and absent.
    digest : for `digest`, if it is known already and the weights will not change.
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
        self._rests: dict[str, Rest] = {}
        self._lock = RLock()

    @property
    def digest(self) -> str:
        """SHA-256 over architecture and weights as they are now, unless one was given."""
        if self._given_digest:
            return self._given_digest
        version = self.version
        if version not in self._digests:
            self._digests = {version: module_digest(self.module)}
        return self._digests[version]

    @property
    def version(self) -> Hashable:
        """Changes whenever a weight or buffer is replaced or written to."""
        tensors = (*self.module.parameters(), *self.module.buffers())
        return hash(tuple((tensor.data_ptr(), state_of(tensor)) for tensor in tensors))

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
        """One forward pass on float32 (N, h_in, w_in, 3), keeping the named layers' outputs."""
        layouts = {name: self._traced.layouts[name] for name in layers}
        with self._lock, _borrowed(self._modules.values()):
            logits, kept = self._forward(self._tensor(inputs), layers)
        return TorchCapture(logits, kept, layouts, self._lock)

    def resume(self, inputs: Floats, layer: str, activations: Floats) -> Floats:
        """Logits (B, K_all) if `layer`'s output for `inputs` (1, h_in, w_in, 3) were replaced.

        activations : float32 (B, C, h, w), what to replace it by; each gives one row of logits.
        """
        x = self._tensor(inputs)
        maps = torch.from_numpy(activations).to(x.device)
        with self._lock, _borrowed(self._modules.values()):
            logits = self._rest(layer).logits(x, maps)
        return _numpy(logits)

    def guided(self, inputs: Floats, classes: NDArray[np.intp]) -> Floats:
        """Guided backpropagation, (N, K, h_in, w_in, 3), of `inputs` for `classes` (N, K).

        Raises MethodError if the network has an activation other than ReLU.
        """
        x = self._tensor(inputs)
        picked = torch.from_numpy(classes.T.copy()).to(x.device)
        with self._lock, _borrowed(self._modules.values()):
            found = guided(lambda t: logits_of(self.module(t)), x, picked, self.title)
        pixels = _numpy(found.permute(1, 0, 3, 4, 2))
        # A grey model has one gradient per pixel; share it out over the three channels.
        return np.broadcast_to(pixels / (3 // pixels.shape[-1]), (*pixels.shape[:-1], 3))

    def attention(self, inputs: Floats, classes: NDArray[np.intp]) -> Attention:
        """How the scores of `classes` (N, K) change with the attention to each patch.

        Raises MethodError if the module is not a plain Vision Transformer.
        """
        blocks = self._blocks
        where = patches(self._traced.layouts.values(), blocks.tokens, self.title)
        with self._lock, _borrowed(self._modules.values()):
            found = [
                attention.relevance(
                    self._logits, x[None], blocks, torch.from_numpy(row).to(x.device)
                )
                for x, row in zip(self._tensor(inputs), classes, strict=True)
            ]
        maps = np.stack([_numpy(one)[..., where] for one in found])
        until = {name: blocks.until.get(name, 0) for name in self._traced.layouts}
        return Attention(maps, until)

    @cached_property
    def _blocks(self) -> Blocks:
        with self._lock, _borrowed(self._modules.values()), _no_zero_weights(self.module):
            noise = self._tensor(_noise(self.preprocessing.crop))
            return attention.find_blocks(self._logits, self._modules, noise, self.title)

    def _logits(self, x: Tensor) -> Tensor:
        return logits_of(self.module(x))

    def _rest(self, layer: str) -> Rest:
        if layer not in self._rests:
            calls, layout = self._traced.calls[layer], self._traced.layouts[layer]
            self._rests[layer] = Rest(self.module, self._modules[layer], calls, layout)
        return self._rests[layer]

    @cached_property
    def _groups(self) -> int:
        """Groups of the first convolution: one group with one channel is a grey model."""
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
        """Per layer, the share of positions that the top logit depends on."""
        with self._lock, _no_zero_weights(self.module):
            capture = self.capture(_noise(self.preprocessing.crop), names)
            gradients = capture.gradients(np.argmax(capture.logits, axis=1)[:, None])
        return {name: float((G != 0).any(axis=2).mean()) for name, G in gradients.items()}

    def _tensor(self, inputs: Floats) -> Tensor:
        # Permuting (N, h, w, 3) gives the channels-last layout, which is faster on a CPU.
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
    """One forward pass: its logits and activations, and the autograd graph for its gradients."""

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
        """float32 (N, C, h, w) per layer."""
        return {n: _numpy(self._layouts[n].maps(tensor)) for n, tensor in self._kept.items()}

    def gradients(self, classes: NDArray[np.intp]) -> Mapping[str, Floats]:
        """float32 (N, K, C, h, w) per layer, from one batched backward for all classes (N, K)."""
        picked = torch.from_numpy(classes.T.copy()).to(self._logits.device)
        with self._lock:
            found = graph.backward(self._logits, list(self._kept.values()), picked)
        return {
            name: _numpy(self._maps_per_class(name, gradient))
            for name, gradient in zip(self._kept, found, strict=True)
        }

    def _maps_per_class(self, name: str, gradient: Tensor) -> Tensor:
        """(K, N, …) in the layer's own layout as (N, K, C, h, w), without copying if possible."""
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
    """Evaluation mode; each module's training flag is restored afterwards."""
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
    """Replace weights that are all zero by noise; a new ViT's head would block every gradient."""
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
