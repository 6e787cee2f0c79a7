"""The session's ViewState: read from the address on arrival, then changed by widgets.

The view is the single source of truth. A widget's callback changes it; every run writes it into
the widgets that differ and, after a change, into the address. So links, the Back button, clicks on
bars and dropdowns all work the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import streamlit as st

from .compat import session_id
from .keeping import arrived
from .view import ViewState

Carry = Callable[[ViewState, ViewState], ViewState]
_VIEW, _ADDRESS, _TOUCHED, _VISITOR = "view", "view_address", "view_touched", "visitor"
_PAGE, _LEFT = "view_page", "views_left"


def begin(page: str = "explore", carry: Carry = lambda _, left: left) -> ViewState:
    """Return the view this run starts from: the address's if it changed, else the session's.

    Parameters
    ----------
    carry : makes this page's view from that of the page before and the one that this page was left
        with; asked where the visitor came by the navigation, whose address is bare.
    """
    address = st.query_params.to_dict()
    before = st.session_state.get(_PAGE, page)
    st.session_state[_PAGE] = page
    if page != before:
        left: dict[str, ViewState] = st.session_state.setdefault(_LEFT, {})
        left[before] = view()
        st.session_state.pop(_TOUCHED, None)
        st.session_state.pop(_VIEW)
        if not address:
            change(lambda _: carry(left[before], left.get(page, ViewState())))
    touched = st.session_state.get(_TOUCHED, False)
    # Without a widget change, a new address is a link or the Back button. After one, it may just
    # lag behind.
    if _VIEW not in st.session_state or (
        not touched and address != st.session_state.get(_ADDRESS, address)
    ):
        st.session_state[_VIEW] = ViewState.from_query(address)
    if not touched:
        st.session_state[_ADDRESS] = address
    return view()


def view() -> ViewState:
    """Return the current view, or the default one before `begin`."""
    current: ViewState = st.session_state.get(_VIEW) or ViewState()
    return current


def visitor() -> str:
    """Return what tells this session from all others."""
    name: str = st.session_state.setdefault(_VISITOR, uuid4().hex)
    arrived(name, session_id())
    return name


def settle(found: ViewState) -> ViewState:
    """Replace the view by `found`, the part of it that exists, and return that."""
    st.session_state[_VIEW] = found
    return found


def publish() -> None:
    """Write the view to the address after a widget changed it."""
    if not st.session_state.pop(_TOUCHED, False):
        return  # leaves a link as it was, including the viewer's part after the "#"
    query = view().to_query()
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)
    st.session_state[_ADDRESS] = query


def change(how: Callable[[ViewState], ViewState]) -> None:
    """Apply a widget's change to the view; for callbacks."""
    st.session_state[_VIEW] = how(view())
    st.session_state[_TOUCHED] = True


def from_widget(key: str, how: Callable[[ViewState, Any], ViewState]) -> None:
    """Call `change` with the value of the widget `key`; for callbacks."""
    if key in st.session_state:
        value = st.session_state[key]
        change(lambda current: how(current, value))


def show(key: str, value: Any) -> None:
    """Make the widget `key` show `value`; call this before drawing it."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
