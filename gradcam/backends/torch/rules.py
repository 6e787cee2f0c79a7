"""Faster replacements for two operations whose own backward is slow for a batch of classes.

`torch.func.vmap` computes the gradients of all classes at once. But batch norm's backward has no
batching rule, so it runs once per class with copies in between; and multiplying a few rows by a
large dense weight spends its time repacking the weight. The replacements give the same numbers.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from gradcam.backends.torch.compat import SET_GRAD_ENABLED, rows_times

# With fewer weights than this, repacking takes no noticeable time.
_LARGE = 1_000_000


class BatchedRules(TorchFunctionMode):
    """Makes batch norm and dense layers use the replacements below while active.

    It also keeps gradients on: a network whose forward turns them off for its backbone is asked for
    gradients all the same.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Called by torch instead of each of its functions; passes all others through."""
        kwargs = kwargs or {}
        if func is functional.batch_norm:
            return _batch_norm(*args, **kwargs)
        if func is functional.linear:
            return _linear(*args, **kwargs)
        if func is SET_GRAD_ENABLED:
            return None
        return func(*args, **kwargs)


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
    """In evaluation mode, batch norm written as what it is: a scale and a shift per channel."""
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


def _linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """A dense layer; `_Dense` if its weight is large, frozen and on a CPU with oneDNN."""
    suits = (
        input.requires_grad
        and not weight.requires_grad
        and weight.numel() >= _LARGE
        and input.device.type == "cpu"
        and input.dtype == weight.dtype == torch.float32
        and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    )
    if not suits:
        return functional.linear(input, weight, bias)
    output: Tensor = _Dense.apply(input, weight, bias)
    return output


class _Dense(torch.autograd.Function):
    """input · weightᵀ + bias, with a gradient for the input only."""

    @staticmethod
    def forward(input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        return functional.linear(input, weight, bias)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:  # noqa: ARG004
        ctx.save_for_backward(inputs[1])

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Any:
        (weight,) = ctx.saved_tensors
        return _FewRows.apply(gradient, weight), None, None


class _FewRows(torch.autograd.Function):
    """rows · weight by `compat.rows_times`; under vmap, more classes are just more rows."""

    @staticmethod
    def forward(rows: Tensor, weight: Tensor) -> Tensor:
        return rows_times(rows, weight)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        """Nothing to keep: nobody asks for second derivatives."""

    @staticmethod
    def vmap(info: Any, in_dims: Any, rows: Tensor, weight: Tensor) -> Any:  # noqa: ARG004
        rows = rows.movedim(in_dims[0], 0)
        product = _FewRows.apply(rows.reshape(-1, rows.shape[-1]), weight)
        return product.reshape(*rows.shape[:-1], -1), 0
