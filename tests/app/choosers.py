"""Choosers in-process, where no browser draws them: what they were sent, and choosing another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from streamlit.testing.v1 import AppTest

from components.view import ViewState


def chooser(app: AppTest, label: str) -> dict[str, Any]:
    """Return the data of the chooser with this label."""
    return next(data for data in _sent(app) if data.get("label") == label)


def options(app: AppTest, label: str) -> list[str]:
    """Return the ids in the chooser's list, in order."""
    found = chooser(app, label)
    lists = (data for data in _sent(app) if data.get("name") == found["name"])
    listed = json.loads(next(data["options"] for data in lists if "options" in data))
    return [row[0] for row in (*found["extra"], *listed["rows"])]


def change(app: AppTest, how: Callable[[ViewState], ViewState]) -> AppTest:
    """Change the view as a widget's callback does, and run the page."""
    app.session_state["view"] = how(app.session_state["view"])
    app.session_state["view_touched"] = True
    return app.run()


def choose_model(app: AppTest, model: str) -> AppTest:
    return change(app, lambda view: view.with_model(model, same_labels=False))


def choose_method(app: AppTest, method: str) -> AppTest:
    return change(app, lambda view: replace(view, method=method))


def _sent(app: AppTest) -> Iterator[dict[str, Any]]:
    for proto in _components(app._tree):
        if proto.json:
            yield json.loads(proto.json)


def _components(node: Any) -> Iterator[Any]:
    for child in getattr(node, "children", {}).values():
        if getattr(child, "type", "") == "bidi_component":
            yield child.proto
        yield from _components(child)
