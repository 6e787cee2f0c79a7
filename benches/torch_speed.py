"""PyTorch: top-five Grad-CAM against one plain forward pass and against published libraries.

All get the same random weights and the same photo. The plain forward pass is torchvision's network
under `inference_mode`; ours goes from the model's input to five finished maps, with the network as
`load_model` prepares it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn

import gradcam
from benches.table import Row, medians
from gradcam.backends.torch import catalogue as torch_zoo
from gradcam.classes import most_probable
from gradcam.models import find_model
from gradcam.preprocess import preprocess

TOP = 5
LAST_STAGE = ("resnet50", "mobilenet_v3_large", "densenet121", "vgg16")
MIDDLE = ("resnet50", "layer2")


def rows() -> Iterator[Row]:
    """Measure the ratios that DESIGN section 6 sets for PyTorch."""
    torch.set_num_threads(2)
    photo = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    for name in LAST_STAGE:
        yield from _last_stage(name, photo)
        yield _wrapped(name, photo)
    yield _middle(*MIDDLE, photo)
    yield _another_class(photo)


def _last_stage(name: str, photo: np.ndarray) -> Iterator[Row]:
    plain, clf = both(name)
    layer = next(x.name for x in clf.layers() if x.recommended)
    x = network_input(name, photo)
    forward, ours, theirs, torchcam = medians(
        [
            _forward(plain, x),
            _ours(clf, photo, layer),
            _pytorch_grad_cam(copy.deepcopy(plain), layer, x),
            _torchcam(copy.deepcopy(plain), layer, x),
        ]
    )
    what = f"{name}, top {TOP} at {layer}"
    yield Row(f"{what}: ours / one forward pass", ours / forward, "×", 1.15, note=f"{ours:.1f} ms")
    yield Row(f"{what}: pytorch-grad-cam / ours", theirs / ours, "×", 8, at_least=True)
    yield Row(f"{what}: torch-cam / ours", torchcam / ours, "×", 1, at_least=True)


def _wrapped(name: str, photo: np.ndarray) -> Row:
    """A network of somebody's own, left as it is: weights in torch's usual memory format."""
    plain, _ = both(name)
    clf = gradcam.wrap(plain)
    layer = next(x.name for x in clf.layers() if x.recommended)
    forward, ours = medians([_forward(plain, network_input(name, photo)), _ours(clf, photo, layer)])
    what = f"{name} wrapped as it is, top {TOP} at {layer}: ours / its own forward pass"
    return Row(what, ours / forward, "×", 1.15, note=f"{ours:.1f} ms")


def _middle(name: str, layer: str, photo: np.ndarray) -> Row:
    plain, clf = both(name)
    forward, ours = medians([_forward(plain, network_input(name, photo)), _ours(clf, photo, layer)])
    what = f"{name}, top {TOP} at {layer}: ours / one forward pass"
    return Row(what, ours / forward, "×", 3, note=f"{ours:.1f} ms")


def _another_class(photo: np.ndarray) -> Row:
    _, clf = both("resnet50")
    gradcam.explain(clf, photo)
    classes = iter(range(1000))
    (taken,) = medians([lambda: gradcam.explain(clf, photo, classes=[next(classes)])])
    return Row("resnet50, another class of a photo already explained", taken, "ms", 30)


def both(name: str) -> tuple[nn.Module, gradcam.backends.Classifier]:
    """Build torchvision's network and our classifier around a copy of it."""
    torch.manual_seed(0)
    plain = torch_zoo.build(name, 1000)
    spec = find_model(f"torchvision/{name}")
    clf = torch_zoo.classifier(copy.deepcopy(plain), spec, (), "0" * 64)
    clf.layers()
    return plain, clf


def network_input(name: str, photo: np.ndarray) -> Tensor:
    """Preprocess a photo for the network, (1, 3, H, W)."""
    values = preprocess(photo, find_model(f"torchvision/{name}").preprocessing).values
    return torch.from_numpy(values).permute(2, 0, 1)[None].contiguous()


def _forward(module: nn.Module, x: Tensor) -> Callable[[], object]:
    def run() -> object:
        with torch.inference_mode():
            return module(x)

    return run


def _ours(clf: gradcam.backends.Classifier, photo: np.ndarray, layer: str) -> Callable[[], object]:
    values = preprocess(photo, clf.preprocessing).values[None]
    method = gradcam.METHODS["gradcam"].formula

    def run() -> object:
        capture = clf.capture(values, [layer])
        top = most_probable(capture.logits, TOP)
        return method(capture.activations[layer], capture.gradients(top)[layer])

    return run


def _pytorch_grad_cam(module: nn.Module, layer: str, x: Tensor) -> Callable[[], object]:
    """Call it once per class, as its documentation shows."""
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    cam = GradCAM(model=module, target_layers=[dict(module.named_modules())[layer]])

    def run() -> object:
        with torch.no_grad():
            top = module(x).topk(TOP).indices[0].tolist()
        return [cam(input_tensor=x, targets=[ClassifierOutputTarget(k)]) for k in top]

    return run


def _torchcam(module: nn.Module, layer: str, x: Tensor) -> Callable[[], object]:
    """Run one forward pass, then one backward pass per class."""
    from torchcam.methods import GradCAM

    cam = GradCAM(module, layer)

    def run() -> object:
        scores = module(x.requires_grad_())
        top = scores.topk(TOP).indices[0].tolist()
        return [cam(k, scores, retain_graph=True) for k in top]

    return run
