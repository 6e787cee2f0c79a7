"""Ask the published libraries for their maps (K, h, w) at the layer's resolution.

Rectifying, rescaling and resizing are left out where a library allows it, so that formulas are
compared with formulas.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from studies.subjects import Array, Subject

Peer = Callable[[Subject], Array]


def _raw(cam: Any, call: Callable[[], Any]) -> Array:
    """Return the map (h, w) of pytorch-grad-cam's `cam` before it is rectified and resized."""
    found: list[Array] = []
    inner = cam.get_cam_image

    def recording(*args: Any, **kwargs: Any) -> Array:
        found.append(inner(*args, **kwargs))
        return found[-1]

    cam.get_cam_image = recording
    try:
        call()
    finally:
        cam.get_cam_image = inner
    return found[0][0]


def pytorch_grad_cam(kind: str) -> Peer:
    """Use the class called `kind` in pytorch_grad_cam."""

    def maps(s: Subject) -> Array:
        import pytorch_grad_cam as library
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

        with getattr(library, kind)(model=s.model, target_layers=[s.target]) as cam:
            of_classes = [[ClassifierOutputTarget(k)] for k in s.classes]
            return np.stack([_raw(cam, lambda t=t: cam(s.tensor, t)) for t in of_classes])

    return maps


def pytorch_grad_cam_finer(gamma: float) -> Peer:
    """Use pytorch_grad_cam's FinerCAM, which picks the three nearest classes itself."""

    def maps(s: Subject) -> Array:
        from pytorch_grad_cam import FinerCAM

        with FinerCAM(s.model, [s.target]) as cam:
            return np.stack([
                _raw(cam.base_cam, lambda k=k: cam(s.tensor, None, alpha=gamma, target_idx=k))
                for k in s.classes
            ])  # fmt: skip

    return maps


def pytorch_grad_cam_guided(s: Subject) -> Array:
    """Multiply the finished map by guided backpropagation, as its example does; sum the colours."""
    from pytorch_grad_cam import GradCAM, GuidedBackpropReLUModel
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    model = copy.deepcopy(s.model)  # the ReLUs are replaced permanently
    with GradCAM(model=model, target_layers=[model.get_submodule(s.layer)]) as cam:
        where = [cam(s.tensor, [ClassifierOutputTarget(k)])[0] for k in s.classes]
    guided = GuidedBackpropReLUModel(model)
    edges = [guided(s.tensor.clone(), k).sum(axis=2) for k in s.classes]
    return np.stack(where) * np.stack(edges)


def torchcam(kind: str, **options: Any) -> Peer:
    """Use the class called `kind` in torchcam.methods, without its ReLU."""

    def maps(s: Subject) -> Array:
        import torch
        from torchcam import methods

        found = []
        with getattr(methods, kind)(s.model, s.layer, **options) as cam:
            getattr(cam, "base_cam", cam)._relu = False
            for k in s.classes:
                scores = s.model(s.tensor)
                torch.manual_seed(k)  # for methods that draw noise
                found.append(cam(k, scores, normalized=False)[0][0].detach().numpy())
        return np.stack(found)

    return maps


def captum_grad_cam(s: Subject) -> Array:
    """Use captum's LayerGradCam."""
    from captum.attr import LayerGradCam

    cam = LayerGradCam(s.model, s.target)
    found = [cam.attribute(s.tensor, target=k, relu_attributions=False) for k in s.classes]
    return np.stack([one.detach().numpy()[0, 0] for one in found])


def captum_guided(mode: str) -> Peer:
    """Use captum's GuidedGradCam with this interpolation; sum the colours."""

    def maps(s: Subject) -> Array:
        from captum.attr import GuidedGradCam

        model = copy.deepcopy(s.model)
        cam = GuidedGradCam(model, model.get_submodule(s.layer))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about setting hooks and requiring gradients
            found = [cam.attribute(s.tensor.clone(), k, interpolate_mode=mode) for k in s.classes]
        return np.stack([one.detach().numpy()[0].sum(axis=0) for one in found])

    return maps


def tf_keras_vis(kind: str, module: str, *, linear: bool = True, **how: Any) -> Peer:
    """Use a class of tf_keras_vis at the layer itself, not at the convolution before it."""

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
