"""What a network will cost, counted on PyTorch's meta device, where tensors have only shapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gradcam.types import AnyPreprocessing
from gradcam.vault.budget import Budget


@dataclass
class Cost:
    """Numbers of parameters, and bytes of what the layers put out for one photo."""

    parameters: int
    activations: int = 0
    largest: int = 0

    def add(self, output: Any) -> None:
        """Count what a layer put out."""
        for value in output if isinstance(output, (tuple, list)) else (output,):
            if isinstance(value, Tensor):
                size = value.numel() * 4
                self.activations += size
                self.largest = max(self.largest, size)


def cost_of(
    sketch: nn.Module, crop: tuple[int, int], call: Callable[[Tensor], Any] | None = None
) -> Cost:
    """Count what a network on the meta device would compute for one photo.

    `call` runs the network, if it wants its photos by name.
    A network that does not take photos of this size is counted up to where it fails.
    """
    cost = Cost(sum(value.numel() for value in sketch.parameters()))
    leaves = [one for one in sketch.modules() if not any(one.children())]
    hooks = [one.register_forward_hook(lambda _m, _i, output: cost.add(output)) for one in leaves]
    try:
        with torch.no_grad():
            (call or sketch)(torch.empty(1, 3, *crop, device="meta"))
    except Exception:  # the trace of the real one says what is wrong
        pass
    finally:
        for hook in hooks:
            hook.remove()
    return cost


def require_affordable(
    sketch: nn.Module, name: str, preprocessing: AnyPreprocessing, budget: Budget
) -> None:
    """Raise WeightsError or ModelError if a network on the meta device is over the budget."""
    crop = getattr(preprocessing, "crop", None) or (224, 224)
    cost = cost_of(sketch, crop)
    budget.require_parameters(name, cost.parameters)
    budget.require_activations(name, cost.activations, cost.largest, crop)
