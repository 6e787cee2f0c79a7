"""Load Keras models in turn: the time to the first map, and whether memory is released.

Random weights are written to disk beforehand, so that models load as they do in the app, through
its own cache of models.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

from benches.apart import ROOT, tell
from benches.table import Row

MODELS = ("ResNet50", "MobileNetV2", "DenseNet121", "EfficientNetB0", "Xception")


def rows() -> Iterator[Row]:
    """Measure seconds to the first map, and memory after two and after five models."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ["GRADCAM_CACHE"] = cache
        subprocess.run([sys.executable, "-m", __spec__.name, cache], cwd=ROOT, check=True)
        yield from _in_turn()


def _in_turn() -> Iterator[Row]:
    import gradcam
    from components import engine
    from components.engine import tidy

    photo = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    resident = []
    for n, name in enumerate(MODELS):
        start = time.perf_counter()
        clf = engine.load(f"keras/{name}")
        gradcam.explain(clf, photo)
        if n == 0:
            seconds = time.perf_counter() - start
            what = f"keras/{name}, load to first map, including TensorFlow's import"
            yield Row(what, seconds, "s", 15)
        del clf
        tidy()
        resident.append(psutil.Process().memory_info().rss / 1e6)
    note = " → ".join(f"{megabytes:.0f}" for megabytes in resident) + " MB"
    ratio = resident[4] / resident[1]
    yield Row("memory after five Keras models / after two", ratio, "×", 1.3, note=note)


def _write(folder: Path) -> None:
    """Write random weights under Keras's published file names, in its legacy HDF5 layout."""
    import h5py
    import keras
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    from gradcam.models import find_model

    folder.mkdir(parents=True, exist_ok=True)
    for name in MODELS:
        model = getattr(keras.applications, name)(weights=None)
        with h5py.File(folder / find_model(f"keras/{name}").filename, "w") as file:
            save_weights_to_hdf5_group(file, model)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _write(Path(sys.argv[1]) / "weights")
    else:
        tell(rows)
