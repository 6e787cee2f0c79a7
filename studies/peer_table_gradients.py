"""Rows of peer_table.py: methods of activations and gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from studies import departures, peers
from studies.comparison import (
    KERAS_LAYER3,
    KERAS_PLAIN,
    LAYER2,
    PLAIN,
    TORCH,
    Comparison,
    Departure,
    of_pytorch_grad_cam,
    of_tf_keras_vis,
    of_torchcam,
    positive,
)
from studies.subjects import Array, Subject


def drawn(method: str) -> Callable[[Subject], Array]:
    """For peers that rectify whatever they are told."""
    return lambda s: np.maximum(s.ours(method), 0)


ROWS: tuple[Comparison, ...] = (
    of_pytorch_grad_cam("gradcam", "GradCAM"),
    of_torchcam("gradcam", "GradCAM"),
    Comparison("gradcam", "captum", "LayerGradCam", peers.captum_grad_cam, TORCH),
    of_tf_keras_vis("gradcam", "Gradcam"),
    Comparison(
        "gradcam", "tf-keras-vis", "Gradcam",
        peers.tf_keras_vis("Gradcam", "gradcam", linear=False, activation_modifier=None),
        (KERAS_PLAIN,),
        case="softmax head, no `ReplaceToLinear`",
        departure=Departure(
            departures.grad_cam_of_probabilities,
            "`gradcam.py`, the model's output as it is",
            "In the paper's eq. 1, y is the score before the softmax. tf-keras-vis takes the "
            "network's output, whose gradient p_k (G_k − Σ_j p_j G_j) mixes in every other class "
            "and vanishes where the network is sure, unless told to `ReplaceToLinear`, as its "
            "documentation advises. Ours finds the logits by itself.",
            "ours",
        ),
    ),
    of_pytorch_grad_cam("gradcam++", "GradCAMPlusPlus", Departure(
        departures.plus_plus_with_epsilon,
        "`grad_cam_plusplus.py`, `eps = 0.000001`",
        "Eq. 19 has α = G² / (2 G² + ΣA G³). pytorch-grad-cam adds 10⁻⁶ to the divisor, against "
        "division by zero. But gradients of 10⁻³ are usual in late layers; 2 G² is hardly more "
        "than that there, and α shrinks with G.",
        "ours",
    )),
    of_torchcam("gradcam++", "GradCAMpp", Departure(
        departures.plus_plus_undivided,
        "`methods/gradient.py`, `alpha[idx][mask].div_(…)`",
        "Indexing with a mask copies, so torch-cam divides a copy and α stays G². The weights "
        "become Σ G² ReLU(G) instead of eq. 19's Σ ReLU(G) / (2 + G ΣA): few strong gradients "
        "drown the others, which is what Grad-CAM++ is there to prevent.",
        "ours",
    )),
    Comparison(
        "gradcam++", "tf-keras-vis", "GradcamPlusPlus",
        peers.tf_keras_vis("GradcamPlusPlus", "gradcam_plus_plus"),
        (KERAS_LAYER3, KERAS_PLAIN),
        ours=drawn("gradcam++"),
        departure=Departure(
            departures.plus_plus_of_shares,
            "`gradcam_plus_plus.py`, `alpha_normalization_constant`",
            "Eq. 5 and 19 do not divide α by its sum over the positions. tf-keras-vis does, as do "
            "the paper's authors in their own code. The sum also counts positions of negative "
            "gradient, where 2 + G ΣA passes through 0, so it may come out tiny or negative and "
            "turn a channel's weight round; before a global average it cancels α altogether.",
            "ours",
        ),
    ),
    of_pytorch_grad_cam("hirescam", "HiResCAM"),
    of_pytorch_grad_cam("layercam", "LayerCAM"),
    of_torchcam("layercam", "LayerCAM"),
    of_tf_keras_vis("layercam", "Layercam"),
    of_pytorch_grad_cam("xgradcam", "XGradCAM"),
    of_torchcam("xgradcam", "XGradCAM"),
    Comparison(
        "finercam", "pytorch-grad-cam", "FinerCAM", peers.pytorch_grad_cam_finer(0.6),
        (positive(LAYER2), PLAIN),
        departure=Departure(
            departures.finer_by_probability,
            "`utils/model_targets.py`, `FinerWeightedTarget`",
            "Eq. 5 compares y_c with the mean of the rivals' logits. pytorch-grad-cam weighs the "
            "rivals by their softmax probabilities, and differentiates these weights, too. The "
            "paper's authors have that target in their code, beside the plain mean.",
            "ours",
        ),
    ),
    of_torchcam("finercam", "FinerCAM"),
)  # fmt: skip
