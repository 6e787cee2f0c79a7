"""What is kept of a module between calls."""

from __future__ import annotations

from torch import nn

from gradcam.backends.torch.blocks import Blocks
from gradcam.backends.torch.known import Known
from gradcam.backends.torch.rerun import Rest
from gradcam.types import Layer


class Looked:
    """What is known of a module as long as its structure and its input's size stay the same."""

    def __init__(
        self, structure: int, size: tuple[int, int], known: Known, labels: tuple[str, ...]
    ) -> None:
        self.structure = structure
        self.size = size
        self.notes: tuple[str, ...] | None = None
        self.known = known
        self.channels_last = known.channels_last
        self.labels = labels
        self.layers: tuple[Layer, ...] | None = None
        self.blocks: Blocks | None = None
        self._rests: dict[str, Rest] = {}

    def rest(self, module: nn.Module, layer: str) -> Rest:
        """The module from `layer` on."""
        if layer not in self._rests:
            self._rests[layer] = Rest(module, self.known, layer)
        return self._rests[layer]
