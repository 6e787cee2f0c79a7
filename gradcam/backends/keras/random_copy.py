"""A copy of a Keras model whose weights are drawn anew, layer by layer.

A layer of Keras is made a second time from its own settings, and the new one's weights are taken
over: with Keras's defaults a kernel is drawn uniformly within ±√(6 / (inputs + outputs)) (Glorot),
biases are 0, and a batch norm has scales of 1, shifts of 0, means of 0 and variances of 1. A layer
of one's own keeps its values in another order, since only its author knows how it began.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from gradcam.backends import Classifier
from gradcam.backends.cascade import Block, Weights, blocks
from gradcam.backends.keras.compat import keras
from gradcam.errors import ModelError
from gradcam.text import one_line

_SEPARATORS = "/._"  # paths of nested models, and how Keras's own applications name their layers
_SETTINGS = (keras.layers.Normalization,)  # what it holds was not learnt with the network


class KerasRandomCopy:
    """`model`, a copy of `original` that nobody else uses, explained by `classifier`.

    called : its layers by path, in the order of their calls.

    Raises ModelError if none has weights.
    """

    def __init__(
        self, classifier: Classifier, model: Any, original: Any, called: Mapping[str, Any]
    ) -> None:
        self.classifier = classifier
        self._model, self._original = model, original
        self._owned = _owned(called)
        self._layers = {path: called[path] for path in self._owned}
        self.blocks = blocks(
            [_weights(path, own) for path, own in self._owned.items()], _SEPARATORS
        )
        if not self.blocks:
            raise ModelError(
                f"No layer of {classifier.title} has weights of its own.",
                hint="The sanity check needs a network that has learnt something.",
            )

    def randomise(self, block: Block, seed: int) -> None:
        """Draw a block's weights anew; random states of Keras and TensorFlow stay as they were."""
        rng = np.random.default_rng((seed, self.blocks.index(block)))
        for path in block.layers:
            layer, own = self._layers[path], self._owned[path]
            fresh = _made_anew(layer, rng) if len(own) == len(layer.weights) else None
            if fresh is not None:
                layer.set_weights(fresh.get_weights())
                continue
            for weight in own:
                values = keras.ops.convert_to_numpy(weight)
                weight.assign(rng.permutation(values.reshape(-1)).reshape(values.shape))

    def restore(self) -> None:
        """Give every layer its trained weights again."""
        self._model.set_weights(self._original.get_weights())


def copied(model: Any, title: str) -> Any:
    """Return a copy with the same weights; ModelError, saying why, if Keras cannot make one."""
    try:
        copy = keras.models.clone_model(model)
        copy.set_weights(model.get_weights())
    except Exception as error:  # whatever the layers' own code raises
        raise ModelError(
            f"{title} cannot be copied, and its own weights are not touched: "
            f"{one_line(str(error))}",
            hint="A functional or sequential model of layers with get_config can be copied.",
        ) from error
    return copy


def _owned(called: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Layer by path → the weights that are its own, and not those of a layer within it."""
    claimed: set[int] = set()
    found = {}
    for path, layer in called.items():
        own = [one for one in getattr(layer, "weights", ()) if id(one) not in claimed]
        claimed |= {id(one) for one in own}
        if own and not isinstance(layer, _SETTINGS):
            found[path] = own
    return found


def _weights(path: str, own: Iterable[Any]) -> Weights:
    shapes = [tuple(weight.shape) for weight in own]
    return Weights(path, sum(map(int, map(np.prod, shapes))), all(len(s) < 2 for s in shapes))


def _made_anew(layer: Any, rng: np.random.Generator) -> Any:
    """A new layer like this one, its weights drawn; None for a class that is not Keras's own."""
    shapes = layer.get_build_config()
    if type(layer).__module__.split(".")[0] != "keras" or not shapes:
        return None
    fresh = type(layer).from_config(_seeded(layer.get_config(), rng))
    fresh.build_from_config(shapes)
    return fresh


def _seeded(config: Any, rng: np.random.Generator) -> Any:
    """A layer's settings, with a seed for everything in them that has one."""
    if isinstance(config, dict):
        return {
            name: int(rng.integers(2**31)) if name == "seed" else _seeded(value, rng)
            for name, value in config.items()
        }
    if isinstance(config, (list, tuple)):
        return type(config)(_seeded(value, rng) for value in config)
    return config
