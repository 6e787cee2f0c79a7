"""The Explore page: ask in the sidebar, show in the main part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from gradcam import METHODS, Layer
from gradcam.backends import Classifier

from . import engine, errors, state
from . import waiting as weights
from .details import details, layer_strip, notes
from .grid import Answer, Ranked, fill
from .page import Slot, keep_fragment
from .pickers.axis import axis_picker
from .pickers.classes import class_picker
from .pickers.images import Brought, images_panel
from .pickers.layer import fit_picker, layer_picker
from .pickers.method import method_picker
from .pickers.model import model_ids, model_picker, spec_of
from .pickers.own_model import loaded
from .pictures import Picture, Unreadable
from .predictions import Bars, predictions
from .samples import SAMPLES
from .saved import reopen
from .takeaway import keep_wish, take_away
from .view import OWN, ViewState
from .viewer import viewer
from .waiting import cancelled, loading, progress


def explore() -> None:
    """Draw the page: what costs nothing first, then what the model says into the kept places."""
    with errors.told():
        view = state.settle(
            state.begin().among(
                samples=[sample.id for sample in SAMPLES], models=model_ids(), methods=METHODS
            )
        )
        keep_fragment()
        page = _Page()
        with st.sidebar:
            brought = images_panel()
            model_picker(view)
            fit_picker(view)
            page.asking = Slot("asking", 420)
        with page.notices:
            reopened, not_opened = reopen(brought.saved, brought.pictures)
            _tell(brought.pictures, [*brought.bad, *not_opened])
            clf = _classifier(view.model)
            others = _others(view) if clf is not None else ()
        ranked: list[Ranked] = []
        if clf is not None:
            with page.asking.fill():
                layer = _ask(clf)
            state.publish()
            ranked = _rank(page, clf, others, layer, brought.pictures)
        left_out = _not_in_links(brought, view)
        if ranked:
            _answer(page, ranked, reopened, left_out)
        elif reopened:
            with page.grid.fill():
                _grid(view, reopened, left_out)
        page.finish()
        state.publish()


class _Page:
    """The main part's places, top to bottom."""

    def __init__(self) -> None:
        self.notices = st.container()
        self.bars = Slot("bars", 150)
        self.axis = Slot("axis", 64)
        self.progress = st.container()
        self.grid = Slot("grid", 560)
        self.strip = Slot("strip", 130)
        self.numbers = Slot("numbers", 42)
        self.asking: Slot | None = None

    def finish(self) -> None:
        """No grey block stays where nothing has come."""
        for slot in (self.bars, self.axis, self.grid, self.strip, self.numbers, self.asking):
            if slot is not None:
                slot.close()


def _classifier(model: str) -> Classifier | None:
    """The model; None while its weights are on their way, or when it will not load."""
    with errors.told():
        own = loaded()
        if model in own:
            return own[model]
        spec = spec_of(model)
        if spec is not None and weights.present(spec):
            with loading(spec):
                return engine.load(model)
    return None


def _others(view: ViewState) -> tuple[Classifier, ...]:
    """The models to compare with, those that are here."""
    if view.across != "models":
        return ()
    found = [_classifier(model) for model in view.models if model != view.model]
    return tuple(clf for clf in found if clf is not None)


def _ask(clf: Classifier) -> Layer:
    """The questions only a loaded model can put; the chosen layer."""
    layers = clf.layers()
    view = state.settle(
        state.view().within(layers=[layer.name for layer in layers], classes=len(clf.labels))
    )
    layer = layer_picker(view, layers)
    method_picker(view, clf.labels)
    class_picker(view, clf.labels)
    return layer


def _rank(
    page: _Page,
    clf: Classifier,
    others: Sequence[Classifier],
    layer: Layer,
    pictures: Sequence[Picture],
) -> list[Ranked]:
    """What the model says of each photo; without those it cannot take, which are told."""
    view, ranked = state.view(), list[Ranked]()
    for picture in pictures:
        with page.notices, errors.told(picture.name):
            top = engine.rank(clf, picture, view, layer.name)
            ranked.append(Ranked(clf, picture, view, layer, top, others))
    return ranked


def _answer(
    page: _Page, ranked: Sequence[Ranked], reopened: Sequence[Answer], left_out: str
) -> None:
    view, clf, layer = ranked[0].view, ranked[0].clf, ranked[0].layer
    with page.bars.fill():
        _bars(view, ranked)
    with page.axis.fill():
        axis_picker(view, clf)
    answers = [fill(one) for one in ranked]
    with page.progress:
        _slow(answers)
    with page.grid.fill():
        _grid(view, [*reopened, *answers], left_out)
    with page.strip.fill():
        layer_strip(ranked)
    with page.numbers.fill():
        details(clf, layer, answers)


def _bars(view: ViewState, ranked: Sequence[Ranked]) -> None:
    """Predictions; a click adds or removes a class, or where columns are none, chooses it."""
    several = view.across == "classes"
    photos = [
        Bars(
            one.picture.name,
            one.top.result.predictions,
            view.shown(one.top.ranked) if several else (view.class_of(one.top.ranked),),
        )
        for one in ranked
    ]

    def toggle(photo: int, index: int) -> None:
        if several:
            state.change(lambda current: current.toggled(index, ranked[photo].top.ranked))
        else:
            state.change(lambda current: replace(current, focus=index))

    with st.container(key="bars"):
        predictions(photos, key="predictions", on_toggle=toggle)


def _slow(answers: Sequence[Answer]) -> None:
    slow = {
        f"{METHODS[m.method].title} {explained.milliseconds / 1000:.1f} s": None
        for answer in answers
        for explained in answer.explained
        for m in explained.result.maps[:1]
        if explained.result.request.slow
    }
    done = f"Took, once: {', '.join(slow)}. Kept for the next time." if slow else ""
    progress([job for answer in answers for job in answer.pending], done)
    if stopped := [job for answer in answers for job in answer.stopped]:
        cancelled(stopped)


def _grid(view: ViewState, answers: Sequence[Answer], left_out: str) -> None:
    if any(answer.row.panels for answer in answers):
        rows = [answer.row for answer in answers]
        viewer(rows, key="viewer", on_want=keep_wish, link_note=left_out)
        take_away(answers)
    else:
        st.info("No class is chosen. Click a prediction to see its map.", icon=":material/info:")
    for said in notes(view, answers):
        st.caption(said)


def _not_in_links(brought: Brought, view: ViewState) -> str:
    """What of this page a link cannot hold."""
    own = ["photos"] * bool(brought.own or brought.saved) + ["model"] * view.model.startswith(OWN)
    return f"Your own {' and '.join(own)} are not in it." if own else ""


def _tell(pictures: Sequence[Picture], bad: Sequence[Unreadable]) -> None:
    """What could not be read, and quietly what was changed in reading."""
    if bad:
        errors.show_all((file.name, file.error) for file in bad)
    for picture in pictures:
        for note in picture.opened.notes:
            st.caption(f"{errors.plain(picture.name, 80)}: {errors.plain(note)}")
