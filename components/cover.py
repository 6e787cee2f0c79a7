"""The cover test: a photo with part of it covered, beside what the model made of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

import gradcam
from gradcam import Cover, Prediction, sentences
from gradcam.images import Opened

from . import engine, pictures
from .around import bars
from .grid import Answer, Ranked, fill
from .pictures import Picture, Reread
from .samples import SAMPLES
from .state import visitor
from .view import ViewState
from .viewer import Panel

_KEPT = 8  # covered photos a session
_BARS = 10


def key_of(picture: Picture) -> str:
    """Return what the view calls this photo: a sample's id, or a key that no link carries."""
    for sample in SAMPLES:
        if sample.title == picture.name and pictures.sample(sample.id).opened is picture.opened:
            return sample.id
    return pictures.own_id(picture)


def under_cover(picture: Picture, view: ViewState) -> Picture | None:
    """Return the photo with its cover on, or None if it has none."""
    cover = view.cover_of(key_of(picture))
    return None if cover is None else with_cover(picture, cover)


def with_cover(picture: Picture, cover: Cover) -> Picture:
    """Return the photo with this cover on."""
    return _covered(picture.digest, cover.to_text(), picture)


def covered(ranked: Ranked) -> Ranked:
    """Return the photo with its cover on, ranked anew; the same if it has none."""
    hidden = under_cover(ranked.picture, ranked.view)
    if hidden is None:
        return ranked
    top = engine.rank(ranked.clf, hidden, ranked.view, ranked.layer.name)
    return replace(ranked, picture=hidden, top=top, before=ranked)


def answered(ranked: Ranked) -> Answer:
    """Fill the row of one photo; if part of it is covered, with what was there before."""
    now = fill(ranked)
    if ranked.before is None:
        return now
    # The whole photo's maps of the same classes, most of which are there already.
    same = replace(ranked.before.view, added=ranked.shown, removed=())
    then = fill(replace(ranked.before, view=same))
    maps = {(panel.title, panel.index): panel.map for panel in then.row.panels}
    panels = tuple(
        replace(panel, before=maps.get((panel.title, panel.index))) for panel in now.row.panels
    )
    predictions = ranked.top.result.predictions, ranked.before.top.result.predictions
    found = _known(predictions[0], now.row.panels)
    old = {**_known(predictions[1], then.row.panels), **_asked_again(ranked, then.row.panels)}
    row = replace(
        now.row,
        panels=panels,
        answer=sentences.covered(predictions[0][0], predictions[1][0], ranked.clf.title),
        unsure=False,
        bars=bars(_shown_first(found, ranked.shown), ranked.shown, old),
        cover=_text(ranked),
        before=ranked.before.picture.opened,
    )
    return replace(now, row=row)


@st.cache_resource(max_entries=_KEPT, show_spinner=False, scope="session")
def _covered(photo_digest: str, cover: str, _picture: Picture) -> Picture:  # noqa: ARG001
    found = Cover.from_text(cover)
    assert found is not None
    covered = partial(_with_cover, _picture.opened, found)
    return Picture(f"{_picture.name}, covered", Reread(covered, visitor()))


def _with_cover(photo: Opened, cover: Cover) -> Opened:
    return Opened(gradcam.covered(photo, cover))


def _known(ranking: Sequence[Prediction], panels: Sequence[Panel]) -> dict[int, Prediction]:
    """Return the predictions of the ranking and of the maps, by class."""
    known = {p.map.prediction.index: p.map.prediction for p in panels if p.map is not None}
    return {**known, **{p.index: p for p in ranking}}


def _asked_again(ranked: Ranked, known: Sequence[Panel]) -> dict[int, Prediction]:
    """Return what the model said of the whole photo about classes that it ranks high only now."""
    assert ranked.before is not None
    top = {*ranked.before.top.ranked, *(panel.index for panel in known)}
    new = tuple(index for index in ranked.top.ranked if index not in top)
    if not new or not engine.cheap(ranked.clf, ranked.layer):
        return {}
    asked = ranked.view.request((ranked.layer.name,), ranked.clf.usual_method, new)
    whole = engine.explain(ranked.clf, ranked.before.picture, replace(asked, augment=False))
    return {m.prediction.index: m.prediction for m in whole.result.maps}


def _shown_first(found: Mapping[int, Prediction], shown: Sequence[int]) -> list[Prediction]:
    """Return as many predictions as there are bars, among them all whose maps are shown."""
    kept = sorted(found.values(), key=lambda p: (p.index not in shown, -p.probability))[:_BARS]
    return sorted(kept, key=lambda p: -p.probability)


def _text(ranked: Ranked) -> str:
    assert ranked.before is not None
    cover = ranked.view.cover_of(key_of(ranked.before.picture))
    return "" if cover is None else cover.to_text()
