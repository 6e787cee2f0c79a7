"""Rows of peer_table.py: methods that take the layer apart, or run the network again."""

from __future__ import annotations

from studies import departures, departures_masks, peers
from studies.comparison import (
    BEFORE_ADDING,
    FEW,
    KERAS_LAYER2,
    KERAS_PLAIN,
    LAYER2,
    LAYER3,
    PLAIN,
    Comparison,
    Departure,
    negative,
    of_pytorch_grad_cam,
    of_torchcam,
    positive,
)

ROWS: tuple[Comparison, ...] = (
    of_pytorch_grad_cam("eigencam", "EigenCAM", Departure(
        departures.eigen_centred,
        "`utils/svd_on_activations.py`, `get_2d_projection`",
        "Eq. 3 and 4 project A on the first singular vector of A itself. pytorch-grad-cam takes "
        "each channel's mean off first, and leaves the sign to LAPACK: its picture may show "
        "everything but the object. The paper does not fix a sign; ours agrees with ΣA.",
        "ours",
    )),
    of_pytorch_grad_cam("eigengradcam", "EigenGradCAM", Departure(
        departures.eigen_grad_centred,
        "`utils/svd_on_activations.py`, `get_2d_projection`",
        "No paper defines EigenGradCAM; it is pytorch-grad-cam's own. Ours is EigenCAM's equation "
        "of G ⊙ A, its sign fixed. Theirs takes means off and leaves the sign to LAPACK, so that "
        "two classes of one photo may come out with opposite signs.",
        "neither",
    )),
    of_pytorch_grad_cam("scorecam", "ScoreCAM", Departure(
        departures_masks.score_of_aligned_corners,
        "`score_cam.py`, `torch.nn.UpsamplingBilinear2d`",
        "The paper says no more than that channels are upsampled. `UpsamplingBilinear2d` puts "
        "corner pixels on corner pixels, which moves the mask by up to half a layer's pixel. Ours "
        "aligns half pixels, as the layer's strides do and the paper's authors in their code.",
        "neither",
    ), FEW),
    of_torchcam("scorecam", "ScoreCAM", Departure(
        departures_masks.score_scaled_before,
        "`methods/activation.py`, `_normalize` before `_upsample`",
        "The paper has H = s(Up(A)): upsampled, then scaled to [0, 1]. torch-cam scales first, and "
        "upsampling misses the peaks, which lie between the input's pixel centres: its masks no "
        "longer reach 1.",
        "ours",
    ), FEW),
    Comparison(
        "scorecam", "tf-keras-vis", "Scorecam",
        peers.tf_keras_vis("Scorecam", "scorecam", linear=False, activation_modifier=None),
        (KERAS_LAYER2,),
        case="linear head",
        departure=Departure(
            departures_masks.score_by_probability,
            "`scorecam.py`, `score(K.softmax(…))`",
            "The paper weighs channels by the softmax over the channels of the logit's increase "
            "(algorithm 1). tf-keras-vis weighs each by the class's probability, the softmax over "
            "the classes; the paper's authors do so in their own code, too. Besides, its masks lie "
            "corner on corner, as pytorch-grad-cam's do.",
            "ours",
        ),
    ),
    Comparison(
        "scorecam", "tf-keras-vis", "Scorecam",
        peers.tf_keras_vis("Scorecam", "scorecam", linear=False, activation_modifier=None),
        (KERAS_PLAIN,),
        case="softmax head",
        departure=Departure(
            departures_masks.score_by_probability_twice,
            "`scorecam.py`, `score(K.softmax(…))`",
            "As with a linear head. But the softmax is taken again of what the network's own "
            "softmax gives, which its documentation recommends to leave in place. Probabilities "
            "lie in [0, 1], and the softmax of such numbers is all but the same for each channel.",
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
            "Eq. 3 divides by y, and so does pytorch-grad-cam. Ours divides by |y|, on purpose: "
            "with a negative logit, dividing by y turns the map round, and what speaks for the "
            "class is drawn as what speaks against it.",
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
            "The paper sets a channel to 0. Where activations may be negative, pytorch-grad-cam "
            "sets it 10⁷ below the minimum instead, deviating from the paper, as a comment there "
            "says. In a residual block this also wipes out what the skip connection brings.",
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
            "torch-cam averages G² and G³, but rectifies the last copy's G instead of the mean; "
            "has Σ(D3 ⊙ A) in place of D3 ΣA; and weights the activations of the last noisy copy, "
            "which its hooks have put in the place of the photo's. (α's numerator is D2 in both, "
            "as in Grad-CAM++; torch-cam notes that the paper prints D1.)",
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
            departures_masks.guided_by_stretched,
            "`utils/image.py`, `scale_cam_image`",
            "Section 3.2 multiplies by the upsampled map itself. pytorch-grad-cam's finished map "
            "has had its minimum taken off, before and after it is resized: the place of least "
            "evidence is drawn as none, even where it is well above 0.",
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
        case="as it comes",
        departure=Departure(
            departures_masks.guided_by_nearest,
            "`guided_grad_cam.py`, `interpolate_mode=\"nearest\"`",
            "Section 3.2 upsamples bilinearly. captum's default repeats pixels, since it also "
            "serves one and three dimensions; its documentation says so.",
            "ours",
        ),
    ),
)  # fmt: skip
