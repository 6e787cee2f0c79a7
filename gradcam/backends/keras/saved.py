"""Opens whole Keras models that somebody saved, without ever running a file's code.

Another process reads the file (`gradcam.vault`): what comes back is a configuration in which every
class and setting was checked, and plain numbers. What the model costs is known before it is built.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcam import catalogue
from gradcam.backends.keras import compat
from gradcam.backends.keras.model import KerasClassifier
from gradcam.errors import GradcamError, WeightsError
from gradcam.text import base_name, one_line
from gradcam.transforms import as_preprocessing
from gradcam.vault import Budget, Safe, keras_config, keras_network, opened
from gradcam.vault.safetensors import Entry, header_of
from gradcam.weights.known import file_hash

_log = logging.getLogger(__name__)
IMAGENET = 1000
_RESAVE = "Save it again with model.save('my.keras')."
_TYPES: Mapping[str, str] = {
    "F16": "<f2", "F32": "<f4", "F64": "<f8", "I8": "i1", "I16": "<i2", "I32": "<i4", "I64": "<i8",
    "U8": "u1", "U16": "<u2", "U32": "<u4", "U64": "<u8", "BOOL": "?", "BF16": "<u2",
}  # fmt: skip


def load_file(
    path: Path,
    labels: Sequence[str] | None,
    preprocessing: Any,
    budget: Budget | None = None,
) -> KerasClassifier:
    """A whole model that a user saved as .keras or .h5.

    Raises WeightsError if the file is missing, damaged, holds weights only, names a class that is
    not one of Keras's ordinary layers, or is over the budget.
    """
    budget = budget or Budget()
    with opened(path, budget) as safe:
        model = _built(safe, path.name, budget, _size(preprocessing))
    if not labels and model.output_shape[-1] == IMAGENET:
        labels = catalogue.labels("imagenet")
    return KerasClassifier(
        model,
        id=f"file/{base_name(path.name)}",
        title=base_name(path.stem),
        preprocessing=preprocessing,
        labels=labels or (),
        digest=file_hash(path),
    )


def _size(preprocessing: Any) -> tuple[int, int] | None:
    """The (height, width) that was asked for, if that can be told without the model."""
    try:
        return None if preprocessing is None else as_preprocessing(preprocessing).crop
    except GradcamError:
        return None


def _built(safe: Safe, name: str, budget: Budget, size: tuple[int, int] | None) -> Any:
    """The model, from a configuration that is checked here once more, with its weights."""
    config = keras_config.read(safe.description["config"], name, keras_network.LAYERS)
    keras_network.cost(config, name, budget, size)
    try:
        model = compat.from_config(keras_config.written(config))
    except Exception as error:  # whatever Keras makes of settings that do not go together
        _log.info("A Keras model was not built", exc_info=error)
        raise WeightsError(
            f"{name} cannot be built by Keras {compat.keras.__version__}: {_said(error)}",
            hint=_RESAVE,
        ) from error
    if not getattr(model, "outputs", None):
        raise WeightsError(f"{name} has no layers besides its input.", hint=_RESAVE)
    try:
        _fill(model, safe, name, budget)
    except (ValueError, TypeError, LookupError) as error:
        _log.info("A Keras model was not filled", exc_info=error)
        raise WeightsError(
            f"{name} does not hold the weights of its own layers: {_said(error)}", hint=_RESAVE
        ) from error
    return model


def _fill(model: Any, safe: Safe, name: str, budget: Budget) -> None:
    with safe.tensors.open("rb") as file:
        size = safe.tensors.stat().st_size
        entries = header_of(file, size, name, budget).tensors
    if safe.description["layout"] == "paths":
        owned: dict[str, dict[str, Entry]] = {}
        for path, entry in entries.items():
            owner, _, key = f"/{path}".rpartition("/vars/")
            owned.setdefault(owner.removeprefix("/"), {})[key] = entry
        compat.fill(model, {owner: _Read(safe.tensors, own) for owner, own in owned.items()})
        return
    weighted = [layer for layer in model.layers if compat.ordered_weights(layer)]
    order = safe.description["order"]
    if len(order) != len(weighted):
        raise ValueError(f"weights of {len(order)} layers, of which it has {len(weighted)}")
    for layer, keys in zip(weighted, order, strict=True):
        weights, values = compat.ordered_weights(layer), _Read(safe.tensors, entries)
        if len(keys) != len(weights):
            raise ValueError(f"{layer.name} has {len(weights)} weights, and the file {len(keys)}")
        for weight, key in zip(weights, keys, strict=True):
            if tuple(weight.shape) != entries[key].shape:
                raise ValueError(
                    f"{weight.path} is {tuple(weight.shape)}, and in the file {entries[key].shape}"
                )
            weight.assign(values[key])
        _finish(layer)


def _finish(layer: Any) -> None:
    """Let layers take over what they have learnt, such as a Normalization its mean."""
    for one in [layer, *compat.sublayers(layer)]:
        if one is not layer:
            _finish(one)
        elif hasattr(one, "finalize_state"):
            one.finalize_state()


class _Read(Mapping[str, NDArray[Any]]):
    """Arrays of a safetensors file by name, each read when it is asked for."""

    def __init__(self, path: Path, entries: Mapping[str, Entry]) -> None:
        self._path, self._entries = path, entries

    def __getitem__(self, key: str) -> NDArray[Any]:
        entry = self._entries[key]
        kind = np.dtype(_TYPES[entry.dtype])
        count = (entry.end - entry.begin) // kind.itemsize
        values = np.fromfile(self._path, kind, count, offset=entry.begin).reshape(entry.shape)
        if entry.dtype == "BF16":  # the upper half of a float32
            return (values.astype(np.uint32) << 16).view(np.float32)
        return values

    def __iter__(self) -> Any:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _said(error: Exception) -> str:
    """What happened, from the first lines of what Keras says about it."""
    text = re.sub(r"\x1b\[[\d;]*m", "", str(error))
    if isinstance(error, RecursionError):
        text = "it has too many layers one behind the other"
    inner = text.rpartition("Exception encountered: ")[2]
    return one_line(inner.strip().partition("\n")[0]).rstrip(".") + "."
