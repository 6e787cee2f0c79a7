"""A frame as the browser sends it, and what it gets back."""

from __future__ import annotations

import gc
import io
import json
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from components.camera.answering import Looking, Watcher, answered, frame_size
from components.camera.answering import looking as known
from gradcam import Preprocessing, Request
from gradcam.backends.numpy import NumpyClassifier
from gradcam.types import CustomPreprocessing, Fit

SIDE = 16


@pytest.fixture
def looking() -> Looking:
    clf = NumpyClassifier(np.eye(3), np.eye(3), ("red", "green", "blue"), SIDE)
    return Looking(clf, Request(("features",), "gradcam"))


def frame(width: int, height: int) -> bytes:
    """A red frame as the browser sends it."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (255, 0, 0)).save(file, "JPEG", quality=95)
    return file.getvalue()


def read(answer: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack_from("<I", answer)
    return json.loads(answer[4 : 4 + length]), answer[4 + length :]


def test_the_answer_holds_the_map_and_no_picture(looking: Looking) -> None:
    header, blobs = read(answered(looking, frame(32, 16)))
    assert (header["index"], header["label"]) == (0, "red")
    assert [label for _, label, _ in header["listed"]] == ["red", "green", "blue"]
    assert header["shape"] == [SIDE, SIDE]
    # The centre of 32 × 16: a quarter is cut off at the left and at the right.
    assert header["window"] == [0.25, 0, 0.75, 1]
    values = np.frombuffer(blobs, "<f4")
    assert len(values) == SIDE * SIDE
    np.testing.assert_allclose(values, 1 / SIDE**2, rtol=0.02)  # JPEG's red is 254


def test_a_class_is_followed(looking: Looking) -> None:
    header, _ = read(answered(replace(looking, follow=2), frame(16, 16)))
    assert (header["index"], header["label"]) == (2, "blue")


@pytest.mark.parametrize("jpeg", [b"", b"no photo", frame(16, 16)[:200]])
def test_a_bad_picture_is_a_sentence_and_the_camera_goes_on(looking: Looking, jpeg: bytes) -> None:
    header, blobs = read(answered(looking, jpeg))
    assert header["problem"].endswith(".")
    assert blobs == b""


def test_a_watcher_is_known_by_its_token_for_as_long_as_its_page_keeps_it(looking: Looking) -> None:
    watcher, other = Watcher(looking), Watcher(looking)
    assert len({watcher.token, other.token}) == 2
    assert known(watcher.token) is looking
    watcher.looking = replace(looking, follow=1)
    assert known(watcher.token) == replace(looking, follow=1)
    token = watcher.token
    del watcher
    gc.collect()
    assert known(token) is None
    assert known(other.token) is looking


LITE0 = Preprocessing(resize=256, crop=224)
CODE = CustomPreprocessing("code", "0", (224, 224), placed=True)


@pytest.mark.parametrize(
    ("how", "fit", "size"),
    [
        (LITE0, "crop", {"short": 256}),
        (LITE0, "squash", {"short": 224}),
        (LITE0, "pad", {"long": 224}),
        (Preprocessing(resize=(300, 320), crop=(280, 300)), "crop", {"short": 320}),
        (CODE, "crop", {"short": 256}),
    ],
)
def test_a_frame_is_as_large_as_the_model_needs(
    how: Preprocessing | CustomPreprocessing, fit: Fit, size: dict[str, int]
) -> None:
    assert frame_size(how, fit) == size
