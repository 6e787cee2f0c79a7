"""COMPARISONS: every method that a published library also has, and whether the maps agree.

test_peers.py holds the code to each row; make_correctness.py measures and prints them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcam.methods import METHODS
from studies import departures, peers
from studies.comparison import (
    BEFORE_ADDING,
    FEW,
    KERAS_LAYER2,
    KERAS_LAYER3,
    KERAS_PLAIN,
    LAYER2,
    LAYER3,
    PLAIN,
    TORCH,
    Comparison,
    Departure,
    negative,
    of_pytorch_grad_cam,
    of_tf_keras_vis,
    of_torchcam,
    positive,
)
from studies.subjects import Array, Subject


def rectified(method: str) -> Callable[[Subject], Array]:
    """Rectify our maps, for a peer that cannot be told not to."""
    return lambda s: np.maximum(s.ours(method), 0)


_ROWS: tuple[Comparison, ...] = (
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
            "`gradcam.py`, which takes the model's output as it is",
            "In the paper's eq. 1, y is the score before the softmax. Unless told to "
            "`ReplaceToLinear`, as its documentation advises, tf-keras-vis takes the network's "
            "output, whose gradient p_k (G_k − Σ_j p_j G_j) mixes in every other class and "
            "vanishes where the network is sure. Ours finds the logits itself.",
            "ours",
        ),
    ),
    of_pytorch_grad_cam("gradcam++", "GradCAMPlusPlus", Departure(
        departures.plus_plus_with_epsilon,
        "`grad_cam_plusplus.py`, `eps = 0.000001`",
        "Eq. 19 has α = G² / (2 G² + ΣA G³). pytorch-grad-cam adds 10⁻⁶ to the divisor to avoid "
        "division by zero. But gradients of about 10⁻³ are common in late layers; there 2 G² is "
        "hardly larger than 10⁻⁶, and α shrinks with G.",
        "ours",
    )),
    of_torchcam("gradcam++", "GradCAMpp", Departure(
        departures.plus_plus_undivided,
        "`methods/gradient.py`, `alpha[idx][mask].div_(…)`",
        "Indexing with a mask makes a copy, so torch-cam divides the copy and α stays G². The "
        "weights become Σ G² ReLU(G) instead of eq. 19's Σ ReLU(G) / (2 + G ΣA): a few strong "
        "gradients dominate the others, which is what Grad-CAM++ is meant to prevent.",
        "ours",
    )),
    Comparison(
        "gradcam++", "tf-keras-vis", "GradcamPlusPlus",
        peers.tf_keras_vis("GradcamPlusPlus", "gradcam_plus_plus"),
        (KERAS_LAYER3, KERAS_PLAIN),
        ours=rectified("gradcam++"),
        departure=Departure(
            departures.plus_plus_of_shares,
            "`gradcam_plus_plus.py`, `alpha_normalization_constant`",
            "Eq. 5 and 19 do not divide α by its sum over the positions. tf-keras-vis does, as do "
            "the paper's authors in their own code. The sum includes positions with a negative "
            "gradient, where 2 + G ΣA crosses 0, so it can be tiny or negative and flip the sign "
            "of a channel's weight; before a global average it cancels α altogether.",
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
            "Eq. 5 compares y_c with the mean of the rivals' logits. pytorch-grad-cam weights the "
            "rivals by their softmax probabilities and differentiates these weights too. The "
            "paper's authors offer that target in their code alongside the plain mean.",
            "ours",
        ),
    ),
    of_torchcam("finercam", "FinerCAM"),
    of_pytorch_grad_cam("eigencam", "EigenCAM", Departure(
        departures.eigen_centred,
        "`utils/svd_on_activations.py`, `get_2d_projection`",
        "Eq. 3 and 4 project A onto the first singular vector of A itself. pytorch-grad-cam first "
        "subtracts each channel's mean and leaves the sign to LAPACK, so its picture may show "
        "everything but the object. The paper does not fix a sign; ours is that of the places that "
        "respond most (Bro, Acar & Kolda 2008).",
        "ours",
    )),
    of_pytorch_grad_cam("eigengradcam", "EigenGradCAM", Departure(
        departures.eigen_grad_centred,
        "`utils/svd_on_activations.py`, `get_2d_projection`",
        "No paper defines EigenGradCAM; it comes from pytorch-grad-cam. Ours is EigenCAM's "
        "equation for G ⊙ A, with a fixed sign. Theirs subtracts means and leaves the sign to "
        "LAPACK, so two classes of one photo may have opposite signs.",
        "neither",
    )),
    of_pytorch_grad_cam("scorecam", "ScoreCAM", Departure(
        departures.score_of_aligned_corners,
        "`score_cam.py`, `torch.nn.UpsamplingBilinear2d`",
        "The paper says only that channels are upsampled. `UpsamplingBilinear2d` aligns corner "
        "pixels, which shifts the mask by up to half a pixel of the layer. Ours aligns pixel "
        "edges, as the layer's strides do, and as the paper's authors do in their code.",
        "neither",
    ), FEW),
    of_torchcam("scorecam", "ScoreCAM", Departure(
        departures.score_scaled_before,
        "`methods/activation.py`, `_normalize` before `_upsample`",
        "The paper has H = s(Up(A)): upsampled, then scaled to [0, 1]. torch-cam scales first; "
        "upsampling then misses the peaks, which lie between the input's pixel centres, so its "
        "masks do not reach 1.",
        "ours",
    ), FEW),
    Comparison(
        "scorecam", "tf-keras-vis", "Scorecam",
        peers.tf_keras_vis("Scorecam", "scorecam", linear=False, activation_modifier=None),
        (KERAS_LAYER2,),
        case="linear head",
        departure=Departure(
            departures.score_by_probability,
            "`scorecam.py`, `score(K.softmax(…))`",
            "The paper weights channels by the softmax, over channels, of the logit's increase "
            "(algorithm 1). tf-keras-vis weights each by the class's probability, the softmax over "
            "classes, as the paper's authors do in their own code. Its masks also have aligned "
            "corners, like pytorch-grad-cam's.",
            "ours",
        ),
    ),
    Comparison(
        "scorecam", "tf-keras-vis", "Scorecam",
        peers.tf_keras_vis("Scorecam", "scorecam", linear=False, activation_modifier=None),
        (KERAS_PLAIN,),
        case="softmax head",
        departure=Departure(
            departures.score_by_probability_twice,
            "`scorecam.py`, `score(K.softmax(…))`",
            "As with a linear head, except that the softmax is applied to the output of the "
            "network's own softmax, which tf-keras-vis's documentation says to leave in place. "
            "Probabilities lie in [0, 1], and their softmax is nearly the same for every channel.",
            "ours",
        ),
    ),
    Comparison(
        "ablationcam", "pytorch-grad-cam", "AblationCAM", peers.pytorch_grad_cam("AblationCAM"),
        (positive(LAYER2), positive(PLAIN)),
        case="logit above 0",
    ),
    Comparison(
        "ablationcam", "pytorch-grad-cam", "AblationCAM", peers.pytorch_grad_cam("AblationCAM"),
        (negative(LAYER2), negative(PLAIN)),
        case="logit below 0",
        departure=Departure(
            departures.ablation_by_signed_logit,
            "`ablation_cam.py`, `/ original_scores`",
            "Eq. 3 divides by y, and so does pytorch-grad-cam. Ours divides by |y| on purpose: "
            "with a negative logit, dividing by y flips the map's sign, and evidence for the class "
            "is drawn as evidence against it.",
            "theirs",
        ),
    ),
    Comparison(
        "ablationcam", "pytorch-grad-cam", "AblationCAM", peers.pytorch_grad_cam("AblationCAM"),
        (positive(BEFORE_ADDING),),
        case="a layer with negative activations",
        departure=Departure(
            departures.ablation_far_below,
            "`ablation_layer.py`, `ABLATION_VALUE = 1e7`",
            "The paper sets a channel to 0. If activations can be negative, pytorch-grad-cam sets "
            "it to 10⁷ below the minimum instead, and says in a comment that this deviates from "
            "the paper. In a residual block it also wipes out the skip connection's contribution.",
            "ours",
        ),
    ),
    Comparison(
        "smoothgradcam++", "torch-cam", "SmoothGradCAMpp", peers.torchcam("SmoothGradCAMpp"),
        (LAYER3, PLAIN),
        case="over the same noise",
        ours=departures.smooth_of_the_same_noise,
        departure=Departure(
            departures.smooth_of_the_last_copy,
            "`methods/gradient.py`, `_compute_smoothgrad_weights`",
            "torch-cam averages G² and G³, but rectifies the last copy's G instead of the mean, "
            "uses Σ(D3 ⊙ A) instead of D3 ΣA, and weights the activations of the last noisy copy, "
            "which its hooks have stored over the photo's. (α's numerator is D2 in both, as in "
            "Grad-CAM++; torch-cam notes that the paper prints D1.)",
            "ours",
        ),
    ),
    Comparison(
        "guidedgradcam", "pytorch-grad-cam", "GuidedBackpropReLUModel",
        peers.pytorch_grad_cam_guided,
        (LAYER2, positive(LAYER3)),
        case="Grad-CAM is 0 somewhere",
        rescaled=True,
    ),
    Comparison(
        "guidedgradcam", "pytorch-grad-cam", "GuidedBackpropReLUModel",
        peers.pytorch_grad_cam_guided,
        (positive(PLAIN),),
        case="Grad-CAM is above 0 everywhere",
        departure=Departure(
            departures.guided_by_stretched,
            "`utils/image.py`, `scale_cam_image`",
            "Section 3.2 multiplies by the upsampled map itself. pytorch-grad-cam subtracts the "
            "map's minimum before and after resizing, so the place with the least evidence looks "
            "as if it had none, even if its value is well above 0.",
            "ours",
        ),
    ),
    Comparison(
        "guidedgradcam", "captum", "GuidedGradCam", peers.captum_guided("bilinear"),
        (LAYER2, positive(LAYER3), PLAIN),
        case="`interpolate_mode=\"bilinear\"`",
    ),
    Comparison(
        "guidedgradcam", "captum", "GuidedGradCam", peers.captum_guided("nearest"),
        (LAYER2, positive(LAYER3), PLAIN),
        case="default interpolation",
        departure=Departure(
            departures.guided_by_nearest,
            "`guided_grad_cam.py`, `interpolate_mode=\"nearest\"`",
            "Section 3.2 upsamples bilinearly. captum's default repeats pixels, because it also "
            "has to serve one and three dimensions, as its documentation says.",
            "ours",
        ),
    ),
)  # fmt: skip

_ORDER = list(METHODS)

# By method, in the order of METHODS; agreements first.
COMPARISONS: tuple[Comparison, ...] = tuple(
    sorted(_ROWS, key=lambda row: (_ORDER.index(row.method), row.departure is not None))
)
