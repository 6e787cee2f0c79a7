"""The sanity check: does a map change if the network forgets what it has learnt?

Adebayo et al. 2018, arXiv:1810.03292, section 3.1: the weights of a copy of the network are drawn
anew from the output down, one block after another, and after each the map of the same class at the
same layer is compared with the trained network's. A map that stays as it was cannot tell what the
network has learnt. As a control, the photo's edges, which know of no network, are compared too.

A new network is a matter of luck: a map that is mixed of the same features with random weights may
come out alike, or upside down. So the whole is repeated with other random weights, and one looks at
the mean of these runs.

What a method at the last layer sees: while only the layers above it are random, its activations are
still the trained ones. Grad-CAM then weighs the same feature maps at random, so it can show places
only where features were found before. From the layer's own block on, the features are random too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from gradcam.answer import suited
from gradcam.backends import Classifier, copyable
from gradcam.backends.cascade import Block
from gradcam.classes import find_class, most_probable, predictions
from gradcam.errors import GradcamError, MethodError, ModelError
from gradcam.images import ImageSource, open_image
from gradcam.layers import one_layer
from gradcam.methods import METHODS
from gradcam.methods.base import MethodInput
from gradcam.noticing import Point, Verdict, point, sentence, together, verdict
from gradcam.preprocess import picture, preprocess
from gradcam.saliency import heat, resize
from gradcam.similarity import edges, rank_correlation, ssim
from gradcam.types import Fit, Floats, Prediction
from gradcam.watch import Cancelled, Progress, Watch

Measure = Literal["rank", "rank_abs", "ssim"]
RUNS = 8
EDGES = "edges"  # the control, beside keys of METHODS
USUAL = ("gradcam", "hirescam", "layercam", "gradcam++")
GUIDED = "guidedgradcam"  # joins them for networks of ReLUs


@dataclass(frozen=True, eq=False)
class Likeness:
    """One map, and how like the trained network's map it is.

    values : float32 (h, w), signed and raw, at the layer's own resolution; edges and Guided
        Grad-CAM have the input's.
    rank : Spearman's rank correlation of the signed values, position by position of that grid.
    rank_abs : the same of their magnitudes, for which a map turned upside down is the same map.
    ssim : SSIM of what is drawn, the positive part between 0 and its peak, enlarged to the input.
    dead : why there is nothing to compare: "zero everywhere", "the same everywhere" or "not
        finite"; else "". All three numbers are then None; `ssim` also if either map has nothing
        positive.
    """

    values: Floats
    rank: float | None
    rank_abs: float | None
    ssim: float | None
    dead: str = ""


@dataclass(frozen=True, eq=False)
class SanityState:
    """The network after one step of one run.

    run, depth : which run, from 0; and how many blocks are random, 0 in the trained network, which
        is given once, before the first run.
    probability : of the class, as the network sees it now.
    features_trained : whether the layer's activations are still those of the trained network.
    maps : by method, and "edges".
    """

    run: int
    depth: int
    probability: float
    features_trained: bool
    maps: Mapping[str, Likeness]


@dataclass(frozen=True, eq=False, repr=False)
class SanityCheck:
    """What came of a sanity check, or of its beginning.

    prediction : the class, as the trained network sees it.
    layer, methods : where the maps were taken, and the keys of METHODS they were made by.
    blocks : from the output down; a state of depth d has the first d of them random.
    runs : how many there are in all.
    states : the trained network, then each run from one random block to all.
    """

    prediction: Prediction
    layer: str
    blocks: tuple[Block, ...]
    methods: tuple[str, ...]
    runs: int
    states: tuple[SanityState, ...]

    def __repr__(self) -> str:
        label, count = self.prediction.label, len(self.states)
        return f"<SanityCheck of {label!r} at {self.layer!r}, {count} of {self.total} states>"

    @property
    def total(self) -> int:
        """How many states there are once it is complete."""
        return 1 + self.runs * len(self.blocks)

    def at(self, depth: int) -> tuple[SanityState, ...]:
        """Return the states of `depth` random blocks, run by run."""
        return tuple(state for state in self.states if state.depth == depth)

    def curve(self, method: str, measure: Measure = "rank") -> tuple[Point, ...]:
        """Return mean and interval over the runs so far, by depth from 0 as far as it came.

        Parameters
        ----------
        method : one of `methods`, or "edges".
        measure : "rank", "rank_abs" or "ssim"; see `Likeness`.
        """
        return tuple(
            point([getattr(state.maps[method], measure) for state in self.at(depth)])
            for depth in range(1 + max((state.depth for state in self.states), default=-1))
        )

    @property
    def complete(self) -> bool:
        """Whether all states are there."""
        return len(self.states) == self.total

    def whole(self) -> SanityCheck:
        """Return the check without the run that is not at its end yet."""
        ended = len(self.at(len(self.blocks)))
        states = tuple(one for one in self.states if one.depth == 0 or one.run < ended)
        return replace(self, states=states)

    def verdict(self, method: str) -> Verdict:
        """Return whether the method notices, as `gradcam.noticing.verdict` has it."""
        return verdict(self.curve(method))

    def sentence(self, method: str) -> str:
        """Return what follows for one method, with the numbers it follows from."""
        names = [block.name for block in self.blocks]
        return sentence(title(method), self.curve(method), names)

    @property
    def conclusion(self) -> str:
        """What follows for all methods and the edges, in one sentence."""
        return together({title(name): self.curve(name) for name in (*self.methods, EDGES)})


@dataclass(frozen=True, eq=False)
class _Seen:
    """What a network, trained or not, makes of the photo: maps by method, features, logits."""

    maps: Mapping[str, Floats]
    features: Floats
    logits: Floats


class Cascade:
    """A sanity check about to be made: what it will compare, and its states one by one.

    Parameters and errors are those of `sanity_check`.
    """

    def __init__(
        self,
        clf: Classifier,
        image: ImageSource,
        layer: Any = None,
        methods: Sequence[str] | None = None,
        of: int | str | None = None,
        *,
        runs: int = RUNS,
        seed: int = 0,
        fit: Fit = "crop",
    ) -> None:
        if runs < 1:
            raise GradcamError(f"{runs} runs are none.", hint="Ask for at least one.")
        if not copyable(clf):
            raise ModelError(
                f"{clf.title} cannot be copied, and its own weights are not touched.",
                hint="Wrap a PyTorch module or a Keras model.",
            )
        self._clf, self.runs, self._seed = clf, runs, seed
        self.layer = one_layer(clf, layer)
        photo = open_image(image).pixels
        self._inputs = preprocess(photo, clf.preprocessing, fit).values[None]
        drawn = edges(picture(self._inputs[0], clf.preprocessing))
        # The same in every state, because it is of the photo alone.
        self._edges = _likeness(drawn, drawn, drawn.shape)
        logits = clf.capture(self._inputs, []).logits
        self.index = int(most_probable(logits, 1)[0, 0]) if of is None else find_class(clf, of)
        (self.prediction,) = predictions(clf, logits[0], [self.index])
        self.methods = self._usual() if methods is None else suited(clf, methods)
        self._trained = self._look(clf)
        self._copy = clf.random_copy()
        self.blocks = self._copy.blocks

    def states(self, watch: Watch | None = None) -> Iterator[SanityState]:
        """Yield the trained network's state, then those of every run from the output down.

        Raises CancelledError if `watch` says so, between two states.
        """
        watch = watch or Watch()
        depths = range(1, len(self.blocks) + 1)
        steps = [(0, 0), *((run, depth) for run in range(self.runs) for depth in depths)]
        watch.expect(len(steps))
        for part in watch.slices(len(steps), 1):
            run, depth = steps[part.start]
            if depth == 1:
                self._copy.restore()
            if depth:
                self._copy.randomise(self.blocks[depth - 1], self._seed + run)
            yield self._state(run, depth)

    def so_far(self, states: Sequence[SanityState]) -> SanityCheck:
        """Return the check with these states."""
        return SanityCheck(
            self.prediction, self.layer, self.blocks, self.methods, self.runs, tuple(states)
        )

    def _usual(self) -> tuple[str, ...]:
        """Return the usual methods, and Guided Grad-CAM if the network is one of ReLUs."""
        usual = tuple(name for name in USUAL if name not in self._clf.unsuited)
        try:
            self._clf.guided(self._inputs, np.array([[self.index]]))
        except MethodError:
            return usual or (self._clf.usual_method,)
        return (*usual, GUIDED)

    def _look(self, clf: Classifier) -> _Seen:
        capture = clf.capture(self._inputs, [self.layer])
        index = np.array([[self.index]], np.intp)
        asked = MethodInput(clf, self._inputs, (self.layer,), index, capture, {}, Watch())
        maps = {}
        for name in self.methods:
            options = METHODS[name].options
            # Those without options share one pass back.
            own = replace(asked, options=options) if options else asked
            maps[name] = METHODS[name].answer(own).maps[self.layer][0, 0]
        return _Seen(maps, capture.activations[self.layer], capture.logits[0])

    def _state(self, run: int, depth: int) -> SanityState:
        now = self._look(self._copy.classifier) if depth else self._trained
        size = self._inputs.shape[1:3]
        found = {
            name: _likeness(now.maps[name], trained, size)
            for name, trained in self._trained.maps.items()
        }
        found[EDGES] = self._edges
        same = np.array_equal(now.features, self._trained.features)
        return SanityState(run, depth, self._probability(now.logits), same, found)

    def _probability(self, logits: Floats) -> float:
        if not np.isfinite(logits).all():
            return math.nan
        return predictions(self._clf, logits, [self.index])[0].probability


def sanity_check(
    clf: Classifier,
    image: ImageSource,
    layer: Any = None,
    methods: Sequence[str] | None = None,
    of: int | str | None = None,
    *,
    runs: int = RUNS,
    seed: int = 0,
    fit: Fit = "crop",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> SanityCheck:
    """Check whether methods notice that a network forgets what it has learnt.

    A copy of the model is made random from the output down, block by block, and each map of the
    same class is compared with the trained network's (Adebayo et al. 2018, arXiv:1810.03292). The
    model itself is left as it is.

    Parameters
    ----------
    clf : a classifier from `gradcam.load_model` or `gradcam.wrap`.
    image : as for `gradcam.explain`.
    layer : one of `clf.layers()`, in any form that `gradcam.explain` takes; None uses the
        recommended one.
    methods : keys or titles of `gradcam.METHODS`; None uses Grad-CAM, HiResCAM, LayerCAM and
        Grad-CAM++, and for a network of ReLUs Guided Grad-CAM.
    of : the class, an index or a label; None uses the most probable one. It stays the same however
        the network's own opinion changes.
    runs : how often to repeat it with other random weights.
    seed : of the first run's weights; the next has seed + 1.
    fit : as for `gradcam.explain`.
    progress : called as progress(states done, states in all).
    cancelled : polled before each state; return True to stop the work.

    Returns
    -------
    A SanityCheck with a state for each block of each run. `check.curve(method)` is the mean over
    the runs, and `check.sentence(method)` says what follows from it.

    Raises
    ------
    ModelError : the model cannot be copied, or has no weights of its own.
    ImageError, LayerError, MethodError, ClassError : an argument is not usable.
    CancelledError : `cancelled` returned True.

    >>> import gradcam
    >>> clf = gradcam.load_model("bundled/photos")
    >>> check = gradcam.sanity_check(clf, "cat.jpg", methods=["gradcam"], runs=1)
    >>> print(check.sentence("gradcam"))  # doctest: +ELLIPSIS
    It is unclear whether Grad-CAM notices: the rank correlation is ... in a single run with all ...
    """
    cascade = Cascade(clf, image, layer, methods, of, runs=runs, seed=seed, fit=fit)
    return cascade.so_far(tuple(cascade.states(Watch(progress, cancelled))))


def title(method: str) -> str:
    """Return what to call one of a check's curves."""
    return "the edge detector" if method == EDGES else METHODS[method].title


def _likeness(now: Floats, trained: Floats, size: tuple[int, ...]) -> Likeness:
    why = _why_dead(now) or _why_dead(trained)
    if why:
        return Likeness(now, None, None, None, why)
    drawn = [heat(values) for values in (now, trained)]
    return Likeness(
        now,
        rank_correlation(now, trained),
        rank_correlation(np.abs(now), np.abs(trained)),
        ssim(*(resize(one, (size[0], size[1])) for one in drawn))
        if all(one.any() for one in drawn)
        else None,
    )


def _why_dead(values: Floats) -> str:
    if not np.isfinite(values).all():
        return "not finite"
    if values.any():
        return "the same everywhere" if np.ptp(values) == 0 else ""
    return "zero everywhere"
