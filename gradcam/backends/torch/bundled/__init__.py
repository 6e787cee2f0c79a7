"""The networks that need no download, in PyTorch, by the model's id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from torch import nn

from gradcam.backends.torch.bundled import efficientnet_lite0, photos
from gradcam.bundled import cheat
from gradcam.bundled.efficientnet_lite0 import TORCH
from gradcam.bundled.photos import PHOTOS

NETWORKS: Mapping[str, Callable[[], nn.Module]] = MappingProxyType(
    {
        TORCH.id: efficientnet_lite0.load,
        PHOTOS.id: photos.load,
        cheat.CHEAT.id: partial(photos.load, cheat.WEIGHTS),
    }
)
