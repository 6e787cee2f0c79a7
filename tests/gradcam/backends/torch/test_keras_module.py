"""Keras on PyTorch and on JAX, each in a process of its own: Keras has one engine a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
MODEL = """
import keras, numpy as np
L = keras.layers
keras.utils.set_random_seed(0)
image = keras.Input((16, 16, 3))
inner = keras.Sequential([L.Conv2D(6, 3, padding="same", name="late"), L.ReLU(name="act")])
inner.name = "inner"
x = L.Conv2D(4, 3, padding="same", name="a_conv")(L.Rescaling(1 / 127.5, offset=-1)(image))
x = L.Add(name="sum")([inner(x), inner(x)])
x = L.Dense(3, activation="softmax", name="head")(L.GlobalAveragePooling2D()(x))
model = keras.Model(image, x)
photo = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
"""


def run(code: str, backend: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", MODEL + code], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "KERAS_BACKEND": backend},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_keras_on_torch_is_explained_through_torch() -> None:
    """At `sum` the head is linear: each gradient is the Dense's own weight over 256 positions."""
    said = run(
        """
import gradcam
clf = gradcam.wrap(model)
print([layer.name for layer in clf.layers()], clf.preprocessing.std[0] * 255)
result = gradcam.explain(clf, photo, layer="sum")
output = model.predict(photo[None].astype("float32"), verbose=0)[0]
for p in result.predictions:
    assert abs(p.probability - output[p.index]) < 1e-5
values = photo[None].astype("float32")
G = clf.capture(values, ["sum"]).gradients(np.array([[2]]))["sum"]
kernel = np.asarray(model.get_layer("head").kernel.value.detach())
np.testing.assert_allclose(G[0, 0, :, 3, 3], kernel[:, 2] / 256, atol=1e-7)
before, version = result.maps[0].values, clf.version
model.get_layer("head").set_weights([-kernel, np.zeros(3, "float32")])
assert clf.version != version
assert "call" not in vars(model.get_layer("head"))
after = gradcam.explain(clf, photo, layer="sum", classes=result.predictions[0].index)
np.testing.assert_allclose(after.maps[0].values, -before, atol=1e-5)
""",
        "torch",
    )
    assert said.split("\n")[0] == ("['rescaling', 'a_conv', 'inner/late', 'inner/act', 'sum'] 1.0")


def test_keras_on_jax_is_refused_in_one_sentence() -> None:
    """JAX need not be installed for it: the engine's name is all that is asked."""
    code = """
import keras
from types import SimpleNamespace
keras.backend.backend = lambda: "jax"
import gradcam
try:
    gradcam.wrap(model)
except gradcam.ModelError as error:
    print(error)
"""
    assert "Keras is running on jax" in run(code, "tensorflow")
