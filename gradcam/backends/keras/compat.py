"""Imports TensorFlow and Keras, and wraps every undocumented interface of theirs we rely on.

Each wrapper says what happens should the interface go; tests/gradcam/backends/keras/test_compat.py
has a test for each, so that an upgrade that breaks one fails by name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from gradcam.backends.keras import before_tensorflow
from gradcam.errors import ModelError

# Both are read at import time: Keras picks its engine, and TensorFlow how much it logs.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
before_tensorflow()

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

if keras.backend.backend() != "tensorflow":
    raise ModelError(
        f"Keras is running on {keras.backend.backend()}; gradcam explains Keras models on "
        "TensorFlow only.",
        hint="Set KERAS_BACKEND=tensorflow before Keras is imported.",
    )

__all__ = [
    "COLOCATION", "CUSTOM_GRADIENT", "captured", "copy_gradient", "fill", "from_config", "keras",
    "ordered_weights", "read_from_outside", "recording", "scratch_graph", "sublayers", "tf",
]  # fmt: skip

# Node attribute that lists nodes to be placed on the same device. We delete it, because a list
# that names a node we left out fails the import; if TensorFlow renames it, so will that import.
COLOCATION = "_class"
# Node attribute that names the registered gradient to use in place of an operation's own, which is
# how `tf.Graph.gradient_override_map` works; if ignored, guided maps would be plain gradients.
CUSTOM_GRADIENT = "_gradient_op_type"
# What files of Keras 2.13 call "layers".
_OLD = "_layer_checkpoint_dependencies"


def scratch_graph() -> Any:
    """A graph to build step by step, which can read weights (`FuncGraph`); else ModelError.

    `tf.function` would build the same one, but spends a quarter of the time on what we do not need.
    """
    try:
        return tf.__internal__.FuncGraph("scratch")
    except AttributeError as error:
        raise _unsupported("TensorFlow", tf.__version__) from error


def captured(graph: Any) -> list[tuple[tf.Tensor, tf.Tensor]]:
    """Tensor outside and its placeholder in the graph, for each that it reads; else ModelError."""
    try:
        return list(graph.captures)
    except AttributeError as error:
        raise _unsupported("TensorFlow", tf.__version__) from error


def read_from_outside(tensor: tf.Tensor) -> tf.Tensor:
    """Let the graph being built read a weight (`FuncGraph.capture`); else through a copy."""
    graph = tf.compat.v1.get_default_graph()
    return graph.capture(tensor) if hasattr(graph, "capture") else tf.identity(tensor)


def copy_gradient(original: Any, copy: Any) -> None:
    """Differentiate a copied call of a compiled function as the original (`_gradient_function`).

    That is no part of a written graph. Should TensorFlow drop it, it uses a gradient of its own,
    which works for some functions, and raises an error for the others.
    """
    gradient = getattr(original, "_gradient_function", None)
    if gradient is not None:
        copy._gradient_function = gradient


def sublayers(layer: Any) -> list[Any]:
    """Layers tracked by `layer`, in lists too (`_flatten_layers`); else those in attributes."""
    if hasattr(layer, "_flatten_layers"):
        return list(layer._flatten_layers(include_self=False, recursive=False))
    return [value for value in vars(layer).values() if isinstance(value, keras.Layer)]


@contextmanager
def recording(
    operations: Mapping[str, Any], record: Callable[[str, Any, Any, Any], None]
) -> Iterator[None]:
    """Call `record(name, operation, arguments, output)` after each call of these operations.

    Keras calls `self.call`, and an instance's `__dict__` goes before its class; writing there
    bypasses Keras's tracking of attributes. A `call` that is a `tf.function` is replaced by the
    Python function behind it, since a compiled one would not call what is inside again. Raises
    ModelError if Keras called none of them so.
    """
    called = False

    def wrap(name: str, operation: Any, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            nonlocal called
            called = True
            output = getattr(call, "python_function", call)(*args, **kwargs)
            record(name, operation, args, output)
            return output

        return wrapped

    own = {name: operation.__dict__.get("call") for name, operation in operations.items()}
    for name, operation in operations.items():
        operation.__dict__["call"] = wrap(name, operation, operation.call)
    try:
        yield
    finally:
        for name, operation in operations.items():
            del operation.__dict__["call"]
            if own[name] is not None:
                operation.__dict__["call"] = own[name]
    if operations and not called:
        raise ModelError(
            "None of the model's layers was seen being called: they run inside a tf.function, or "
            f"Keras {keras.__version__} has changed in a way that gradcam does not support.",
            hint="Wrap the model without tf.function, with the version of Keras in "
            "requirements.txt.",
        )


def from_config(config: Mapping[str, Any]) -> Any:
    """Build a model from a whole configuration."""
    own = {"Sequential": _Sequential}
    return keras.saving.deserialize_keras_object(dict(config), custom_objects=own, safe_mode=True)


class _Sequential:
    """Builds a Sequential once; Keras's own `from_config` does so again after every layer."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        layers = [keras.saving.deserialize_keras_object(one) for one in config["layers"]]
        return keras.Sequential(layers, name=config["name"])


def fill(model: Any, arrays: Mapping[str, Mapping[str, Any]]) -> None:
    """Give a model its weights: by the path of what owns them, arrays by name ("0", "1", …).

    These are the paths of a .keras file, by which Keras's own loader asks a store for them
    (`_load_state`, `H5IOStore`). Raises ValueError if one does not fit or is missing, and
    ModelError should Keras have moved its loader.
    """
    library = _private("saving.saving_lib")

    class Store(library.H5IOStore):  # type: ignore[misc, name-defined]
        """What `_load_state` asks, without a file."""

        def __init__(self) -> None:
            self.mode, self._group = "r", dict[str, Any]()

        def get(self, path: str) -> Any:
            if path not in arrays and any(p.startswith(_OLD) for p in arrays):
                path = path.replace("layers", _OLD)
            self._group = dict(arrays.get(path, {}))
            return self

        def has_path(self, path: str) -> bool:
            return any(each == path or each.startswith(f"{path}/") for each in arrays)

        def __bool__(self) -> bool:
            return True

        def __len__(self) -> int:
            return len(self._group)

        def __contains__(self, key: str) -> bool:
            return key in self._group

        def __getitem__(self, key: str) -> Any:
            return self._group[key]

        def keys(self) -> Any:
            return self._group.keys()

    failed: set[int] = set()
    messages: dict[int, Any] = {}
    library._load_state(
        model, weights_store=Store(), assets_store=None, inner_path="",
        visited_saveables=set(), failed_saveables=failed, error_msgs=messages,
    )  # fmt: skip
    if failed:
        said = [str(error) for _, error in messages.values()]
        raise ValueError(said[0] if said else "weights are missing")


def ordered_weights(layer: Any) -> list[Any]:
    """A layer's weights in the order of an .h5 file (`_legacy_weights`): those learnt first."""
    return list(_private("legacy.saving.legacy_h5_format")._legacy_weights(layer))


def _private(module: str) -> Any:
    try:
        return import_module(f"keras.src.{module}")
    except ImportError as error:
        raise _unsupported("Keras", keras.__version__) from error


def _unsupported(framework: str, version: str) -> ModelError:
    return ModelError(
        f"{framework} {version} has changed in a way that gradcam does not support.",
        hint=f"Install the version of {framework} in requirements.txt.",
    )
