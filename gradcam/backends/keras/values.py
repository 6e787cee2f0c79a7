"""What a traced model does to the pixels before its first weights.

Keras models often hold their own preprocessing: Rescaling or Normalization layers behind several of
augmentation, or `preprocess_input`, which leaves nothing but arithmetic in the graph. All of that
stands before the first weights.
"""

from __future__ import annotations

from gradcam.backends import values
from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.part import Source, between
from gradcam.ranges import Range
from gradcam.types import Floats, Preprocessing


def before_weights(source: Source, x: tf.Tensor) -> list[tf.Tensor]:
    """The tensors (N, …) in which the photo meets the model's first weights."""
    read = {name for name, outside in source.weights.items() if outside.dtype == tf.resource}
    weighted = _weighted(source.graph, read)
    found: dict[str, tf.Tensor] = {}
    waiting, seen = [x], {x.name}
    while waiting:
        tensor = waiting.pop()
        for operation in tensor.consumers():
            if operation.name in weighted:
                found[tensor.name] = tensor
                continue
            new = [t for t in operation.outputs if _holds_pixels(t) and t.name not in seen]
            seen.update(t.name for t in new)
            waiting += new
    return list(found.values())


def expected_range(source: Source, x: tf.Tensor, how: Preprocessing) -> Range | None:
    """The range of pixel values that the model scales itself; None if it takes them as they are.

    how : gives the size of the photos and the order of their colours.
    """
    prepared = before_weights(source, x)
    if not prepared or all(tensor is x for tensor in prepared):
        return None
    run = between(source, [x], prepared)

    def prepare(inputs: Floats) -> list[Floats]:
        return [one.numpy() for one in run(tf.constant(inputs[..., : x.shape[-1]]))]

    return values.expected_range(prepare, how)


def _holds_pixels(tensor: tf.Tensor) -> bool:
    """Whether it may hold pixels, if as bytes, and not just the photo's shape."""
    return bool(tensor.dtype.is_floating or (tensor.shape.rank or 0) >= 3)


def _weighted(graph: tf.Graph, read: set[str]) -> set[str]:
    """Names of the operations that depend on the placeholders `read`, through which weights come.

    A graph lists its operations in the order in which they were made, inputs first.
    """
    tensors = set(read)
    found = set()
    for operation in graph.get_operations():
        if any(one.name in tensors for one in operation.inputs):
            found.add(operation.name)
            tensors.update(one.name for one in operation.outputs)
    return found
