"""Starts autograd's graph at a layer, and runs one batched backward through it for all classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn

from gradcam.backends.torch.compat import has_no_batching_rule, silence_vmap
from gradcam.backends.torch.layers import first_tensor
from gradcam.backends.torch.rules import BatchedRules
from gradcam.errors import ModelError

silence_vmap()


class Beginning:
    """Turns recording on at the first kept layer of a forward pass, until `stack` closes."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._begun = False

    def begin(self) -> None:
        """Record from here on; the layers before cost no more than in a plain forward pass."""
        if not self._begun:
            self._begun = True
            self._stack.enter_context(torch.enable_grad())
            self._stack.enter_context(BatchedRules())


def keep(name: str, kept: dict[str, Tensor], beginning: Beginning) -> Callable[..., Any]:
    """A forward hook that stores the layer's output in `kept[name]` and starts the graph there."""

    def hook(_module: nn.Module, _inputs: Any, output: Any) -> Any:
        tensor = first_tensor(output)
        if tensor.is_inference():
            raise without_gradients(name)
        beginning.begin()
        kept[name] = tensor if tensor.requires_grad else tensor.detach().requires_grad_()
        # Pass a clone on, because the next layer may work in place.
        onward = kept[name].clone()
        return onward if output is tensor else type(output)((onward, *output[1:]))

    return hook


def backward(logits: Tensor, kept: Sequence[Tensor], classes: Tensor) -> list[Tensor]:
    """Gradients of the logits `classes` (K, N) at each of `kept`, as (K, *kept.shape)."""
    cotangents = nn.functional.one_hot(classes, logits.shape[1]).to(logits.dtype)
    return pulled_back(logits, kept, cotangents)


def pulled_back(output: Tensor, kept: Sequence[Tensor], cotangents: Tensor) -> list[Tensor]:
    """Gradients of Σ cotangent · output at each of `kept`, as (K, *kept.shape).

    cotangents : (K, *output.shape).

    A tensor that the output does not depend on has gradient zero. All cotangents go through in one
    batch if every operation can be batched, and one after another if not; the numbers are the same.
    """
    if not output.requires_grad:
        return [tensor.new_zeros((len(cotangents), *tensor.shape)) for tensor in kept]

    def pull(cotangent: Tensor) -> tuple[Tensor, ...]:
        found: tuple[Tensor, ...] = torch.autograd.grad(
            output, list(kept), cotangent,
            retain_graph=True, allow_unused=True, materialize_grads=True,
        )  # fmt: skip
        return found

    if len(cotangents) == 1:
        return [gradient[None] for gradient in pull(cotangents[0])]
    try:
        return list(torch.func.vmap(pull)(cotangents))
    except RuntimeError as error:
        if not has_no_batching_rule(error):
            raise
        one_by_one = zip(*map(pull, cotangents), strict=True)
        return [torch.stack(gradients) for gradients in one_by_one]


def without_gradients(name: str) -> ModelError:
    """The error for what runs in inference mode, where torch records nothing."""
    return ModelError(
        f"{name} runs under torch.inference_mode, so torch computes no gradients there.",
        hint="Take that decorator or context out of the model's forward.",
    )
