"""The subjects of comparisons: a network, one of its layers, an input and some classes."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gradcam
from components import samples
from gradcam.backends import Capture, Classifier
from gradcam.methods import METHODS
from gradcam.methods.base import MethodInput
from gradcam.preprocess import preprocess
from gradcam.watch import Watch

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Subject:
    """A network, one of its layers, one input x (1, H, W, 3), and the classes to explain."""

    title: str
    model: Any
    clf: Classifier
    layer: str
    x: Array
    classes: tuple[int, ...]

    @cached_property
    def capture(self) -> Capture:
        """The forward pass."""
        return self.clf.capture(self.x, [self.layer])

    @cached_property
    def A(self) -> Array:  # noqa: N802 - the papers' name
        """Activations (C, h, w)."""
        return self.capture.activations[self.layer][0].astype(np.float64)

    def gradients(self, classes: tuple[int, ...]) -> Array:
        """Return ∂logit/∂A (K, C, h, w) for these classes."""
        return self.capture.gradients(np.array([classes]))[self.layer][0].astype(np.float64)

    @cached_property
    def G(self) -> Array:  # noqa: N802
        """Gradients (K, C, h, w) of the subject's classes."""
        return self.gradients(self.classes)

    @cached_property
    def logits(self) -> Array:
        """Logits of all classes (K_all,)."""
        return self.capture.logits[0].astype(np.float64)

    @property
    def size(self) -> tuple[int, int]:
        """The input's height and width."""
        return self.x.shape[1], self.x.shape[2]

    def scores(self, inputs: Array) -> Array:
        """Return the logits (B, K_all) of other inputs (B, H, W, 3)."""
        return self.clf.capture(inputs.astype(np.float32), []).logits.astype(np.float64)

    def ours(self, method: str, **options: Any) -> Array:
        """Return our maps (K, h, w)."""
        row = METHODS[method]
        asked = MethodInput(self.clf, self.x, (self.layer,), np.array([self.classes]), self.capture,
                         row.with_options(options), Watch())  # fmt: skip
        return row.answer(asked).maps[self.layer][0]

    @cached_property
    def tensor(self) -> Any:
        """The input in PyTorch's order, (1, 3, H, W)."""
        import torch

        return torch.from_numpy(np.ascontiguousarray(self.x.transpose(0, 3, 1, 2)))

    @cached_property
    def target(self) -> Any:
        """The layer's PyTorch module."""
        return self.model.get_submodule(self.layer)


def _subject(title: str, model: Any, clf: Classifier, layer: str, x: Array) -> Subject:
    """Make a subject with the two best classes and the worst, whose logit is negative."""
    order = np.argsort(clf.capture(x, []).logits[0])
    return Subject(
        f"{title} `{layer}`", model, clf, layer, x, tuple(int(k) for k in order[[-1, -2, 0]])
    )


@cache
def photos(layer: str) -> Subject:
    """The bundled model on a sample photo; no ReLU is in place, which peers cannot handle."""
    clf = gradcam.load_model("bundled/photos")
    # Peers need weights that require gradients, and the bundled model's do not.
    model = copy.deepcopy(clf.module).requires_grad_()
    return _subject("photos", model, clf, layer, _sample(clf))


@cache
def keras_photos(layer: str) -> Subject:
    """The bundled model in Keras on the same photo; its head is linear."""
    clf = gradcam.load_model("bundled/photos-keras")
    return _subject("photos-keras", clf.model, clf, layer, _sample(clf))


def _sample(clf: Classifier) -> Array:
    return preprocess(samples.load("two-things"), clf.preprocessing, "crop").values[None]


@cache
def plain(layer: str = "4") -> Subject:
    """Two convolutions and a linear layer over all positions, so that gradients are not uniform.

    The weights are random, which makes no difference to a formula.
    """
    import torch
    from torch import nn

    torch.manual_seed(4)
    model = nn.Sequential(
        nn.Conv2d(3, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(12, 20, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(20 * 8 * 6, 10),
    ).eval()  # fmt: skip
    return _subject("plain", model, _wrapped(model, (32, 24)), layer, _noise((32, 24), 1))


@cache
def keras_plain() -> Subject:
    """A similar network in Keras, ending in a softmax."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(3)
    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(12, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(20, 3, padding="same", activation="relu", name="last")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    model = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    clf = _wrapped(model, (32, 32))
    return _subject("plain-keras", model, clf, "last", _noise((32, 32), 2))


def _wrapped(model: Any, size: tuple[int, int]) -> Classifier:
    how = gradcam.Preprocessing(min(size), size, (0, 0, 0), (1, 1, 1))
    return gradcam.wrap(model, preprocessing=how)


def _noise(size: tuple[int, int], seed: int) -> Array:
    return np.random.default_rng(seed).standard_normal((1, *size, 3), np.float32)


def positive(s: Subject) -> Subject:
    """Keep only the classes whose logits are positive."""
    return replace(s, classes=tuple(k for k in s.classes if s.logits[k] > 0))


def negative(s: Subject) -> Subject:
    """Keep only the classes whose logits are negative."""
    return replace(s, classes=tuple(k for k in s.classes if s.logits[k] < 0))
