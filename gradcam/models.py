"""The catalogue, and how a row, a file or an object in memory becomes a Classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from gradcam import bundled, catalogue
from gradcam.backends import Classifier
from gradcam.errors import ModelError, nearest
from gradcam.types import ModelSpec, Preprocessing
from gradcam.weights import cache as fetch

_STATES = (".pth", ".pt", ".safetensors")
_WHOLE = (".keras", ".h5", ".hdf5")
Progress = Callable[[int, int | None], None]


@cache
def list_models() -> tuple[ModelSpec, ...]:
    """Every model of the catalogue, bundled ones first; reading it imports no framework."""
    return (*bundled.SPECS, *catalogue.torchvision_specs(), *catalogue.keras_specs())


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
    preprocessing: Preprocessing | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Classifier:
    """A classifier from the catalogue, or from a file of weights.

    Parameters
    ----------
    id : an id of `list_models()`, or the path of a state dict (.pth, .pt, .safetensors) or of a
        whole Keras model (.keras, .h5). No code in a file is ever run.
    architecture : for a state dict, the torchvision classifier it belongs to, such as "resnet18";
        the number of classes is read from the file.
    labels : one per class; ImageNet's where the model has 1,000 classes and none are given.
    preprocessing : for a Keras model, how RGB becomes its input; default as in `wrap`.
    progress, cancelled : called with (bytes so far, bytes in all or None), and asked whether to
        stop, while weights are downloaded.

    Returns
    -------
    A Classifier, ready for `gradcam.explain`.

    Raises
    ------
    ModelError : no such id or architecture, or the file does not fit it.
    WeightsError : the weights cannot be read or downloaded; says which file goes where.
    CancelledError : `cancelled` said so; what has arrived is kept for the next call.
    """
    if _is_file(id):
        return _from_file(Path(id), architecture, labels, preprocessing)
    spec = find_model(str(id))
    path = (
        None
        if spec.source == "bundled"
        else fetch.fetch_weights(spec, progress=progress, cancelled=cancelled)
    )
    names = labels or labels_of(spec)
    # Deferred: a framework is imported for the model that needs it, and no sooner.
    if spec.framework == "keras":
        from gradcam.backends.keras import catalogue as keras_zoo

        return (
            keras_zoo.load_application(spec, path, names)
            if path
            else (keras_zoo.load_bundled(spec, names))
        )
    from gradcam.backends.torch import catalogue as torch_zoo

    return (
        torch_zoo.load_torchvision(spec, path, names)
        if path
        else (torch_zoo.load_bundled(spec, names))
    )


def wrap(
    model: Any,
    *,
    preprocessing: Preprocessing | None = None,
    labels: Sequence[str] = (),
    title: str = "",
    multi_label: bool | None = None,
) -> Classifier:
    """A classifier around a model you have in memory; the model is left as it is.

    Parameters
    ----------
    model : a `torch.nn.Module` from (N, 3, H, W) to logits (N, K), or a `keras.Model` from
        (N, H, W, 3) to logits, softmax or sigmoid.
    preprocessing : how RGB becomes its input. Default for torch: ImageNet's usual 224-pixel crop;
        for Keras: the model's own size, values in [0, 1], or [0, 255] where it rescales by itself.
    labels : one per class; "class 0" … by default. A single output unit offers two classes.
    title : what messages and reports call it; default the name of its type.
    multi_label : probabilities are per-class sigmoids, not a softmax; None asks the model, which
        for torch means a softmax unless there is only one unit.

    Returns
    -------
    A Classifier with the id "memory/…" and the title.

    Raises
    ------
    ModelError : `model` is of no framework known here.
    """
    roots = {base.__module__.split(".")[0] for base in type(model).__mro__}
    name = title or type(model).__name__
    id = f"memory/{name}"
    if "torch" in roots:
        from gradcam.backends.torch.model import TorchClassifier

        return TorchClassifier(
            model,
            id=id,
            title=name,
            preprocessing=preprocessing or Preprocessing(),
            labels=labels,
            multi_label=bool(multi_label),
        )
    if "keras" in roots:
        from gradcam.backends.keras.model import KerasClassifier

        return KerasClassifier(
            model,
            id=id,
            title=name,
            preprocessing=preprocessing,
            labels=labels,
            multi_label=multi_label,
        )
    raise ModelError(
        f"{type(model).__name__} is not a model that can be explained.",
        hint="Give a torch.nn.Module or a keras.Model.",
    )


def _is_file(id: str | Path) -> bool:
    return isinstance(id, Path) or id.endswith((*_STATES, *_WHOLE))


def _from_file(
    path: Path,
    architecture: str | None,
    labels: Sequence[str] | None,
    preprocessing: Preprocessing | None,
) -> Classifier:
    if path.suffix in _WHOLE:
        from gradcam.backends.keras import catalogue as keras_zoo

        return keras_zoo.load_file(path, labels, preprocessing)
    if architecture not in architectures():
        raise ModelError(
            f"{architecture!r} is not an architecture known here."
            if architecture
            else f"{path.name} holds weights only.",
            hint="Give architecture=. " + nearest(architecture or "resnet18", architectures()),
        )
    from gradcam.backends.torch import catalogue as torch_zoo

    return torch_zoo.load_file(path, find_model(f"torchvision/{architecture}"), labels)
