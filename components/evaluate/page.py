"""The Evaluate page: choices in the sidebar as on Explore, and three questions, one open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from gradcam import METHODS, Layer
from gradcam.backends import Classifier

from .. import awaited, errors, pictures, state
from ..chosen_model import ask_layer, chosen_model, with_phrases
from ..explore import live_view
from ..page import Slot, keep_address
from ..pickers.classes import one_class
from ..pickers.images import Brought, images_panel
from ..pickers.model import model_ids, model_picker
from ..pickers.more import more
from ..pickers.own_model import load_asked, loaded
from ..pictures import Picture, Source
from ..turns import turns
from ..view import ViewState
from .faithful import faithful, method_chooser
from .folder_methods import folder_methods
from .sources import Chosen, photos_chosen
from .strategies import strategies

_TABS, _PHOTO = "evaluate_section", "evaluate_photo"
_CLASS_HELP = "All curves and numbers are about this class, which stays the same at every step."


@dataclass(frozen=True)
class Section:
    """One question. id : what a link calls it; "" is the first.

    one_photo : whether it is about one photo and class, which are chosen in the sidebar then.
    """

    id: str
    title: str
    draw: Callable[[Classifier, Chosen], None]
    one_photo: bool = False


SECTIONS = (
    Section("", "One photo: how faithful?", faithful, one_photo=True),
    Section("methods", "A folder: which method?", folder_methods),
    Section("strategies", "A folder: what does the model go by?", strategies),
)


def evaluate() -> None:
    """Draw the page; only the open section computes."""
    with turns().quick(), errors.reported():
        load_asked()
        asked = state.begin("evaluate", _from_elsewhere)
        known = asked.among(samples=pictures.known(), models=model_ids(asked), methods=METHODS)
        view = awaited.drawable(state.settle(replace(known, across="classes")))
        with st.sidebar, st.container(gap="xsmall", key="choices"):
            brought = images_panel()
            photo = _photo_picker(view, brought)
            model_picker(view)
            questions = Slot("evaluate_asking", 240)
            more(view, averages=False)
        notices = st.container(key="evaluate_notices")
        section, place = _tabs(view)
        foot = st.container()
        with notices:
            keep_address(foot, brought.own, len(loaded()))
            awaited.news()
            if brought.bad:
                errors.show_all((file.name, file.error) for file in brought.bad)
            if brought.saved:
                st.caption("Saved maps are shown on Explore; here maps are measured anew.")
            picture = _read(photo)
            base = chosen_model(view)
            clf = with_phrases(base, view)
        if base is not None:
            with questions.fill():
                layer = _ask(base, clf or base, section)
        state.publish()
        if clf is not None and brought.live:
            with notices, errors.reported("Camera"):
                live_view(clf, layer)
        if clf is not None:
            with place.fill():
                photos = partial(photos_chosen, brought)
                section.draw(clf, Chosen(state.view(), layer, picture, photos))
        questions.close()
        place.close()
        state.publish()


def _from_elsewhere(there: ViewState, left: ViewState) -> ViewState:
    """Evaluate what the page before showed, in the section that was left open."""
    return replace(
        left,
        samples=pictures.shown() or there.samples[:1],
        model=there.model,
        layer=there.layer,
        focus=there.focus,
        fit=there.fit,
        photo=there.photo,
        methods=there.methods if there.across == "methods" else left.methods,
        channels=there.channels,
        phrases=there.phrases,
        negative=there.negative,
    )


def _tabs(view: ViewState) -> tuple[Section, Slot]:
    """Draw the three questions; return the open one, and the place for its answer."""
    titles = [section.title for section in SECTIONS]
    shown = next(section for section in SECTIONS if section.id == view.section)
    state.show(_TABS, shown.title)

    def opened(view: ViewState, title: str) -> ViewState:
        return replace(view, section=next(s.id for s in SECTIONS if s.title == title))

    tabs = st.tabs(titles, key=_TABS, on_change=state.from_widget, args=(_TABS, opened))
    with tabs[SECTIONS.index(shown)]:
        return shown, Slot(f"evaluate_{shown.id or 'faithful'}", 720)


def _photo_picker(view: ViewState, brought: Brought) -> Source | None:
    """Return the one photo that the first section is about; of several, let the visitor choose."""
    photos = {source.id: source for source in brought.photos}
    if not photos:
        return None
    chosen = view.photo if view.photo in photos else next(iter(photos))
    if len(photos) > 1 and not view.section:
        state.show(_PHOTO, chosen)
        st.selectbox(
            "Photo to evaluate",
            list(photos),
            format_func=lambda id: errors.plain(photos[id].name, 60),
            key=_PHOTO,
            on_change=state.from_widget,
            args=(_PHOTO, lambda view, id: replace(view, photo=id)),
        )
    return photos[chosen]


def _read(photo: Source | None) -> Picture | None:
    """Return the photo, decoded; None if it cannot be, which is reported."""
    good, bad = pictures.read([photo] if photo else [])
    if bad:
        errors.show_all((file.name, file.error) for file in bad)
    return next(iter(good), None)


def _ask(base: Classifier, clf: Classifier, section: Section) -> Layer:
    """Draw the choices that depend on the loaded model; return the chosen layer.

    base : the same model as it was loaded, whatever phrases it is asked for now.
    """
    layer = ask_layer(base, clf)
    view = state.view()
    if section.one_photo:
        one_class(view, clf.labels, _CLASS_HELP)
        method_chooser(view, clf)
    return layer
