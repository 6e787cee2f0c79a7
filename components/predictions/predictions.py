"""The Python half of the prediction bars."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from gradcam.types import Prediction

from ..compat import trigger

_HERE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "gradcam_predictions",
    css=(_HERE / "predictions.css").read_text(encoding="utf-8"),
    js=(_HERE / "predictions.bundle.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Bars:
    """One photo's predictions, best first, and the classes whose panels are shown."""

    name: str
    predictions: Sequence[Prediction]
    shown: Collection[int]


def predictions(photos: Sequence[Bars], *, key: str, on_toggle: Callable[[int, int], None]) -> None:
    """Draw the bars; a click calls `on_toggle` with the photo's position and the class index."""

    def toggled() -> None:
        event = trigger(key, "toggled")
        if isinstance(event, dict):
            photo, index = event.get("photo"), event.get("index")
            # Whatever a browser sends is checked like any other input.
            if not isinstance(photo, int) or not isinstance(index, int):
                return
            if 0 <= photo < len(photos) and index in _indices(photos[photo]):
                on_toggle(photo, index)

    _COMPONENT(
        key=key,
        data={"photos": [_photo(bars) for bars in photos]},
        on_toggled_change=toggled,
    )


def _indices(bars: Bars) -> list[int]:
    return [p.index for p in bars.predictions]


def _photo(bars: Bars) -> dict[str, Any]:
    rows = [
        {
            "index": p.index,
            "label": p.label,
            "share": p.probability,
            "detail": f"class {p.index} · logit {p.logit:.2f}",
            "shown": p.index in bars.shown,
        }
        for p in bars.predictions
    ]
    return {"name": bars.name, "rows": rows}
