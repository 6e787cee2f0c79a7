"""The rows: one per photo, with one column per class, layer, method or model.

A row is a list of cells, each a request and which of the resulting maps to show. AXES is the table
of what the columns can be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from gradcam import METHODS, Classifier, GradcamError, Layer, Request, SaliencyMap
from gradcam.certainty import unsure
from gradcam.sentences import answer, peak_word, why_not
from gradcam.text import percent, shape

from . import engine
from .around import bars, crop_note
from .engine import Explained, PendingError, StoppedError
from .jobs import Job
from .pictures import Picture
from .view import MAX_COLUMNS, ViewState
from .viewer import Panel, Row

WHY = "why"  # the key of the panel that compares two classes
USUAL_METHODS = ("gradcam", "gradcam++", "hirescam", "layercam", "xgradcam", "eigengradcam")


@dataclass(frozen=True)
class Ranked:
    """A photo, the model's ranking of its classes (`top`), and the models to compare with.

    before : the same with the whole photo, if part of it is covered.
    """

    clf: Classifier
    picture: Picture
    view: ViewState
    layer: Layer
    top: Explained
    others: Sequence[Classifier] = ()
    before: Ranked | None = None

    @property
    def choices(self) -> tuple[int, ...]:
        """The classes of which the view shows the first, best first.

        Covering part of a photo changes the ranking. Its maps stay those of the classes before, and
        only what the model says now comes first.
        """
        if self.before is None:
            return self.top.ranked
        return tuple(dict.fromkeys((self.top.ranked[0], *self.before.top.ranked)))

    @property
    def focus(self) -> int:
        """The class the whole row shows where its columns are not classes."""
        return self.view.class_of((self.before or self).top.ranked)

    @property
    def shown(self) -> tuple[int, ...]:
        """The classes of the row's maps, most probable first as far as the ranking goes."""
        if self.view.across != "classes":
            return (self.focus,)
        place = {index: n for n, index in enumerate(self.top.ranked)}
        return tuple(sorted(self.view.shown(self.choices), key=lambda i: place.get(i, len(place))))

    def share(self, index: int | None) -> float | None:
        """Return the probability of a class, as far as the ranking goes."""
        found = (p.probability for p in self.top.result.predictions if p.index == index)
        return next(found, None)


@dataclass(frozen=True)
class Cell:
    """One column of one row: map number `place` of the answer to `request`, or a `problem`.

    index : the column's class, if the columns are classes.
    rival : the class that another one is compared with, in the one column that does.
    """

    title: str
    clf: Classifier
    request: Request | None
    place: int = 0
    index: int | None = None
    problem: str = ""
    rival: int | None = None


@dataclass(frozen=True)
class Axis:
    """What varies from column to column.

    cells : builds the columns of one photo.
    beside : the figure beside each title.
    below : what to say about a map besides its peak.
    one_class : whether the whole row shows one class, named beside the photo.
    """

    cells: Callable[[Ranked], list[Cell]]
    beside: Callable[[SaliencyMap], str]
    below: Callable[[Classifier, SaliencyMap], str]
    one_class: bool = True


@dataclass(frozen=True)
class Answer:
    """One row of the grid, the explanations behind it, and the jobs still running or cancelled.

    sources : for each panel the explanation its map belongs to, or None.
    """

    row: Row
    explained: tuple[Explained, ...]
    sources: tuple[Explained | None, ...] = ()
    pending: tuple[Job, ...] = ()
    stopped: tuple[Job, ...] = ()


def fill(ranked: Ranked) -> Answer:
    """Build the row of one photo from the answers that are ready; notes stand in for the others."""
    axis = AXES[ranked.view.across]
    panels: list[Panel] = []
    sources: list[Explained | None] = []
    pending: list[Job] = []
    stopped: list[Job] = []
    for cell in axis.cells(ranked):
        source, problem = None, cell.problem
        try:
            if cell.request is not None:
                source = engine.explain(cell.clf, ranked.picture, cell.request)
        except PendingError as waiting:
            pending.append(waiting.job)
            problem = "Computing…"
        except StoppedError as ended:
            stopped.append(ended.job)
            problem = "Cancelled"
        except GradcamError as error:
            problem = f"{error.message} {error.hint}"
        sources.append(source)
        panels.append(_panel(ranked, axis, cell, source, problem))
    maps = [panel.map for panel in panels if panel.map is not None and panel.key != WHY]
    panels = [_with_word(panel, maps) for panel in panels]
    explained = {one.key: one for one in sources if one is not None} or {None: ranked.top}
    return Answer(
        _row(ranked, axis, panels),
        tuple(explained.values()),
        tuple(sources),
        _once(pending),
        _once(stopped),
    )


def spare(ranked: Ranked) -> tuple[Panel, ...]:
    """Return the panels of the listed classes that are not shown, where they cost next to nothing.

    Then a click on a bar needs no server.
    """
    clf, view, top = ranked.clf, ranked.view, ranked.top
    method = view.method_of(clf)
    usual = method == clf.usual_method and not view.augment and view.across == "classes"
    if not usual or not engine.cheap(clf, ranked.layer):
        return ()
    asked = view.request((ranked.layer.name,), method, top.ranked)
    found = engine.explain(clf, ranked.picture, asked)
    shown = [m for m in found.result.maps if m.prediction.index in ranked.shown]
    cells = [
        Cell(clf.labels[index], clf, asked, place, index)
        for place, index in enumerate(top.ranked)
        if index not in ranked.shown
    ]
    panels = (_panel(ranked, AXES["classes"], cell, found, "") for cell in cells)
    return tuple(_with_word(panel, shown) for panel in panels)


def by_class(ranked: Ranked) -> list[Cell]:
    """One column per class, all from the same layer, method and model."""
    clf, view = ranked.clf, ranked.view
    top = ranked.top.result
    method = view.method_of(clf)
    ready = method == clf.usual_method and not view.augment
    computed = {m.prediction.index: n for n, m in enumerate(top.maps)} if ready else {}
    classes = ranked.shown
    missing = tuple(index for index in classes if index not in computed)
    asked = view.request((ranked.layer.name,), method, missing) if missing else None
    cells = [
        Cell(clf.labels[i], clf, top.request, computed[i], i)
        if i in computed
        else Cell(clf.labels[i], clf, asked, missing.index(i), i)
        for i in classes
    ]
    return cells if view.why is None else [*cells, compared(ranked, *view.why)]


def compared(ranked: Ranked, one: int, other: int) -> Cell:
    """Return the column of what speaks for one class rather than for another.

    That is Finer-CAM with γ = 1: it explains the difference of the two logits, which is the
    logarithm of how many times more probable the one is, so both count alike.
    """
    clf, view = ranked.clf, ranked.view
    title = f"{clf.labels[one]} rather than {clf.labels[other]}"
    options = {"against": (other,), "gamma": 1.0}
    asked = Request((ranked.layer.name,), "finercam", options, (one, other), fit=view.fit)
    return Cell(title, clf, asked, rival=other)


def by_layer(ranked: Ranked) -> list[Cell]:
    """One column per layer for one class, from one forward pass; with fusion, one more for all."""
    clf, fuse = ranked.clf, ranked.view.fuse
    names = ranked.view.layers or usual_layers(clf)
    asked = ranked.view.request(names, ranked.view.method_of(clf), (ranked.focus,))
    cells = [Cell(name, clf, asked, n) for n, name in enumerate(names)]
    if fuse and len(names) > 1:
        title = f"{fuse.capitalize()} of {len(names)} layers"
        cells.append(Cell(title, clf, replace(asked, fuse=fuse)))
    return cells


def by_method(ranked: Ranked) -> list[Cell]:
    """One column per method for one class at one layer."""
    layer, classes = (ranked.layer.name,), (ranked.focus,)
    return [
        Cell(METHODS[name].title, ranked.clf, ranked.view.request(layer, name, classes))
        for name in ranked.view.methods or usual_methods(ranked.clf)
    ]


def by_model(ranked: Ranked) -> list[Cell]:
    """One column per model at its recommended layer, with the class matched by its label."""
    return [_of_model(ranked, clf) for clf in (ranked.clf, *ranked.others)]


def class_called(label: str, clf: Classifier) -> int | None:
    """Return the index of the class with this label, or with it as one of several ("cup, mug")."""
    wanted = label.casefold()
    for index, known in enumerate(clf.labels):
        if wanted == known.casefold():
            return index
    for index, known in enumerate(clf.labels):
        if wanted in (name.strip() for name in known.casefold().split(",")):
            return index
    return None


def usual_layers(clf: Classifier) -> tuple[str, ...]:
    """Return the last layer of each resolution; where there are many, the deepest few."""
    stages = [layer.name for layer in clf.layers() if layer.stage or layer.recommended]
    return tuple(stages[-MAX_COLUMNS:])


def usual_methods(clf: Classifier) -> tuple[str, ...]:
    """Return the methods to compare on this model: its usual one, and those that do not fail."""
    fit = (name for name in USUAL_METHODS if name not in clf.unsuited)
    return tuple(dict.fromkeys((clf.usual_method, *fit)))


def no_map(found: SaliencyMap) -> str:
    """Return why the method has no map at this layer, which is not an empty map; or ""."""
    return found.empty_reason if found.parameters.get("blocks") == 0 else ""


def _of_model(ranked: Ranked, clf: Classifier) -> Cell:
    title = f"{clf.title} · {_framework(clf)}"
    label = ranked.clf.labels[ranked.focus]
    index = ranked.focus if ranked.clf.labels == clf.labels else class_called(label, clf)
    if index is None:
        return Cell(title, clf, None, problem=f"{clf.title} has no class called {label}.")
    recommended = next(layer for layer in clf.layers() if layer.recommended)
    layer = ranked.layer if clf is ranked.clf else recommended
    method = ranked.view.method_of(clf)
    view = ranked.view
    if ranked.clf.labels != clf.labels:
        rivals = [
            (ranked.clf.labels[k], class_called(ranked.clf.labels[k], clf)) for k in view.against
        ]
        missing = [name for name, found in rivals if found is None]
        if missing and method == "finercam":
            return Cell(title, clf, None, problem=f"{clf.title} has no class called {missing[0]}.")
        view = replace(view, against=tuple(found for _, found in rivals if found is not None))
    return Cell(title, clf, view.request((layer.name,), method, (index,)))


def _row(ranked: Ranked, axis: Axis, panels: Sequence[Panel]) -> Row:
    top, photo = ranked.top.result, ranked.picture.opened
    window = top.maps[0].window
    height, width = photo.size
    note = crop_note(window, width, height)
    maps = tuple(p.map for p in panels if p.map is not None and p.key != WHY)
    if axis.one_class:
        # The deepest layer says most about the answer; other columns begin with the usual one.
        maps = maps[-1:] if ranked.view.across == "layers" else maps[:1]
    told = replace(top, maps=maps)
    return Row(
        photo,
        ranked.picture.name,
        tuple(panels),
        _about_one_class(ranked) if axis.one_class else "",
        answer=answer(told, ranked.clf.title),
        unsure=unsure(top.predictions),
        bars=bars(top.predictions, ranked.shown),
        notes=[note] if note else (),
        offer="pad" if note else "",
        window=window,
    )


def _panel(ranked: Ranked, axis: Axis, cell: Cell, source: Explained | None, problem: str) -> Panel:
    if source is None:
        share = ranked.share(cell.index)
        beside = "" if share is None else percent(share)
        key = "" if cell.rival is None else WHY
        return Panel(cell.title, beside, None, problem, key=key, index=cell.index, share=share)
    found = source.result.maps[cell.place]
    if cell.rival is not None:
        return _comparison(ranked, cell, source.result.maps)
    share = None if cell.index is None else found.prediction.probability
    if reason := no_map(found):
        return Panel(cell.title, axis.beside(found), None, reason, index=cell.index, share=share)
    return Panel(
        cell.title,
        axis.beside(found),
        found,
        detail=axis.below(cell.clf, found),
        about=f"{cell.clf.title} · {found.layer} · {METHODS[found.method].title}",
        index=cell.index,
        share=share,
    )


def _comparison(ranked: Ranked, cell: Cell, maps: Sequence[SaliencyMap]) -> Panel:
    """Return the panel that compares the classes of the two maps."""
    found, other = maps[0], maps[-1].prediction
    method = METHODS[ranked.view.method_of(cell.clf)]
    why = "" if method.takes_gradients else f", because {method.title} cannot compare classes"
    return Panel(
        cell.title,
        "",
        found,
        detail=f"{METHODS[found.method].title}{why}",
        about=f"{cell.clf.title} · {found.layer} · {METHODS[found.method].title}",
        key=WHY,
        word=why_not(found, found.prediction, other),
    )


def _with_word(panel: Panel, shown: Sequence[SaliencyMap]) -> Panel:
    """Say why its peak and its probability differ, where the columns are classes."""
    if panel.map is None or panel.index is None:
        return panel
    return replace(panel, word=peak_word(panel.map, shown))


def _about_one_class(ranked: Ranked) -> str:
    label, share = ranked.clf.labels[ranked.focus], ranked.share(ranked.focus)
    return label if share is None else f"{label} {percent(share)}"


def _probability(found: SaliencyMap) -> str:
    return percent(found.prediction.probability)


def _resolution(found: SaliencyMap) -> str:
    return shape(found.values.shape)


def _class_agnostic(found: SaliencyMap) -> str:
    return "not class-specific" if METHODS[found.method].class_agnostic else ""


def _layer(_: Classifier, found: SaliencyMap) -> str:
    return found.layer


def _facts(clf: Classifier, found: SaliencyMap) -> str:
    """Say what the method did for this map: channels tried or classes contrasted with."""
    facts = found.parameters
    if "energy" in facts:
        return f"{facts['channels']} channels, {percent(facts['energy'])} of the energy"
    if facts.get("against"):
        return "vs. " + ", ".join(clf.labels[index] for index in facts["against"])
    return ""


def _framework(clf: Classifier) -> str:
    kind = type(clf).__name__.removesuffix("Classifier")
    return "PyTorch" if kind == "Torch" else kind


def _once(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Drop repeated jobs, keeping the order."""
    return tuple({job.key: job for job in jobs}.values())


AXES: Mapping[str, Axis] = MappingProxyType(
    {
        "classes": Axis(by_class, _probability, _facts, one_class=False),
        "layers": Axis(by_layer, _resolution, _facts),
        "methods": Axis(by_method, _class_agnostic, _facts),
        "models": Axis(by_model, _probability, _layer),
    }
)
