"""From what people hand over to a plain module: compiled and parallel ones are unwrapped."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn.parameter import UninitializedParameter

from gradcam.errors import ModelError

_PARALLEL = (nn.DataParallel, nn.parallel.DistributedDataParallel)


def plain_module(model: Any) -> nn.Module:
    """Return the module behind `model`: an `nn.Module`, compiled or parallel, or an exported one.

    Raises ModelError, saying what to wrap instead, for what has no layers to look into
    (TorchScript) and what has no gradients (quantised or missing weights).
    """
    model = _unwrapped(model)
    if isinstance(model, torch.jit.ScriptModule):
        raise ModelError(
            "A TorchScript model runs as one piece, so its layers cannot be looked into.",
            hint="Wrap the module that it was made from.",
        )
    if not isinstance(model, nn.Module):
        raise ModelError(
            f"{type(model).__name__} is not a model that can be explained.",
            hint="Pass the torch.nn.Module itself.",
        )
    _require_gradients(model)
    return model


def is_exported(module: nn.Module) -> bool:
    """Whether this was an exported program: its calls of torch cannot be seen or replaced."""
    return isinstance(module, torch.export.UnflattenedModule)


def _unwrapped(model: Any) -> Any:
    if isinstance(model, torch.export.ExportedProgram):
        return torch.export.unflatten(model)
    # torch.compile keeps the module it compiled, with the same weights, as `_orig_mod`.
    while isinstance(model, _PARALLEL) or hasattr(model, "_orig_mod"):
        model = model.module if isinstance(model, _PARALLEL) else model._orig_mod
    return model


def _require_gradients(module: nn.Module) -> None:
    name = type(module).__name__
    if any(tensor.is_meta for tensor in (*module.parameters(), *module.buffers())):
        raise ModelError(
            f"{name} has no weights yet: they are on the meta device.",
            hint="Load them with load_state_dict(…, assign=True).",
        )
    made = (p for p in module.parameters() if not isinstance(p, UninitializedParameter))
    if any(p.is_inference() for p in made):
        raise ModelError(
            f"The weights of {name} were made under torch.inference_mode, and torch computes no "
            "gradients with those.",
            hint="Build or load the model outside of inference_mode.",
        )
    quantised = next((m for m in module.modules() if "quantized" in type(m).__module__), None)
    if quantised is not None:
        raise ModelError(
            f"{name} is quantised ({type(quantised).__name__}), and torch computes no gradients "
            "through quantised layers.",
            hint="Wrap the model as it was before quantisation.",
        )
