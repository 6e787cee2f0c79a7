"""What is chosen less often: how a photo is fitted, averaged maps, and models not in the list."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gradcam.types import FITS

from .. import state
from ..glossary import TERMS
from ..view import ViewState
from . import hub_model, own_model

FIT, AUGMENT = "fit", "augment"
_FITS = {"crop": "Crop", "squash": "Squash", "pad": "Pad"}


def more(view: ViewState, *, averages: bool = True) -> None:
    """Draw the form for other models, and the rest below a line that opens.

    averages : offer averages over several views of the photo.
    """
    with st.popover(
        "Another model",
        icon=":material/add:",
        type="tertiary",
        key=own_model.FORM,
        on_change="rerun",  # only so can it be closed from here
        help="Any image classifier of the Hugging Face hub, or your own file.",
    ):
        hub_model.form()
        own_model.form()
    with st.expander("More", icon=":material/tune:", key="more"):
        _fit(view)
        if averages:
            _augment(view)


def _fit(view: ViewState) -> None:
    state.show(FIT, view.fit)
    st.radio(
        "Fit the photo by",
        FITS,
        format_func=_FITS.__getitem__,
        key=FIT,
        horizontal=True,
        on_change=state.from_widget,
        args=(FIT, lambda v, fit: replace(v, fit=fit)),
        help="\n".join(f"- **{_FITS[fit]}**: {TERMS[fit]}" for fit in FITS),
    )


def _augment(view: ViewState) -> None:
    state.show(AUGMENT, view.augment)
    st.toggle(
        "Average over six views",
        key=AUGMENT,
        on_change=state.from_widget,
        args=(AUGMENT, lambda v, on: replace(v, augment=bool(on))),
        help="Averages the maps of mirrored and zoomed copies of the photo: smoother, but six "
        "times as slow.",
    )
