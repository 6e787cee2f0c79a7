"""One classifier per backend; the same tests run on each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradcam.backends import Classifier

SIZE = 8
LABELS = ("first", "second", "third")


def make_numpy() -> Classifier:
    from gradcam.backends.numpy import NumpyClassifier

    rng = np.random.default_rng(1)
    return NumpyClassifier(rng.normal(size=(4, 3)), rng.normal(size=(3, 4)), LABELS, SIZE)


def make_torch() -> Classifier:
    import torch
    from torch import nn

    import gradcam

    torch.manual_seed(1)
    net = nn.Sequential(
        nn.Conv2d(3, 4, 1, bias=False), nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3, bias=False),
    )  # fmt: skip
    how = gradcam.Preprocessing(SIZE, (SIZE, SIZE), (0, 0, 0), (1, 1, 1))
    return gradcam.wrap(net, preprocessing=how, labels=LABELS)


def make_keras() -> Classifier:
    import keras

    import gradcam

    keras.utils.set_random_seed(1)
    net = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            keras.layers.Conv2D(4, 1, use_bias=False), keras.layers.ReLU(),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(3, use_bias=False, activation="softmax"),
        ]
    )  # fmt: skip
    how = gradcam.Preprocessing(SIZE, (SIZE, SIZE), (0, 0, 0), (1, 1, 1))
    return gradcam.wrap(net, preprocessing=how, labels=LABELS)


MAKERS: dict[str, Callable[[], Classifier]] = {
    "numpy": make_numpy,
    "torch": make_torch,
    "keras": make_keras,
}


@pytest.fixture(params=MAKERS)
def clf(request: pytest.FixtureRequest) -> Classifier:
    return MAKERS[request.param]()


@pytest.fixture
def inputs() -> np.ndarray:
    return np.random.default_rng(2).random((2, SIZE, SIZE, 3), np.float32)
