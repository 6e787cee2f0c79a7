"""Builds Keras Applications and fills them from published weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from gradcam.backends.keras.bundled import NETWORKS
from gradcam.backends.keras.compat import keras
from gradcam.backends.keras.model import KerasClassifier
from gradcam.errors import WeightsError
from gradcam.types import ModelSpec
from gradcam.weights.known import file_hash


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


def build(name: str) -> Any:
    """The application called `name` with random weights, shaped to take its ImageNet weights.

    Keras numbers unnamed layers by what was built before in the same thread. So that the names do
    not depend on that, each application is built in a thread of its own.
    """
    builder: Callable[..., Any] = getattr(keras.applications, name)
    with ThreadPoolExecutor(1) as fresh:
        return fresh.submit(builder, weights=None).result()


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
