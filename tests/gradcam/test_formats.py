"""Models in formats that cannot be loaded are told from each other, each with a next step."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import gradcam


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("net.tflite", r"net\.tflite is a TensorFlow Lite model.*Keras model"),
        ("net.onnx", r"an ONNX model.*exported from"),
        ("NET.ONNX", r"an ONNX model"),
        ("frozen.pb", r"a frozen TensorFlow graph.*my\.keras"),
        ("saved_model.pb", r"a SavedModel.*my\.keras.*TFSMLayer"),
        ("model.json", r"holds no weights.*model_from_json"),
        ("model.ckpt", r"a TensorFlow checkpoint.*load_weights"),
        ("model.ckpt.index", r"a TensorFlow checkpoint"),
        ("cp-1.data-00000-of-00001", r"a TensorFlow checkpoint"),
        ("model.pkl", r"a pickle.*gradcam\.wrap"),
    ],
)
def test_files_of_other_formats(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"anything")
    for id in (tmp_path / name, str(tmp_path / name)):
        with pytest.raises(gradcam.WeightsError, match=words):
            gradcam.load_model(id)


def test_a_saved_model_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "saved_model.pb").write_bytes(b"")
    with pytest.raises(gradcam.WeightsError, match="export is a SavedModel"):
        gradcam.load_model(str(tmp_path / "export"))


def test_a_checkpoint_is_named_without_its_ending(tmp_path: Path) -> None:
    (tmp_path / "weights.index").write_bytes(b"")
    for id in (tmp_path / "weights", tmp_path):
        with pytest.raises(gradcam.WeightsError, match="a TensorFlow checkpoint"):
            gradcam.load_model(id)


def test_a_checkpoint_may_be_lightning_s(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "last.ckpt", "w") as file:
        file.writestr("archive/data.pkl", b"")
    with pytest.raises(gradcam.WeightsError, match=r"PyTorch Lightning.*state_dict"):
        gradcam.load_model(tmp_path / "last.ckpt")


def test_a_model_of_the_catalogue_is_no_file() -> None:
    with pytest.raises(gradcam.ModelError, match="not a model in the catalogue"):
        gradcam.load_model("keras/ResNet5000")
