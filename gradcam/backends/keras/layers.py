"""Every operation inside a Keras model by its path, and what each gives in one call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from gradcam.backends.keras.compat import keras, tf

Operations = dict[str, Any]


@dataclass(frozen=True)
class Called:
    """One operation's last call, and which one that was."""

    operation: Any
    output: tf.Tensor
    count: int = 1


def operations(model: Any) -> Operations:
    """Every operation by path ("block/conv"), containers left out; each object appears once.

    Keras forbids "/" in names, so that a path says where something lies in nested models.
    """
    found: Operations = {}
    known: set[int] = set()
    for path, operation in _walk(model, ()):
        if id(operation) not in known:
            known.add(id(operation))
            found[_unused("/".join(path), found)] = operation
    return found


@contextmanager
def recorded(found: Operations) -> Iterator[dict[str, Called]]:
    """Fill what it yields with each operation's last call; in the end nothing has changed.

    An instance's own `call` goes before its class's, so setting that is enough, and Keras's own
    tracking of attributes is not woken.
    """
    calls: dict[str, Called] = {}
    own = {path: operation.__dict__.get("call") for path, operation in found.items()}
    for path, operation in found.items():
        operation.__dict__["call"] = partial(_call, calls, path, operation, operation.call)
    try:
        yield calls
    finally:
        for path, operation in found.items():
            del operation.__dict__["call"]
            if own[path] is not None:
                operation.__dict__["call"] = own[path]


def first_tensor(output: Any) -> Any:
    """The first tensor of whatever a layer or model returns."""
    leaves = tf.nest.flatten(output)
    return leaves[0] if leaves else None


def _call(
    calls: dict[str, Called], path: str, operation: Any, call: Any, *args: Any, **kwargs: Any
) -> Any:
    output = call(*args, **kwargs)
    tensor = first_tensor(output)
    before = calls.pop(path, None)
    if isinstance(tensor, tf.Tensor):
        calls[path] = Called(operation, tensor, before.count + 1 if before else 1)
    return output


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
    if isinstance(parent, keras.Model) or _is_somebody_s(parent):
        return list(parent._flatten_layers(include_self=False, recursive=False))
    return []


def _is_container(operation: Any) -> bool:
    """Models made of listed layers: what they give is what one of those gives."""
    return isinstance(operation, keras.Sequential) or _is_functional(operation)


def _is_functional(operation: Any) -> bool:
    return isinstance(operation, keras.Model) and hasattr(operation, "operations")


def _is_somebody_s(operation: Any) -> bool:
    """A layer that is not Keras's own, and so may be made of layers worth looking at."""
    own = type(operation).__module__.split(".")[0] == "keras"
    return isinstance(operation, keras.Layer) and not own


def _unused(path: str, found: Operations) -> str:
    if path not in found:
        return path
    count = 2
    while f"{path}:{count}" in found:
        count += 1
    return f"{path}:{count}"
