"""One photo: how faithful are its maps?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import streamlit as st

from gradcam import METHODS, Request
from gradcam.backends import Classifier
from gradcam.metrics import METRICS, Faithful
from gradcam.metrics.baselines import BASELINES
from gradcam.types import Floats

from .. import engine, errors, state
from ..chooser import chooser
from ..compat import skeleton
from ..grid import usual_methods
from ..pickers.method import method_options
from ..view import MAX_COLUMNS, ViewState
from ..viewer.payload import payload_id, photo_jpeg
from ..waiting import cancelled, progress
from .faithful_words import answer, best, measured_by, same, warnings
from .measuring import Measured, Question, measure
from .pictured import at_step, changed_at, views
from .sending import send
from .sources import Chosen

_ASKED = "faithful_road"
_HEIGHT = 520  # pixels, of the curves
_TICK = 1.0  # seconds between two looks at what has been measured
_CURVES: Mapping[str, tuple[str, str, str]] = MappingProxyType({
    "deletion": ("Deletion", "deleted, the most relevant first", "lower"),
    "insertion": ("Insertion", "put back, the most relevant first", "higher"),
    "road_most": ("ROAD, most relevant", "filled in, the most relevant first", "lower"),
    "road_least": ("ROAD, least relevant", "filled in, the least relevant first", "higher"),
})  # fmt: skip
_AS = {"average_drop": "percent", "increase": "yes"}


def method_chooser(view: ViewState, clf: Classifier) -> None:
    """Draw the choice of the methods whose maps are measured."""
    chooser(
        "Methods",
        method_options(clf),
        methods_of(view, clf),
        key="evaluate_methods",
        on_choose=lambda ids: state.change(lambda v: replace(v, methods=ids)),
        most=MAX_COLUMNS,
        help="Each gets a line, beside a random map and a blob in the centre of the photo.",
    )


def faithful(clf: Classifier, chosen: Chosen) -> None:
    """Draw the section: how far the measuring is, and what it has found so far."""
    if chosen.picture is None:
        st.info("Choose a photo in the sidebar.", icon=":material/image:")
        return
    asked = _question(clf, chosen)
    measured, job = measure(asked)
    visitor = state.visitor()
    running = job is not None and not job.ended.is_set() and not job.cancelled_by(visitor)
    with st.container(key="faithful_progress"):
        if job is None:
            progress([], "Measured once and kept.")
        elif job.cancelled_by(visitor):
            cancelled([job])
        elif job.error is not None:
            errors.show(job.error)
        else:
            progress([job])
    st.fragment(draw, run_every=_TICK if running else None)(asked, measured)


def methods_of(view: ViewState, clf: Classifier) -> tuple[str, ...]:
    """Return the methods to measure: the view's, as far as they suit, or the usual ones."""
    suited = tuple(name for name in view.methods if name not in clf.unsuited)
    return suited or usual_methods(clf)


def _question(clf: Classifier, chosen: Chosen) -> Question:
    assert chosen.picture is not None
    view, layer = chosen.view, chosen.layer.name
    request = Request((layer,), clf.usual_method, top_k=1, fit=view.fit)
    found = engine.explain(clf, chosen.picture, request).result.predictions
    index = found[0].index if view.focus is None else view.focus
    return Question(clf, chosen.picture, view, layer, index, methods_of(view, clf))


def draw(asked: Question, measured: Measured) -> None:
    """Draw curves and table; a second, small part is the picture of ROAD that was asked for."""
    found = measured.of(asked)
    if not found:
        skeleton(_HEIGHT)
        return
    opened, seen, done = asked.picture.opened, views(asked, found[0]), measured.has(asked)
    whole = found[0].map
    header = {
        "photo": payload_id(opened),
        "size": [opened.size[1], opened.size[0]],
        "window": [whole.window.left, whole.window.top, whole.window.right, whole.window.bottom],
        "input": seen.size[::-1],
        "blank": seen.blank,
        "label": asked.label,
        "answer": answer(found, asked.label) if done else "",
        "notes": [*same(found), *warnings(found), *_failed(asked, measured)] if done else [],
        "curves": _curves(found),
        "metrics": [_metric(name, found) for name in measured_by(found)],
        "rows": [_row(one) for one in found],
    }
    arrays: dict[str, Floats | bytes] = {
        "photo": photo_jpeg(opened),
        "seen": seen.whole,
        "blurred": seen.blurred,
    }
    for one in found:
        arrays[f"map/{one.method}"] = one.map.values
        if "deletion" in one.curves:
            arrays[f"steps/{one.method}"] = _changed(measured, one, seen.size)
    send("faithful", header, key="faithful_part", arrays=arrays, on={"road": _ask_road})
    _road(asked, {one.method: one for one in found})


def _changed(measured: Measured, one: Faithful, size: tuple[int, int]) -> bytes:
    """Return at which step each pixel changes, worked out once for each map and number of steps."""
    key = (one.method, len(one.curves["deletion"].fractions))
    if key not in measured.changed:
        measured.changed[key] = changed_at(one, size)
    return measured.changed[key]


def _curves(found: list[Faithful]) -> list[dict[str, Any]]:
    protocols = {curve: metric for metric in METRICS.values() for curve in metric.curves}
    return [
        {"id": id, "title": title, "done": done, "better": better,
         "protocol": protocols[id].protocol, "source": protocols[id].source}
        for id, (title, done, better) in _CURVES.items()
        if any(id in one.curves for one in found)
    ]  # fmt: skip


def _metric(name: str, found: list[Faithful]) -> dict[str, Any]:
    metric = METRICS[name]
    return {
        "id": name,
        "title": metric.title,
        "better": metric.better,
        "protocol": metric.protocol,
        "source": metric.source,
        "as": _AS.get(name, "number"),
        "best": [one.method for one in best(found, name)],
    }


def _row(one: Faithful) -> dict[str, Any]:
    return {
        "id": one.method,
        "title": one.title,
        "blind": one.method in BASELINES,
        "peak": one.map.peak,
        "scores": dict(one.scores),
        "why": dict(one.why),
        "curves": {
            name: [
                [round(x, 4) for x in curve.fractions],
                [round(y, 5) for y in curve.probabilities],
            ]
            for name, curve in one.curves.items()
        },
    }


def _failed(asked: Question, measured: Measured) -> list[str]:
    """Say which methods made no map, and why."""
    return [
        f"{METHODS[name].title}: {measured.failed[name].message}"
        for name in asked.methods
        if name in measured.failed
    ]


def _ask_road(sent: object) -> None:
    """Remember which picture of ROAD the browser asked for: {method, curve, step}, unchecked."""
    st.session_state[_ASKED] = sent


def _road(asked: Question, found: Mapping[str, Faithful]) -> None:
    """Draw the photo at the step of ROAD that was asked for, which the browser cannot make."""
    sent = st.session_state.get(_ASKED)
    if not isinstance(sent, Mapping):
        return
    method, curve, step = str(sent.get("method")), str(sent.get("curve")), sent.get("step")
    one = found.get(method)
    if one is None or curve not in one.curves or not isinstance(step, int):
        return
    if 0 <= step < len(one.curves[curve].fractions):
        picture = at_step(asked, one, curve, step)
        header = {"method": method, "curve": curve, "step": step, "label": asked.label,
                  "photo": payload_id(asked.picture.opened)}  # fmt: skip
        send("road", header, key="faithful_road_part", arrays={"picture": picture})
