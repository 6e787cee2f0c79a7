"""The same maps as tf-keras-vis, which differentiates a clone of the model without its softmax."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import gradcam

CLASSES = [3, 1, 8]


def plain() -> Any:
    x = image = keras.Input((64, 64, 3))
    x = layers.Conv2D(8, 3, strides=2, activation="relu")(x)
    x = layers.Conv2D(16, 3, strides=2, activation="relu", name="last")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


NETWORKS = {
    "plain": (plain, "last"),
    "ResNet50": (lambda: keras.applications.ResNet50(weights=None), "conv5_block3_out"),
    "MobileNetV2": (lambda: keras.applications.MobileNetV2(weights=None), "out_relu"),
}


def scaled(values: np.ndarray) -> np.ndarray:
    """Rectified, then from 0 to 1: what both sides draw."""
    positive = np.maximum(values, 0)
    return positive / max(positive.max(), 1e-12)


@pytest.mark.parametrize("name", NETWORKS)
def test_against_tf_keras_vis(name: str) -> None:
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.model_modifiers import ReplaceToLinear
    from tf_keras_vis.utils.scores import CategoricalScore

    keras.utils.set_random_seed(0)
    make, layer = NETWORKS[name]
    model = make()
    size = model.input_shape[1]
    clf = gradcam.wrap(model)
    x = np.random.default_rng(0).standard_normal((1, size, size, 3), np.float32)
    capture = clf.capture(x, [layer])
    G = capture.gradients(np.array([CLASSES]))[layer]
    ours = gradcam.METHODS["gradcam"].formula(capture.activations[layer], G)[0]
    peer = Gradcam(model, model_modifier=ReplaceToLinear(), clone=True)
    for k, index in enumerate(CLASSES):
        # Left alone it would move from an activation to the convolution before it.
        theirs = np.asarray(
            peer(CategoricalScore(index), x, penultimate_layer=layer, expand_cam=False,
                 normalize_cam=False, seek_penultimate_conv_layer=False)
        )[0]  # fmt: skip
        assert theirs.max() > 0 or ours[k].max() <= 0
        np.testing.assert_allclose(scaled(ours[k]), scaled(theirs), atol=1e-4)
