"""The packed bytes, read back by hand."""

from __future__ import annotations

import io
import json
import struct
from dataclasses import replace

import numpy as np
from PIL import Image

from components.viewer import Panel, Row
from components.viewer.payload import JPEG_SIDE, pack
from gradcam.images import Opened
from gradcam.saliency import SaliencyMap
from gradcam.types import Prediction, Window

PHOTO = np.zeros((20, 40, 3), np.uint8)
VALUES = np.float32([[1, -2, 3], [4, 5, 6]])


def rows(photo: np.ndarray = PHOTO) -> list[Row]:
    found = SaliencyMap(
        VALUES,
        Prediction(3, "cup", 0.5, 1.0),
        "l",
        "scorecam",
        Window(10, 0, 30, 20),
        (20, 40),
        took_gradient=False,
    )
    return [
        Row(
            Opened(photo),
            "cup.jpg",
            [
                Panel("cup", "50 %", found, about="Net · l"),
                Panel("none", "", None, "why"),
            ],
        )
    ]


def unpack(data: bytes) -> tuple[dict, bytes]:
    (length,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + length]), data[4 + length :]


def test_maps_arrive_raw_and_aligned() -> None:
    header, blobs = unpack(pack(rows()))
    panel, empty = header["rows"][0]["panels"]
    found = np.frombuffer(blobs, "<f4", 6, panel["values"]).reshape(panel["shape"])
    np.testing.assert_array_equal(found, VALUES)
    assert panel["values"] % 4 == 0
    assert (len(pack(rows())) - len(blobs)) % 4 == 0
    assert panel["window"] == [10, 0, 30, 20]
    assert (empty["title"], empty["note"], empty["values"]) == ("none", "why", None)
    assert [panel["about"], empty["about"]] == ["Net · l", ""]
    assert panel["tookGradient"] is False
    assert header["kind"] == "grid"


def test_the_photo_is_sent_once_and_shrunk() -> None:
    header, blobs = unpack(pack(rows(np.zeros((1000, 4000, 3), np.uint8))))
    row = header["rows"][0]
    offset, length = row["jpeg"]
    assert row["size"] == [4000, 1000]
    assert Image.open(io.BytesIO(blobs[offset : offset + length])).size == (JPEG_SIDE, 320)


def test_equal_pictures_give_equal_bytes() -> None:
    assert pack(rows()) == pack(rows(PHOTO.copy()))


def test_all_colormaps_are_included() -> None:
    header, blobs = unpack(pack(rows()))
    names = [colormap["name"] for colormap in header["colormaps"]]
    gray = np.frombuffer(blobs, np.uint8, 768, header["colormaps"][names.index("gray")]["lut"])
    np.testing.assert_allclose(gray.reshape(256, 3)[:, 0], np.arange(256), atol=1)


def test_a_covered_photo_comes_with_what_was_there_before() -> None:
    """The photo, the maps and the figures from before; and the photo keeps its own name."""
    (row,) = rows()
    whole = Opened(np.full((20, 40, 3), 9, np.uint8))
    found = row.panels[0].map
    assert found is not None
    old = replace(found, values=VALUES + 1, prediction=Prediction(3, "cup", 0.63, 1.0))
    panel = replace(row.panels[0], share=0.5, before=old)
    covered = replace(row, panels=[panel], cover="g2x1-Q", before=whole)
    (sent,), blobs = unpack(pack([covered]))[0]["rows"], unpack(pack([covered]))[1]
    assert (sent["cover"], sent["own"]) == ("g2x1-Q", whole.digest[:16])
    assert sent["id"] == row.photo.digest[:16]
    offset, length = sent["before"]["jpeg"]
    with Image.open(io.BytesIO(blobs[offset : offset + length])) as before:
        assert before.getpixel((5, 5)) == (9, 9, 9)
    assert sent["before"]["id"] == whole.digest[:16]
    values = np.frombuffer(blobs, "<f4", 6, sent["panels"][0]["before"]["values"])
    np.testing.assert_array_equal(values.reshape(2, 3), VALUES + 1)
    assert sent["panels"][0]["before"]["subtitle"] == "63.0 %"


def test_a_whole_photo_has_nothing_before_it() -> None:
    (sent,) = unpack(pack(rows()))[0]["rows"]
    assert (sent["cover"], sent["before"], sent["own"]) == ("", None, sent["id"])
    assert [panel["before"] for panel in sent["panels"]] == [None, None]
