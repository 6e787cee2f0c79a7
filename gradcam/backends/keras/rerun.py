"""Runs a traced model again with a layer's output replaced."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.part import Source, between


class Rest:
    """What follows a layer in a traced graph, as a function of that layer's output.

    Tensors that bypass the layer, as in a skip connection, are computed for the one image and
    repeated. If one of them has no batch axis that is impossible, and the whole graph runs instead,
    on as many copies of the image as there are outputs.

    Parameters
    ----------
    x, output, logits : tensors of `source`'s graph: the input (N, …), the layer's output and the
        logits (N, K).
    """

    def __init__(self, source: Source, x: tf.Tensor, output: tf.Tensor, logits: tf.Tensor) -> None:
        self._dtype = output.dtype
        inside = after([output]) & before(logits)
        bypassing = _inputs_from_outside(inside, output, {*after([x]), x.op})
        self._whole = not all(_per_image(tensor) for tensor in bypassing)
        fed = [output, x] if self._whole else [output, *bypassing]
        self._first = between(source, [x], [output, *bypassing])
        self._rest = between(source, fed, [logits])

    def original(self, x: tf.Tensor) -> tf.Tensor:
        """The layer's own output for `x`."""
        return self._first(x)[0]

    def logits(self, x: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """Logits (B, K) for x (1, …) if the layer's output were each of `outputs` (B, …)."""
        count = outputs.shape[0]
        others = [x] if self._whole else self._first(x)[1:]
        tiled = [tf.repeat(tensor, count, axis=0) for tensor in others]
        return self._rest(tf.cast(outputs, self._dtype), *tiled)[0]


def after(tensors: Iterable[tf.Tensor]) -> set[Any]:
    """Every operation that depends on one of these tensors."""
    found: set[Any] = set()
    waiting = [operation for tensor in tensors for operation in tensor.consumers()]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting += [user for output in operation.outputs for user in output.consumers()]
    return found


def before(tensor: tf.Tensor) -> set[Any]:
    """Every operation that this tensor depends on, the one that makes it included."""
    found: set[Any] = set()
    waiting = [tensor.op]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting += [before.op for before in operation.inputs]
    return found


def _inputs_from_outside(
    inside: set[Any], output: tf.Tensor, of_input: set[Any]
) -> list[tf.Tensor]:
    """Tensors that depend on the image and reach operations `inside` around a layer."""
    found: dict[int, tf.Tensor] = {}
    for operation in inside:
        for tensor in operation.inputs:
            outside = tensor.op not in inside and tensor is not output
            if outside and tensor.op in of_input:
                found[id(tensor)] = tensor
    return list(found.values())


def _per_image(tensor: tf.Tensor) -> bool:
    """Whether a tensor has one slice for each image, which a shape or a count has not."""
    rank = tensor.shape.rank
    return bool(tensor.dtype.is_floating and rank and tensor.shape[0] is None)
