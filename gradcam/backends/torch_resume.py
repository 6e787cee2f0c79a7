"""Running a network on from one of its layers, with something else in that layer's place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from gradcam.backends.layers import Layout
from gradcam.backends.torch_layers import logits_of


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
    except RuntimeError:
        if len(maps) == 1:
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
