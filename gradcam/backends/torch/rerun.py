"""Runs a module again with a change: a layer's output replaced, or guided ReLUs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from gradcam.backends.layers import Layout
from gradcam.backends.torch.compat import sizes_disagree
from gradcam.backends.torch.layers import logits_of
from gradcam.errors import MethodError


class Rest:
    """What follows a layer of a module, as a function of that layer's output.

    What comes before the layer is computed for one image only. If what follows cannot combine one
    image with many outputs (it concatenates them, say), the whole module runs on as many copies of
    the image as there are outputs; that is found out once.

    Parameters
    ----------
    calls : how often one forward pass calls the layer; only the last call's output is replaced.
    """

    def __init__(self, module: nn.Module, layer: nn.Module, calls: int, layout: Layout) -> None:
        self._module = module
        self._layer = layer
        self._calls = calls
        self._layout = layout
        self._whole = False

    def logits(self, x: Tensor, maps: Tensor) -> Tensor:
        """Logits (B, K) for x (1, …) if the layer's output were each of `maps` (B, C, h, w)."""
        if not self._whole:
            try:
                logits = self._run(x, maps)
                if len(logits) == len(maps):
                    return logits
            except RuntimeError as error:
                if len(maps) == 1 or not sizes_disagree(error):
                    raise
        logits = self._run(x.expand(len(maps), *x.shape[1:]), maps)
        self._whole = True
        return logits

    def _run(self, x: Tensor, maps: Tensor) -> Tensor:
        hook = _swap(self._calls, self._layout, maps)
        handle = self._layer.register_forward_hook(hook)
        try:
            with torch.no_grad():
                return logits_of(self._module(x))
        finally:
            handle.remove()


def _swap(calls: int, layout: Layout, maps: Tensor) -> Callable[..., Any]:
    """A forward hook that returns `maps` in place of the output of the last of so many calls."""
    left = calls

    def hook(_module: nn.Module, _inputs: Any, output: Any) -> Any:
        nonlocal left
        left -= 1
        if left:
            return None
        tensor = output[0] if isinstance(output, (tuple, list)) else output
        onward = layout.tensor(maps).to(tensor.dtype)
        if layout.prefix:
            prefix = tensor[:1, : layout.prefix].expand(len(maps), -1, -1)
            onward = torch.cat([prefix, onward], dim=1)
        return onward if output is tensor else type(output)((onward, *output[1:]))

    return hook


_RELUS: tuple[Callable[..., Any], ...] = (
    functional.relu, functional.relu_, torch.relu, torch.relu_, Tensor.relu, Tensor.relu_,
)  # fmt: skip
_OTHERS: dict[Callable[..., Any], str] = {
    functional.gelu: "GELU", functional.silu: "SiLU", functional.hardswish: "Hardswish",
    functional.relu6: "ReLU6", functional.hardtanh: "ReLU6", functional.leaky_relu: "LeakyReLU",
    functional.elu: "ELU", functional.selu: "SELU", functional.celu: "CELU",
    functional.mish: "Mish", functional.prelu: "PReLU", functional.softplus: "Softplus",
    functional.hardsigmoid: "Hardsigmoid", torch.sigmoid: "Sigmoid", torch.tanh: "Tanh",
    functional.sigmoid: "Sigmoid", functional.tanh: "Tanh", Tensor.sigmoid: "Sigmoid",
    Tensor.tanh: "Tanh",
}  # fmt: skip


class GuidedRelu(torch.autograd.Function):
    """ReLU that also drops negative gradients (Springenberg et al. 2015, arXiv:1412.6806)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        """max(x, 0)."""
        ctx.save_for_backward(x > 0)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        """The gradient where both it and the input are positive."""
        (open_,) = ctx.saved_tensors
        through: Tensor = gradients[0].clamp(min=0) * open_
        return through


class Guided(TorchFunctionMode):
    """Makes every ReLU a `GuidedRelu` while active: module or function, in place or not.

    Any other activation raises a MethodError that names it.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Called by torch instead of each of its functions."""
        if func in _RELUS:
            return GuidedRelu.apply(args[0])
        if func in _OTHERS:
            raise MethodError(
                f"Guided Grad-CAM needs a network of ReLUs, and {self._title} has {_OTHERS[func]}.",
                hint="Choose another method, or a network such as ResNet, VGG or DenseNet.",
            )
        return func(*args, **(kwargs or {}))


def guided(forward: Callable[[Tensor], Tensor], x: Tensor, classes: Tensor, title: str) -> Tensor:
    """Guided gradients (K, N, 3, h, w) of the logits `classes` (K, N) at the pixels x (N, 3, h, w).

    Raises MethodError if the network has an activation other than ReLU; `title` is its name there.
    """
    x = x.detach().requires_grad_()
    with torch.enable_grad(), Guided(title):
        logits = forward(x)
    rows = [logits.gather(1, of_class[:, None]).sum() for of_class in classes]
    # One class after another: a custom autograd function has no batching rule.
    return torch.stack([torch.autograd.grad(row, x, retain_graph=True)[0] for row in rows])
