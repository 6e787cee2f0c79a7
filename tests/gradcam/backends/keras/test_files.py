"""Keras models from people's files: whole ones load, and none of them runs code."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import gradcam


def small(*extra: Any) -> Any:
    return keras.Sequential(
        [
            keras.Input((16, 16, 3)), layers.Rescaling(1 / 255), *extra,
            layers.Conv2D(4, 3, activation="relu", name="conv"), layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )  # fmt: skip


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_saved_model_explains_as_it_does_in_memory(suffix: str, tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    model = small()
    model.compile("adam", "categorical_crossentropy")
    path = tmp_path / f"mine{suffix}"
    model.save(path)
    clf = gradcam.load_model(path, labels=["cat", "dog"])
    photo = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    loaded = gradcam.explain(clf, photo)
    memory = gradcam.explain(gradcam.wrap(model, labels=["cat", "dog"]), photo)
    assert (clf.id, clf.title, clf.labels) == (f"file/mine{suffix}", "mine", ("cat", "dog"))
    assert loaded.predictions == memory.predictions
    np.testing.assert_array_equal(loaded.maps[0].values, memory.maps[0].values)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_lambda_is_not_run(suffix: str, tmp_path: Path) -> None:
    ran = str(tmp_path / "ran")
    code = layers.Lambda(lambda x, ran=ran: [open(ran, "w").close(), x][1])
    path = tmp_path / f"trap{suffix}"
    small(code).save(path)
    Path(ran).unlink(missing_ok=True)
    with pytest.raises(gradcam.WeightsError, match="Lambda layer"):
        gradcam.load_model(path)
    assert not Path(ran).exists()


def test_a_config_that_names_a_function_of_another_module_is_not_run(tmp_path: Path) -> None:
    """A .keras file is a ZIP with JSON, in which "module" may say anything."""
    good, bad = tmp_path / "good.keras", tmp_path / "bad.keras"
    small().save(good)
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "config.json":
                config = json.loads(data)
                config["config"]["layers"][1] = {
                    "module": "os", "class_name": "system", "registered_name": None,
                    "config": {"command": f"touch {tmp_path}/ran"},
                }  # fmt: skip
                data = json.dumps(config).encode()
            target.writestr(name, data)
    with pytest.raises(gradcam.WeightsError):
        gradcam.load_model(bad)
    assert not (tmp_path / "ran").exists()


def test_classes_that_are_not_in_the_file(tmp_path: Path) -> None:
    class Mine(layers.Layer):
        def call(self, x: Any) -> Any:
            return x

    path = tmp_path / "custom.keras"
    small(Mine()).save(path)
    with pytest.raises(gradcam.WeightsError, match=r"classes that are not in the file.*wrap"):
        gradcam.load_model(path)


def test_weights_alone_are_told_from_a_model(tmp_path: Path) -> None:
    path = tmp_path / "only.weights.h5"
    small().save_weights(path)
    with pytest.raises(gradcam.WeightsError, match=r"only\.weights\.h5 .*model\.save"):
        gradcam.load_model(path)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"\x89HDF\r\n\x1a\n cut"])
def test_damaged_files(suffix: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    with pytest.raises(gradcam.WeightsError, match="not a Keras model"):
        gradcam.load_model(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(gradcam.WeightsError, match=r"none\.keras is not there"):
        gradcam.load_model(tmp_path / "none.keras")
