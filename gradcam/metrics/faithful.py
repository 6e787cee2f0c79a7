"""How faithful are the maps of one photo? Methods and baselines scored side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gradcam.answer import answer, suited
from gradcam.backends import Classifier
from gradcam.errors import MethodError
from gradcam.images import ImageSource
from gradcam.layers import one_layer
from gradcam.methods import METHODS
from gradcam.metrics.baselines import BASELINES, baselines
from gradcam.metrics.curves import Steps
from gradcam.metrics.ordering import Drawn
from gradcam.metrics.perturbing import Perturbed
from gradcam.metrics.pointing import Box
from gradcam.metrics.probing import Faithful, Prober
from gradcam.prepared import Prepared, prepare
from gradcam.preprocess import picture
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.types import Fit, Photo, Sign
from gradcam.watch import Watch


def faithfulness(
    clf: Classifier,
    image: ImageSource | Prepared,
    methods: Sequence[str] | None = None,
    layer: Any = None,
    of: int | str | None = None,
    *,
    fit: Fit = "crop",
    metrics: Sequence[str] | None = None,
    steps: Steps = "fine",
    boxes: Sequence[Box] = (),
    seed: int = 0,
    sign: Sign = "for",
    watch: Watch | None = None,
) -> Iterator[Faithful]:
    """Measure how faithful methods' maps of one class on one photo are.

    Parameters
    ----------
    clf : a classifier from `gradcam.load_model` or `gradcam.wrap`.
    image : as for `gradcam.explain`.
    methods : keys or titles of `gradcam.METHODS`; None uses all that suit the model.
    layer : one of `clf.layers()`, in any form that `gradcam.explain` takes; None uses the
        recommended one.
    of : the class, an index or a label; None uses the most probable one. It stays the same however
        the model's own opinion changes.
    fit : as for `gradcam.explain`.
    metrics : keys of `gradcam.metrics.METRICS`; None uses all, those that need boxes only if there
        are any.
    steps : of deletion and insertion: "fine" changes a row's worth of pixels at a step, "coarse"
        takes 28 steps; or a number of steps.
    boxes : where objects of the class are, (left, top, right, bottom) in photo pixels.
    seed : of the order of ties, of ROAD's noise and of the random map.
    sign : which evidence counts, as for `gradcam.explain`.
    watch : a `gradcam.watch.Watch(progress, cancelled)`, told of every forward pass.

    Returns
    -------
    An iterator over a Faithful for each method, as soon as it is done, in the order asked; then
    those of a random map and of a centred blob.

    Raises
    ------
    ImageError, LayerError, MethodError, ClassError : an argument is not usable.
    GradcamError : an unknown metric, or steps that are none.
    NonFiniteError : the image contains, or the model produced, NaN or infinity.
    CancelledError : `watch` says so.
    """
    watch = watch or Watch()
    prober = Prober(
        clf, image, of, fit=fit, metrics=metrics, steps=steps, boxes=boxes, seed=seed, watch=watch
    )
    names = suiting(clf) if methods is None else suited(clf, methods)
    at = one_layer(clf, layer)
    watch.expect(prober.cost * (len(names) + len(BASELINES)))
    for name in names:
        request = Request((at,), name, classes=(prober.prediction.index,), fit=fit, sign=sign)
        try:
            (explained,) = answer(clf, [prober.prepared], request, watch)
        except MethodError:
            if methods is not None:
                raise
            watch.step(prober.cost)  # it turned out not to suit this model
            continue
        yield prober.score(explained.maps[0], METHODS[name].title)
    shape = next(one.shape for one in clf.layers() if one.name == at)
    prepared = prober.prepared
    for blind in baselines(
        prober.prediction, at, shape[1:], prepared.input.window, prepared.size, seed
    ):
        yield prober.score(blind, BASELINES[blind.method])


def seen_at(
    clf: Classifier,
    image: ImageSource | Prepared,
    saliency_map: SaliencyMap,
    curve: str,
    step: int,
    *,
    fit: Fit = "crop",
    steps: Steps = "fine",
    seed: int = 0,
) -> Photo:
    """Return the photo as the model sees it at a step of a curve, uint8 (h_in, w_in, 3).

    Parameters
    ----------
    saliency_map : `Faithful.map` of this photo.
    curve, step : a key of `Faithful.curves`, and a position in it, from 0.
    clf, image, fit, steps, seed : as for `faithfulness`.

    Raises GradcamError for an unknown curve or step.
    """
    prepared = image if isinstance(image, Prepared) else prepare(clf, image, fit)
    photo = Perturbed(prepared.input.values, clf.preprocessing, steps, seed)
    shown = photo.at(Drawn.of(saliency_map, photo.size, seed), curve, step)
    return picture(shown, clf.preprocessing)


def suiting(clf: Classifier) -> tuple[str, ...]:
    """Return the methods that are not known to fail on a model; some others may turn out to."""
    return tuple(name for name in METHODS if name not in clf.unsuited)
