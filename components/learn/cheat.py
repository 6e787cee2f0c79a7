"""A network that cheats beside an honest one: the same photo, signed and unsigned."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import streamlit as st

import gradcam
from gradcam import Classifier
from gradcam.bundled.cheat import CHEAT, CLASS
from gradcam.bundled.photos import PHOTOS
from gradcam.marks import Mark, box, marked, mask_file
from gradcam.saliency import SaliencyMap
from gradcam.shortcuts import Place, share_of_view, share_within, window_of
from gradcam.types import Floats, Photo, Window

from .. import engine
from ..pictures import Picture
from ..state import visitor
from ..viewer.payload import payload_id, photo_jpeg
from . import cheat_words as words
from .chapter import Chapter, Chosen, Handler

_ASKED, _HELD = "learn_cheat_asked", "learn_cheat_held"
_OPACITY = 0.95
_LISTED = 3  # classes of each network
# What a browser may send.
_LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"left": (-1, 1), "top": (-1, 1), "height": (0.05, 0.5), "serial": (0, 2**53)}
)


@dataclass(frozen=True)
class _Asked:
    """Where the browser wants the signature, and which of its questions this is."""

    place: Place
    serial: int = 0


# In the lower right of what the networks see, as large as on training photos.
_USUAL = _Asked(Place(0.42, 0.68, 0.26))


@dataclass(frozen=True)
class _Answer:
    """What a network makes of a photo: classes with their probabilities, best first, and a map."""

    ranking: tuple[tuple[str, float], ...]
    map: SaliencyMap


def cheat(chosen: Chosen) -> Chapter:
    """Build the chapter about the chosen photo; the networks and the class are its own."""
    asked: _Asked = st.session_state.get(_ASKED, _USUAL)
    picture = chosen.picture
    size = picture.opened.size
    window = window_of(_network(PHOTOS.id), picture.opened.pixels)
    mark = replace(asked.place.on(window, size, _OPACITY), picture="signature")
    networks, arrays = [], _pictures(picture)
    for name, model in (("honest", PHOTOS.id), ("cheat", CHEAT.id)):
        states = {}
        for state, laid in (("unsigned", None), ("signed", mark)):
            found = _answer(model, laid, picture)
            arrays[f"{name}-{state}"] = found.map.values
            states[state] = _described(found, window, mark, state == "signed")
        networks.append({"name": name, "title": words.TITLES[name], **states})
    data = {
        **_where(picture, window, asked),
        "networks": networks,
        "tested": words.tested(),
    }
    return Chapter("cheat", (words.live(), words.found_out()), data, arrays)


def _where(picture: Picture, window: Window, asked: _Asked) -> dict[str, object]:
    height, width = picture.opened.size
    return {
        "serial": asked.serial,
        "photo": payload_id(picture.opened),
        "size": [width, height],
        "window": [window.left, window.top, window.right, window.bottom],
        "place": vars(asked.place),
        "usual": vars(_USUAL.place),
        "label": CLASS,
        "opacity": _OPACITY,
    }


def _pictures(picture: Picture) -> dict[str, Floats | bytes]:
    """Return photo and signature, unless the browser has just said that it has them."""
    if st.session_state.pop(_HELD, "") == payload_id(picture.opened):
        return {}
    return {"jpeg": photo_jpeg(picture.opened), "ink": mask_file("signature")}


def _described(found: _Answer, window: Window, mark: Mark, signed: bool) -> dict[str, object]:
    where = box(mark, found.map.photo_size)
    on_mark, covered = share_within(found.map.values, window, where), share_of_view(window, where)
    return {
        "bars": [
            {"label": label, "share": share, "own": label == CLASS}
            for label, share in found.ranking
        ],
        "peak": found.map.peak,
        "said": words.said(found.map, on_mark, covered, signed),
    }


@st.cache_resource(show_spinner=False)
def _network(model: str) -> Classifier:
    """Load one of the two, apart from the few models that the page keeps."""
    return gradcam.load_model(model)


def _answer(model: str, mark: Mark | None, picture: Picture) -> _Answer:
    found: _Answer = engine.findings().get(
        ("cheat", model, picture.digest, mark),
        lambda: _answered(model, mark, picture),
        None if picture.sample and mark is None else visitor(),
    )
    return found


def _answered(model: str, mark: Mark | None, picture: Picture) -> _Answer:
    photo: Photo = picture.opened.pixels
    shown = photo if mark is None else marked(photo, mark)
    result = gradcam.explain(_network(model), shown, method="gradcam", classes=CLASS)
    (found,) = result.maps
    listed = [(p.label, p.probability) for p in result.predictions[:_LISTED]]
    if CLASS not in [label for label, _ in listed]:
        listed[-1] = (CLASS, found.prediction.probability)
    return _Answer(tuple(listed), found)


def _placed(sent: object) -> None:
    """Keep where the browser put the signature; what is no such thing changes nothing."""
    if not isinstance(sent, Mapping):
        return
    numbers = {}
    for name, (low, high) in _LIMITS.items():
        value = sent.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return
        if not math.isfinite(value):
            return
        numbers[name] = min(max(float(value), low), high)
    serial = int(numbers.pop("serial"))
    st.session_state[_ASKED] = _Asked(Place(**numbers), serial)
    st.session_state[_HELD] = str(sent.get("held"))


ANSWERS: Mapping[str, Handler] = MappingProxyType({"place": _placed})
