"""The one place that imports TensorFlow and Keras, so that it is done in the right order."""

from __future__ import annotations

import os

from gradcam.backends.coexist import before_tensorflow
from gradcam.errors import ModelError

# Read while they are imported: Keras may run on other engines, and TensorFlow tells its life.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
before_tensorflow()

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

if keras.backend.backend() != "tensorflow":
    raise ModelError(
        f"Keras runs on {keras.backend.backend()} here; its models are explained on TensorFlow.",
        hint="Set KERAS_BACKEND=tensorflow before Keras is imported.",
    )

__all__ = ["keras", "tf"]
