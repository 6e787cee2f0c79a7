"""Keras applications as their authors wrote them, called eagerly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import gradcam
from gradcam.backends.keras import catalogue
from gradcam.backends.keras.layers import operations
from gradcam.models import find_model
from studies.zoo.checks import By_name, Plain

Made = tuple[gradcam.Classifier, Plain]


def application(name: str) -> Made:
    """The application with random weights."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    model = catalogue.build(name)
    clf = gradcam.wrap(model, preprocessing=find_model(f"keras/{name}").preprocessing)
    return clf, _plain(model, clf)


def _plain(model: Any, clf: gradcam.Classifier) -> Plain:
    shapes = {layer.name: layer.shape for layer in clf.layers()}

    def maps(name: str, tensor: tf.Tensor) -> np.ndarray:
        channels, height, width = shapes[name]
        found = tensor.numpy()
        if found.shape[1:] == (height, width, channels):
            return np.moveaxis(found, 3, 1)
        assert found.shape[1:] == (channels, height, width), "neither order"
        return found

    def run(x: np.ndarray, layers: Sequence[str]) -> By_name:
        with _outputs(model, layers) as kept:
            model(x, training=False)
        return {name: maps(name, tensor) for name, tensor in kept.items()}

    def gradient(x: np.ndarray, layer: str, index: int) -> tuple[np.ndarray, np.ndarray]:
        head = model.layers[-1]
        activation, head.activation = head.activation, keras.activations.linear
        try:
            with tf.GradientTape() as tape, _outputs(model, [layer], tape) as kept:
                logits = model(x, training=False)
                logit = logits[0, index]
        finally:
            head.activation = activation
        found = tape.gradient(logit, kept[layer])
        return logits[0].numpy(), maps(layer, found)[0]

    return Plain(run, gradient)


@contextmanager
def _outputs(
    model: Any, layers: Sequence[str], tape: tf.GradientTape | None = None
) -> Iterator[dict[str, tf.Tensor]]:
    """Each named layer's last output while the model is called, watched by the tape."""
    found = operations(model)
    kept: dict[str, tf.Tensor] = {}

    def keeping(name: str, call: Any) -> Any:
        def called(*args: Any, **kwargs: Any) -> Any:
            output = call(*args, **kwargs)
            if tape is not None:
                tape.watch(output)
            kept[name] = output
            return output

        return called

    for name in layers:
        found[name].__dict__["call"] = keeping(name, found[name].call)
    try:
        yield kept
    finally:
        for name in layers:
            del found[name].__dict__["call"]
