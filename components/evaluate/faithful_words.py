"""What the measurements say about one photo's maps, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcam.metrics import METRICS, Faithful
from gradcam.metrics.baselines import BASELINES

_CLOSE = 0.005  # scores that differ by less read as one


def measured_by(found: Sequence[Faithful]) -> list[str]:
    """Return the metrics that any of the maps has a score for, in the order of METRICS."""
    return [name for name in METRICS if any(one.scores.get(name) is not None for one in found)]


def best(found: Sequence[Faithful], metric: str) -> list[Faithful]:
    """Return the maps with the best score, or one as good as that; none where all are alike."""
    scored = [(one, score) for one in found if (score := one.scores.get(metric)) is not None]
    if not scored:
        return []
    sign = 1 if METRICS[metric].better == "higher" else -1
    top = max(sign * score for _, score in scored)
    winners = [one for one, score in scored if sign * score >= top - _CLOSE]
    return winners if len(winners) < len(scored) or len(scored) == 1 else []


def answer(found: Sequence[Faithful], label: str) -> str:
    """Say which method's map of the class is the most faithful on this photo, if one is.

    found : the maps measured, baselines included.
    """
    methods = [one for one in found if one.method not in BASELINES]
    winners = {name: best(methods, name) for name in measured_by(methods)}
    winners = {name: maps for name, maps in winners.items() if maps}
    if not methods:
        return ""
    if not measured_by(methods):
        return f"No map of {label} shows anything that could be measured."
    if len(methods) == 1:
        return _alone(methods[0], [one for one in found if one is not methods[0]], label)
    if not winners:
        return f"The maps of {label} by these methods are equally faithful."
    always = [one for one in methods if all(one in maps for maps in winners.values())]
    if always:
        maps = "map" if len(always) == 1 else "maps"
        return f"By every measure, {_listed(always)} made the most faithful {maps} of {label}."
    said = [f"{_listed(maps)} by {METRICS[name].title}" for name, maps in winners.items()]
    return f"No method is the most faithful to {label} by every measure: {', '.join(said)}."


def same(found: Sequence[Faithful]) -> list[str]:
    """Say which methods made the same map, up to scale: at a last layer several must."""
    groups: list[list[Faithful]] = []
    for one in (one for one in found if one.method not in BASELINES and one.map.peak > 0):
        heat = one.map.heat()
        group = next((g for g in groups if np.allclose(g[0].map.heat(), heat, atol=1e-5)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return [
        f"{_listed(group)} make the same map at this layer, so their numbers are the same."
        for group in groups
        if len(group) > 1
    ]


def _alone(one: Faithful, blind: Sequence[Faithful], label: str) -> str:
    """Compare a single method with the maps that know nothing of the model."""
    measures = measured_by([one])
    won = [name for name in measures if best([one, *blind], name) == [one]]
    return (
        f"By {len(won)} of {len(measures)} measures, {one.title}'s map of {label} is more faithful "
        "than a random map and a centred blob."
    )


def warnings(found: Sequence[Faithful]) -> list[str]:
    """Say by which measures a map that knows nothing of the model is as good as the best method.

    There the measure says little about this photo.
    """
    blind = [one for one in found if one.method in BASELINES]
    methods = [one for one in found if one.method not in BASELINES]
    said = []
    for name in measured_by(methods):
        rivals = [one for one in blind if one in best([*methods, one], name)]
        if rivals and methods:
            said.append(
                f"{METRICS[name].title}: a {_listed(rivals).lower()} does as well as the best "
                "method though it knows nothing of the model, so this number says little here."
            )
    return said


def _listed(maps: Sequence[Faithful]) -> str:
    """Return the titles as a list in a sentence.

    Methods that are the same at a layer win together, so there may be several.
    """
    titles = [one.title for one in maps]
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
