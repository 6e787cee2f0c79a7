"""Guided Grad-CAM: Grad-CAM says where, guided backpropagation draws with the photo's own edges."""

from __future__ import annotations

import numpy as np

from gradcam.methods.gradient import grad_cam
from gradcam.methods.question import Answer, Question
from gradcam.saliency import resize
from gradcam.types import Floats


def guided_grad_cam(asked: Question) -> Answer:
    """Guided Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391, section 3.2), (N, K, h_in, w_in).

    ReLU(Grad-CAM), upsampled, times guided backpropagation (Springenberg et al. 2015,
    arXiv:1412.6806), whose three colours are added up. Networks of ReLUs only: elsewhere guided
    backpropagation is not defined, and MethodError names the activation that is in the way.
    """
    edges = asked.clf.guided(asked.inputs, asked.classes).sum(axis=-1)
    maps = {}
    for layer, A in asked.capture.activations.items():
        where = np.maximum(grad_cam(A, asked.gradients[layer]), 0)
        size = (asked.inputs.shape[1], asked.inputs.shape[2])
        drawn: Floats = resize(where, size) * edges
        maps[layer] = drawn
    return Answer(maps)
