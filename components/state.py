"""The session's ViewState: the address on arrival, the widgets from then on.

The view is the truth and widgets show it. A widget's callback changes the view; every run then
writes the view into the widgets that differ and, after a change, into the address. So a link, the
Back button, a click on a bar and a dropdown all take the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from .view import ViewState

_VIEW, _ADDRESS, _TOUCHED = "view", "view_address", "view_touched"


def begin() -> ViewState:
    """The view this run starts from."""
    address = st.query_params.to_dict()
    touched = st.session_state.get(_TOUCHED, False)
    # An address that differs without a widget having been touched is a link or the Back button;
    # after a touch it may just be late.
    if _VIEW not in st.session_state or (
        not touched and address != st.session_state.get(_ADDRESS, address)
    ):
        st.session_state[_VIEW] = ViewState.from_query(address)
    if not touched:
        st.session_state[_ADDRESS] = address
    return view()


def view() -> ViewState:
    """The view as it is now; the first screen's where there is none yet."""
    current: ViewState = st.session_state.get(_VIEW) or ViewState()
    return current


def settle(found: ViewState) -> ViewState:
    """Keep what of the view turned out to exist."""
    st.session_state[_VIEW] = found
    return found


def publish() -> None:
    """Write the view to the address, once for each change somebody made."""
    if not st.session_state.pop(_TOUCHED, False):
        return  # reading a link leaves it as it is, and with it the viewer's own part after the #
    query = view().to_query()
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)
    st.session_state[_ADDRESS] = query


def change(how: Callable[[ViewState], ViewState]) -> None:
    """For callbacks: a widget has changed the view."""
    st.session_state[_VIEW] = how(view())
    st.session_state[_TOUCHED] = True


def from_widget(key: str, how: Callable[[ViewState, Any], ViewState]) -> None:
    """`change` with the value of the widget called `key`."""
    if key in st.session_state:
        value = st.session_state[key]
        change(lambda current: how(current, value))


def show(key: str, value: Any) -> None:
    """Before a widget is drawn: let it show `value`."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
