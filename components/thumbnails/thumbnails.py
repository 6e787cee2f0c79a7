"""The Python half of the strip."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st
from PIL import Image

from gradcam.types import Photo

_HERE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "gradcam_thumbnails",
    css=(_HERE / "thumbnails.css").read_text(encoding="utf-8"),
    js=(_HERE / "thumbnails.bundle.js").read_text(encoding="utf-8"),
)
_SIDE = 112  # pixels: twice what is drawn, for sharp screens


@dataclass(frozen=True)
class Thumbnail:
    """source: a data: address."""

    id: str
    title: str
    credit: str
    source: str


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
    on_pick : somebody wants this one alone.
    on_add : somebody wants this one besides the others, or no longer.
    """

    def call(event: str, target: Callable[[str], None]) -> None:
        id = st.session_state[key].get(event)
        if id in [item.id for item in items]:
            target(id)

    _COMPONENT(
        key=key,
        data={"label": label, "items": [asdict(item) for item in items], "chosen": list(chosen)},
        on_picked_change=lambda: call("picked", on_pick),
        on_added_change=lambda: call("added", on_add),
    )


def shrunk(photo: Photo) -> str:
    """The middle square of `photo` as a small data: address."""
    image = Image.fromarray(photo)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    box = (left, top, left + side, top + side)
    small = image.resize((_SIDE, _SIDE), Image.Resampling.BOX, box=box)
    file = io.BytesIO()
    small.save(file, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
