"""The Python half of the strip of sample photos."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st
from PIL import Image

from gradcam.images import shrink
from gradcam.types import Photo

from ..compat import trigger

_HERE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "gradcam_thumbnails",
    css=(_HERE / "thumbnails.css").read_text(encoding="utf-8"),
    js=(_HERE / "thumbnails.bundle.js").read_text(encoding="utf-8"),
)
_SIDE = 112  # pixels: twice the drawn size, for high-density screens


@dataclass(frozen=True)
class Thumbnail:
    """One sample photo.

    source : its picture as a data: URL. photo : how the viewer's payload names it.
    """

    id: str
    title: str
    credit: str
    source: str
    photo: str


def thumbnails(
    label: str,
    items: Sequence[Thumbnail],
    chosen: Sequence[str],
    *,
    key: str,
    on_pick: Callable[[str], None],
    on_add: Callable[[str], None],
) -> None:
    """Draw the strip.

    Parameters
    ----------
    on_pick : called with the id of a photo to show alone.
    on_add : called with the id of a photo to add to those shown, or to remove from them.
    """

    def call(event: str, target: Callable[[str], None]) -> None:
        id = trigger(key, event)
        if isinstance(id, str) and id in [item.id for item in items]:
            target(id)

    _COMPONENT(
        key=key,
        data={"label": label, "items": [asdict(item) for item in items], "chosen": list(chosen)},
        on_picked_change=lambda: call("picked", on_pick),
        on_added_change=lambda: call("added", on_add),
    )


def shrunk(photo: Photo, pixels: int = _SIDE) -> str:
    """Return the central square of `photo` as a small data: URL."""
    side = min(photo.shape[:2])
    top, left = (photo.shape[0] - side) // 2, (photo.shape[1] - side) // 2
    small = Image.fromarray(shrink(photo[top : top + side, left : left + side], pixels))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
