"""The Explore page: choices in the sidebar, results in the main part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from gradcam import METHODS, Layer
from gradcam.backends import Classifier, takes_phrases

from . import awaited, engine, errors, state
from .ahead import page_key, with_spare
from .camera.camera import camera
from .chosen_model import ask_layer, chosen_model, loaded_model, with_phrases
from .clicks import clicks
from .cover import answered, covered
from .depth import depth
from .details import details, notes
from .gallery import gallery, opened
from .grid import Answer, Ranked
from .jobs import Job
from .page import Slot, keep_address
from .pickers.axis import column_picker
from .pickers.classes import class_picker, one_class
from .pickers.images import Brought, images_panel
from .pickers.method import method_picker, took
from .pickers.model import compared, model_ids, model_picker, spec_of
from .pickers.more import more
from .pickers.own_model import load_asked, loaded
from .pictures import Picture, Unreadable, kept, note_brought, shown
from .pictures import known as photos
from .saved import reopen
from .takeaway import take_away
from .turns import turns
from .view import OWN, ViewState
from .viewer import Setting, viewer
from .waiting import cancelled, progress, weights_ready

_AWAITED = "awaited_answers"  # the slow ones


def explore() -> None:
    """Draw the page: the quick parts first, then the model's results into reserved places."""
    with turns().quick(), errors.reported():
        load_asked()
        asked = state.begin("explore", _as_left)
        known = asked.among(samples=photos(), models=model_ids(asked), methods=METHODS)
        view = awaited.drawable(state.settle(known))
        page = _Page()
        with st.sidebar, st.container(gap="xsmall", key="choices"):
            brought = images_panel()
            note_brought(brought.photos[: brought.own])
            model_picker(view)
            page.model_questions = Slot("asking", 420)
            more(view)
        with page.notices:
            keep_address(page.foot, brought.own, len(loaded()))
            pictures = opened(brought)
            reopened, not_opened = reopen(brought.saved if pictures else (), pictures)
            _report_files(pictures, [*brought.bad, *not_opened])
            awaited.news()
            base = chosen_model(view)
            clf = with_phrases(base, view)
            others = _others(view) if clf is not None else ()
        ranked: list[Ranked] = []
        if base is not None:
            with page.model_questions.fill():
                layer = _ask_about_model(base, clf or base)
            state.publish()
            if clf is not None:
                if brought.live:
                    with page.camera, errors.reported():
                        live_view(clf, layer)
                if brought.many:
                    with page.gallery:
                        gallery(clf, layer, brought)
                ranked = _rank(page, clf, others, layer, pictures)
        left_out = _not_in_links(brought, view)
        if ranked:
            _answer(page, ranked, reopened, left_out)
        elif reopened:
            with page.grid.fill():
                _grid(view, reopened, (), left_out)
        page.finish()
        state.publish()


def _as_left(_: ViewState, left: ViewState) -> ViewState:
    """Return to the page as it was left, with the uploads that Streamlit has dropped meanwhile."""
    was = shown()
    return replace(left, samples=was) if any(id in kept() for id in was) else left


class _Page:
    """The places in the main part, top to bottom, and one in the sidebar."""

    def __init__(self) -> None:
        self.notices = st.container(key="notices")
        self.camera = st.container()
        self.gallery = st.container()
        self.progress = st.container()
        self.grid = Slot("grid", 720)
        self.depth = Slot("depth", 300)
        self.numbers = Slot("numbers", 42)
        self.foot = st.container()
        self.model_questions: Slot | None = None

    def finish(self) -> None:
        """Clear the grey blocks of places that nothing filled."""
        slots = (self.grid, self.depth, self.numbers, self.model_questions)
        for slot in slots:
            if slot is not None:
                slot.close()


def _others(view: ViewState) -> tuple[Classifier, ...]:
    """Return the models to compare with that are ready."""
    if view.across != "models":
        return ()
    found = [_other(model, view) for model in compared(view) if model != view.model]
    return tuple(clf for clf in found if clf is not None)


def _other(model: str, view: ViewState) -> Classifier | None:
    """Return a model to compare with; None while it is downloading or if it fails to load."""
    spec = spec_of(model)
    with errors.reported():
        if model in loaded() or spec is None or weights_ready(spec, lambda: _leave_out(model)):
            return with_phrases(loaded_model(model), view)
    return None


def _leave_out(model: str) -> None:
    state.change(lambda view: replace(view, models=tuple(m for m in view.models if m != model)))


def _ask_about_model(base: Classifier, clf: Classifier) -> Layer:
    """Draw the choices that depend on the loaded model; return the chosen layer.

    base : the same model as it was loaded, whatever phrases it is asked for now.
    """
    layer = ask_layer(base, clf)
    view = state.view()
    column_picker(view, clf)
    method_picker(view, clf)
    if not takes_phrases(base):
        class_picker(view, clf.labels)
    elif view.across != "classes":
        one_class(view, clf.labels)
    return layer


def live_view(clf: Classifier, layer: Layer) -> None:
    """Draw the camera; a frozen frame is the newest photo."""
    view = state.view()
    camera(clf, view.request((layer.name,), view.method_of(clf)), on_freeze=_frozen)


def _frozen(_: Picture) -> None:
    """Hide the samples, so that the new photo is the one on screen."""
    state.change(lambda view: replace(view.with_samples(()), photo=""))


def _rank(
    page: _Page,
    clf: Classifier,
    others: Sequence[Classifier],
    layer: Layer,
    pictures: Sequence[Picture],
) -> list[Ranked]:
    """Rank the classes of each photo; photos that fail are reported and left out."""
    view, ranked = state.view(), list[Ranked]()
    for picture in pictures:
        with page.notices, errors.reported(picture.name):
            top = engine.rank(clf, picture, view, layer.name)
            ranked.append(covered(Ranked(clf, picture, view, layer, top, others)))
    return ranked


def _answer(
    page: _Page, ranked: Sequence[Ranked], reopened: Sequence[Answer], left_out: str
) -> None:
    view, clf, layer = ranked[0].view, ranked[0].clf, ranked[0].layer
    answers = with_spare(ranked, [answered(one) for one in ranked])
    with page.progress:
        _slow_answers(answers)
    with page.grid.fill():
        _grid(view, [*reopened, *answers], ranked, left_out)
    with page.depth.fill():
        depth(ranked)
    with page.numbers.fill():
        details(clf, layer, answers)


def _slow_answers(answers: Sequence[Answer]) -> None:
    """Show the progress of slow answers, then how long they took."""
    _look_away([job for answer in answers for job in (*answer.pending, *answer.stopped)])
    slow = {
        (explained.result.model, m.method): explained.milliseconds / 1000
        for answer in answers
        for explained in answer.explained
        for m in explained.result.maps[:1]
        if explained.result.request.slow
    }
    for (model, method), seconds in slow.items():
        took(model, method, seconds)
    times = ", ".join(
        f"{METHODS[name].title} {seconds:.1f} s" for (_, name), seconds in slow.items()
    )
    done = f"Worked out once and kept: {times}." if slow else ""
    progress([job for answer in answers for job in answer.pending], done)
    if stopped := [job for answer in answers for job in answer.stopped]:
        cancelled(stopped)


def _look_away(jobs: Sequence[Job]) -> None:
    """Let go of what the visitor asked for before, so that what they ask for now need not wait."""
    visitor, waits = state.visitor(), {job.key for job in jobs}
    for before in st.session_state.get(_AWAITED, ()):
        if before.key not in waits:
            before.look_away(visitor)
    st.session_state[_AWAITED] = tuple(job for job in jobs if not job.ended.is_set())


def _grid(
    view: ViewState, answers: Sequence[Answer], ranked: Sequence[Ranked], left_out: str
) -> None:
    setting = Setting(view.across, left_out, _suits(answers), page_key(ranked, answers))
    on = clicks(ranked, before=len(answers) - len(ranked))
    viewer([answer.row for answer in answers], key="viewer", on=on, setting=setting)
    take_away(answers)
    for note in notes(view, answers):
        st.caption(note)


def _suits(answers: Sequence[Answer]) -> str:
    """Return the view that shows these maps best: thin lines vanish over a photo."""
    maps = [panel.map for answer in answers for panel in answer.row.panels if panel.map]
    return "heatmap" if maps and all(m.method == "guidedgradcam" for m in maps) else ""


def _not_in_links(brought: Brought, view: ViewState) -> str:
    """Say what a link to this page leaves out."""
    own = ["photos"] * bool(brought.own or brought.saved) + ["model"] * view.model.startswith(OWN)
    return f"It does not include your own {' or '.join(own)}." if own else ""


def _report_files(pictures: Sequence[Picture], bad: Sequence[Unreadable]) -> None:
    """Show which files could not be read and, less prominently, how photos were changed."""
    if bad:
        errors.show_all((file.name, file.error) for file in bad)
    for picture in pictures:
        for note in picture.opened.notes:
            st.caption(f"{errors.plain(picture.name, 80)}: {errors.plain(note)}")
