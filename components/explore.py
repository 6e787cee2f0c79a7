"""The Explore page: ask in the sidebar, show in the main part."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import columns, engine, errors, state, weights
from components.address import keep_fragment
from components.class_picker import class_picker
from components.columns import Answer, Asked
from components.details import details
from components.images_panel import images_panel
from components.layer_picker import fit_picker, layer_picker, method_picker
from components.loading import loading
from components.model_picker import model_ids, model_picker, spec_of
from components.own_model import loaded
from components.pictures import Picture, Unreadable
from components.predictions import Bars, predictions
from components.samples import SAMPLES
from components.slots import Slot
from components.view import ViewState
from components.viewer import viewer
from gradcam import METHODS, Layer
from gradcam.backends import Classifier

_AXIS = "classes"


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
            pictures, bad = images_panel()
            model_picker(view)
            fit_picker(view)
            page.asking = Slot("asking", 420)
        with page.notices:
            _tell(pictures, bad)
            clf = _classifier(view)
        if clf is not None:
            with page.asking.fill():
                layer = _ask(clf)
            state.publish()
            _answer(page, clf, layer, pictures)
        page.finish()
        state.publish()


class _Page:
    """The main part's places, top to bottom."""

    def __init__(self) -> None:
        self.notices = st.container()
        self.bars = Slot("bars", 150)
        self.grid = Slot("grid", 560)
        self.numbers = Slot("numbers", 42)
        self.asking: Slot | None = None

    def finish(self) -> None:
        """No grey block stays where nothing has come."""
        for slot in (self.bars, self.grid, self.numbers, self.asking):
            if slot is not None:
                slot.close()


def _classifier(view: ViewState) -> Classifier | None:
    """The model; None while its weights are on their way, or when it will not load."""
    with errors.told():
        own = loaded()
        if view.model in own:
            return own[view.model]
        spec = spec_of(view.model)
        if spec is not None and weights.present(spec):
            with loading(spec):
                clf = engine.load(view.model)
                clf.layers()  # found by one forward, kept by the model: what fails, fails here
            return clf
    return None


def _ask(clf: Classifier) -> Layer:
    """The questions only a loaded model can put; the chosen layer."""
    layers = clf.layers()
    view = state.settle(
        state.view().within(layers=[layer.name for layer in layers], classes=len(clf.labels))
    )
    layer = layer_picker(view, layers)
    method_picker(view)
    class_picker(view, clf.labels)
    return layer


def _answer(page: _Page, clf: Classifier, layer: Layer, pictures: Sequence[Picture]) -> None:
    view, asked = state.view(), list[Asked]()
    for picture in pictures:
        with page.notices, errors.told(picture.name):
            top = engine.rank(clf, picture, view, layer.name)
            asked.append(Asked(clf, picture, view, layer, top))
    if not asked:
        return
    with page.bars.fill():
        _bars(view, asked)
    answers = [columns.AXES[_AXIS](one) for one in asked]
    with page.grid.fill():
        _grid(answers)
    with page.numbers.fill():
        details(clf, layer, answers)


def _bars(view: ViewState, asked: Sequence[Asked]) -> None:
    photos = [
        Bars(one.picture.name, one.top.result.predictions, view.shown(one.top.ranked))
        for one in asked
    ]

    def toggle(photo: int, index: int) -> None:
        state.change(lambda current: current.toggled(index, asked[photo].top.ranked))

    with st.container(key="bars"):
        predictions(photos, key="predictions", on_toggle=toggle)


def _grid(answers: Sequence[Answer]) -> None:
    if any(answer.row.panels for answer in answers):
        viewer([answer.row for answer in answers], key="viewer")
    else:
        st.info("No class is chosen. Click a prediction to see its map.", icon=":material/info:")


def _tell(pictures: Sequence[Picture], bad: Sequence[Unreadable]) -> None:
    """What could not be read, and quietly what was changed in reading."""
    if bad:
        errors.show_all((file.name, file.error) for file in bad)
    for picture in pictures:
        for note in picture.notes:
            st.caption(f"{errors.plain(picture.name, 80)}: {errors.plain(note)}")
