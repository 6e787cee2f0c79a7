"""Finds the layers of a module that have a spatial extent, by watching one forward pass."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn

from gradcam.backends.layers import Grid, Seen, Traced
from gradcam.errors import ModelError


def trace(module: nn.Module, x: Tensor) -> Traced:
    """Run `module` on x (1, 3, H, W) with a temporary hook on each submodule.

    Raises ModelError if the output is not one row of logits per image, or no layer is spatial.
    """
    calls: list[tuple[str, nn.Module, Tensor]] = []
    with ExitStack() as hooks:
        for name, child in module.named_modules():
            if name:
                hooks.callback(child.register_forward_hook(_record(name, calls)).remove)
        logits = row_of(module(x))
    last = {name: (child, tensor) for name, child, tensor in calls}
    order = list(dict.fromkeys(name for name, _, _ in reversed(calls)))[::-1]
    seen: list[Seen] = []
    grid = Grid(x.shape[2], x.shape[3], "nchw")
    for name in order:
        child, tensor = last[name]
        layout = grid.layout(tensor.shape, channels_last=isinstance(child, nn.LayerNorm))
        if layout and len(tensor) == 1:
            role = name.rsplit(".", 1)[-1]
            kind = type(child).__name__
            count = sum(called == name for called, _, _ in calls)
            seen.append(Seen(name, kind, layout, id(tensor), name.count("."), role, count))
    return Traced(tuple(seen), max(2, logits.shape[1]), one_unit=logits.shape[1] == 1)


def logits_of(output: Any) -> Tensor:
    """`row_of`, but a single logit z becomes two, (-z, z): the class absent, and present."""
    row = row_of(output)
    return row if row.shape[1] > 1 else torch.cat([-row, row], dim=1)


def row_of(output: Any) -> Tensor:
    """The (N, units) tensor in whatever a model returns: itself, a tuple's first item or `logits`.

    Raises ModelError if there is none.
    """
    if hasattr(output, "logits"):
        output = output.logits
    if isinstance(output, (tuple, list)):
        output = output[0]
    if isinstance(output, dict):
        output = output.get("logits", output)
    if not isinstance(output, Tensor) or output.ndim != 2:
        shape = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
        raise ModelError(
            f"The model returns {shape}, not one row of logits per image.",
            hint="Wrap an image classifier that returns (N, classes).",
        )
    return output


def _record(name: str, calls: list[tuple[str, nn.Module, Tensor]]) -> Any:
    def hook(module: nn.Module, _inputs: Any, output: Any) -> None:
        tensor = output[0] if isinstance(output, (tuple, list)) and output else output
        if isinstance(tensor, Tensor):
            # Keeping the tensors alive until the trace ends makes their ids unique.
            calls.append((name, module, tensor))

    return hook
