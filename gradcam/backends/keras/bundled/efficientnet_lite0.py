"""EfficientNet-Lite0 in Keras: the network of `backends/torch/bundled/efficientnet_lite0.py`.

Its weights come from the same file, which is read without PyTorch; loading transposes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcam.backends.keras.compat import keras
from gradcam.bundled.efficientnet_lite0 import CLASSES, EPSILON, HEAD, KERAS, STAGES, STEM, Stage
from gradcam.bundled.efficientnet_lite0 import weights as weights_file
from gradcam.types import Floats
from gradcam.vault.pytorch import arrays

L = keras.layers


def efficient_net(size: int | None = None) -> Any:
    """Build the network: normalised (N, size, size, 3) → logits (N, 1000); PyTorch's names."""
    x = image = keras.Input((size, size, 3), name="image")
    x = _conv(x, L.Conv2D(STEM, 3, 2, **_PLAIN, name="stem.0"), "stem")
    for n, stage in enumerate(STAGES, 1):
        for k in range(stage.blocks):
            name = f"stage{n}.{k}"
            last = k == stage.blocks - 1
            x = _block(x, stage, 1 if k else stage.stride, name, f"stage{n}" if last else name)
    x = _conv(x, L.Conv2D(HEAD, 1, **_PLAIN, name="head.0"), "head")
    x = L.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, L.Dense(CLASSES, name="fc")(x), name="efficientnet-lite0")


_PLAIN: dict[str, Any] = {"padding": "same", "use_bias": False}


def _block(x: Any, stage: Stage, stride: int, name: str, result: str) -> Any:
    """Widen, convolve each channel on its own, narrow; the output layer is called `result`."""
    out, c_in = x, x.shape[-1]
    if stage.expansion > 1:
        wide = L.Conv2D(c_in * stage.expansion, 1, **_PLAIN, name=f"{name}.expand.0")
        out = _conv(out, wide, f"{name}.expand")
    each = L.DepthwiseConv2D(stage.kernel, stride, **_PLAIN, name=f"{name}.depthwise.0")
    out = _conv(out, each, f"{name}.depthwise")
    out = L.Conv2D(stage.channels, 1, **_PLAIN, name=f"{name}.project.0")(out)
    skips = stride == 1 and c_in == stage.channels
    norm = f"{name}.project" if skips else result
    out = L.BatchNormalization(epsilon=EPSILON, name=norm)(out)
    return L.Add(name=result)([x, out]) if skips else out


def _conv(x: Any, convolution: Any, name: str) -> Any:
    x = L.BatchNormalization(epsilon=EPSILON, name=f"{name}.1")(convolution(x))
    return L.ReLU(6.0, name=name)(x)


def load() -> Any:
    """Load the network with its weights, in float32.

    Raises
    ------
    WeightsError : the file is missing, or is not the one that was published.
    """
    model = efficient_net(KERAS.preprocessing.crop[0])
    fill(model, arrays(weights_file()))
    return model


def fill(model: Any, state: Mapping[str, Floats]) -> None:
    """Set every layer's weights from the tensors of a state dict, which are in the same order."""
    values = iter(v for name, v in state.items() if not name.endswith("num_batches_tracked"))
    for layer in model.layers:
        axes = _AXES.get(type(layer))
        own = [value for _, value in zip(layer.weights, values, strict=False)]
        layer.set_weights([v.transpose(axes) if axes and v.ndim > 1 else v for v in own])


# A convolution's (out, in, h, w) becomes (h, w, in, out), a depthwise one's (c, 1, h, w) becomes
# (h, w, c, 1), and a dense layer's (out, in) becomes (in, out).
_AXES = {L.Conv2D: (2, 3, 1, 0), L.DepthwiseConv2D: (2, 3, 0, 1), L.Dense: (1, 0)}
