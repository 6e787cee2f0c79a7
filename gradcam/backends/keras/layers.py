"""Lists the operations inside a Keras model by path, and records what each returns in one call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gradcam.backends.keras.compat import keras, recording, sublayers, tf

Operations = dict[str, Any]


@dataclass(frozen=True)
class Called:
    """An operation, the output of its last call, and how many calls there were."""

    operation: Any
    output: tf.Tensor
    count: int = 1


def operations(model: Any) -> Operations:
    """Every operation by path ("block/conv"), without containers; each object appears once.

    Keras does not allow "/" in names, so a path is unambiguous in nested models.
    """
    found: Operations = {}
    known: set[int] = set()
    for path, operation in _walk(model, ()):
        if id(operation) not in known:
            known.add(id(operation))
            found[_unused("/".join(path), found)] = operation
    return found


@contextmanager
def recorded(model: Any) -> Iterator[dict[str, Called]]:
    """Record each operation's last call while the context is open, in the order of those calls."""
    calls: dict[str, Called] = {}

    def record(path: str, operation: Any, _given: Any, output: Any) -> None:
        tensor = first_tensor(output)
        before = calls.pop(path, None)
        if isinstance(tensor, tf.Tensor):
            calls[path] = Called(operation, tensor, before.count + 1 if before else 1)

    with recording(operations(model), record):
        yield calls


def first_tensor(output: Any) -> Any:
    """The first tensor of whatever a layer or model returns."""
    leaves = tf.nest.flatten(output)
    return leaves[0] if leaves else None


def _walk(parent: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for child in _inside(parent):
        place = (*path, child.name)
        yield from _walk(child, place)
        if not _is_container(child):
            yield place, child


def _inside(parent: Any) -> list[Any]:
    if isinstance(parent, keras.Sequential):
        return list(parent.layers)
    if _is_functional(parent):
        return [op for op in parent.operations if not isinstance(op, keras.layers.InputLayer)]
    if isinstance(parent, keras.Model) or _is_custom(parent):
        return sublayers(parent)
    return []


def _is_container(operation: Any) -> bool:
    """Whether this is a model built from listed layers, whose output is one of those layers'."""
    return isinstance(operation, keras.Sequential) or _is_functional(operation)


def _is_functional(operation: Any) -> bool:
    return isinstance(operation, keras.Model) and hasattr(operation, "operations")


def _is_custom(operation: Any) -> bool:
    """Whether this layer is defined outside Keras, and so may contain layers worth listing."""
    own = type(operation).__module__.split(".")[0] == "keras"
    return isinstance(operation, keras.Layer) and not own


def _unused(path: str, found: Operations) -> str:
    if path not in found:
        return path
    count = 2
    while f"{path}:{count}" in found:
        count += 1
    return f"{path}:{count}"
