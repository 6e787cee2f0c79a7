"""LeGrad's gradients of Keras transformers against a GradientTape's of the attention scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import gradcam
from gradcam.errors import MethodError

SIZE, PATCH, CLASSES, BLOCKS = 32, 8, 5, 3
layers = keras.layers


@dataclass
class Written:
    """A model in parts: a photo's tokens, (new tokens, A) of each block, the tokens' logits."""

    model: keras.Model
    embed: Callable[[Any], Any]
    blocks: list[Callable[[Any], tuple[Any, Any]]]
    head: Callable[[Any], Any]
    prefix: int = 0


class Parts:
    """The layers of one block: norm, attention, norm, two dense ones."""

    def __init__(self) -> None:
        self.first, self.second = layers.LayerNormalization(), layers.LayerNormalization()
        self.attend = layers.MultiHeadAttention(2, 8)
        self.dense = [layers.Dense(32, activation="gelu"), layers.Dropout(0.1), layers.Dense(16)]

    def feed(self, x: Any) -> Any:
        for layer in self.dense:
            x = layer(x)
        return x

    def run(self, x: Any) -> Any:
        normed = self.first(x)
        x = layers.Add()([x, self.attend(normed, normed)])
        return layers.Add()([x, self.feed(self.second(x))])

    def scored(self, x: Any) -> tuple[Any, Any]:
        normed = self.first(x)
        attended, A = self.attend(normed, normed, return_attention_scores=True)
        x = x + attended
        return x + self.feed(self.second(x)), A


@keras.saving.register_keras_serializable()
class Block(layers.Layer):
    """The same as a layer of its own, with plain sums."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = layers.LayerNormalization(), layers.LayerNormalization()
        self.attend = layers.MultiHeadAttention(2, 8)
        self.wide, self.narrow = layers.Dense(32, activation="gelu"), layers.Dense(16)

    def call(self, x: Any) -> Any:
        return self.scored(x, False)[0]

    def scored(self, x: Any, scores: bool = True) -> tuple[Any, Any]:
        normed = self.first(x)
        found = self.attend(normed, normed, return_attention_scores=scores)
        attended, A = found if scores else (found, None)
        x = x + attended
        return x + self.narrow(self.wide(self.second(x))), A


@keras.saving.register_keras_serializable()
class WithClassToken(layers.Layer):
    """Puts a learnt token before the patches."""

    def build(self, shape: Any) -> None:
        self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer="random_normal")

    def call(self, x: Any) -> Any:
        return keras.ops.concatenate(
            [keras.ops.broadcast_to(self.token, (keras.ops.shape(x)[0], 1, 16)), x], axis=1
        )


def functional() -> Written:
    """As in Keras's own example: no layer holds a block, the sums are Add layers."""
    patch, norm, head = layers.Conv2D(16, PATCH, PATCH), layers.LayerNormalization(), dense()
    parts = [Parts() for _ in range(BLOCKS)]
    embed = lambda x: layers.Reshape((16, 16))(patch(x))  # noqa: E731
    finish = lambda x: head(layers.GlobalAveragePooling1D()(norm(x)))  # noqa: E731
    photo = keras.Input((SIZE, SIZE, 3))
    x = embed(photo)
    for part in parts:
        x = part.run(x)
    return Written(keras.Model(photo, finish(x)), embed, [p.scored for p in parts], finish)


def with_blocks() -> Written:
    """Blocks as layers, a class token, and the softmax at the end, which is not explained."""
    patch, norm, head = layers.Conv2D(16, PATCH, PATCH), layers.LayerNormalization(), dense()
    token, blocks = WithClassToken(), [Block() for _ in range(BLOCKS)]
    embed = lambda x: token(layers.Reshape((16, 16))(patch(x)))  # noqa: E731
    finish = lambda x: head(norm(x)[:, 0])  # noqa: E731
    photo = keras.Input((SIZE, SIZE, 3))
    x = embed(photo)
    for block in blocks:
        x = block(x)
    model = keras.Model(photo, layers.Softmax()(finish(x)))
    return Written(model, embed, [block.scored for block in blocks], finish, prefix=1)


def dense() -> keras.Layer:
    return layers.Dense(CLASSES)


NETWORKS = {"functional": functional, "blocks": with_blocks}
HOW = gradcam.Preprocessing(SIZE, (SIZE, SIZE), (0, 0, 0), (1, 1, 1))


@pytest.fixture
def inputs() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((2, SIZE, SIZE, 3), np.float32)


def made(name: str) -> tuple[Written, gradcam.Classifier]:
    keras.utils.set_random_seed(0)
    taken = NETWORKS[name]()
    return taken, gradcam.wrap(taken.model, preprocessing=HOW)


@pytest.mark.parametrize("name", NETWORKS)
def test_it_is_the_tape_s_gradient_of_the_scores(name: str, inputs: np.ndarray) -> None:
    taken, clf = made(name)
    classes = np.array([[4, 0], [1, 2]])
    found = clf.attention(inputs, classes).maps
    assert found.shape == (2, 2, BLOCKS, 4, 4)
    for n in range(2):
        for k in range(2):
            tokens = taken.embed(tf.constant(inputs[n : n + 1]))
            for b, block in enumerate(taken.blocks):
                with tf.GradientTape() as tape:
                    tokens, A = block(tokens)
                    score = taken.head(tokens)[0, classes[n, k]]
                gradient = tape.gradient(score, A).numpy()
                keys = np.maximum(gradient, 0).mean(axis=(0, 1, 2))[taken.prefix :]
                np.testing.assert_allclose(
                    found[n, k, b], keys.reshape(4, 4), atol=1e-5 * keys.max()
                )


@pytest.mark.parametrize("name", NETWORKS)
def test_the_recommended_layer_sums_over_all_blocks(name: str) -> None:
    _, clf = made(name)
    photo = np.random.default_rng(1).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    (one,) = gradcam.explain(clf, photo, method="legrad", classes=[1]).maps
    maps = clf.attention(np.float32(photo)[None] / 255, np.array([[1]])).maps
    assert one.parameters["blocks"] == BLOCKS
    sums = maps[0, 0].sum(axis=0)
    np.testing.assert_allclose(one.values, sums - sums.min(), atol=1e-5 * sums.max())


def test_a_layer_ends_the_sum() -> None:
    _, clf = made("blocks")
    until = clf.attention(np.zeros((1, SIZE, SIZE, 3), np.float32), np.array([[0]])).until
    assert {n for name, n in until.items() if name.startswith(("conv", "reshape"))} == {0}
    blocks = [n for name, n in until.items() if name.startswith("block") and "/" not in name]
    assert blocks == [1, 2, 3]


def test_what_is_no_plain_transformer_is_refused() -> None:
    net = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            layers.Conv2D(4, 3),
            layers.GlobalAveragePooling2D(),
            dense(),
        ]
    )
    with pytest.raises(MethodError, match="has no attention between patches"):
        gradcam.wrap(net).attention(np.zeros((1, SIZE, SIZE, 3), np.float32), np.array([[0]]))
