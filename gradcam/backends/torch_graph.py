"""Beginning a graph at a layer, and one batched backward through it for many classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode


def keep(name: str, kept: dict[str, Tensor]) -> Callable[..., Any]:
    """A forward hook that puts the layer's output in `kept` and starts the graph there."""

    def hook(_module: nn.Module, _inputs: Any, output: Any) -> Any:
        tensor = output[0] if isinstance(output, (tuple, list)) else output
        # The caller's no_grad puts it back: everything before the first kept layer had no graph.
        torch.set_grad_enabled(True)
        kept[name] = tensor if tensor.requires_grad else tensor.detach().requires_grad_()
        # A clone goes on: what follows may work in place.
        onward = kept[name].clone()
        return onward if output is tensor else type(output)((onward, *output[1:]))

    return hook


class AffineNorm(TorchFunctionMode):
    """Inside the graph, batch norm in evaluation is written as the scale and shift it is.

    Its own backward has no rule for batches of classes and would run once for each.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Pass every call on but that one."""
        if func is functional.batch_norm:
            return _batch_norm(*args, **(kwargs or {}))
        return func(*args, **(kwargs or {}))


def backward(logits: Tensor, kept: Sequence[Tensor], classes: Tensor) -> list[Tensor]:
    """d logits[n, classes[k, n]] / d kept, each (K, *kept.shape); no path means zero."""
    cotangents = functional.one_hot(classes, logits.shape[1]).to(logits.dtype)
    if not logits.requires_grad:
        return [tensor.new_zeros((len(classes), *tensor.shape)) for tensor in kept]

    def pull(cotangent: Tensor) -> tuple[Tensor, ...]:
        found: tuple[Tensor, ...] = torch.autograd.grad(
            logits, list(kept), cotangent,
            retain_graph=True, allow_unused=True, materialize_grads=True,
        )  # fmt: skip
        return found

    if len(classes) > 1:
        try:
            return list(torch.func.vmap(pull)(cotangents))
        except RuntimeError:
            # Some operation cannot be batched: the same numbers, one class after another.
            pass
    return [torch.stack(found) for found in zip(*map(pull, cotangents), strict=True)]


def _batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if training or running_mean is None or running_var is None or not input.requires_grad:
        return functional.batch_norm(
            input, running_mean, running_var, weight, bias, training, momentum, eps
        )
    scale = torch.rsqrt(running_var.float() + eps)
    if weight is not None:
        scale = scale * weight.float()
    shift = -running_mean.float() * scale
    if bias is not None:
        shift = shift + bias.float()
    shape = (-1, *(1,) * (input.ndim - 2))
    scale, shift = scale.to(input.dtype).view(shape), shift.to(input.dtype).view(shape)
    return torch.addcmul(shift, input, scale)
