"""PyTorch models as their authors wrote them: torchvision, timm, transformers and tutorials."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import gradcam
from gradcam.backends.torch.catalogue import build
from gradcam.models import find_model
from studies.zoo.checks import By_name, Plain, detailed
from tests.gradcam.backends.torch import networks

Made = tuple[gradcam.Classifier, Plain]


def torchvision_model(name: str) -> Made:
    """torchvision's network with random weights."""
    torch.manual_seed(0)
    return _made(build(name, 1000), find_model(f"torchvision/{name}").preprocessing)


def timm_model(name: str) -> Made:
    """timm's network with random weights."""
    import timm

    torch.manual_seed(0)
    net = timm.create_model(name, pretrained=False).eval()
    return _made(net, _size(*timm.data.resolve_model_data_config(net)["input_size"][1:]))


def transformers_model(family: str, **sizes: Any) -> Made:
    """A small network of one of transformers' families, with random weights."""
    import transformers

    torch.manual_seed(0)
    config = getattr(transformers, f"{family}Config")(**sizes, num_labels=7)
    net = getattr(transformers, f"{family}ForImageClassification")(config).eval()
    side = getattr(config, "image_size", 224)
    return _made(net, _size(*(side if isinstance(side, (list, tuple)) else (side, side))))


def tutorial(name: str) -> Made:
    """A tutorial's network of `tests/gradcam/backends/torch/networks.py`."""
    side = {**networks.NETWORKS, **networks.REFUSED}[name][1]
    return _made(networks.build(name), _size(side, side))


def _size(height: int, width: int) -> gradcam.Preprocessing:
    return gradcam.Preprocessing(min(height, width), (height, width))


def _made(net: nn.Module, preprocessing: gradcam.Preprocessing) -> Made:
    for name, parameter in net.named_parameters():
        # The head of a new ViT is zero, and so would be every gradient.
        if "bias" not in name and not parameter.any():
            torch.nn.init.normal_(parameter, std=0.02)
    clf = gradcam.wrap(net, preprocessing=preprocessing)
    return clf, _plain(net, clf)


def _settle(net: nn.Module, size: tuple[int, int]) -> None:
    """Give batch norms the statistics of a few photos, as training would."""
    norms = [m for m in net.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    if not norms:
        return
    for norm in norms:
        norm.train()
        norm.momentum = None
    photos = torch.from_numpy(np.concatenate([detailed(*size, seed) for seed in (2, 3)]))
    with torch.no_grad():
        net(photos.permute(0, 3, 1, 2).contiguous())
    net.eval()


def _plain(net: nn.Module, clf: gradcam.Classifier) -> Plain:
    modules = dict(net.named_modules())

    @functools.cache
    def layouts() -> Mapping[str, Any]:
        found: Mapping[str, Any] = clf._look.known.traced.layouts  # type: ignore[attr-defined]
        return found

    def called(x: np.ndarray, layers: Sequence[str]) -> tuple[Any, dict[str, Tensor]]:
        kept: dict[str, Tensor] = {}

        def keep(name: str) -> Any:
            def hook(_module: Any, _inputs: Any, output: Any) -> Any:
                tensor = output[0] if isinstance(output, (tuple, list)) else output
                kept[name] = tensor
                if tensor.requires_grad:
                    tensor.retain_grad()
                # The next layer may work in place on what it gets.
                onward = tensor.clone()
                return onward if tensor is output else type(output)((onward, *output[1:]))

            return hook

        handles = [modules[name].register_forward_hook(keep(name)) for name in layers]
        precision = next(net.parameters()).dtype
        values = torch.from_numpy(x).to(precision).permute(0, 3, 1, 2).contiguous()
        values = values[:, :1] if clf.preprocessing.channels == "grey" else values
        output = net(values)
        for handle in handles:
            handle.remove()
        return output, kept

    def maps(layer: str, tensor: Tensor) -> np.ndarray:
        found: np.ndarray = layouts()[layer].maps(tensor.detach()).numpy()
        return found

    def run(x: np.ndarray, layers: Sequence[str]) -> By_name:
        with torch.no_grad():
            try:
                kept = called(x, layers)[1]
            except RuntimeError:  # written for one photo at a time
                each = [called(x[n : n + 1], layers)[1] for n in range(len(x))]
                kept = {name: torch.cat([one[name] for one in each]) for name in layers}
        return {name: maps(name, tensor) for name, tensor in kept.items()}

    def gradient(x: np.ndarray, layer: str, index: int) -> tuple[np.ndarray, np.ndarray]:
        with _logits_before(net) as before:
            output, kept = called(x, [layer])
        output = output.logits if hasattr(output, "logits") else output
        row = before.get(id(output), output)
        row = torch.cat([-row, row], 1) if row.shape[1] == 1 else row
        row[0, index].backward()
        grad = kept[layer].grad
        assert grad is not None
        return row[0].detach().numpy(), maps(layer, grad)[0]

    def double() -> bool:
        net.double()
        return True

    return Plain(run, gradient, lambda: _settle(net, clf.preprocessing.crop), double)


class _logits_before:  # noqa: N801 - used like a function
    """What went into a final softmax or sigmoid, by the id of what came out."""

    def __init__(self, net: nn.Module) -> None:
        self._net = net
        self._before: dict[int, Tensor] = {}
        self._patched: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> dict[int, Tensor]:
        for home, name in (
            (torch.nn.functional, "log_softmax"), (torch.nn.functional, "softmax"),
            (torch, "sigmoid"),
        ):  # fmt: skip
            self._patched.append((home, name, getattr(home, name)))
            setattr(home, name, self._watching(getattr(home, name)))
        return self._before

    def _watching(self, function: Any) -> Any:
        def watched(x: Tensor, *args: Any, **kwargs: Any) -> Any:
            output = function(x, *args, **kwargs)
            self._before[id(output)] = x
            return output

        return watched

    def __exit__(self, *_: object) -> None:
        for home, name, function in self._patched:
            setattr(home, name, function)
