"""A copy of a module whose weights are drawn anew, block by block.

Every layer of torch.nn has `reset_parameters`, which draws its weights as for a new network: for a
convolution or a linear layer uniformly within ±1/√(inputs of one output), for a batch norm scales
of 1, shifts of 0, means of 0 and variances of 1. Classes built on those inherit it. A parameter
that no layer knows how to draw (a class token, a scale of one's own) keeps its values in another
order, so that their size stays what the network is used to.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gradcam.backends import Classifier
from gradcam.backends.cascade import Block, Weights, blocks
from gradcam.errors import ModelError

_DRAWING = Lock()  # torch draws all numbers of a process from one generator


class TorchRandomCopy:
    """`module`, a copy of `original` that nobody else uses, explained by `classifier`.

    called : names of the modules with weights of their own, in the order of their calls.

    Raises ModelError if there are none.
    """

    def __init__(
        self, classifier: Classifier, module: nn.Module, original: nn.Module, called: Sequence[str]
    ) -> None:
        self.classifier = classifier
        self._module, self._original = module, original
        layers = [_weights(name, module.get_submodule(name)) for name in called]
        if len(layers) > 1 and not layers[0].name:
            # What belongs to the whole module, such as a class token, goes with its first layer.
            layers[:2] = [layers[1], replace(layers[0], scales_only=True)]
        self.blocks = blocks(layers, ".")
        if not self.blocks:
            raise ModelError(
                f"No layer with weights of its own was seen in {classifier.title}.",
                hint="Wrap the torch.nn.Module itself, not a program made from it.",
            )

    def randomise(self, block: Block, seed: int) -> None:
        """Draw a block's weights anew; torch's own random state stays as it was."""
        devices = {p.device for p in self._module.parameters() if p.device.type == "cuda"}
        # A block's own seed, so that no two blocks of a network begin with the same numbers.
        place = self.blocks.index(block)
        own = int(np.random.SeedSequence((seed, place)).generate_state(1)[0])
        with _DRAWING, torch.no_grad(), torch.random.fork_rng(sorted(devices, key=str)):
            torch.manual_seed(own)
            for name in block.layers:
                _draw(self._module.get_submodule(name))

    def restore(self) -> None:
        """Give every parameter and buffer its trained values again."""
        pairs = zip(_tensors(self._module), _tensors(self._original), strict=True)
        with torch.no_grad():
            for mine, trained in pairs:
                mine.copy_(trained)


def copied(module: nn.Module, title: str) -> nn.Module:
    """Return a deep copy; ModelError, saying why, if the module cannot be copied."""
    try:
        return copy.deepcopy(module)
    except Exception as error:  # whatever the module's own attributes raise
        why = str(error).strip().splitlines() or [type(error).__name__]
        raise ModelError(
            f"{title} cannot be copied, and its own weights are not touched: {why[0]}",
            hint="Wrap a module of which copy.deepcopy makes a second one.",
        ) from error


def in_order(module: nn.Module, run: Callable[[], Any]) -> list[str]:
    """Names of the modules with weights of their own, in the order in which `run` calls them."""
    found: dict[str, None] = {}
    handles = []
    try:
        for name, part in module.named_modules():
            if _owned(part):
                note = lambda *_, name=name: found.setdefault(name)  # noqa: E731
                handles.append(part.register_forward_pre_hook(note))
        run()
    finally:
        for handle in handles:
            handle.remove()
    return list(found)


def _weights(name: str, module: nn.Module) -> Weights:
    owned = _owned(module)
    return Weights(name, sum(t.numel() for t in owned), all(t.ndim < 2 for t in owned))


def _owned(module: nn.Module) -> list[Tensor]:
    """The parameters of this module alone, and the statistics of a normalisation."""
    statistics = module.buffers(recurse=False) if hasattr(module, "running_mean") else ()
    return [*module.parameters(recurse=False), *statistics]


def _draw(module: nn.Module) -> None:
    reset = getattr(module, "reset_parameters", None)
    # That of a module with others inside may draw those too, whose turn has not come.
    alone = not any(list(child.parameters()) for child in module.children())
    if callable(reset) and alone:
        reset()
        return
    for parameter in module.parameters(recurse=False):
        order = torch.randperm(parameter.numel()).to(parameter.device)
        parameter.copy_(parameter.flatten()[order].reshape(parameter.shape))


def _tensors(module: nn.Module) -> Iterator[Tensor]:
    yield from module.parameters()
    yield from module.buffers()
