"""Look up models in the catalogue, and load them or wrap a model you already have in memory."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from gradcam import bundled, catalogue
from gradcam.backends import Classifier
from gradcam.backends.layouts import Reading
from gradcam.errors import ModelError, nearest
from gradcam.types import ModelSpec, Preprocessing
from gradcam.weights import cache

_STATES = (".pth", ".pt", ".safetensors")
_WHOLE = (".keras", ".h5", ".hdf5")
Progress = Callable[[int, int | None], None]


@functools.cache
def list_models() -> tuple[ModelSpec, ...]:
    """List every model in the catalogue, bundled ones first, without importing a framework."""
    return (*bundled.SPECS, *catalogue.torchvision_specs(), *catalogue.keras_specs())


def find_model(id: str) -> ModelSpec:
    """Return the catalogue's row for `id`; for an unknown id, ModelError lists the nearest ones."""
    by_id = {spec.id: spec for spec in list_models()}
    if id not in by_id:
        raise ModelError(f"{id!r} is not a model in the catalogue.", hint=nearest(id, by_id))
    return by_id[id]


def architectures() -> tuple[str, ...]:
    """List the names that `load_model(file, architecture=…)` accepts: torchvision's classifiers."""
    prefix = "torchvision/"
    return tuple(s.id.removeprefix(prefix) for s in list_models() if s.id.startswith(prefix))


def labels_of(spec: ModelSpec) -> tuple[str, ...]:
    """Return the model's class labels in index order."""
    return bundled.labels() if spec.labels == "photos100" else catalogue.labels(spec.labels)


def is_downloaded(spec: ModelSpec) -> bool:
    """Return whether the model can be loaded without a network."""
    return not spec.url or cache.find(spec) is not None


def load_model(
    id: str | Path,
    *,
    architecture: str | None = None,
    labels: Sequence[str] | None = None,
    preprocessing: Preprocessing | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Classifier:
    """Load a classifier from the catalogue or from a file.

    Parameters
    ----------
    id : an id from `list_models()`, or the path of a state dict (.pth, .pt, .safetensors) or of a
        whole Keras model (.keras, .h5). Code in a file is never run.
    architecture : for a state dict, the torchvision classifier it belongs to, such as "resnet18";
        the number of classes is read from the file.
    labels : one per class; by default ImageNet's if the model has 1,000 classes.
    preprocessing : for a Keras model file, how RGB becomes its input; default as in `wrap`.
    progress : called with (bytes so far, total bytes or None) while weights are downloaded.
    cancelled : polled during a download; it stops once this returns True.

    Returns
    -------
    A Classifier, ready for `gradcam.explain`.

    Raises
    ------
    ModelError : there is no such id or architecture, or the file does not fit it.
    WeightsError : the weights cannot be read or downloaded; the hint says which file goes where.
    CancelledError : `cancelled` returned True; what has arrived is kept for the next call.
    """
    if _is_file(id):
        return _from_file(Path(id), architecture, labels, preprocessing)
    spec = find_model(str(id))
    path = (
        None
        if spec.source == "bundled"
        else cache.fetch_weights(spec, progress=progress, cancelled=cancelled)
    )
    names = labels or labels_of(spec)
    # Import a framework only for a model that needs it.
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
    layers: Mapping[str, Reading] | None = None,
    output: str | int | Sequence[str | int] | None = None,
    activation: Literal["softmax", "sigmoid", "none"] | None = None,
) -> Classifier:
    """Wrap a model you have in memory as a classifier, without changing the model.

    Parameters
    ----------
    model : a `torch.nn.Module` from (N, 3, H, W) to logits (N, K), or a `keras.Model` from
        (N, H, W, 3) to logits, softmax or sigmoid.
    preprocessing : how RGB becomes the model's input. The default for torch is ImageNet's usual
        224-pixel crop; for Keras it is the model's own size and values in [0, 1], or [0, 255] if
        the model rescales them itself.
    labels : one per class; by default "class 0", "class 1", … A single output unit has two classes.
    title : the name in messages and reports; by default that of the model's type.
    multi_label : True if probabilities are per-class sigmoids, False for a softmax; None lets the
        model decide, which for torch means a softmax unless there is only one output unit.

    Returns
    -------
    A Classifier with the id "memory/" and the title.

    Raises
    ------
    ModelError : `model` is neither a torch nor a Keras model, or is one that cannot be explained,
        such as TorchScript; the hint says what to wrap instead.
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
            multi_label=multi_label,
            layers=layers,
            output=output,
            activation=activation,
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
        hint="Pass a torch.nn.Module or a keras.Model.",
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
            f"{architecture!r} is not a known architecture."
            if architecture
            else f"{path.name} holds weights only.",
            hint="Pass architecture=. " + nearest(architecture or "resnet18", architectures()),
        )
    from gradcam.backends.torch import catalogue as torch_zoo

    return torch_zoo.load_file(path, find_model(f"torchvision/{architecture}"), labels)
