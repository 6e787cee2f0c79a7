"""Look up models in the catalogue, and load them from there, from the hub or from files."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gradcam import bundled, catalogue
from gradcam.backends import Classifier
from gradcam.bundled import photos
from gradcam.catalogue import hub
from gradcam.errors import ModelError, WeightsError, nearest
from gradcam.formats import PACKED, STATES, WHOLE, require_loadable, require_model_file
from gradcam.labels import Labels, as_labels
from gradcam.text import base_name
from gradcam.transforms import as_preprocessing
from gradcam.types import ModelSpec, Preprocessing
from gradcam.vault import Budget
from gradcam.vault.folders import unpacked
from gradcam.weights import cache
from gradcam.weights import hub as weights_hub
from gradcam.wrapping import warn

Progress = Callable[[int, int | None], None]


@functools.cache
def list_models() -> tuple[ModelSpec, ...]:
    """List every model in the catalogue, bundled ones first, without importing a framework."""
    return (
        *bundled.SPECS,
        *catalogue.torchvision_specs(),
        *catalogue.keras_specs(),
        *hub.timm_specs(),
    )


def find_model(id: str) -> ModelSpec:
    """Return the catalogue's row for `id`, or describe `hf/ORG/NAME`, which may be any model there.

    An id is found in any capitals if only one fits. Raises ModelError for an unknown id, listing
    the nearest ones, and for a name without its source, listing the models of that name.
    """
    if id.startswith(hub.HUGGING_FACE):
        return hub.hub_spec(id)
    known = _by_id()
    if id in known:
        return known[id]
    folded = id.casefold()
    same = [one for one in known if one.casefold() == folded]
    if len(same) == 1:
        return known[same[0]]
    named = [one for one in known if one.partition("/")[2].casefold() == folded]
    if named:
        raise ModelError(
            f"{id!r} does not say where the model comes from.", hint=f"Write {' or '.join(named)}."
        )
    elsewhere = hub.hub_id(id)
    maybe = f" On the Hugging Face hub it would be {elsewhere}." if elsewhere else ""
    raise ModelError(f"{id!r} is not a model in the catalogue.", hint=nearest(id, known) + maybe)


def architectures() -> tuple[str, ...]:
    """List the names that `load_model(file, architecture=…)` accepts: torchvision's classifiers."""
    prefix = "torchvision/"
    return tuple(s.id.removeprefix(prefix) for s in list_models() if s.id.startswith(prefix))


def is_downloaded(spec: ModelSpec) -> bool:
    """Return whether the model can be loaded without a network."""
    return not spec.url or cache.find(spec) is not None


def downloaded() -> frozenset[str]:
    """Return the ids of the catalogue's models that can be loaded without a network.

    Quicker than asking for each: the folders are listed once, and hardly any model is in them.
    """
    files, repositories = cache.begun(), weights_hub.addresses()
    return frozenset(
        spec.id
        for spec in list_models()
        if (not spec.url or spec.url in repositories or spec.filename in files)
        and is_downloaded(spec)
    )


def load_model(
    id: str | Path,
    *,
    architecture: str | None = None,
    labels: Labels | None = None,
    preprocessing: Any = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    budget: Budget | None = None,
) -> Classifier:
    """Load a classifier from the catalogue, the Hugging Face hub, a folder or a file.

    Parameters
    ----------
    id : an id from `list_models()`; `hf/ORG/NAME` for any image classifier of transformers or
        timm on the Hugging Face hub, and for CLIP and SigLIP; or the path of a folder that
        `save_pretrained` wrote or of a ZIP of it, of a state dict (.pth, .pt, .safetensors), or of
        a whole Keras model (.keras, .h5). Code in a file is never run, and another process reads
        it.
    architecture : for a state dict, the torchvision classifier it belongs to, such as "resnet18";
        the number of classes is read from the file.
    labels : one per class, in a list, in a dictionary by index, or the path of a text or JSON file
        that holds them; by default those saved with the model, or ImageNet's if it has 1,000
        classes.
    preprocessing : how RGB becomes the model's input, in any form that `wrap` takes; by default the
        catalogue's for its models and architectures, what a folder or `hf/ORG/NAME` says itself,
        and for a Keras file as in `wrap`.
    progress : called with (bytes so far, total bytes or None) while weights are downloaded.
    cancelled : polled during a download; it stops once this returns True.
    budget : the most that a file or a folder may cost, by default `gradcam.vault.Budget()`: memory
        and seconds of the process that reads it, parameters, what one photo needs.

    Returns
    -------
    A Classifier, ready for `gradcam.explain`.

    Raises
    ------
    ModelError : there is no such id or architecture, or the file does not fit it.
    WeightsError : the weights cannot be read or downloaded; the hint says which file goes where.
        What was downloaded and is damaged since is downloaded again, with a GradcamWarning.
        Or the file is a model in another format, such as ONNX; the hint says what to save instead.
        Or it is over the budget, with the numbers.
    CancelledError : `cancelled` returned True; what has arrived is kept for the next call.
    """
    if not isinstance(id, (str, Path)):
        raise ModelError(
            f"{type(id).__name__} is not the name of a model.",
            hint="For a model in memory, write gradcam.wrap(model, preprocessing=…, labels=…).",
        )
    given = as_labels(labels)
    spec = spec_of(id)
    if spec is None:
        return _from_path(Path(id), architecture, given, preprocessing, budget)
    if spec.source != "huggingface":  # whose folder says how, once it is here
        if isinstance(preprocessing, str):
            raise ModelError(
                f"{spec.id} is a model of the catalogue, which knows its preprocessing.",
                hint=f"Leave out the range of pixel values, {preprocessing!r}.",
            )
        spec = _prepared(spec, preprocessing)
    path = (
        None
        if spec.source == "bundled"
        else cache.fetch_weights(spec, progress=progress, cancelled=cancelled)
    )
    try:
        return _from_catalogue(spec, path, given, preprocessing, budget)
    except WeightsError as error:
        # With a hash, the file is what was published, and something else is wrong.
        if path is None or spec.checksum or weights_hub.is_on_hub(spec):
            raise
        raise cache.damaged(spec, path, error.message.rstrip(".")) from error


def spec_of(id: str | Path) -> ModelSpec | None:
    """Return what `find_model` finds, or None if `id` is the path of a file or a folder.

    Raises
    ------
    ModelError : as `find_model`.
    WeightsError : it is a file in a format that cannot be loaded.
    """
    if isinstance(id, str) and (not id or id.startswith(hub.HUGGING_FACE)):
        return find_model(id)  # never a path, whatever the model is called
    require_loadable(Path(id))
    return None if _is_path(id) else find_model(str(id))


def _is_path(id: str | Path) -> bool:
    if isinstance(id, Path) or id.lower().endswith((*STATES, *WHOLE, PACKED)):
        return True
    return id not in _by_id() and Path(id).is_dir()


@functools.cache
def _by_id() -> dict[str, ModelSpec]:
    return {spec.id: spec for spec in list_models()}


def _from_catalogue(
    spec: ModelSpec,
    path: Path | None,
    labels: Sequence[str] | None,
    preprocessing: Any,
    budget: Budget | None,
) -> Classifier:
    """Build the model from `path`, its downloaded weights; import only the framework it needs."""
    if spec.framework == "keras":
        from gradcam.backends.keras import catalogue as keras_zoo

        names = labels or _labels_of(spec)
        return (
            keras_zoo.load_application(spec, path, names)
            if path
            else keras_zoo.load_bundled(spec, names)
        )
    if spec.source == "huggingface":
        from gradcam.backends.torch import hub_zoo

        assert path is not None
        return hub_zoo.load_folder(spec, path, labels, preprocessing, budget)
    if spec.source == "timm":
        from gradcam.backends.torch import timm_zoo

        assert path is not None
        return timm_zoo.load_timm(spec, path, labels or ())
    from gradcam.backends.torch import catalogue as torch_zoo

    names = labels or _labels_of(spec)
    return (
        torch_zoo.load_torchvision(spec, path, names)
        if path
        else torch_zoo.load_bundled(spec, names)
    )


def _labels_of(spec: ModelSpec) -> tuple[str, ...]:
    return photos.labels() if spec.labels == "photos100" else catalogue.labels(spec.labels)


def _from_path(
    path: Path,
    architecture: str | None,
    labels: Sequence[str],
    preprocessing: Any,
    budget: Budget | None,
) -> Classifier:
    if path.is_dir():
        from gradcam.backends.torch import hub_zoo

        name = base_name(path.resolve().name)
        spec = ModelSpec(f"file/{name}", name, "torch", "file", 0, Preprocessing(), labels="")
        return hub_zoo.load_folder(spec, path, labels, preprocessing, budget)
    require_model_file(path)
    if path.suffix.lower() == PACKED:
        with unpacked(path, budget) as folder:
            return _from_path(folder, None, labels, preprocessing, budget)
    if path.suffix.lower() in WHOLE:
        from gradcam.backends.keras import saved

        clf = saved.load_file(path, labels, preprocessing, budget)
        warn(clf.notes)
        return clf
    if architecture not in architectures():
        raise ModelError(
            f"{architecture!r} is not a known architecture."
            if architecture
            else f"{path.name} holds weights only.",
            hint="Pass architecture=. " + nearest(architecture or "resnet18", architectures()),
        )
    from gradcam.backends.torch import catalogue as torch_zoo

    spec = _prepared(find_model(f"torchvision/{architecture}"), preprocessing)
    return torch_zoo.load_file(path, spec, labels, budget)


def _prepared(spec: ModelSpec, preprocessing: Any) -> ModelSpec:
    """Return the row with the preprocessing that was asked for in place of its own."""
    return replace(spec, preprocessing=as_preprocessing(preprocessing, lambda: spec.preprocessing))
