"""Copies parts of a traced graph into functions of their own; the traced graph never changes.

A TensorFlow graph can only grow. Gradients are therefore taken in a scratch copy of it, and the
operations that a function needs are copied out of that. Nothing keeps the scratch copy, and once
the functions are dropped nothing of them is left either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gradcam.backends.keras.compat import (
    COLOCATION,
    CUSTOM_GRADIENT,
    captured,
    copy_gradient,
    read_from_outside,
    scratch_graph,
    tf,
)

Function = Callable[..., Any]
T = TypeVar("T")

_COPY = "copy"  # a name scope, so that no copied name clashes with an argument's


@dataclass(frozen=True)
class Part:
    """A compiled function from tensors to a list of tensors.

    origin : the graph it was cut from. Gradients without a rule for batches are loops, functions
        that TensorFlow removes from the process together with the graph that defined them.
    """

    compiled: Any
    origin: Any

    def __call__(self, *values: tf.Tensor) -> list[tf.Tensor]:
        found: list[tf.Tensor] = self.compiled(*values)
        return found


class Source:
    """A traced graph in written form: its nodes, its arguments, and the weights it reads.

    Parameters
    ----------
    arguments : placeholders of `graph`.
    same : name of a placeholder → name of the tensor of this graph that it stands for.
    """

    def __init__(
        self, graph: Any, arguments: Sequence[tf.Tensor], same: Mapping[str, str] | None = None
    ) -> None:
        self.graph = graph
        self.arguments = list(arguments)
        self.same = same or {}
        self.weights = {
            inside.name: outside
            for outside, inside in captured(graph)
            if inside.name not in self.same
        }
        # Nodes with their shapes, since a copy would infer less than is known here; but functions
        # as they are, since TensorFlow refuses a second definition of the same name.
        self.nodes = {node.name: node for node in graph.as_graph_def(add_shapes=True).node}
        self.written = graph.as_graph_def()

    def inputs(self, node: Any) -> list[str]:
        """Names of the tensors that a node reads.

        Control inputs are left out: they order side effects, and evaluating a classifier has none.
        """
        names = (name for name in node.input if not name.startswith("^"))
        return [self.name(name if ":" in name else f"{name}:0") for name in names]

    def name(self, name: str) -> str:
        """The name of a tensor, or of the one that it stands for."""
        return self.same.get(name, name)


class Copy:
    """A source's whole graph inside the graph being built, where it may be added to.

    Parameters
    ----------
    arguments : tensors of the new graph that take the place of the source's arguments.
    gradients : operation type → registered gradient to use for operations of that type.
    """

    def __init__(
        self, source: Source, arguments: Sequence[tf.Tensor], gradients: Mapping[str, str]
    ) -> None:
        self._source = source
        self._known = {
            **{old.name: new for old, new in zip(source.arguments, arguments, strict=True)},
            **{name: read_from_outside(weight) for name, weight in source.weights.items()},
        }
        replaced = {name.partition(":")[0] for name in self._known}
        written = _written(source, (n for n in source.nodes if n not in replaced), gradients)
        _imported(written, self._known, [])
        self._graph = tf.compat.v1.get_default_graph()
        for original in source.graph.get_operations():
            if original.name not in replaced:
                copy = self._graph.get_operation_by_name(f"{_COPY}/{original.name}")
                copy_gradient(original, copy)

    def tensor(self, original: tf.Tensor) -> tf.Tensor:
        """The copy of one of the source's tensors."""
        known = self._known.get(original.name)
        return (
            self._graph.get_tensor_by_name(f"{_COPY}/{original.name}") if known is None else known
        )

    def replaced(self, original: tf.Tensor, by: tf.Tensor, wanted: tf.Tensor) -> tf.Tensor:
        """What the source's tensor `wanted` would be if its tensor `original` were `by`."""
        known = {**self._known, original.name: by}
        needed, _ = _needed(self._source, known, [wanted.name])
        (found,) = _imported(_written(self._source, needed, {}), known, [wanted.name])
        return found

    def operations(self) -> set[str]:
        """Names of all operations so far, those of the copy and those added."""
        return {operation.name for operation in self._graph.get_operations()}


def extended(
    source: Source,
    arguments: Sequence[tf.TensorSpec],
    add: Callable[..., T],
    gradients: Mapping[str, str] | None = None,
) -> tuple[Source, T]:
    """Call `add(copy, *placeholders)` in a scratch copy of a graph.

    Parameters
    ----------
    arguments : specifications of the placeholders, beginning with the source's own arguments.

    Returns the scratch graph as a source, and what `add` returned.
    """
    scratch = scratch_graph()
    with scratch.as_default():
        given = [tf.compat.v1.placeholder(spec.dtype, spec.shape) for spec in arguments]
        copy = Copy(source, given[: len(source.arguments)], gradients or {})
        added = add(copy, *given)
    # `tf.custom_gradient` remembers tensors of the graph it was called in, so taking a gradient
    # here captures those. What is meant are their copies.
    same = {
        inside.name: copy.tensor(outside).name
        for outside, inside in captured(scratch)
        if tf.is_symbolic_tensor(outside)
    }
    return Source(scratch, given, same), added


def between(source: Source, fed: Sequence[tf.Tensor], fetched: Sequence[tf.Tensor]) -> Part:
    """What leads from `fed` to `fetched` in a graph, as a compiled function returning a list.

    Nothing that comes before `fed` is part of it, and only weights that are read are passed in.
    """
    given = [tensor.name for tensor in fed]
    wanted = [source.name(tensor.name) for tensor in fetched]
    needed, read = _needed(source, given, wanted)
    written = _written(source, needed, {})

    def run(*values: tf.Tensor) -> list[tf.Tensor]:
        weights = {name: read_from_outside(source.weights[name]) for name in read}
        return _imported(written, {**weights, **dict(zip(given, values, strict=True))}, wanted)

    specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in fed]
    compiled = tf.function(run, specs, autograph=False).get_concrete_function()
    return Part(compiled, source.graph)


def shared(source: Source, before: set[str], fed: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    """Tensors, other than `fed`, by which operations outside `before` depend on those in it.

    Constants and weights are left out: whoever needs them reads them again.
    """
    known = {tensor.name for tensor in fed} | source.weights.keys()
    names = {
        name: None
        for node in source.nodes.values() if node.name not in before
        for name in source.inputs(node) if name not in known and _operation(name) in before
    }  # fmt: skip
    found = [source.graph.get_tensor_by_name(name) for name in names]
    return [tensor for tensor in found if tensor.op.type != "Const" and tensor.dtype != tf.resource]


def _needed(
    source: Source, given: Iterable[str], wanted: Iterable[str]
) -> tuple[set[str], set[str]]:
    """Names of the operations that lead from `given` to `wanted`, and of the weights they read."""
    known = set(given)
    needed: set[str] = set()
    read: set[str] = set()
    waiting = [name for name in wanted if name not in known]
    while waiting:
        name = waiting.pop()
        if name in source.weights:
            read.add(name)
        elif _operation(name) not in needed:
            needed.add(_operation(name))
            inputs = source.inputs(source.nodes[_operation(name)])
            waiting += [one for one in inputs if one not in known]
    return needed, read


def _written(source: Source, names: Iterable[str], gradients: Mapping[str, str]) -> Any:
    """These operations as a GraphDef."""
    part = tf.compat.v1.GraphDef(library=source.written.library, versions=source.written.versions)
    for name in names:
        original = source.nodes[name]
        node = part.node.add()
        node.CopyFrom(original)
        node.attr.pop(COLOCATION, None)
        del node.input[:]
        node.input.extend(source.inputs(original))
        if node.op in gradients:
            node.attr[CUSTOM_GRADIENT].s = gradients[node.op].encode()
    return part


def _imported(
    written: Any, known: Mapping[str, tf.Tensor], wanted: Sequence[str]
) -> list[tf.Tensor]:
    """Add operations to the graph being traced, reading `known` by name; the tensors `wanted`."""
    read = {name for node in written.node for name in node.input}
    inputs = {name: tensor for name, tensor in known.items() if name in read}
    new = [name for name in wanted if name not in known]
    made = tf.graph_util.import_graph_def(written, inputs, new, _COPY)
    found = {**known, **dict(zip(new, made or (), strict=True))}
    return [found[name] for name in wanted]


def _operation(tensor: str) -> str:
    return tensor.partition(":")[0]
