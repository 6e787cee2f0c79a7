"""Runs a module again with a change: a layer's output replaced, or guided ReLUs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from gradcam.backends.layouts import Layout
from gradcam.backends.torch.compat import SET_GRAD_ENABLED, sizes_disagree
from gradcam.backends.torch.known import Known
from gradcam.backends.torch.layers import first_tensor
from gradcam.errors import MethodError


class Rest:
    """What follows a layer of a module, as a function of that layer's output.

    What comes before the layer is computed for one image only. If what follows cannot combine one
    image with many outputs (it concatenates them, say), the whole module runs on as many copies of
    the image as there are outputs; that is found out once.
    """

    def __init__(self, module: nn.Module, known: Known, layer: str) -> None:
        self._module = module
        self._head = known.head
        self._layer = known.modules[layer]
        self._calls = known.traced.calls[layer]
        self._layout = known.traced.layouts[layer]
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
                return self._head.logits(lambda: self._module(x))
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
        tensor = first_tensor(output)
        # A copy, because the next layer may work in place.
        onward = _onward(layout, tensor, maps.to(tensor.dtype, copy=True))
        return onward if output is tensor else type(output)((onward, *output[1:]))

    return hook


def _onward(layout: Layout, tensor: Tensor, maps: Tensor) -> Tensor:
    """The layer's output with `maps` (B, C, h, w) in it; what is no map stays as in `tensor`."""
    onward: Tensor = layout.tensor(maps)
    if layout.index is not None:
        flat = tensor[:1].flatten(1).repeat(len(maps), 1)
        flat[:, torch.from_numpy(layout.index).flatten().to(flat.device)] = onward.flatten(1)
        return flat.reshape(len(maps), *tensor.shape[1:])
    if not layout.order.startswith("tokens"):
        return onward
    axis = 0 if layout.order == "tokens_first" else 1
    one = tensor.narrow(1 - axis, 0, 1).expand(*_batch(len(maps), axis), -1)
    cells = layout.shape[1] * layout.shape[2]
    sizes = [layout.prefix, cells, one.shape[axis] - layout.prefix - cells]
    before, _, after = torch.split(one, sizes, dim=axis)
    return torch.cat([before, onward, after], dim=axis)


def _batch(images: int, axis: int) -> tuple[int, int]:
    """The first two sides of a token sequence for `expand`, where `axis` counts the tokens."""
    return (-1, images) if axis == 0 else (images, -1)


_RELUS: tuple[Callable[..., Any], ...] = (
    functional.relu, functional.relu_, torch.relu, torch.relu_, Tensor.relu, Tensor.relu_,
)  # fmt: skip
_OTHERS: dict[Callable[..., Any], str] = {
    functional.gelu: "GELU", functional.silu: "SiLU", functional.hardswish: "Hardswish",
    functional.relu6: "ReLU6", functional.hardtanh: "ReLU6", functional.leaky_relu: "LeakyReLU",
    functional.leaky_relu_: "LeakyReLU", functional.elu: "ELU", functional.elu_: "ELU",
    functional.selu: "SELU", functional.selu_: "SELU", torch.selu: "SELU", torch.selu_: "SELU",
    functional.celu: "CELU", functional.celu_: "CELU", torch.celu: "CELU", torch.celu_: "CELU",
    functional.mish: "Mish", functional.prelu: "PReLU", torch.prelu: "PReLU",
    Tensor.prelu: "PReLU", functional.rrelu: "RReLU", functional.rrelu_: "RReLU",
    torch.rrelu: "RReLU", torch.rrelu_: "RReLU", functional.softplus: "Softplus",
    functional.softsign: "Softsign", functional.logsigmoid: "LogSigmoid",
    functional.hardsigmoid: "Hardsigmoid", functional.glu: "GLU",
    functional.threshold: "Threshold", torch.threshold: "Threshold",
    torch.threshold_: "Threshold",
    functional.softshrink: "Softshrink", functional.hardshrink: "Hardshrink",
    torch.hardshrink: "Hardshrink", Tensor.hardshrink: "Hardshrink",
    functional.tanhshrink: "Tanhshrink", torch.sigmoid: "Sigmoid", torch.sigmoid_: "Sigmoid",
    functional.sigmoid: "Sigmoid", Tensor.sigmoid: "Sigmoid", Tensor.sigmoid_: "Sigmoid",
    torch.special.expit: "Sigmoid", torch.tanh: "Tanh", torch.tanh_: "Tanh",
    functional.tanh: "Tanh", Tensor.tanh: "Tanh", Tensor.tanh_: "Tanh",
    torch.erf: "GELU", Tensor.erf: "GELU", torch.special.erf: "GELU", torch.sin: "a sine",
    Tensor.sin: "a sine",
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

    A gradient that flows through any other activation raises a MethodError that names it; one that
    the network ends with, after the logits, has none.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Called by torch instead of each of its functions."""
        kwargs = kwargs or {}
        if func in _RELUS:
            return GuidedRelu.apply(args[0] if args else kwargs["input"])
        if func is SET_GRAD_ENABLED:
            return None
        output = func(*args, **kwargs)
        if func in _OTHERS and output.requires_grad:
            output.register_hook(self._refuse(_OTHERS[func]))
        return output

    def _refuse(self, activation: str) -> Callable[[Tensor], None]:
        def hook(_gradient: Tensor) -> None:
            raise MethodError(
                f"Guided Grad-CAM needs a network of ReLUs, and {self._title} has {activation}.",
                hint="Choose another method, or a network such as ResNet, VGG or DenseNet.",
            )

        return hook


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
