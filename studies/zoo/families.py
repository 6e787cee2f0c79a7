"""What is tried: name by name, how to make it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import gradcam
from studies.zoo.checks import Plain

Make = Callable[[], tuple[gradcam.Classifier, Plain]]

# One of each family of timm, small where there is a choice.
TIMM = (
    "vit_tiny_patch16_224", "deit3_small_patch16_224", "beit_base_patch16_224",
    "eva02_tiny_patch14_224", "vit_small_patch14_reg4_dinov2.lvd142m", "cait_xxs24_224",
    "xcit_nano_12_p16_224", "crossvit_9_240", "convit_tiny", "tnt_s_legacy_patch16_224",
    "volo_d1_224", "levit_128", "mixer_b16_224", "gmlp_s16_224", "resmlp_12_224",
    "convmixer_768_32", "swin_tiny_patch4_window7_224", "swinv2_tiny_window8_256",
    "swinv2_cr_tiny_ns_224", "davit_tiny", "focalnet_tiny_srf", "nest_tiny", "pvt_v2_b0",
    "twins_pcpvt_small", "twins_svt_small", "mvitv2_tiny", "hiera_tiny_224", "coatnet_nano_rw_224",
    "maxvit_tiny_tf_224", "maxxvit_rmlp_nano_rw_256", "coat_lite_tiny", "mobilevit_s",
    "mobilevitv2_050", "edgenext_small", "efficientformer_l1", "efficientformerv2_s0", "fastvit_t8",
    "repvit_m1", "mobileone_s0", "poolformer_s12", "caformer_s18", "convnext_tiny",
    "convnextv2_nano", "inception_next_tiny", "resnet18", "resnetv2_50x1_bit", "seresnet50",
    "ecaresnet50t", "skresnet18", "res2net50_26w_4s", "resnest14d", "regnety_008", "densenet121",
    "vgg11_bn", "efficientnet_b0", "mobilenetv3_small_100", "mobilenetv4_conv_small",
    "ghostnet_100", "mixnet_s", "rexnet_100", "hrnet_w18_small", "dla34", "cspresnet50",
    "vovnet39a", "nfnet_l0", "inception_v4", "xception41", "starnet_s1", "tiny_vit_5m_224",
)  # fmt: skip

_VIT = {
    "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 64,
    "image_size": 224, "patch_size": 32,
}  # fmt: skip
_STAGES = {"hidden_sizes": [8, 16, 32, 64], "depths": [1, 1, 2, 1]}
_SWIN = {
    "image_size": 224, "patch_size": 4, "embed_dim": 12, "depths": [2, 2, 2, 2],
    "num_heads": [2, 2, 2, 2], "window_size": 7,
}  # fmt: skip
TRANSFORMERS: Mapping[str, dict[str, Any]] = {
    "ViT": _VIT, "DeiT": _VIT, "Beit": _VIT, "Data2VecVision": _VIT, "Dinov2": _VIT,
    "Dinov2WithRegisters": _VIT, "ViTMSN": _VIT, "IJepa": _VIT, "Swin": _SWIN, "Swinv2": _SWIN,
    "ConvNext": _STAGES, "ConvNextV2": _STAGES,
    "ResNet": {**_STAGES, "embedding_size": 8, "layer_type": "basic"},
    "RegNet": {**_STAGES, "embedding_size": 8, "groups_width": 8},
    "Bit": {**_STAGES, "embedding_size": 32, "hidden_sizes": [128, 128, 256, 256]},
    "Segformer": {**_STAGES, "num_attention_heads": [1, 2, 4, 8], "image_size": 224},
    "PvtV2": {**_STAGES, "num_attention_heads": [1, 2, 4, 8], "image_size": 224},
    "MobileViT": {"image_size": 256, "hidden_sizes": [16, 24, 32], "num_attention_heads": 2},
    "MobileNetV1": {"image_size": 224, "depth_multiplier": 0.5},
    "MobileNetV2": {"image_size": 224, "depth_multiplier": 0.5},
    "PoolFormer": _STAGES,
    "FocalNet": {"image_size": 224, "embed_dim": 16, "depths": [1, 1, 2]},
    "Levit": {"image_size": 224, "hidden_sizes": [16, 32, 48], "num_attention_heads": [2, 2, 2]},
    "Hiera": {"image_size": [224, 224], "embed_dim": 16, "depths": [1, 1, 2, 1],
              "num_heads": [1, 2, 4, 8]},
    "SwiftFormer": {"image_size": 224, "embed_dims": [8, 16, 32, 64], "depths": [1, 1, 1, 1]},
}  # fmt: skip


def families() -> dict[str, dict[str, Make]]:
    """Every family that is tried, by title, and in it every model by name."""
    from studies.zoo import torch_side
    from tests.gradcam.backends.torch.networks import NETWORKS, REFUSED

    specs = gradcam.list_models()
    names = {
        source: [s.id.partition("/")[2] for s in specs if s.source == source]
        for source in ("torchvision", "keras")
    }
    return {
        "Networks of tutorials": {
            n: partial(torch_side.tutorial, n) for n in (*NETWORKS, *REFUSED)
        },
        "torchvision": {n: partial(torch_side.torchvision_model, n) for n in names["torchvision"]},
        "timm": {n: partial(torch_side.timm_model, n) for n in TIMM},
        "transformers": {
            n: partial(torch_side.transformers_model, n, **sizes)
            for n, sizes in TRANSFORMERS.items()
        },
        "Keras applications": {n: partial(_application, n) for n in names["keras"]},
    }


def _application(name: str) -> tuple[gradcam.Classifier, Plain]:
    from studies.zoo import keras_side

    return keras_side.application(name)
