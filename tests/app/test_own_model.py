"""Somebody's own model on the page: loaded by way of the child, or refused in a sentence."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from gradcam.backends.torch import catalogue as torch_zoo


def saved(state: Any) -> bytes:
    data = io.BytesIO()
    torch.save(state, data)
    return data.getvalue()


def bomb() -> bytes:
    """Pairs of pairs, 60 deep, as a dictionary's key: 2⁶⁰ steps to hash them."""
    pairs = b"".join(b"q%c" % n + b"h%c" % n + b"\x86" for n in range(60))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a/data.pkl", b"\x80\x02}K\x01" + pairs + b"Ns.")
    return data.getvalue()


def huge() -> bytes:
    header = b'{"a":{"dtype":"F32","shape":[300000000000],"data_offsets":[0,1200000000000]}}'
    return struct.pack("<Q", len(header)) + header


def load(app: AppTest, name: str, data: bytes, architecture: str | None = "squeezenet1_1") -> Any:
    """Drop a file, name its network, press Load; return what the page says is wrong."""
    app.file_uploader(key="own_file").upload(name, data)
    app.run()
    if architecture and any(box.key == "own_architecture" for box in app.selectbox):
        app.selectbox(key="own_architecture").select(architecture).run()
    next(button for button in app.button if button.label == "Load").click().run()
    assert not app.exception
    return [error.value.replace("\\", "") for error in app.error]


def test_a_model_is_loaded_whatever_its_file_is_called(app: AppTest) -> None:
    app.run()
    state = saved(torch_zoo.build("squeezenet1_1", 4).state_dict())
    for name in ("mine.pth", f"{'m' * 300}.pth", "a/b\n\x1b[31m\u202e ../mine.pth"):
        assert not load(app, name, state)
        *_, clf = app.session_state["own_models"].values()
        assert len(clf.labels) == 4
        assert len(clf.id) < 70
        assert clf.id.isprintable()
        assert clf.id.endswith(".pth")


REFUSED = [
    ("hash.pth", bomb(), "hash.pth is not a state dict"),
    ("huge.safetensors", huge(), "1,200,000,000,085 of 85 bytes"),
    ("none.pth", saved({"classifier.1.weight": torch.empty(0, 512, 1, 1)}), "has no classes"),
    ("net.onnx", b"anything", "an ONNX model"),
    ("net.pt2", b"anything", "torch.export"),
    ("last.ckpt", saved({}), "PyTorch Lightning"),
    ("cat.jpg", b"anything", "cat.jpg is not a model file"),
    ("empty.zip", b"", "cannot be unpacked"),
    ("..", b"", "not a model file"),
]


@pytest.mark.parametrize(
    "files", [REFUSED[:3], pytest.param(REFUSED[3:], marks=pytest.mark.heavy)], ids=["few", "rest"]
)
def test_what_cannot_be_loaded_gets_one_sentence(
    app: AppTest, files: Sequence[tuple[str, bytes, str]]
) -> None:
    app.run()
    for name, data, said in files:
        (error,) = load(app, name, data)
        assert said in error
        assert "own_models" not in app.session_state or not app.session_state["own_models"]


@pytest.mark.heavy
def test_a_photo_s_size_is_budgeted(app: AppTest) -> None:
    app.run()
    state = saved(torch_zoo.build("mobilenet_v2", 4).state_dict())
    app.file_uploader(key="own_file").upload("mine.pth", state)
    app.run()
    app.number_input(key="own_size").set_value(2048).run()
    (error,) = load(app, "mine.pth", state, "mobilenet_v2")
    assert "6.5 GB in its layers for one photo of 2048 × 2048 pixels; the most is" in error
