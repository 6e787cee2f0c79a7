"""The published libraries, each asked for its own map at the layer's resolution.

What they do afterwards (resizing, rescaling) is left out, so that formulas meet formulas. Random
weights do: a formula does not care what a network has learnt.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gradcam
from gradcam.backends import Capture, Classifier
from gradcam.methods import METHODS
from gradcam.methods.question import Question
from gradcam.watch import Watch

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Subject:
    """A network, one of its layers, one input x (1, H, W, 3), and the classes asked about."""

    title: str
    model: Any
    clf: Classifier
    layer: str
    x: Array
    classes: tuple[int, ...]

    @cached_property
    def capture(self) -> Capture:
        return self.clf.capture(self.x, [self.layer])

    @cached_property
    def A(self) -> Array:  # noqa: N802 - the papers' name
        """(C, h, w)."""
        return self.capture.activations[self.layer][0].astype(np.float64)

    def gradients(self, classes: tuple[int, ...]) -> Array:
        """(K, C, h, w)."""
        return self.capture.gradients(np.array([classes]))[self.layer][0].astype(np.float64)

    @cached_property
    def G(self) -> Array:  # noqa: N802
        """(K, C, h, w), of the classes asked about."""
        return self.gradients(self.classes)

    @cached_property
    def logits(self) -> Array:
        return self.capture.logits[0].astype(np.float64)

    def ours(self, method: str, **options: Any) -> Array:
        """(K, h, w)."""
        row = METHODS[method]
        asked = Question(self.clf, self.x, (self.layer,), np.array([self.classes]), self.capture,
                         row.with_options(options), Watch())  # fmt: skip
        return row.answer(asked).maps[self.layer][0]

    @cached_property
    def tensor(self) -> Any:
        """x as PyTorch has it, (1, 3, H, W)."""
        import torch

        return torch.from_numpy(np.ascontiguousarray(self.x.transpose(0, 3, 1, 2)))

    @cached_property
    def target(self) -> Any:
        """The layer's own module."""
        return self.model.get_submodule(self.layer)

    def scores(self, inputs: Any) -> Array:
        """Logits (B, K_all) of PyTorch inputs (B, 3, H, W), by PyTorch itself."""
        import torch

        with torch.no_grad():
            return self.model(inputs).numpy().astype(np.float64)


def _subject(title: str, model: Any, layer: str, size: tuple[int, int], seed: int) -> Subject:
    """Asked about the two best classes and the worst, whose logit is negative."""
    how = gradcam.Preprocessing(min(size), size, (0, 0, 0), (1, 1, 1))
    clf = gradcam.wrap(model, preprocessing=how)
    x = np.random.default_rng(seed).standard_normal((1, *size, 3), np.float32)
    order = np.argsort(clf.capture(x, []).logits[0])
    return Subject(title, model, clf, layer, x, tuple(int(k) for k in order[[-1, -2, 0]]))


@cache
def resnet(layer: str = "layer3") -> Subject:
    """ResNet-18 for ten classes, its ReLUs not in place: they would overwrite what peers hold."""
    import torch
    from torchvision.models import resnet18

    torch.manual_seed(0)
    model = resnet18(num_classes=10).eval()
    for module in model.modules():
        if isinstance(module, torch.nn.ReLU):
            module.inplace = False
    return _subject(f"ResNet-18 at {layer}", model, layer, (96, 96), 0)


@cache
def plain() -> Subject:
    """Two convolutions and a linear layer over all positions, so that gradients are not uniform."""
    import torch
    from torch import nn

    torch.manual_seed(4)
    model = nn.Sequential(
        nn.Conv2d(3, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(12, 20, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(20 * 8 * 6, 10),
    ).eval()  # fmt: skip
    return _subject("a plain CNN", model, "4", (32, 24), 1)


@cache
def keras_plain() -> Subject:
    """The same kind of network in Keras, ending in a softmax."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(12, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(20, 3, padding="same", activation="relu", name="last")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    model = keras.Model(image, layers.Dense(10, activation="softmax")(x))
    return _subject("a plain Keras CNN", model, "last", (32, 32), 2)


def raw(cam: Any, call: Callable[[], Any]) -> Array:
    """What pytorch-grad-cam's `cam` has before it rectifies, rescales and resizes: (h, w)."""
    found: list[Array] = []
    inner = cam.get_cam_image

    def listening(*args: Any, **kwargs: Any) -> Array:
        found.append(inner(*args, **kwargs))
        return found[-1]

    cam.get_cam_image = listening
    try:
        call()
    finally:
        cam.get_cam_image = inner
    return found[0][0]


def pytorch_grad_cam(kind: str) -> Callable[[Subject], Array]:
    """The class of that name in pytorch_grad_cam."""

    def maps(s: Subject) -> Array:
        import pytorch_grad_cam as library
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

        with getattr(library, kind)(model=s.model, target_layers=[s.target]) as cam:
            of_classes = [[ClassifierOutputTarget(k)] for k in s.classes]
            return np.stack([raw(cam, lambda t=t: cam(s.tensor, t)) for t in of_classes])

    return maps


def pytorch_grad_cam_finer(rivals: Callable[[Subject, int], list[int]], gamma: float
                           ) -> Callable[[Subject], Array]:  # fmt: skip
    """Its FinerCAM against these classes."""

    def maps(s: Subject) -> Array:
        from pytorch_grad_cam import FinerCAM
        from pytorch_grad_cam.utils.model_targets import FinerWeightedTarget

        with FinerCAM(s.model, [s.target]) as cam:
            targets = [[FinerWeightedTarget(k, rivals(s, k), gamma)] for k in s.classes]
            return np.stack([raw(cam.base_cam, lambda t=t: cam(s.tensor, t)) for t in targets])

    return maps


def pytorch_grad_cam_guided(s: Subject) -> Array:
    """As its example does: the finished map times guided backpropagation; its colours added up."""
    from pytorch_grad_cam import GradCAM, GuidedBackpropReLUModel
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    model = copy.deepcopy(s.model)  # it exchanges the ReLUs for good
    with GradCAM(model=model, target_layers=[model.get_submodule(s.layer)]) as cam:
        where = [cam(s.tensor, [ClassifierOutputTarget(k)])[0] for k in s.classes]
    guided = GuidedBackpropReLUModel(model)
    edges = []
    for k in s.classes:
        edges.append(guided(s.tensor.clone(), k).sum(axis=2))
    return np.stack(where) * np.stack(edges)


def torchcam(kind: str, **options: Any) -> Callable[[Subject], Array]:
    """The class of that name in torchcam.methods, told not to rectify."""

    def maps(s: Subject) -> Array:
        import torch
        from torchcam import methods

        found = []
        with getattr(methods, kind)(s.model, s.layer, **options) as cam:
            getattr(cam, "base_cam", cam)._relu = False
            for k in s.classes:
                torch.manual_seed(k)  # for the noise of those that draw some
                scores = s.model(s.tensor)
                found.append(cam(k, scores, normalized=False)[0][0].detach().numpy())
        return np.stack(found)

    return maps


def captum_grad_cam(s: Subject) -> Array:
    from captum.attr import LayerGradCam

    cam = LayerGradCam(s.model, s.target)
    found = [cam.attribute(s.tensor, target=k, relu_attributions=False) for k in s.classes]
    return np.stack([one.detach().numpy()[0, 0] for one in found])


def captum_guided(mode: str) -> Callable[[Subject], Array]:
    """Its colours added up."""

    def maps(s: Subject) -> Array:
        from captum.attr import GuidedGradCam

        cam = GuidedGradCam(copy.deepcopy(s.model), None)
        cam.grad_cam.layer = cam.grad_cam.forward_func.get_submodule(s.layer)
        found = [cam.attribute(s.tensor.clone(), k, interpolate_mode=mode) for k in s.classes]
        return np.stack([one.detach().numpy()[0].sum(axis=0) for one in found])

    return maps


def tf_keras_vis(kind: str, module: str, *, linear: bool = True, **how: Any
                 ) -> Callable[[Subject], Array]:  # fmt: skip
    """The class of that name, at the layer itself rather than the convolution before it."""

    def maps(s: Subject) -> Array:
        from importlib import import_module

        from tf_keras_vis.utils.model_modifiers import ReplaceToLinear
        from tf_keras_vis.utils.scores import CategoricalScore

        made = getattr(import_module(f"tf_keras_vis.{module}"), kind)
        cam = made(s.model, model_modifier=ReplaceToLinear() if linear else None, clone=True)
        return np.stack([
            np.asarray(cam(CategoricalScore(k), s.x, penultimate_layer=s.layer, expand_cam=False,
                           normalize_cam=False, seek_penultimate_conv_layer=False, **how))[0]
            for k in s.classes
        ])  # fmt: skip

    return maps
