"""Keras: top-five Grad-CAM against one compiled forward pass and against tf-keras-vis.

The compiled forward pass is a `tf.function` of the same model, warmed up before it is timed; ours
goes from the model's input to five finished maps. tf-keras-vis is called once per class, as its
documentation shows.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benches.apart import tell
from benches.table import Row, medians
from gradcam import METHODS
from gradcam.backends.keras.compat import keras, tf
from gradcam.backends.keras.model import KerasClassifier
from gradcam.classes import most_probable

TOP = 5
NETWORKS = {
    "ResNet50": "conv5_block3_out",
    "MobileNetV2": "out_relu",
    "Xception": "block14_sepconv2_act",
}


def rows() -> Iterator[Row]:
    """Measure the ratios that DESIGN section 6 sets for Keras."""
    tf.config.threading.set_intra_op_parallelism_threads(2)
    tf.config.threading.set_inter_op_parallelism_threads(2)
    for name, layer in NETWORKS.items():
        keras.utils.clear_session()
        keras.utils.set_random_seed(0)
        model = getattr(keras.applications, name)(weights=None)
        size = model.input_shape[1]
        x = np.random.default_rng(0).standard_normal((1, size, size, 3), np.float32)
        forward, ours = medians([_forward(model, x), _ours(model, name, layer, x)])
        what = f"keras/{name}, top {TOP} at {layer}"
        yield Row(f"{what}: ours / compiled forward pass", ours / forward, "×", 1.2,
                  note=f"{ours:.1f} ms")  # fmt: skip
        theirs = _tf_keras_vis(model, layer, x)
        yield Row(f"{what}: tf-keras-vis / ours", theirs / ours, "×", 25, at_least=True)


def _forward(model: Any, x: np.ndarray) -> Callable[[], object]:
    compiled = tf.function(lambda values: model(values, training=False))
    return lambda: compiled(tf.constant(x)).numpy()


def _ours(model: Any, name: str, layer: str, x: np.ndarray) -> Callable[[], object]:
    clf = KerasClassifier(model, id=name, title=name, digest="0" * 64)
    method = METHODS["gradcam"].formula

    def run() -> object:
        capture = clf.capture(x, [layer])
        top = most_probable(capture.logits, TOP)
        return method(capture.activations[layer], capture.gradients(top)[layer])

    return run


def _tf_keras_vis(model: Any, layer: str, x: np.ndarray) -> float:
    """Return the median milliseconds of three runs, after one to warm up; each takes seconds."""
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.model_modifiers import ReplaceToLinear
    from tf_keras_vis.utils.scores import CategoricalScore

    cam = Gradcam(model, model_modifier=ReplaceToLinear(), clone=True)
    times = []
    for _ in range(4):
        start = time.perf_counter()
        top = np.argsort(-model(x, training=False).numpy()[0])[:TOP]
        for index in top:
            cam(CategoricalScore(int(index)), x, penultimate_layer=layer,
                seek_penultimate_conv_layer=False)  # fmt: skip
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[1:])


if __name__ == "__main__":
    tell(rows)
