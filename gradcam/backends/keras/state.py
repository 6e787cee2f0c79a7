"""What a Keras model is at the moment: its weights, its layers, and the attributes `call` may read.

People train on, replace a layer or set an attribute between two explanations of the same model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Hashable, Iterator
from functools import cache
from typing import Any

import numpy as np

from gradcam.backends.keras.compat import keras
from gradcam.backends.keras.layers import operations

Describe = Callable[[Any], Hashable]
Place = tuple[str, str]  # the path of an operation, and an attribute's name

# Names that Keras and TensorFlow keep in the objects themselves; none of them is the user's.
_BOOKKEEPING = ("_self_", "_compile", "_call", "_eval")
_OF_TRAINING = {"history", "optimizer", "stop_training"}


def attributes(model: Any) -> dict[Place, Hashable]:
    """Every operation in the model, and the attributes of each that are not Keras's own."""
    return dict(_facts(model, id))


def structure(model: Any, passing: Collection[Place]) -> Hashable:
    """A value that changes if a layer, a variable or an attribute that `call` may read does.

    passing : attributes that change whenever the model runs, such as a count of its calls.
    """
    variables = tuple(id(weight.value.handle) for weight in model.weights)
    kept = ((place, fact) for place, fact in _facts(model, id) if place not in passing)
    return hash((variables, *kept))


def weights(model: Any) -> Hashable:
    """A sum over every weight's bits."""
    return hash(tuple(_bits(weight) for weight in model.weights))


def model_digest(model: Any, passing: Collection[Place] = ()) -> str:
    """SHA-256 over the architecture, as far as it can be written down, and every weight."""
    try:
        described = model.to_json()
    except (NotImplementedError, TypeError, ValueError):
        described = type(model).__qualname__  # a subclassed model need not be serialisable
    sha = hashlib.sha256(described.encode())
    for place, fact in _facts(model, _qualname):
        if place not in passing:
            sha.update(repr((place, fact)).encode())
    for weight in model.weights:
        values = np.ascontiguousarray(keras.ops.convert_to_numpy(weight))
        sha.update(f"{weight.path} {values.shape} {values.dtype}".encode())
        sha.update(values.tobytes())
    return sha.hexdigest()


def _facts(model: Any, described: Describe) -> Iterator[tuple[Place, Hashable]]:
    """What `attributes` returns, in a fixed order.

    described : what to say of an object that cannot be written down.
    """
    for path, operation in (("", model), *operations(model).items()):
        yield (path, ""), described(operation)
        for name, value in vars(operation).items():
            if name not in _own_names() and not name.startswith(_BOOKKEEPING):
                fact = _fact(value, described)
                if fact is not None:
                    yield (path, name), fact


def _fact(value: Any, described: Describe) -> Hashable:
    """A plain value, the items of a container, an array's bytes; None for a layer or variable."""
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return tuple(_fact(item, described) for item in value)
    if isinstance(value, dict):
        return tuple((str(key), _fact(item, described)) for key, item in value.items())
    if isinstance(value, (np.ndarray, np.generic)):
        return str(value.dtype), value.shape, hashlib.sha256(value.tobytes()).hexdigest()
    # Layers are listed themselves, and variables are among the weights.
    if isinstance(value, (keras.Layer, keras.Variable)) or not callable(value):
        return None
    return described(value)


@cache
def _own_names() -> frozenset[str]:
    return frozenset({*vars(keras.Model()), *vars(keras.layers.Layer()), *_OF_TRAINING})


def _qualname(value: Any) -> str:
    return str(getattr(value, "__qualname__", type(value).__qualname__))


def _bits(weight: Any) -> int:
    """Quick, and different after any training step."""
    values = np.ascontiguousarray(keras.ops.convert_to_numpy(weight)).reshape(-1)
    raw = values.view(np.dtype(f"u{values.dtype.itemsize}"))
    return int(raw.sum(dtype=np.uint64)) ^ hash(values[:1].tobytes())
