"""The same maps as pytorch-grad-cam and captum, on every family of network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import gradcam

FAMILIES = (
    "resnet18", "vgg16", "densenet121", "mobilenet_v3_large", "convnext_tiny", "swin_t", "vit_b_16",
)  # fmt: skip
LARGE = {"vgg16", "convnext_tiny", "vit_b_16"}  # seconds each; in `make test-all`
CLASSES = [7, 281, 954]
# torchvision's DenseNet works in place on the output of `features`, so the tensor that the peers
# hold there is no longer what the layer gave; one layer earlier both sides see the same.
ELSEWHERE = {"densenet121": "features.denseblock4"}


def to_maps(name: str) -> Callable[[Tensor], Tensor] | None:
    """How the peer must be told to read the layer: (N, C, h, w) out of the network's own order."""
    if name == "swin_t":
        return lambda t: t.permute(0, 3, 1, 2)
    if name == "vit_b_16":
        return lambda t: t[:, 1:].reshape(len(t), 14, 14, -1).permute(0, 3, 1, 2)
    return None


def network(name: str) -> nn.Module:
    from torchvision import models

    torch.manual_seed(0)
    module = models.get_model(name, weights=None).eval()
    for p in module.parameters():
        if p.ndim >= 2 and not p.any():
            nn.init.normal_(p, std=0.02)
    for m in module.modules():
        # In place they would overwrite what the peers' hooks hold.
        if isinstance(m, (nn.ReLU, nn.Hardswish, nn.SiLU)):
            m.inplace = False
    return module


def scaled(values: np.ndarray) -> np.ndarray:
    """Rectified, then from 0 to 1: what both sides draw."""
    positive = np.maximum(values, 0)
    return positive / max(positive.max(), 1e-12)


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.heavy if n in LARGE else ()) for n in FAMILIES],
)
def test_against_pytorch_grad_cam_and_captum(name: str) -> None:
    from captum.attr import LayerGradCam
    from pytorch_grad_cam import GradCAM, HiResCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    module = network(name)
    clf = gradcam.wrap(module)
    layer = ELSEWHERE.get(name) or next(x.name for x in clf.layers() if x.recommended)
    target = dict(module.named_modules())[layer]
    x = torch.randn(1, 3, 224, 224)
    nhwc = np.ascontiguousarray(x.permute(0, 2, 3, 1).numpy())
    capture = clf.capture(nhwc, [layer])
    G = capture.gradients(np.array([CLASSES]))[layer]
    read = to_maps(name)
    for method, peer in (("gradcam", GradCAM), ("hirescam", HiResCAM)):
        ours = gradcam.METHODS[method].formula(capture.activations[layer], G)[0]
        with peer(model=module, target_layers=[target], reshape_transform=read) as cam:
            for k, index in enumerate(CLASSES):
                cam(input_tensor=x, targets=[ClassifierOutputTarget(index)])
                theirs = _peer_map(cam)
                np.testing.assert_allclose(scaled(ours[k]), scaled(theirs), atol=1e-4)
    if read is None:
        attribution = LayerGradCam(module, target)
        ours = gradcam.METHODS["gradcam"].formula(capture.activations[layer], G)[0]
        for k, index in enumerate(CLASSES):
            theirs = attribution.attribute(x, target=index, relu_attributions=False)
            np.testing.assert_allclose(
                scaled(ours[k]), scaled(theirs.detach().numpy()[0, 0]), atol=1e-4
            )


def _peer_map(cam: object) -> np.ndarray:
    """The peer's own map at the layer's resolution, before it resizes and rescales."""
    activations = cam.activations_and_grads.activations[0].numpy()
    gradients = cam.activations_and_grads.gradients[0].numpy()
    return cam.get_cam_image(None, None, None, activations, gradients, eigen_smooth=False)[0]
