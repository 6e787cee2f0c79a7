"""A part of a traced graph as a function of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradcam.backends.keras.compat import tf

_PLACES = "_class"  # where TensorFlow notes which operations belong together, some of them gone


def between(
    wrapped: Any, fed: Sequence[tf.Tensor], fetched: Sequence[tf.Tensor]
) -> Callable[..., list[tf.Tensor]]:
    """What leads from `fed` to `fetched` in a traced graph, compiled.

    `WrappedFunction.prune` would copy all that lies before `fed` along, and be handed every weight
    of the model at every call.
    """
    captured = {inside.ref(): outside for outside, inside in wrapped.graph.captures}
    needed, read = _needed(fed, fetched, captured)
    definition = _definition(wrapped.graph, {operation.name for operation in needed})

    def run(*values: tf.Tensor) -> list[tf.Tensor]:
        given = dict(zip([tensor.name for tensor in fed], values, strict=True))
        here = tf.compat.v1.get_default_graph()
        weights = {tensor.name: here.capture(captured[tensor.ref()]) for tensor in read}
        used = _read_by(definition)
        inputs = {name: value for name, value in {**given, **weights}.items() if name in used}
        wanted = [tensor.name for tensor in fetched if tensor.name not in given]
        made = tf.graph_util.import_graph_def(definition, inputs, wanted, "")
        found = dict(zip(wanted, made, strict=True))
        return [given.get(tensor.name, found.get(tensor.name)) for tensor in fetched]

    specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in fed]
    function: Callable[..., list[tf.Tensor]] = tf.function(run, specs, autograph=False)
    return function


def _needed(
    fed: Sequence[tf.Tensor], fetched: Sequence[tf.Tensor], captured: dict[Any, Any]
) -> tuple[set[Any], list[tf.Tensor]]:
    """The operations between, and which of the captured tensors they read."""
    known = {tensor.ref() for tensor in fed}
    found: set[Any] = set()
    read: dict[Any, tf.Tensor] = {}
    waiting = [tensor for tensor in fetched if tensor.ref() not in known]
    while waiting:
        tensor = waiting.pop()
        if tensor.ref() in captured:
            read[tensor.ref()] = tensor
        elif tensor.op not in found:
            found.add(tensor.op)
            waiting += [one for one in tensor.op.inputs if one.ref() not in known]
    return found, list(read.values())


def _definition(graph: Any, names: set[str]) -> Any:
    """The graph's own description, with these operations only."""
    whole = graph.as_graph_def()
    part = tf.compat.v1.GraphDef(library=whole.library, versions=whole.versions)
    for node in whole.node:
        if node.name not in names:
            continue
        copied = part.node.add()
        copied.CopyFrom(node)
        copied.attr.pop(_PLACES, None)
        # Order among operations matters to side effects alone, and a classifier asked has none.
        del copied.input[:]
        copied.input.extend(name for name in node.input if not name.startswith("^"))
    return part


def _read_by(definition: Any) -> set[str]:
    """Names of all tensors that the operations of a description read."""
    names = (name for node in definition.node for name in node.input)
    return {name if ":" in name else f"{name}:0" for name in names}
