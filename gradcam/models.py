"""The catalogue, and how a row, a file or an object in memory becomes a Classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from gradcam import bundled, catalogue, fetch
from gradcam.backends import Classifier
from gradcam.errors import ModelError, nearest
from gradcam.types import ModelSpec, Preprocessing

Progress = Callable[[int, int | None], None]


@cache
def list_models() -> tuple[ModelSpec, ...]:
    """Every model of the catalogue, bundled ones first; reading it imports no framework."""
    return (bundled.PHOTOS, *catalogue.torchvision_specs())


def find_model(id: str) -> ModelSpec:
    """The catalogue's row called `id`. Raises ModelError listing the nearest ids."""
    by_id = {spec.id: spec for spec in list_models()}
    if id not in by_id:
        raise ModelError(f"{id!r} is not a model of the catalogue.", hint=nearest(id, by_id))
    return by_id[id]


def architectures() -> tuple[str, ...]:
    """Names `load_model(file, architecture=…)` understands: torchvision's classifiers."""
    prefix = "torchvision/"
    return tuple(s.id.removeprefix(prefix) for s in list_models() if s.id.startswith(prefix))


def labels_of(spec: ModelSpec) -> tuple[str, ...]:
    """The class labels of a catalogue row, in index order."""
    return bundled.labels() if spec.labels == "photos100" else catalogue.labels(spec.labels)


def is_downloaded(spec: ModelSpec) -> bool:
    """Whether loading `spec` needs no network."""
    return not spec.url or fetch.find(spec) is not None


def load_model(
    id: str | Path,
    *,
    architecture: str | None = None,
    labels: Sequence[str] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Classifier:
    """A classifier from the catalogue, or from a file of weights.

    Parameters
    ----------
    id : an id of `list_models()`, or the path of a state dict (.pth, .pt, .safetensors).
    architecture : for a path, the torchvision classifier it belongs to, such as "resnet18"; the
        number of classes is read from the file.
    labels : one per class; ImageNet's where the model has 1,000 classes and none are given.
    progress, cancelled : called with (bytes so far, bytes in all or None), and asked whether to
        stop, while weights are downloaded.

    Raises
    ------
    ModelError : no such id or architecture, or the file does not fit it.
    WeightsError : the weights cannot be read or downloaded; says which file goes where.
    """
    if _is_file(id):
        return _from_file(Path(id), architecture, labels)
    spec = find_model(str(id))
    # Deferred: a framework is imported for the model that needs it, and no sooner.
    from gradcam.backends import torch_zoo

    if spec.source == "bundled":
        return torch_zoo.load_bundled(spec, labels_of(spec))
    path = fetch.find(spec) or fetch.fetch(
        spec.url,
        spec.filename,
        sha256=fetch.hash_from_name(spec.filename),
        progress=progress,
        cancelled=cancelled,
    )
    return torch_zoo.load_torchvision(spec, path, labels or labels_of(spec))


def wrap(
    model: Any,
    *,
    preprocessing: Preprocessing | None = None,
    labels: Sequence[str] = (),
    title: str = "",
    multi_label: bool = False,
) -> Classifier:
    """A classifier around a model you have in memory; the model is left as it is.

    Parameters
    ----------
    model : a `torch.nn.Module` from (N, 3, H, W) to logits (N, K).
    preprocessing : how RGB becomes its input; ImageNet's usual 224-pixel crop by default.
    labels : one per class; "class 0" … by default.
    multi_label : probabilities are per-class sigmoids, not a softmax.

    Raises
    ------
    ModelError : `model` is of no framework known here.
    """
    roots = {base.__module__.split(".")[0] for base in type(model).__mro__}
    if "torch" not in roots:
        raise ModelError(
            f"{type(model).__name__} is not a model that can be explained.",
            hint="Give a torch.nn.Module.",
        )
    from gradcam.backends.torch import TorchClassifier

    name = title or type(model).__name__
    return TorchClassifier(
        model,
        id=f"memory/{name}",
        title=name,
        preprocessing=preprocessing or Preprocessing(),
        labels=labels,
        multi_label=multi_label,
    )


def _is_file(id: str | Path) -> bool:
    return isinstance(id, Path) or id.endswith((".pth", ".pt", ".safetensors"))


def _from_file(path: Path, architecture: str | None, labels: Sequence[str] | None) -> Classifier:
    if architecture not in architectures():
        raise ModelError(
            f"{architecture!r} is not an architecture known here."
            if architecture
            else f"{path.name} holds weights only.",
            hint="Give architecture=. " + nearest(architecture or "resnet18", architectures()),
        )
    from gradcam.backends import torch_zoo

    return torch_zoo.load_file(path, find_model(f"torchvision/{architecture}"), labels)
