"""The networks that need no download, in Keras, by the model's id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from gradcam.backends.keras.bundled import efficientnet_lite0, photos
from gradcam.bundled import cheat
from gradcam.bundled.efficientnet_lite0 import KERAS
from gradcam.bundled.photos import PHOTOS_KERAS

NETWORKS: Mapping[str, Callable[[], Any]] = MappingProxyType(
    {
        KERAS.id: efficientnet_lite0.load,
        PHOTOS_KERAS.id: photos.load,
        cheat.CHEAT_KERAS.id: partial(photos.load, cheat.WEIGHTS),
    }
)
