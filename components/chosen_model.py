"""The model that a view names: loaded, and asked for the view's phrases and layer."""

from __future__ import annotations

import streamlit as st

from gradcam import Layer
from gradcam.backends import Classifier, takes_phrases

from . import awaited, engine, errors, state
from .pickers.layer import layer_picker
from .pickers.model import spec_of
from .pickers.own_model import loaded
from .pickers.phrases import phrase_picker
from .view import OWN, ViewState
from .waiting import loading


def chosen_model(view: ViewState) -> Classifier | None:
    """Return the view's model; if it fails to load, the view before comes back."""
    try:
        clf = loaded_model(view.model)
    except Exception as error:  # whatever a file on this machine can lead to
        awaited.refuse(view, errors.logged(error))
        return None
    awaited.stands(view)
    return clf


def loaded_model(model: str) -> Classifier:
    """Return a model that is on this machine."""
    own, spec = loaded(), spec_of(model)
    if model in own or spec is None:
        return own[model]
    with loading(spec):
        return engine.load(model)


def with_phrases(clf: Classifier | None, view: ViewState) -> Classifier | None:
    """Return the model for the view's phrases if it takes any; None if they do not do."""
    if not takes_phrases(clf):
        return clf
    with errors.reported():
        return engine.with_phrases(clf, view)
    return None


def ask_layer(base: Classifier, clf: Classifier) -> Layer:
    """Draw what every page asks about the loaded model; return the chosen layer.

    base : the same model as it was loaded, whatever phrases it is asked for now.
    """
    layers = clf.layers()
    view = state.settle(
        state.view().within(layers=[layer.name for layer in layers], classes=len(clf.labels))
    )
    if clf.id.startswith(OWN):
        for note in clf.notes:
            st.caption(f":material/warning: {errors.plain(note)}")
    if takes_phrases(base):
        phrase_picker(view, base)
    return layer_picker(view, layers)
