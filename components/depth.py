"""The depth slider below the grid: one class at every stage of the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcam import METHODS
from gradcam.text import shape

from . import engine, errors, state
from .grid import Ranked, no_map, usual_layers
from .viewer import Panel, Row, depth_slider

MOST = 6  # photos, each of which costs a pass through the network
_KEY = "depth"


def depth(ranked: Sequence[Ranked]) -> None:
    """Draw the slider: each photo's first shown class, from the first stages to the last."""
    rows = []
    for one in ranked[:MOST]:
        with errors.reported(one.picture.name):
            rows.append(_row(one))
    if any(len(row.panels) > 1 for row in rows):
        depth_slider(rows, key=_KEY, on_pick=_choose_layer)


def _row(one: Ranked) -> Row:
    view = one.view
    # The slider must stay quick, and a slow method at every stage at once would not be.
    method = view.method_of(one.clf)
    if METHODS[method].slow or view.augment or method == "guidedgradcam":
        method = one.clf.usual_method
    index, layers = _class_of(one), stops(one)
    request = view.request(layers, method, (index,))
    request = replace(request, augment=False)
    explained = engine.explain(one.clf, one.picture, request, at_leisure=True)
    stages = usual_layers(one.clf)
    # Columns of layers are all in use, and no click can choose another one.
    used = (view.layers or stages) if view.across == "layers" else (one.layer.name,)
    panels = tuple(
        Panel(
            m.layer.rsplit("/", 1)[-1],
            shape(m.values.shape),
            None if no_map(m) else m,
            no_map(m),
            detail="" if m.layer in stages else "not one of the stages",
            key="" if view.across == "layers" else m.layer,
            chosen=m.layer in used,
        )
        for m in explained.result.maps
    )
    return Row(one.picture.opened, one.picture.name, panels, one.clf.labels[index])


def stops(one: Ranked) -> tuple[str, ...]:
    """Return the stages and the layer in use, in the network's order."""
    wanted = {*usual_layers(one.clf), one.layer.name}
    return tuple(layer.name for layer in one.clf.layers() if layer.name in wanted)


def _class_of(one: Ranked) -> int:
    return next(iter(one.shown), one.top.ranked[0])


def _choose_layer(layer: str) -> None:
    state.change(lambda view: replace(view, layer=layer))
