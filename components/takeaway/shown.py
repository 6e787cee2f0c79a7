"""The explanations behind the panels, reduced to the maps on screen."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from gradcam.explanation import Explanation
from gradcam.saliency import SaliencyMap
from gradcam.types import Sign

from ..grid import Answer


@dataclass(frozen=True)
class Shown:
    """A photo's name and one of its explanations, with the maps of its panels left to right."""

    name: str
    explanation: Explanation


def everything(answers: Sequence[Answer], sign: Sign) -> list[Shown]:
    """Return all panels with a map, grouped by explanation in order of first appearance."""
    return [one for answer in answers for one in _of_row(answer, sign)]


def one_panel(answers: Sequence[Answer], row: int, panel: int, sign: Sign) -> Shown | None:
    """Return one panel's map, or None if there is no such panel or it has no map."""
    if row >= len(answers) or panel >= len(answers[row].row.panels):
        return None
    answer = answers[row]
    found, source = answer.row.panels[panel].map, answer.sources[panel]
    if found is None or source is None:
        return None
    return Shown(answer.row.caption, _with_maps(source.whole, [found], sign))


def shared_peak(shown: Sequence[Shown]) -> float:
    """Return the raw value that a scale shared by all maps draws as 1."""
    return max((m.peak for one in shown for m in one.explanation.maps), default=0.0)


def _of_row(answer: Answer, sign: Sign) -> list[Shown]:
    maps: dict[Hashable, tuple[Explanation, list[SaliencyMap]]] = {}
    for panel, source in zip(answer.row.panels, answer.sources, strict=True):
        if panel.map is not None and source is not None:
            maps.setdefault(source.key, (source.whole, []))[1].append(panel.map)
    return [
        Shown(answer.row.caption, _with_maps(explanation, found, sign))
        for explanation, found in maps.values()
    ]


def _with_maps(explanation: Explanation, maps: Sequence[SaliencyMap], sign: Sign) -> Explanation:
    return replace(explanation, maps=tuple(replace(m, sign=sign) for m in maps))
