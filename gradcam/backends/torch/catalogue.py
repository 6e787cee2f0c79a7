"""Builds torchvision models and fills them from weights files, without ever running their code."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load_file as load_safetensors
from torch import Tensor, nn

from gradcam import catalogue
from gradcam.backends.torch.bundled import NETWORKS
from gradcam.backends.torch.compat import before_torchvision
from gradcam.backends.torch.costs import require_affordable
from gradcam.backends.torch.model import TorchClassifier
from gradcam.backends.torch.outputs import Asked
from gradcam.backends.torch.state import module_digest
from gradcam.errors import ModelError, WeightsError
from gradcam.text import base_name
from gradcam.types import ModelSpec
from gradcam.vault import Budget, Safe, opened
from gradcam.weights.known import file_hash

State = dict[str, Tensor]
Shapes = Mapping[str, tuple[int, ...]]
Value = TypeVar("Value")
IMAGENET = 1000
# To load published weights, torchvision builds these two with auxiliary heads and drops them after.
_WITH_AUXILIARY = {"googlenet": ("aux1", "aux2"), "inception_v3": ("AuxLogits",)}
_WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "weights")


def load_bundled(spec: ModelSpec, labels: Sequence[str]) -> TorchClassifier:
    module = NETWORKS[spec.id]()
    return classifier(module, spec, labels, module_digest(module, ()))


def load_torchvision(spec: ModelSpec, path: Path, labels: Sequence[str]) -> TorchClassifier:
    """A catalogue model with its downloaded weights; raises WeightsError if they do not fit."""
    module, _ = _filled(_architecture(spec), path)
    return classifier(module, spec, labels, file_hash(path))


def load_file(
    path: Path, spec: ModelSpec, labels: Sequence[str] | None, budget: Budget | None = None
) -> TorchClassifier:
    """A user's state dict loaded into the architecture of `spec`; the number of classes may differ.

    Another process reads the file; its shapes are compared, and what the network costs is counted,
    before anything is built.

    Raises WeightsError if the file is missing, damaged, holds code, does not fit, or is over the
    budget.
    """
    budget = budget or Budget()
    with opened(path, budget) as safe:
        module, classes = _fitting(spec, safe, path.name, budget)
    if not labels and classes == IMAGENET:
        labels = catalogue.labels("imagenet")
    own = replace(
        spec, id=f"file/{base_name(path.name)}", title=f"{base_name(path.stem)} ({spec.title})"
    )
    clf = classifier(module, own, labels or (), file_hash(path))
    clf.architecture = spec.id
    return clf


def read_state(path: Path) -> State:
    """The tensors of a .pth, .pt or .safetensors file, by name, on the CPU.

    Unwraps {"state_dict": …} and strips "module." from the names. PyTorch reads them in this
    process, so they must be weights that were published, not somebody's file.

    Raises WeightsError if the file is missing, damaged, or could only be read by running its code.
    """
    if not path.is_file():
        raise WeightsError(f"{path.name} is not there.", hint=f"Looked in {path.parent}.")
    try:
        loaded = _read(path)
    except pickle.UnpicklingError as error:
        raise WeightsError(
            f"{path.name} holds more than weights, and running code from a file is not safe.",
            hint="Save it again with torch.save(model.state_dict(), …).",
        ) from error
    except Exception as error:
        raise WeightsError(
            f"{path.name} is damaged or not a weights file.",
            hint="Save or download it again.",
        ) from error
    return _unwrap(loaded, path)


def build(architecture: str, classes: int) -> nn.Module:
    """torchvision's `architecture` with random weights, in the shapes of the published weights."""
    before_torchvision()
    from torchvision import models

    options: dict[str, object] = {}
    if architecture in _WITH_AUXILIARY:
        options = {"transform_input": True, "aux_logits": True, "init_weights": False}
    if architecture.startswith("vit_"):
        # The number of position embeddings depends on the input size.
        spec = next(s for s in catalogue.torchvision_specs() if _architecture(s) == architecture)
        options = {"image_size": spec.preprocessing.crop[0]}
    module: nn.Module = models.get_model(architecture, weights=None, num_classes=classes, **options)
    return module.eval()


def _filled(architecture: str, path: Path) -> tuple[nn.Module, int]:
    """The architecture with the file's weights, and how many classes it has."""
    state = read_state(path)
    module = build(architecture, IMAGENET)
    shapes = {name: tuple(tensor.shape) for name, tensor in state.items()}
    classes = _count_classes(module, shapes)
    if classes != IMAGENET:
        module = build(architecture, classes)
    _require_fitting(module, shapes, path.name, architecture)
    _fill(module, state, architecture)
    return module, classes


def _fitting(spec: ModelSpec, safe: Safe, name: str, budget: Budget) -> tuple[nn.Module, int]:
    """The architecture with somebody's weights, once their shapes and its cost are known."""
    architecture = _architecture(spec)
    sketch = _sketch(architecture, IMAGENET)
    classes = _count_classes(sketch, safe.shapes)
    if classes < 1:
        raise WeightsError(f"{name} has no classes.", hint="Save it with its classifier.")
    if classes != IMAGENET:
        sketch = _sketch(architecture, classes)
    _require_fitting(sketch, safe.shapes, name, architecture)
    require_affordable(sketch, name, spec.preprocessing, budget)
    module = build(architecture, classes)
    _fill(module, load_safetensors(safe.tensors), architecture)
    return module, classes


def _sketch(architecture: str, classes: int) -> nn.Module:
    """The architecture with shapes and no numbers."""
    try:
        with torch.device("meta"):
            return build(architecture, classes)
    except NotImplementedError:  # RegNet computes its widths with tensors
        return build(architecture, classes).to("meta")


def _count_classes(module: nn.Module, shapes: Shapes) -> int:
    """The number of rows in the file's weights where the ImageNet model has 1,000; else 1,000."""
    counts = {
        shapes[name][0]
        for name, own in module.state_dict().items()
        if name in shapes and own.ndim and len(shapes[name]) == own.ndim
        and len(own) == IMAGENET != shapes[name][0] and shapes[name][1:] == own.shape[1:]
    }  # fmt: skip
    return counts.pop() if len(counts) == 1 else IMAGENET


def _read(path: Path) -> object:
    if path.suffix.lower() == ".safetensors":
        return load_safetensors(path)
    return torch.load(path, map_location="cpu", weights_only=True)


def _unwrap(loaded: object, path: Path) -> State:
    for key in _WRAPPERS:
        if isinstance(loaded, Mapping) and isinstance(loaded.get(key), Mapping):
            loaded = loaded[key]
    if not isinstance(loaded, Mapping) or not all(isinstance(v, Tensor) for v in loaded.values()):
        raise WeightsError(
            f"{path.name} is not a state dict.",
            hint="Save it with torch.save(model.state_dict(), …).",
        )
    names = [str(name) for name in loaded]
    prefix = "module." if names and all(name.startswith("module.") for name in names) else ""
    return {str(name).removeprefix(prefix): tensor for name, tensor in loaded.items()}


def _require_fitting(module: nn.Module, shapes: Shapes, name: str, architecture: str) -> None:
    """Raise WeightsError unless the file has the tensors of the module, in their shapes."""
    own = module.state_dict()
    shapes = _modern_names(shapes, own)
    missing = [name for name in own if name not in shapes and "num_batches" not in name]
    unknown = [name for name in shapes if name not in own]
    wrong = [n for n in own if n in shapes and tuple(own[n].shape) != shapes[n]]
    auxiliary = _WITH_AUXILIARY.get(architecture, ())
    missing = [name for name in missing if not name.startswith(auxiliary)] if auxiliary else missing
    if missing or unknown or wrong:
        example = (missing + unknown + wrong)[0]
        raise WeightsError(
            f"{name} does not fit {architecture}: {len(missing)} weights are missing, "
            f"{len(unknown)} unknown, {len(wrong)} of another shape (such as {example}).",
            hint="Choose the architecture the file was saved from.",
        )


def _fill(module: nn.Module, state: State, architecture: str) -> None:
    module.load_state_dict(_modern_names(state, module.state_dict()), strict=False)
    _drop_auxiliary(module, architecture)


def _modern_names(state: Mapping[str, Value], own: Mapping[str, Tensor]) -> dict[str, Value]:
    """Rename DenseNet's published weights: norm.1 in the file is norm1 in the module."""
    renamed = {}
    for name, tensor in state.items():
        modern = name
        for part in ("norm", "relu", "conv"):
            for number in "12":
                modern = modern.replace(f"{part}.{number}.", f"{part}{number}.")
        renamed[modern if name not in own and modern in own else name] = tensor
    return renamed


def _drop_auxiliary(module: nn.Module, architecture: str) -> None:
    if architecture in _WITH_AUXILIARY:
        module.aux_logits = False  # type: ignore[assignment]
        for name in _WITH_AUXILIARY[architecture]:
            setattr(module, name, None)


def classifier(
    module: nn.Module,
    spec: ModelSpec,
    labels: Sequence[str],
    digest: str,
    *,
    multi_label: bool | None = None,
    output: Asked = None,
) -> TorchClassifier:
    """Wrap a module that nobody else uses, so that it may be moved and laid out for speed."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # Channels last is faster for CPU convolutions; frozen weights keep autograd's graph small.
    module.requires_grad_(False).to(device)
    module.to(memory_format=torch.channels_last)
    return TorchClassifier(
        module,
        id=spec.id,
        title=spec.title,
        preprocessing=spec.preprocessing,
        labels=labels,
        multi_label=multi_label,
        output=output,
        digest=digest,
    )


def _architecture(spec: ModelSpec) -> str:
    if not spec.id.startswith("torchvision/"):
        raise ModelError(f"{spec.id} is not a torchvision model.")
    return spec.id.removeprefix("torchvision/")
