"""What the browser asked of the watermark's chapter."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from gradcam.bundled import DEFAULT
from gradcam.shortcuts import PUBLISHED, Place

from .. import state
from ..pickers.model import to_model
from .chapter import Handler
from .watermark_rows import OPACITY

_ASKED, _HELD, _CHART = (f"learn_watermark_{name}" for name in ("asked", "held", "chart"))
# What a hand can reach, as shares of what the network sees; the rest is brought within.
_LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType({
    "left": (-2, 2),
    "top": (-2, 2),
    "height": (0.02, 1),
    "opacity": (0, 1),
    "serial": (0, 2**53),
})  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Where the mark is wanted, and which of the browser's questions this is."""

    place: Place = PUBLISHED
    opacity: float = OPACITY
    turned: bool = False
    serial: int = 0


def asked_for() -> Asked:
    """Return what was asked last."""
    asked: Asked = st.session_state.get(_ASKED, Asked())
    return asked


def held() -> str:
    """Return the id of the photo that the browser has just said it has; "" the next time."""
    photo: str = st.session_state.pop(_HELD, "")
    return photo


def chart_is_wanted() -> bool:
    """Return whether the other photos are to be looked at; False the next time."""
    wanted: bool = st.session_state.pop(_CHART, False)
    return wanted


def _put(sent: object) -> None:
    """Keep where the mark was put; what is no such thing changes nothing."""
    if not isinstance(sent, Mapping):
        return
    numbers = {}
    for name, (low, high) in _LIMITS.items():
        value = sent.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
            return
        numbers[name] = min(max(float(value), low), high)
    place = Place(numbers["left"], numbers["top"], numbers["height"])
    turned = sent.get("turned") is True
    st.session_state[_ASKED] = Asked(place, numbers["opacity"], turned, int(numbers["serial"]))
    st.session_state[_HELD] = str(sent.get("held"))


def _compare(photo: object) -> None:
    st.session_state[_CHART] = True
    st.session_state[_HELD] = str(photo)


def _send_all(_: object) -> None:
    st.session_state.pop(_HELD, None)


def _to_imagenet(_: object) -> None:
    state.change(lambda view: to_model(view, DEFAULT))


# By the names of the figure's clicks: the mark was put somewhere; the chart is about to be seen;
# the photo is not there any more; another model was chosen.
ANSWERS: Mapping[str, Handler] = MappingProxyType(
    {"mark": _put, "chart": _compare, "all": _send_all, "imagenet": _to_imagenet}
)
