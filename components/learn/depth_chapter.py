"""Early and late: one class at every stage of the network, and what one position there can see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from gradcam import Classifier, SaliencyMap, fields
from gradcam.fields import Box, Fields
from gradcam.request import Request
from gradcam.sentences import short_name
from gradcam.text import rough_percent, shape
from gradcam.types import Floats
from gradcam.watch import Watch

from .. import engine, state
from ..grid import usual_layers
from ..jobs import answers
from ..turns import turns
from ..viewer.payload import payload_id, photo_jpeg
from .chapter import Chapter, Chosen, Step, plain
from .quick import instead, quick_method

_NEAR = "learn_depth_near"  # whether the chapter has come near the visitor's eyes
_TINY = 0.02  # of what the model sees: room for an edge or a colour
_SOURCE = (
    "The effective field: Luo et al. 2016, https://arxiv.org/abs/1701.04128. "
    "Why the last layers are drawn: Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391."
)


@dataclass(frozen=True)
class Stage:
    """One stage: its map of the class, and its fields once they have been measured."""

    map: SaliencyMap
    fields: Fields | None = None
    problem: str = ""

    @property
    def title(self) -> str:
        """The layer's name without the parts it is nested in."""
        return self.map.layer.rsplit("/", 1)[-1]

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.map.values.shape
        return rows, columns

    @property
    def peak(self) -> tuple[int, int]:
        """The position with the most evidence for the class."""
        row, column = np.unravel_index(int(self.map.values.argmax()), self.grid)
        return int(row), int(column)


def depth(chosen: Chosen) -> Chapter:
    """Build the chapter about what was chosen."""
    stages = _stages(chosen)
    at = next(n for n, one in enumerate(stages) if one.map.layer == chosen.layer.name)
    height, width = chosen.picture.opened.size
    window = stages[at].map.window
    data: dict[str, object] = {
        "label": chosen.label,
        "photo": payload_id(chosen.picture.opened),
        "size": [width, height],
        "window": [window.left, window.top, window.right, window.bottom],
        "input": list(chosen.clf.preprocessing.crop),
        "chosen": at,
        "stages": [_described(one) for one in stages],
    }
    arrays: dict[str, Floats | bytes] = {"photo": photo_jpeg(chosen.picture.opened)}
    for n, one in enumerate(stages):
        arrays[f"map{n}"] = one.map.values
        if one.fields is not None:
            arrays[f"rows{n}"] = _table(one.fields.rows)
            arrays[f"columns{n}"] = _table(one.fields.columns)
    return Chapter("depth", (_step(chosen, stages, at),), data, arrays)


def measure(_: object) -> None:
    """Note that the figure is near; builds from now on ask for fields until they are measured."""
    st.session_state[_NEAR] = True


def _stages(chosen: Chosen) -> list[Stage]:
    clf = chosen.clf
    wanted = {*usual_layers(clf), chosen.layer.name}
    layers = tuple(layer.name for layer in clf.layers() if layer.name in wanted)
    request = Request(layers, quick_method(chosen), classes=(chosen.index,))
    maps = engine.explain(clf, chosen.picture, request).result.maps
    if not st.session_state.get(_NEAR, False):
        return [Stage(one) for one in maps]
    # Jobs are done in the order they are asked for, and the layer in use is in view.
    in_turn = sorted(maps, key=lambda one: one.layer != chosen.layer.name)
    done = {one.layer: _measured(clf, one) for one in in_turn}
    return [done[one.layer] for one in maps]


def _measured(clf: Classifier, found: SaliencyMap) -> Stage:
    """Return the stage with its fields if they are there; else a job is measuring them."""
    key = ("fields", engine.identity(clf), found.layer)
    job = answers().ask(
        key,
        f"What {found.layer} sees",
        lambda progress, cancelled: fields.measure(
            clf, found.layer, Watch(progress, cancelled, turns().slice)
        ),
        visitor=state.visitor(),
    )
    return Stage(found, job.result, job.error.message if job.error else "")


def _table(along: fields.Along) -> Floats:
    """First pixel, the one after the last, middle and half axis; (4, rows or columns)."""
    return np.stack([along.first, along.last, along.middle, along.reach]).astype(np.float32)


def _described(one: Stage) -> Mapping[str, object]:
    return {
        "name": one.map.layer,
        "title": one.title,
        "peak": one.peak,
        "empty": one.map.empty_reason,
        "measured": one.fields is not None or bool(one.problem),
        "problem": one.problem,
        "whole": one.fields is not None and one.fields.whole,
    }


def _step(chosen: Chosen, stages: Sequence[Stage], at: int) -> Step:
    first, last = stages[0], stages[-1]
    label, model = plain(chosen.label), plain(short_name(chosen.clf.title))
    text = [
        f"The same photo, the same class, *{label}*, at {len(stages)} depths of {model}. "
        f"Drag from left to right. {_grids(first, last)}",
        "Now move over the picture. The square is everything that this one position can see; the "
        "dashed ellipse is where nine tenths of what moves it come from.",
    ]
    text += [*_seen(chosen, stages), *instead(chosen)]
    notes = (
        "Stop at the first stage and ask: could you tell from this little square what the photo "
        "shows? Then drag to the right until somebody says yes.",
        "The network gives up knowing exactly where in order to know what. Grad-CAM is usually "
        "drawn late, where a cell has seen enough to speak about a class.",
        "Arrow keys move the position when the picture is in focus, and the depth on the slider.",
    )
    title = "Early layers see little, late layers see nearly everything"
    if stages[at].grid == first.grid == last.grid:
        title = "From the first layers to the last"
    return Step(
        "early-and-late", title, text, notes, ("photo", "class", "method", "model"), _SOURCE
    )


def _grids(first: Stage, last: Stage) -> str:
    """Say what becomes of the grid."""
    early, late = (np.prod(one.grid) for one in (first, last))
    if early <= late:
        return f"The map has {shape(last.grid)} cells all the way."
    return (
        f"The first map has {shape(first.grid)} cells, {early:,} numbers; the last has "
        f"{shape(last.grid)}, only {late:,}."
    )


def _seen(chosen: Chosen, stages: Sequence[Stage]) -> list[str]:
    """Say what a position in the middle of the first and of the last stage can see."""
    first, last = stages[0], stages[-1]
    size = chosen.clf.preprocessing.crop
    if problem := first.problem or last.problem:
        return [plain(problem)]
    if first.fields is None or last.fields is None:
        # As long as what will stand here, so that the figure below stays where it is.
        return [
            f"In the middle of {plain(first.title)}, a position can see … × … of the "
            f"{shape(reversed(size))} pixels that go in; in the middle of {plain(last.title)} it "
            "can see … × … of them. Both are being measured on the network itself, and will stand "
            "here in a few seconds."
        ]
    box = _middle(first, first.fields.box)
    tiny = fields.share(box, size) < _TINY
    hardly = f": enough for an edge or a colour, not for *{plain(chosen.label)}*" if tiny else ""
    late = _middle(last, last.fields.box)
    sees = "every pixel" if fields.share(late, size) == 1 else f"{_across(late)} pixels"
    mostly = fields.share_of_ellipse(_middle(last, last.fields.ellipse), size)
    return [
        f"In the middle of {plain(first.title)}, a position can see {_across(box)} of the "
        f"{shape(reversed(size))} pixels that go in{hardly}. In the middle of "
        f"{plain(last.title)} it can see {sees}, though not all alike: its ellipse covers "
        f"{rough_percent(mostly)} of what goes in."
    ]


def _middle(stage: Stage, rectangle: Callable[[int, int], Box]) -> Box:
    rows, columns = stage.grid
    return rectangle(rows // 2, columns // 2)


def _across(box: Box) -> str:
    return shape((round(box.right - box.left), round(box.bottom - box.top)))
