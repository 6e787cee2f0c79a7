"""Pack everything the browser draws into one block of bytes, equal for equal pictures.

Layout, little endian: a uint32 with the length of the header; the header, JSON in UTF-8 padded
with spaces to a multiple of four bytes; then the blobs, at the offsets the header gives, counted
from the first blob: float32 maps at their own resolution, 8-bit colours, one JPEG per photo.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

import numpy as np
from PIL import Image

from gradcam.drawing import render
from gradcam.images import Opened, shrink
from gradcam.saliency import SaliencyMap
from gradcam.text import escaped, percent
from gradcam.types import Window

JPEG_SIDE = 1280
JPEG_QUALITY = 90
_JPEGS: WeakKeyDictionary[Opened, bytes] = WeakKeyDictionary()


@dataclass(frozen=True)
class Bar:
    """One prediction beside the photo: a class, its probability, and whether its map is shown.

    before : its probability before part of the photo was covered, if it was and if it is known.
    """

    index: int
    label: str
    share: float
    detail: str
    shown: bool
    before: float | None = None


@dataclass(frozen=True)
class Panel:
    """One cell: a title, a figure beside it, and a map.

    note : why there is no map. The browser says why a map is empty, because it knows the sign.
    detail : what to say about the map besides its peak.
    about : the model, layer and method that made the map, for the presentation.
    key : the value choosing the panel sends, in the depth slider; "why" for the comparison of two
        classes in the grid.
    chosen : whether this is a layer in use, there.
    index, share : the map's class and its probability, which decides how large it is drawn; None
        where the columns are not classes.
    word : why its peak and its probability differ, or what two classes differ in; or "".
    before : the map before part of the photo was covered.
    """

    title: str
    subtitle: str
    map: SaliencyMap | None
    note: str = ""
    detail: str = ""
    about: str = ""
    key: str = ""
    chosen: bool = False
    index: int | None = None
    share: float | None = None
    word: str = ""
    before: SaliencyMap | None = None


@dataclass(frozen=True)
class Row:
    """One photo and its cells; `subtitle` is what they have in common.

    answer : the sentence above the pictures, and `unsure` whether its first class is a close call.
    bars : the photo's predictions, best first.
    notes : what else there is to say about the photo. `offer` is a fit that would help, or "".
    window : the part that the model sees, if it is known before there are maps.
    cover : what covers part of the photo, as the text of a `gradcam.Cover`, or "". `before` is the
        whole photo then.
    spare : the panels of classes that are not shown, which a click on a bar then shows at once.
    """

    photo: Opened
    caption: str
    panels: Sequence[Panel]
    subtitle: str = ""
    answer: str = ""
    unsure: bool = False
    bars: Sequence[Bar] = ()
    notes: Sequence[str] = ()
    offer: str = ""
    window: Window | None = None
    cover: str = ""
    before: Opened | None = None
    spare: Sequence[Panel] = ()


@dataclass(frozen=True)
class Setting:
    """What holds for all rows.

    across : what the columns are; "" offers no other. link_note : what a link to this page leaves
        out.
    beside : draw photos side by side where there is room, instead of a line for each.
    suits : the view that shows these maps best if the usual one does not, or "".
    key : equal for two pages that differ in nothing but their photo; "" if that is not known.
    """

    across: str = "classes"
    link_note: str = ""
    suits: str = ""
    key: str = ""
    beside: bool = False


def pack(
    rows: Sequence[Row], kind: Literal["grid", "depth"] = "grid", setting: Setting | None = None
) -> bytes:
    """Pack all rows and what holds for all of them."""
    blobs, setting = Blobs(), setting or Setting()
    header = {
        "kind": kind,
        "across": setting.across,
        "beside": setting.beside,
        "linkNote": setting.link_note,
        "suits": setting.suits,
        "key": setting.key,
        "colormaps": colormaps(blobs),
        "rows": [_row(row, blobs) for row in rows],
    }
    return block(header, blobs)


def colormaps(blobs: Blobs) -> list[dict[str, Any]]:
    """Add every colormap's 256 colours; return their names, and where they are."""
    return [
        {"name": name, "lut": blobs.add(render.lut(name).tobytes())} for name in render.COLORMAPS
    ]


def block(header: Mapping[str, Any], blobs: Blobs) -> bytes:
    """Return the header and its blobs as one block of bytes."""
    text = escaped(json.dumps(header, ensure_ascii=False, separators=(",", ":"))).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + blobs.bytes()


def _row(row: Row, blobs: Blobs) -> dict[str, Any]:
    height, width = row.photo.size
    first = next((panel.map.window for panel in row.panels if panel.map is not None), None)
    return {
        "caption": row.caption,
        "subtitle": row.subtitle,
        "size": [width, height],
        **_photo(row.photo, blobs),
        "own": payload_id(row.before or row.photo),
        "cover": row.cover,
        "before": _photo(row.before, blobs) if row.before else None,
        "window": _window(row.window or first, width, height),
        "answer": row.answer,
        "unsure": row.unsure,
        "bars": [vars(bar) for bar in row.bars],
        "notes": list(row.notes),
        "offer": row.offer,
        "panels": [_panel(panel, blobs, width, height) for panel in row.panels],
        "spare": [_panel(panel, blobs, width, height) for panel in row.spare],
    }


def _photo(photo: Opened, blobs: Blobs) -> dict[str, Any]:
    jpeg = photo_jpeg(photo)
    return {"jpeg": [blobs.add(jpeg), len(jpeg)], "id": payload_id(photo)}


def _panel(panel: Panel, blobs: Blobs, width: int, height: int) -> dict[str, Any]:
    described: dict[str, Any] = {
        "title": panel.title,
        "subtitle": panel.subtitle,
        "note": panel.note,
        "detail": panel.detail,
        "about": panel.about,
        "key": panel.key,
        "chosen": panel.chosen,
        "index": panel.index,
        "share": panel.share,
        "word": panel.word,
        "tookGradient": panel.map.took_gradient if panel.map else True,
        "values": None,
        "before": None,
    }
    if panel.map is not None:
        described.update(_values(panel.map, blobs, width, height))
    if panel.before is not None:
        share = panel.before.prediction.probability
        subtitle = panel.subtitle if panel.share is None else percent(share)
        before = _values(panel.before, blobs, width, height)
        described["before"] = {**before, "subtitle": subtitle}
    return described


def _values(found: SaliencyMap, blobs: Blobs, width: int, height: int) -> dict[str, Any]:
    values = np.ascontiguousarray(found.values, "<f4")
    return {
        "values": blobs.add(values.tobytes()),
        "shape": list(values.shape),
        "window": _window(found.window, width, height),
    }


def _window(window: Window | None, width: int, height: int) -> list[float]:
    """Return left, top, right, bottom in photo pixels; the whole photo where none is known."""
    if window is None:
        return [0, 0, width, height]
    return [window.left, window.top, window.right, window.bottom]


def payload_id(photo: Opened) -> str:
    """Return what tells a photo from others in the browser."""
    return photo.digest[:16]


def photo_jpeg(photo: Opened) -> bytes:
    """Encode the photo for the browser: JPEG, at most JPEG_SIDE pixels on its longer side.

    The result is kept for as long as the photo is.
    """
    if photo not in _JPEGS:
        buffer = io.BytesIO()
        small = Image.fromarray(shrink(photo.pixels, JPEG_SIDE))
        # Full colour resolution: halved, it smears edges, which then seem to move in the overlay.
        small.save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        _JPEGS[photo] = buffer.getvalue()
    return _JPEGS[photo]


class Blobs:
    """Concatenated blobs, each aligned to four bytes."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, blob: bytes) -> int:
        """Append a blob and return its offset."""
        offset = self._length
        padded = blob + b"\0" * (-len(blob) % 4)
        self._parts.append(padded)
        self._length += len(padded)
        return offset

    def bytes(self) -> bytes:
        """Return all blobs as one."""
        return b"".join(self._parts)
