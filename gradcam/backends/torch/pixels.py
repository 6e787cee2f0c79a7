"""Gradients of a layer's activations at the pixels: the way back that maps of classes never go."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from gradcam.backends.torch import graph
from gradcam.backends.torch.known import Known
from gradcam.backends.torch.layers import first_tensor
from gradcam.backends.torch.rules import BatchedRules
from gradcam.errors import LayerError
from gradcam.types import Floats


class _ReachedError(Exception):
    """The layer has been called; what follows it is not needed."""

    def __init__(self, output: Tensor) -> None:
        super().__init__()
        self.output = output


def pixels(module: nn.Module, known: Known, layer: str, x: Tensor, weights: Floats) -> Tensor:
    """The gradient of Σ weights · activation of `layer` at x, (N, channels, h, w).

    weights : (N, C, h, w).

    Raises LayerError if the module does not call the layer for these photos.
    """
    x = x.detach().requires_grad_()
    output = _up_to(module, known.modules[layer], known.traced.calls[layer], layer, x)
    if not output.requires_grad:
        return torch.zeros_like(x)
    scattered = known.traced.layouts[layer].scattered(weights, output.shape)
    cotangent = torch.from_numpy(scattered).to(output.device, output.dtype)
    (found,) = torch.autograd.grad(output, x, cotangent, allow_unused=True, materialize_grads=True)
    return found


def _up_to(module: nn.Module, layer: nn.Module, calls: int, name: str, x: Tensor) -> Tensor:
    """What the last of so many calls of the layer returns, with its graph."""
    left = calls

    def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise _ReachedError(first_tensor(output))

    handle = layer.register_forward_hook(hook)
    try:
        with torch.enable_grad(), BatchedRules():
            module(x)
    except _ReachedError as reached:
        if reached.output.is_inference():
            raise graph.without_gradients(name) from None
        return reached.output
    finally:
        handle.remove()
    raise LayerError(f"The model did not call {name} for this photo.", hint="Ask for another.")
