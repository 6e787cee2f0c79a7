"""Builds Keras Applications and opens saved Keras models, without ever running a file's code."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

from gradcam import catalogue
from gradcam.backends.keras.bundled import NETWORKS
from gradcam.backends.keras.compat import keras
from gradcam.backends.keras.model import KerasClassifier
from gradcam.errors import WeightsError
from gradcam.types import ModelSpec
from gradcam.weights.known import file_hash

IMAGENET = 1000


def load_application(spec: ModelSpec, path: Path, labels: Sequence[str]) -> KerasClassifier:
    """A catalogue model with its downloaded weights; raises WeightsError if they do not fit."""
    model = build(spec.id.removeprefix("keras/"))
    try:
        model.load_weights(str(path))
    except (OSError, ValueError, KeyError) as error:
        raise WeightsError(
            f"{path.name} does not hold the weights of {spec.title}.",
            hint=f"Delete {path} and choose the model again.",
        ) from error
    return _classifier(model, spec, labels, file_hash(path))


def load_bundled(spec: ModelSpec, labels: Sequence[str]) -> KerasClassifier:
    """A model that needs no download, filled from the same weights file as PyTorch's."""
    return _classifier(NETWORKS[spec.id](), spec, labels, "")


def load_file(path: Path, labels: Sequence[str] | None, preprocessing: Any) -> KerasClassifier:
    """A whole model that a user saved as .keras or .h5.

    Raises WeightsError if the file is missing, damaged, holds weights only, or needs code to run.
    """
    model = _saved(path)
    if not labels and model.output_shape[-1] == IMAGENET:
        labels = catalogue.labels("imagenet")
    return KerasClassifier(
        model,
        id=f"file/{path.name}",
        title=path.stem,
        preprocessing=preprocessing,
        labels=labels or (),
        digest=file_hash(path),
    )


def build(name: str) -> Any:
    """The application called `name` with random weights, shaped to take its ImageNet weights.

    Keras numbers unnamed layers by what was built before in the same thread. So that the names do
    not depend on that, each application is built in a thread of its own.
    """
    builder: Callable[..., Any] = getattr(keras.applications, name)
    with ThreadPoolExecutor(1) as fresh:
        return fresh.submit(builder, weights=None).result()


def _saved(path: Path) -> Any:
    if not path.is_file():
        raise WeightsError(f"{path.name} is not there.", hint=f"Looked in {path.parent}.")
    try:
        if path.suffix.islower():
            return _opened(path)
        with TemporaryDirectory() as folder:  # Keras knows its files by their ending in lower case
            return _opened(Path(copyfile(path, Path(folder, path.stem + path.suffix.lower()))))
    except Exception as error:
        raise _unreadable(path, error) from error


def _opened(path: Path) -> Any:
    return keras.saving.load_model(path, compile=False, safe_mode=True)


def _unreadable(path: Path, error: Exception) -> WeightsError:
    said = str(error)
    if "safe_mode" in said or "unsafe" in said.lower() or "lambda" in said.lower():
        return WeightsError(
            f"{path.name} holds a Lambda layer, and running code from a file is not safe.",
            hint="Rebuild it with ordinary layers, or load it yourself and use gradcam.wrap().",
        )
    if "custom" in said or "Could not locate" in said or "Unknown layer" in said:
        return WeightsError(
            f"{path.name} uses classes that are not in the file.",
            hint="Load it where those classes are defined, and use gradcam.wrap().",
        )
    if path.suffix.lower() == ".h5" and ("model config" in said or "No model" in said):
        return WeightsError(
            f"{path.name} holds weights only.", hint="Save the whole model: model.save('my.keras')."
        )
    whole = zipfile.is_zipfile(path) or path.suffix.lower() == ".h5"
    return WeightsError(
        f"{path.name} is {'damaged or not a Keras model' if whole else 'not a Keras model'}.",
        hint="Save it again with model.save('my.keras').",
    )


def _classifier(model: Any, spec: ModelSpec, labels: Sequence[str], digest: str) -> KerasClassifier:
    """Wrap a model that nobody else uses."""
    return KerasClassifier(
        model,
        id=spec.id,
        title=spec.title,
        preprocessing=spec.preprocessing,
        labels=labels,
        digest=digest,
    )
