"""A frame as the browser sends it, and what it gets back."""

from __future__ import annotations

import base64
import io
import json
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from components.camera.answering import LONGEST, Looking, answered, frame_size, picture
from gradcam import Preprocessing, Request
from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import ImageError
from gradcam.types import CustomPreprocessing, Fit

SIDE = 16


@pytest.fixture
def looking() -> Looking:
    clf = NumpyClassifier(np.eye(3), np.eye(3), ("red", "green", "blue"), SIDE)
    return Looking(clf, Request(("features",), "gradcam"))


def sent(width: int, height: int, n: int = 1, **more: object) -> dict[str, object]:
    """A red frame as the browser sends it."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (255, 0, 0)).save(file, "JPEG", quality=95)
    return {"n": n, "jpeg": base64.b64encode(file.getvalue()).decode(), "held": None, **more}


def read(answer: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack_from("<I", answer)
    return json.loads(answer[4 : 4 + length]), answer[4 + length :]


def test_the_answer_holds_the_map_and_no_picture(looking: Looking) -> None:
    header, blobs = read(answered(looking, sent(32, 16, n=7), None))
    assert (header["n"], header["index"], header["label"]) == (7, 0, "red")
    assert [label for _, label, _ in header["listed"]] == ["red", "green", "blue"]
    assert header["shape"] == [SIDE, SIDE]
    # The centre of 32 × 16: a quarter is cut off at the left and at the right.
    assert header["window"] == [0.25, 0, 0.75, 1]
    values = np.frombuffer(blobs, "<f4")
    assert len(values) == SIDE * SIDE
    np.testing.assert_allclose(values, 1 / SIDE**2, rtol=0.02)  # JPEG's red is 254


def test_a_class_is_followed(looking: Looking) -> None:
    header, _ = read(answered(looking, sent(16, 16), 2))
    assert (header["index"], header["label"]) == (2, "blue")


@pytest.mark.parametrize("jpeg", [None, 5, "", "no base64!", "AAAA", "A" * (LONGEST + 4)])
def test_a_bad_picture_is_a_sentence_and_the_camera_goes_on(looking: Looking, jpeg: object) -> None:
    header, blobs = read(answered(looking, sent(16, 16, n=3, jpeg=jpeg), None))
    assert header["n"] == 3
    assert header["problem"].endswith(".")
    assert blobs == b""


@pytest.mark.parametrize("frame", [None, "frame", 3, [], {}, {"n": "1"}])
def test_what_is_no_frame_gets_no_answer(looking: Looking, frame: object) -> None:
    assert answered(looking, frame, None) == b""


def test_what_was_held_may_be_anything(looking: Looking) -> None:
    for held in ("x", -5, 10**9, [1], 2.5):
        header, _ = read(answered(looking, sent(16, 16, held=held), None))
        assert header["label"] == "red"


def test_a_picture_is_checked_before_it_is_decoded() -> None:
    with pytest.raises(ImageError, match="did not arrive whole"):
        picture("data:image/jpeg;base64,AAAA")


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
