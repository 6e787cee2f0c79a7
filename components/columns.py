"""What the grid compares: one axis fills the columns, the rows are the photos.

An axis is a function from what is asked to one Row; AXES is the table of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from components import engine
from components.engine import Explained, PendingError, StoppedError
from components.pictures import Picture
from components.predictions.predictions import percent
from components.view import DEFAULT_METHOD, MAX_COLUMNS, ViewState
from components.viewer import Panel, Row
from components.work import Work
from gradcam import METHODS, GradcamError, Layer, SaliencyMap
from gradcam.backends import Classifier

_T = TypeVar("_T")


@dataclass(frozen=True)
class Asked:
    """One photo's question. `top` ranks its classes; `others` are the models compared with."""

    clf: Classifier
    picture: Picture
    view: ViewState
    layer: Layer
    top: Explained
    others: Sequence[Classifier] = ()


@dataclass(frozen=True)
class Answer:
    """One row of the grid, the explanations behind it, and the slow ones still on their way.

    sources : for each panel the explanation that its map is of, None where it has no map.
    """

    row: Row
    explained: tuple[Explained, ...]
    sources: tuple[Explained | None, ...] = ()
    pending: tuple[Work, ...] = ()
    stopped: tuple[Work, ...] = ()


@dataclass(frozen=True)
class _Cell:
    """One column of one row. What is quiet beside the title and below the map may need the map."""

    title: str
    clf: Classifier
    find: Callable[[], tuple[SaliencyMap, Explained]]
    subtitle: Callable[[SaliencyMap], str]
    detail: Callable[[Classifier, SaliencyMap], str]


def by_class(asked: Asked) -> Answer:
    """One column per class, all from the same layer, method and model."""
    classes = asked.view.shown(asked.top.ranked)
    ready = asked.top.result.maps if _is_ready(asked.view) else ()
    there = {m.prediction.index: m for m in ready}
    missing = tuple(index for index in classes if index not in there)

    def find(index: int) -> tuple[SaliencyMap, Explained]:
        if index in there:
            return there[index], asked.top
        question = engine.question(asked.view, (asked.layer.name,), asked.view.method, missing)
        explained = engine.explain(asked.clf, asked.picture, question)
        return explained.result.maps[missing.index(index)], explained

    return _answer(asked, "", [
        _Cell(asked.clf.labels[i], asked.clf, partial(find, i), _probability, _facts)
        for i in classes
    ])  # fmt: skip


def by_layer(asked: Asked) -> Answer:
    """One column per layer, for one class; all of them from one forward, and fused if asked."""
    names = asked.view.layers or usual_layers(asked.clf)
    focus = _focus(asked)
    question = engine.question(asked.view, names, asked.view.method, (focus,))

    def find(place: int) -> tuple[SaliencyMap, Explained]:
        explained = engine.explain(asked.clf, asked.picture, question)
        return explained.result.maps[place], explained

    def fused() -> tuple[SaliencyMap, Explained]:
        merged = replace(question, fuse=asked.view.fuse)
        explained = engine.explain(asked.clf, asked.picture, merged)
        return explained.result.maps[0], explained

    cells = [
        _Cell(name, asked.clf, partial(find, n), _grid, _facts) for n, name in enumerate(names)
    ]
    if asked.view.fuse and len(names) > 1:
        title = f"{len(names)} layers, {asked.view.fuse}"
        cells.append(_Cell(title, asked.clf, fused, _grid, _facts))
    return _answer(asked, _of(asked, focus), cells)


def by_method(asked: Asked) -> Answer:
    """One column per method, for one class at one layer."""
    names, focus = asked.view.methods or USUAL_METHODS, _focus(asked)

    def find(method: str) -> tuple[SaliencyMap, Explained]:
        question = engine.question(asked.view, (asked.layer.name,), method, (focus,))
        explained = engine.explain(asked.clf, asked.picture, question)
        return explained.result.maps[0], explained

    return _answer(asked, _of(asked, focus), [
        _Cell(METHODS[name].title, asked.clf, partial(find, name), _agnostic, _facts)
        for name in names
    ])  # fmt: skip


def by_model(asked: Asked) -> Answer:
    """One column per model at its own recommended layer; the class is matched by its label."""
    focus = _focus(asked)
    label = asked.clf.labels[focus]

    def find(clf: Classifier) -> tuple[SaliencyMap, Explained]:
        index = focus if asked.clf.labels == clf.labels else class_called(label, clf)
        if index is None:
            raise GradcamError(f"{clf.title} has no class called {label}.")
        own = clf is asked.clf
        layer = asked.layer if own else next(x for x in clf.layers() if x.recommended)
        question = engine.question(asked.view, (layer.name,), asked.view.method, (index,))
        explained = engine.explain(clf, asked.picture, question)
        return explained.result.maps[0], explained

    return _answer(asked, _of(asked, focus), [
        _Cell(f"{clf.title} · {_framework(clf)}", clf, partial(find, clf), _probability, _layer)
        for clf in (asked.clf, *asked.others)
    ])  # fmt: skip


USUAL_METHODS = ("gradcam", "gradcam++", "hirescam", "layercam", "xgradcam", "eigengradcam")
AXES: Mapping[str, Callable[[Asked], Answer]] = MappingProxyType(
    {"classes": by_class, "layers": by_layer, "methods": by_method, "models": by_model}
)


def class_called(label: str, clf: Classifier) -> int | None:
    """The class of `clf` with this label, or with one of its names ("cup, mug")."""
    wanted = label.casefold()
    for index, known in enumerate(clf.labels):
        if wanted == known.casefold():
            return index
    for index, known in enumerate(clf.labels):
        if wanted in (name.strip() for name in known.casefold().split(",")):
            return index
    return None


def usual_layers(clf: Classifier) -> tuple[str, ...]:
    """The stages, the last few of them where there are many."""
    stages = [layer.name for layer in clf.layers() if layer.stage or layer.recommended]
    return tuple(stages[-MAX_COLUMNS:])


def _is_ready(view: ViewState) -> bool:
    """Whether the ranking's own maps are the ones to show."""
    return view.method == DEFAULT_METHOD and not view.augment and view.across == "classes"


def _focus(asked: Asked) -> int:
    return asked.view.class_of(asked.top.ranked)


def _answer(asked: Asked, subtitle: str, cells: Sequence[_Cell]) -> Answer:
    panels: list[Panel] = []
    sources: list[Explained | None] = []
    pending: list[Work] = []
    stopped: list[Work] = []
    for cell in cells:
        sources.append(None)
        try:
            found, source = cell.find()
        except PendingError as waiting:
            pending.append(waiting.work)
            panels.append(Panel(cell.title, "", None, "Being computed"))
        except StoppedError as ended:
            stopped.append(ended.work)
            panels.append(Panel(cell.title, "", None, "Stopped"))
        except GradcamError as error:
            panels.append(Panel(cell.title, "", None, f"{error.message} {error.hint}"))
        else:
            sources[-1] = source
            said = cell.subtitle(found), found, ""
            detail, about = cell.detail(cell.clf, found), _about(cell.clf, found)
            panels.append(Panel(cell.title, *said, detail=detail, about=about))
    row = Row(asked.picture.photo, asked.picture.name, tuple(panels), subtitle)
    explained = [source for source in sources if source is not None] or [asked.top]
    return Answer(row, _once(explained), tuple(sources), _once(pending), _once(stopped))


def _about(clf: Classifier, found: SaliencyMap) -> str:
    return f"{clf.title} · {found.layer} · {METHODS[found.method].title}"


def _of(asked: Asked, index: int) -> str:
    """The one class that all columns of a row are about."""
    shown = {p.index: p.probability for p in asked.top.result.predictions}
    label = asked.clf.labels[index]
    return f"{label} {percent(shown[index])}" if index in shown else label


def _probability(found: SaliencyMap) -> str:
    return percent(found.prediction.probability)


def _grid(found: SaliencyMap) -> str:
    return "{} × {}".format(*found.values.shape)


def _agnostic(found: SaliencyMap) -> str:
    return "knows no class" if METHODS[found.method].class_agnostic else ""


def _layer(_: Classifier, found: SaliencyMap) -> str:
    return found.layer


def _facts(clf: Classifier, found: SaliencyMap) -> str:
    """What a method did for this one map: classes contrasted with, channels tried."""
    said = found.parameters
    if "energy" in said:
        return f"{said['channels']} channels, {percent(said['energy'])} of the energy"
    if said.get("against"):
        return "and not " + ", ".join(clf.labels[index] for index in said["against"])
    return ""


def _framework(clf: Classifier) -> str:
    kind = type(clf).__name__.removesuffix("Classifier")
    return "PyTorch" if kind == "Torch" else kind


def _once(many: Sequence[_T]) -> tuple[_T, ...]:
    """Each object once, in order."""
    return tuple({id(one): one for one in many}.values())
