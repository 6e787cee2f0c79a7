"""Running a module again, changed: on from one of its layers, or with guided ReLUs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from gradcam.backends.layers import Layout
from gradcam.backends.torch.compat import is_about_shapes
from gradcam.backends.torch.layers import logits_of
from gradcam.errors import MethodError


def resume(module: nn.Module, layer: nn.Module, calls: int, layout: Layout, x: Tensor,
           maps: Tensor) -> Tensor:  # fmt: skip
    """Logits (B, K) of `module` on x (1, …), with `maps` (B, C, h, w) as `layer`'s last output.

    What lies before the layer runs for one image only; where what follows will not mix one with
    many (a concatenation), for as many as there are maps.

    calls : how often the layer is called in one forward; only the last output is replaced.
    """
    try:
        logits = _run(module, layer, _swap(calls, layout, maps), x)
        if len(logits) == len(maps):
            return logits
    except RuntimeError as error:
        if len(maps) == 1 or not is_about_shapes(error):
            raise
    return _run(module, layer, _swap(calls, layout, maps), x.expand(len(maps), *x.shape[1:]))


def _run(module: nn.Module, layer: nn.Module, hook: Callable[..., Any], x: Tensor) -> Tensor:
    handle = layer.register_forward_hook(hook)
    try:
        with torch.no_grad():
            return logits_of(module(x))
    finally:
        handle.remove()


def _swap(calls: int, layout: Layout, maps: Tensor) -> Callable[..., Any]:
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
    """ReLU whose gradient is cut at 0 as well (Springenberg et al. 2015, arXiv:1412.6806)."""

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
    """Within it every ReLU, module or function, in place or not, is a `GuidedRelu`.

    Any other activation raises MethodError by name.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Called by torch in place of each of its functions."""
        if func in _RELUS:
            return GuidedRelu.apply(args[0])
        if func in _OTHERS:
            raise MethodError(
                f"Guided Grad-CAM needs a network of ReLUs, and {self._title} has {_OTHERS[func]}.",
                hint="Choose another method, or a network such as ResNet, VGG or DenseNet.",
            )
        return func(*args, **(kwargs or {}))


def guided(forward: Callable[[Tensor], Tensor], x: Tensor, classes: Tensor, title: str) -> Tensor:
    """Gradients (K, N, 3, h, w) of the logits `classes` (K, N) at the pixels x (N, 3, h, w)."""
    x = x.detach().requires_grad_()
    with torch.enable_grad(), Guided(title):
        logits = forward(x)
    rows = [logits.gather(1, of_class[:, None]).sum() for of_class in classes]
    # One after another: the rule of a custom function knows no batches of gradients.
    return torch.stack([torch.autograd.grad(row, x, retain_graph=True)[0] for row in rows])
