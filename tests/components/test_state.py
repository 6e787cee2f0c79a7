"""The view follows the address on arrival and the widgets from then on."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.view import ViewState


def page() -> None:
    """A page with one widget, and a button that changes the view without one."""
    from dataclasses import replace

    import streamlit as st

    from components import state

    view = state.settle(
        state.begin().among(
            samples=["cat", "rocket"], models=["bundled/photos"], methods=["gradcam", "hirescam"]
        )
    )
    state.show("method", view.method or "gradcam")
    st.selectbox(
        "Method",
        ["gradcam", "hirescam"],
        key="method",
        on_change=state.from_widget,
        args=("method", lambda v, name: replace(v, method="" if name == "gradcam" else name)),
    )
    st.button("Top 2", on_click=state.change, args=(lambda v: v.with_top(2),))
    st.button("Nothing")
    state.publish()


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page)


def view(app: AppTest) -> ViewState:
    found: ViewState = app.session_state["view"]
    return found


def query(app: AppTest) -> dict[str, str]:
    return dict(app.query_params)


def click(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def test_without_a_link_the_view_is_the_default(app: AppTest) -> None:
    app.run()
    assert view(app) == ViewState()
    assert query(app) == {}


def test_a_link_sets_the_view_and_the_widgets(app: AppTest) -> None:
    app.query_params.update({"method": "hirescam", "image": "cat"})
    app.run()
    assert view(app) == ViewState(samples=("cat",), method="hirescam")
    assert app.selectbox(key="method").value == "hirescam"


def test_reading_a_link_leaves_it_as_it_was(app: AppTest) -> None:
    """Even where it says nothing, or what does not exist."""
    link = {"method": "nothing", "top": "5", "image": "gone,cat"}
    app.query_params.update(link)
    app.run()
    click(app, "Nothing")
    assert view(app) == ViewState(samples=("cat",))
    assert query(app) == link


def test_a_widget_changes_the_view_and_the_address(app: AppTest) -> None:
    app.run()
    app.selectbox(key="method").select("hirescam").run()
    assert view(app) == ViewState(method="hirescam")
    assert query(app) == {"method": "hirescam"}


def test_a_change_keeps_what_the_link_said(app: AppTest) -> None:
    app.query_params.update({"image": "cat,gone", "top": "3"})
    app.run()
    app.selectbox(key="method").select("hirescam").run()
    assert query(app) == {"image": "cat", "top": "3", "method": "hirescam"}


def test_a_change_without_a_widget_is_published_too(app: AppTest) -> None:
    app.run()
    click(app, "Top 2")
    assert view(app).top == 2
    assert query(app) == {"top": "2"}


def test_a_change_back_to_the_default_clears_the_address(app: AppTest) -> None:
    app.query_params["method"] = "hirescam"
    app.run()
    app.selectbox(key="method").select("gradcam").run()
    assert query(app) == {}


def test_back_wins_over_a_view_that_no_widget_changed(app: AppTest) -> None:
    app.run()
    app.selectbox(key="method").select("hirescam").run()
    app.query_params.clear()  # what the Back button does
    app.run()
    assert view(app) == ViewState()
    assert app.selectbox(key="method").value == "gradcam"
    assert query(app) == {}


def test_a_widget_wins_over_an_address_that_lags_behind(app: AppTest) -> None:
    """Two quick changes: the second run still has the address from before the first."""
    app.run()
    app.selectbox(key="method").select("hirescam").run()
    app.query_params.clear()
    click(app, "Top 2")
    assert view(app) == ViewState(method="hirescam", top=2)
    assert query(app) == {"method": "hirescam", "top": "2"}
