"""Every torchvision classifier, with random weights: its layers, a map, and nothing disturbed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import gradcam
from gradcam.backends.torch import catalogue as torch_zoo
from gradcam.backends.torch.model import TorchClassifier
from gradcam.types import ModelSpec
from tests.gradcam.backends.torch.state import snapshot

SPECS = [spec for spec in gradcam.list_models() if spec.source == "torchvision"]
# Slow to build or to run on two cores; `make test-all` runs them too.
HEAVY_PARAMETERS = 15_000_000
HEAVY = {"efficientnet_b4", "efficientnet_b3", "densenet169"}  # small, but slow
KINDS = {"resnet50", "vit_b_32", "swin_t", "convnext_tiny", "maxvit_t", "inception_v3"}  # one each


def parameter(spec: ModelSpec) -> object:
    name = spec.id.removeprefix("torchvision/")
    large = spec.parameters > HEAVY_PARAMETERS and name not in KINDS
    heavy = large or name in HEAVY
    return pytest.param(spec, id=name, marks=[pytest.mark.heavy] if heavy else [])


def random_weights(spec: ModelSpec) -> TorchClassifier:
    torch.manual_seed(0)
    module = torch_zoo.build(spec.id.removeprefix("torchvision/"), 1000)
    for p in module.parameters():
        # ViT's head starts at zero, and a map of zeros would prove nothing.
        if p.ndim >= 2 and not p.any():
            torch.nn.init.normal_(p, std=0.02)
    return TorchClassifier(
        module, id=spec.id, title=spec.title, preprocessing=spec.preprocessing, digest="0" * 64
    )


@pytest.mark.parametrize("spec", [parameter(spec) for spec in SPECS])
def test_every_architecture(spec: ModelSpec) -> None:
    clf = random_weights(spec)
    before = snapshot(clf.module)
    layers = clf.layers()
    recommended = [layer for layer in layers if layer.recommended]
    photo = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    (best,) = gradcam.explain(clf, photo, top_k=1).maps
    assert len(recommended) == 1
    assert recommended[0].stage
    assert 3 <= sum(layer.stage for layer in layers) <= 12
    assert best.values.shape == recommended[0].shape[1:]
    assert min(best.values.shape) >= 3
    assert np.isfinite(best.values).all()
    # Every position has a say: no row or column of the map is cut off from the logit.
    assert (best.values != 0).mean() > 0.5
    assert clf.labels[999] == "class 999"
    assert snapshot(clf.module) == before


def test_there_are_about_eighty() -> None:
    assert len(SPECS) == 80


def test_the_recommended_layers_people_expect() -> None:
    """What papers and tutorials use, found without a list."""
    expected = {
        "resnet18": ("layer4", (512, 7, 7)),
        "vgg11": ("features", (512, 7, 7)),
        "densenet121": ("features", (1024, 7, 7)),
        "mobilenet_v3_large": ("features", (960, 7, 7)),
        "convnext_tiny": ("features", (768, 7, 7)),
        "swin_t": ("norm", (768, 7, 7)),
        "vit_b_16": ("encoder.layers.encoder_layer_11.ln_1", (768, 14, 14)),
    }
    by_name = {spec.id.removeprefix("torchvision/"): spec for spec in SPECS}
    for name, answer in expected.items():
        layer = next(x for x in random_weights(by_name[name]).layers() if x.recommended)
        assert (layer.name, layer.shape) == answer
