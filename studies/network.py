"""One small network, both as reference.py's float64 Network and in PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import gradcam
from gradcam.backends import Classifier
from gradcam.methods import METHODS
from gradcam.methods.base import MethodInput, MethodOutput
from gradcam.watch import Watch
from studies.reference import Convolution, Network

SIZE = (9, 7)
LAYERS = ("0", "1", "2", "3")
AFTER_A_RELU = ("1", "3")
CLASSES = np.array([[4, 0, 2], [1, 3, 5]])  # for each of two images


def make() -> Network:
    """Build a network of 3 → 5 → 7 channels.

    The first convolution halves the resolution to (5, 4), which does not divide 9 × 7 evenly. The
    head weights every position separately, so that no gradient is uniform.
    """
    rng = np.random.default_rng(5)

    def drawn(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape, np.float32).astype(np.float64)

    return Network(
        (
            Convolution(drawn(5, 3, 3, 3) / 3, drawn(5) / 3, stride=2),
            Convolution(drawn(7, 5, 3, 3) / 5, drawn(7) / 3),
        ),
        drawn(6, 7, 5, 4),
        drawn(6),
    )


def in_torch(net: Network) -> Classifier:
    """Build the same network in PyTorch, which has its own differentiation."""
    from torch import nn

    modules: list[Any] = []
    for convolution in net.convolutions:
        c_out, c_in = convolution.kernel.shape[:2]
        modules += [nn.Conv2d(c_in, c_out, 3, convolution.stride, padding=1), nn.ReLU(inplace=True)]
        _fill(modules[-2], convolution.kernel, convolution.bias)
    modules += [nn.Flatten(), nn.Linear(net.head[0].size, len(net.head))]
    _fill(modules[-1], net.head.reshape(len(net.head), -1), net.bias)
    how = gradcam.Preprocessing(min(SIZE), SIZE, (0, 0, 0), (1, 1, 1))
    return gradcam.wrap(nn.Sequential(*modules), preprocessing=how)


def _fill(module: Any, weight: np.ndarray, bias: np.ndarray) -> None:
    import torch

    module.weight.data = torch.from_numpy(weight.astype(np.float32))
    module.bias.data = torch.from_numpy(bias.astype(np.float32))


def images() -> np.ndarray:
    """Draw two inputs, (2, H, W, 3)."""
    return np.random.default_rng(6).standard_normal((2, *SIZE, 3), np.float32)


def answer(
    clf: Classifier,
    inputs: np.ndarray,
    name: str,
    classes: np.ndarray = CLASSES,
    options: Mapping[str, Any] | None = None,
) -> MethodOutput:
    """Run a method of the engine at all LAYERS."""
    method, capture = METHODS[name], clf.capture(inputs, LAYERS)
    complete = method.with_options(options or {})
    return method.answer(MethodInput(clf, inputs, LAYERS, classes, capture, complete, Watch()))
