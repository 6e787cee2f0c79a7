"""PhotoNet in Keras: `backends/torch/bundled/photos.py`, loaded from the same file of weights.

The file has PyTorch's names and axis order; loading transposes the weights.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from gradcam.backends.keras.compat import keras
from gradcam.bundled.photos import PHOTOS_KERAS, WEIGHTS, labels
from gradcam.errors import WeightsError
from gradcam.types import Floats

L = keras.layers
_EPSILON = 1e-5  # PyTorch's batch norm; Keras's own default is 1e-3
# By number of axes: convolutions (out, in, h, w) → (h, w, in, out), dense (out, in) → (in, out).
_TRANSPOSED = {4: (2, 3, 1, 0), 2: (1, 0)}


def photo_net(size: int | None = None, classes: int = 100) -> Any:
    """Build the network: normalised (N, size, size, 3) → logits (N, classes); PyTorch's names."""
    x = image = keras.Input((size, size, 3), name="image")
    x = _conv(x, 32, 3, 2, "stem.0", "stem.1")
    x = L.ReLU(name="stem")(x)
    x = _block(x, 32, 1, "layer1", "layer1")
    x = _block(x, 80, 2, "layer2.0", "layer2.0")
    x = _block(x, 80, 1, "layer2.1", "layer2")
    x = _block(x, 176, 2, "layer3.0", "layer3.0")
    x = _block(x, 176, 1, "layer3.1", "layer3")
    x = L.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, L.Dense(classes, name="fc")(x), name="photos")


def load(weights: Path = WEIGHTS) -> Any:
    """Load the network with its weights, in float32.

    Raises
    ------
    WeightsError : the file is missing, truncated, or from another network.
    """
    model = photo_net(PHOTOS_KERAS.preprocessing.crop[0], len(labels()))
    try:
        fill(model, load_file(weights))
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise WeightsError(
            f"The weights of {PHOTOS_KERAS.title} ({weights.name}) cannot be read.",
            hint="Download the project again; the weights are part of it.",
        ) from error
    return model


def fill(model: Any, state: dict[str, Any]) -> None:
    """Set every layer's weights from a PyTorch state dict."""
    for layer in model.layers:
        parts = {
            L.Conv2D: ("weight",),
            L.BatchNormalization: ("weight", "bias", "running_mean", "running_var"),
            L.Dense: ("weight", "bias"),
        }.get(type(layer), ())
        layer.set_weights([_transposed(state[f"{layer.name}.{part}"]) for part in parts])


def _transposed(values: Floats) -> Floats:
    wide = values.astype(np.float32)
    return wide.transpose(_TRANSPOSED[wide.ndim]) if wide.ndim in _TRANSPOSED else wide


def _block(x: Any, channels: int, stride: int, name: str, result: str) -> Any:
    """Two 3×3 convolutions plus the input; the output layer is called `result`."""
    out = _conv(x, channels, 3, stride, f"{name}.conv1", f"{name}.bn1")
    out = L.ReLU(name=f"{name}.relu1")(out)
    out = _conv(out, channels, 3, 1, f"{name}.conv2", f"{name}.bn2")
    if stride != 1 or x.shape[-1] != channels:
        x = _conv(x, channels, 1, stride, f"{name}.down.0", f"{name}.down.1")
    return L.ReLU(name=result)(L.Add(name=f"{name}.add")([out, x]))


def _conv(x: Any, channels: int, size: int, stride: int, name: str, norm: str) -> Any:
    if size > 1 and stride > 1:
        # With a stride, Keras's "same" pads an even side only at its end; PyTorch pads both ends.
        x = L.ZeroPadding2D(size // 2, name=f"{name}.pad")(x)
    padding = "valid" if stride > 1 else "same"
    x = L.Conv2D(channels, size, stride, padding=padding, use_bias=False, name=name)(x)
    return L.BatchNormalization(epsilon=_EPSILON, name=norm)(x)
