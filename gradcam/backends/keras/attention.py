"""How a Keras transformer's class scores change with its attention, as LeGrad asks for.

In a TensorFlow graph all of it can be looked up: attention is a softmax over the tokens, and a
block ends at a tensor that everything after it depends on, and on nothing else of the photo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcam.backends.attention import NO_ATTENTION, NO_BLOCKS, PARTIAL, refusal
from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.part import Copy, Source, between, extended
from gradcam.backends.keras.rerun import after, before


@dataclass(frozen=True)
class Attending:
    """A compiled function, and what it tells about.

    relevance : x (N, h, w, channels), cotangents (K, N, logits) → ReLU(∂s/∂A) averaged over heads
        and queries, (K, N, B, tokens).
    begins : the place in the graph where each of the B blocks begins.
    places : operation → its place in the graph.
    """

    relevance: Any
    tokens: int
    begins: Sequence[int]
    places: Mapping[str, int]

    def until(self, output: tf.Tensor) -> int:
        """How many blocks have begun once this tensor of the traced graph is computed."""
        place = self.places[output.op.name]
        return sum(begin < place for begin in self.begins)


def attending(
    source: Source, arguments: Sequence[tf.TensorSpec], logits: tf.Tensor, title: str
) -> Attending:
    """The attention of a traced transformer and what its scores do with it.

    Parameters
    ----------
    arguments : specifications of x and of the cotangents.
    logits : (N, K) in `source`'s graph.
    title : the model's name, for the error message.

    Raises MethodError if there is no attention, or the model is not a plain transformer.
    """
    blocks = _Blocks(source, logits, title)
    reduced = list(range(1, blocks.weights[0].shape.rank - 1))

    def add(copy: Copy, x: tf.Tensor, cotangents: tf.Tensor) -> list[tf.Tensor]:
        weights = [copy.tensor(A) for A in blocks.weights]
        # One after another, since the gradient of one batch of all would go through all blocks.
        scores = [copy.replaced(blocks.ends[-1], copy.tensor(end), logits) for end in blocks.ends]

        def pull(cotangent: tf.Tensor) -> tf.Tensor:
            found = [
                tf.gradients(score, [A], grad_ys=[tf.cast(cotangent, score.dtype)])[0]
                for score, A in zip(scores, weights, strict=True)
            ]
            keys = [tf.reduce_mean(tf.nn.relu(tf.cast(G, tf.float32)), reduced) for G in found]
            return tf.stack(keys, axis=1)

        return [x, cotangents, tf.vectorized_map(pull, cotangents)]

    scratch, (x, cotangents, found) = extended(source, arguments, add)
    return Attending(
        between(scratch, [x, cotangents], [found]), blocks.tokens, blocks.begins, blocks.places
    )


class _Blocks:
    """The blocks of a traced transformer.

    weights : the attention of each, (N, heads, tokens, tokens) or (N, tokens, tokens).
    ends : the tensor that each hands on, (N, tokens, C).
    """

    def __init__(self, source: Source, logits: tf.Tensor, title: str) -> None:
        self.weights = [op.outputs[0] for op in source.graph.get_operations() if _attends(op)]
        if not self.weights:
            raise refusal(title, NO_ATTENTION)
        self.tokens = self.weights[0].shape[-1]
        if any(A.shape[-1] != self.tokens for A in self.weights):
            raise refusal(title, PARTIAL)
        self.places = {op.name: at for at, op in enumerate(source.graph.get_operations())}
        cuts = [t for t in self._cuts(source, logits) if t.shape[1] == self.tokens]
        attended = [self.places[A.op.name] for A in self.weights]
        groups = [
            [t for t in cuts if low < self.places[t.op.name] < high]
            for low, high in zip([-1, *attended], [*attended, len(self.places)], strict=True)
        ]
        first, *between_, last = groups
        # After the last block comes the rest of the network, which may hold further such tensors.
        own = {len(group) for group in between_} or {len(last)}
        if len(own) > 1 or not 0 < min(own) <= len(last):
            raise refusal(title, NO_BLOCKS)
        self.ends = [*(group[-1] for group in between_), last[min(own) - 1]]
        starts = [*first[-1:], *self.ends[:-1]]
        if len({tuple(t.shape[1:]) for t in self.ends}) > 1:
            raise refusal(title, PARTIAL)
        self.begins = [self.places[t.op.name] for t in starts]

    def _cuts(self, source: Source, logits: tf.Tensor) -> list[tf.Tensor]:
        """Tensors (N, T, C) that all of the photo that reaches `logits` goes through, in order."""
        related = (after(source.arguments) & before(logits)) | {source.arguments[0].op}
        cuts, used = [], -1
        for operation in sorted(related, key=lambda op: self.places[op.name]):
            place = self.places[operation.name]
            outputs = [t for t in operation.outputs if t.dtype.is_floating]
            if used <= place and len(outputs) == 1 and outputs[0].shape.rank == 3:
                cuts.append(outputs[0])
            users = [c for t in outputs for c in t.consumers() if c in related]
            used = max([used, *(self.places[user.name] for user in users)])
        return cuts


def _attends(operation: Any) -> bool:
    """Whether this is a softmax over as many keys as there are queries."""
    if operation.type != "Softmax" or operation.outputs[0].shape.rank not in (3, 4):
        return False
    queries, keys = operation.outputs[0].shape[-2:]
    return queries is not None and queries == keys
