"""The explanations behind the panels, holding the maps on screen and nothing else."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from gradcam.explanation import Explanation
from gradcam.saliency import SaliencyMap
from gradcam.types import Sign

from ..grid import Answer


@dataclass(frozen=True)
class Shown:
    """A photo's name and one of its explanations: the maps of panels from left to right."""

    name: str
    explanation: Explanation


def everything(answers: Sequence[Answer], sign: Sign) -> list[Shown]:
    """All panels with a map; those of one explanation together, in the order of their first."""
    return [one for answer in answers for one in _of_row(answer, sign)]


def one_panel(answers: Sequence[Answer], row: int, panel: int, sign: Sign) -> Shown | None:
    """A single panel's map; None where there is no such panel, or nothing in it."""
    if row >= len(answers) or panel >= len(answers[row].row.panels):
        return None
    answer = answers[row]
    found, source = answer.row.panels[panel].map, answer.sources[panel]
    if found is None or source is None:
        return None
    return Shown(answer.row.caption, _holding(source.result, [found], sign))


def shared_peak(shown: Sequence[Shown]) -> float:
    """The raw value that one scale for all maps draws as 1."""
    return max((m.peak for one in shown for m in one.explanation.maps), default=0.0)


def _of_row(answer: Answer, sign: Sign) -> list[Shown]:
    maps: dict[Hashable, tuple[Explanation, list[SaliencyMap]]] = {}
    for panel, source in zip(answer.row.panels, answer.sources, strict=True):
        if panel.map is not None and source is not None:
            maps.setdefault(source.key, (source.result, []))[1].append(panel.map)
    return [
        Shown(answer.row.caption, _holding(explanation, found, sign))
        for explanation, found in maps.values()
    ]


def _holding(explanation: Explanation, maps: Sequence[SaliencyMap], sign: Sign) -> Explanation:
    return replace(explanation, maps=tuple(replace(m, sign=sign) for m in maps))
