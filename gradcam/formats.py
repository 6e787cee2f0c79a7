"""Files of models that cannot be loaded: what they are, and what to do instead."""

from __future__ import annotations

import zipfile
from pathlib import Path

from gradcam.errors import WeightsError

STATES = (".pth", ".pt", ".safetensors")
WHOLE = (".keras", ".h5", ".hdf5")
PACKED = ".zip"
_RESAVE = "Save the model from the code that built it, as one Keras file: model.save('my.keras')."
_STATE = "torch.save(model.state_dict(), 'mine.pth')"
# By the end of the file's name: what it is, and what to do.
_FOREIGN = {
    ".tflite": ("a TensorFlow Lite model, which computes no gradients",
                "Load the Keras model that it was converted from."),
    ".onnx": ("an ONNX model, which computes no gradients",
              "Load the PyTorch or Keras model that it was exported from."),
    ".pb": ("a frozen TensorFlow graph, without the layers it was built from", _RESAVE),
    ".mlmodel": ("a Core ML model, which computes no gradients",
                 "Load the PyTorch or Keras model that it was converted from."),
    ".engine": ("a TensorRT engine, which computes no gradients",
                "Load the PyTorch or Keras model that it was made from."),
    ".pkl": ("a pickle, and running code from a file is not safe",
             "Load it yourself, and use gradcam.wrap()."),
    ".joblib": ("a pickle, and running code from a file is not safe",
                "Load it yourself, and use gradcam.wrap()."),
    ".bin": ("a pickle of transformers, and running code from a file is not safe",
             "Load it where it was made, save it with model.save_pretrained(folder), and give that "
             "folder, or a ZIP of it."),
    ".pt2": ("a program that torch.export wrote, which is code and is not run",
             f"Save the weights of the model it was made from: {_STATE}."),
    ".torchscript": ("a TorchScript program, which is code and is not run",
                     f"Save the weights of the model it was made from: {_STATE}."),
    ".mar": ("an archive of TorchServe, which holds code",
             f"Save the weights of the model it was made from: {_STATE}."),
    ".gguf": ("a model of llama.cpp, which computes no gradients",
              "Load the model that it was converted from."),
    ".msgpack": ("a model of Flax, which is not supported",
                 "Convert it to PyTorch: transformers loads it with from_flax=True."),
    ".json": ("a description, which holds no weights",
              "Build the model with keras.models.model_from_json, load its weights, and use "
              "gradcam.wrap()."),
    ".index": ("a TensorFlow checkpoint, which holds weights only",
               "Build the model, call model.load_weights() or tf.train.Checkpoint.restore(), and "
               "use gradcam.wrap()."),
}  # fmt: skip


def require_loadable(path: Path) -> None:
    """Raise WeightsError if this is a model that people have, in a format that cannot be loaded.

    Anything else is left to others, a path where nothing is included.
    """
    what, hint = _described(path)
    if what:
        raise WeightsError(f"{path.name} is {what}.", hint=hint)


def require_model_file(path: Path) -> None:
    """Raise WeightsError if the ending is none that a model file has."""
    if path.suffix.lower() not in (*STATES, *WHOLE, PACKED):
        raise WeightsError(
            f"{path.name} is not a model file.",
            hint="A model file ends in .pth, .pt or .safetensors (weights), in .keras or .h5 (a "
            "whole Keras model), or in .zip (a folder of transformers or timm).",
        )


def _described(path: Path) -> tuple[str, str]:
    if (path / "saved_model.pb").is_file() or path.name == "saved_model.pb":
        return "a SavedModel, whose layers cannot be looked into", (
            f"{_RESAVE} A keras.layers.TFSMLayer would run this one, but as a single layer."
        )
    if path.is_dir():
        checkpoint = (path / "checkpoint").is_file() or any(path.glob("*.index"))
        return _FOREIGN[".index"] if checkpoint else ("", "")
    suffix = path.suffix.lower()
    if suffix == ".ckpt" and zipfile.is_zipfile(path):
        return "a checkpoint of PyTorch Lightning, which holds more than weights", (
            f"Save the weights alone: {_STATE}."
        )
    checkpoint = path.with_name(f"{path.name}.index").is_file()
    if checkpoint or suffix == ".ckpt" or ".data-00000-of-" in path.name:
        return _FOREIGN[".index"]
    return _FOREIGN.get(suffix, ("", ""))
