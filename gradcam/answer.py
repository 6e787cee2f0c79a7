"""Answering a request: from photos through the model and the method to explanations."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import replace
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from gradcam import merging
from gradcam.arrays import require_finite
from gradcam.backends import Capture, Classifier
from gradcam.batches import chunks, photos_at_once
from gradcam.classes import choose, find_class, most_probable, predictions
from gradcam.errors import ImageError, MethodError, NonFiniteError
from gradcam.explanation import Explanation
from gradcam.images import ImageSource
from gradcam.layers import require_layers
from gradcam.methods import METHODS, method_key
from gradcam.methods.base import MethodInput, MethodOutput
from gradcam.places import places, require_same_places
from gradcam.prepared import Prepared, prepare
from gradcam.preprocess import recorded
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.types import Fit, Floats, ModelInput, Prediction
from gradcam.versions import versions
from gradcam.watch import Watch

PREDICTIONS = 10
_KEPT_CAPTURES = 4
_captures: WeakKeyDictionary[Classifier, OrderedDict[Hashable, Capture]] = WeakKeyDictionary()
_lock = Lock()


def answer(
    clf: Classifier,
    images: Sequence[ImageSource | Prepared],
    request: Request,
    watch: Watch | None = None,
) -> tuple[Explanation, ...]:
    """Answer one request for every image; the same as `explain_batch`, which builds the request."""
    return tuple(answers(clf, images, request, watch))


def answers(
    clf: Classifier,
    images: Iterable[ImageSource | Prepared],
    request: Request,
    watch: Watch | None = None,
) -> Iterator[Explanation]:
    """Answer one request for every image, as many at once as memory is meant for (see `batches`).

    The request is resolved at once; images are opened when their batch is due.
    """
    request = resolve(request, clf)
    return _in_batches(clf, images, request, watch or Watch())


def _in_batches(
    clf: Classifier, images: Iterable[ImageSource | Prepared], request: Request, watch: Watch
) -> Iterator[Explanation]:
    count = len(images) if isinstance(images, Sized) else None
    done = 0
    for chunk in chunks(images, photos_at_once(clf, request)):
        watch.begin(len(chunk), max(0, (count or 0) - done - len(chunk)))
        prepared = [
            _prepared(clf, one, request.fit, done + n, count) for n, one in enumerate(chunk)
        ]
        yield from _answered(clf, prepared, request, watch, alone=count == 1)
        done += len(chunk)


def _prepared(
    clf: Classifier, image: ImageSource | Prepared, fit: Fit, n: int, count: int | None
) -> Prepared:
    if isinstance(image, Prepared):
        return image
    try:
        return prepare(clf, image, fit)
    except (ImageError, NonFiniteError) as error:
        if count == 1:
            raise
        raise type(error)(f"Image {n} (from 0): {error.message}", hint=error.hint) from error


def _answered(
    clf: Classifier, prepared: Sequence[Prepared], request: Request, watch: Watch, *, alone: bool
) -> Iterator[Explanation]:
    """Yield the explanations of photos that go through the model together."""
    counts_itself = METHODS[request.method].slow or request.augment
    if not counts_itself:
        watch.expect(len(prepared))
    inputs = [one.input for one in prepared]
    photos = tuple(one.digest for one in prepared) if alone else None
    asked = ask(clf, request, inputs, photos, watch)
    logits, classes, output = asked.capture.logits, asked.classes, run(request, asked)
    del asked  # and the gradients, before whoever takes the explanations works on
    if not counts_itself:
        watch.step(len(prepared))
    digest = clf.digest  # found anew each time it is asked for, in case the weights changed
    for n, one in enumerate(prepared):
        shown = predictions(clf, logits[n], classes[n].tolist())
        maps = maps_of(request, output, n, one, shown)
        yield _explanation(clf, digest, request, logits[n], maps, one)


def resolve(request: Request, clf: Classifier) -> Request:
    """Return the request with its layers named and its classes given by index.

    Raises LayerError or ClassError, listing the nearest names, for what the model does not have;
    LayerError also for a saved request whose layers stand elsewhere in this model, and MethodError
    for a method that is known to fail on it.
    """
    require_suited(clf, request.method)
    classes = request.classes
    if classes is not None:
        classes = tuple(dict.fromkeys(find_class(clf, name) for name in classes))
    layers = request.layers
    if layers is None:
        layers = tuple(layer.name for layer in clf.layers() if layer.recommended)
    require_layers(clf, layers)
    require_same_places(clf, {n: place for n, place in request.places.items() if n in layers})
    return replace(request, layers=layers, classes=classes, places=places(clf, layers))


def require_suited(clf: Classifier, method: str) -> None:
    """Raise MethodError if a method is known to fail on this model, saying why."""
    if why := clf.unsuited.get(method):
        raise MethodError(
            f"{METHODS[method].title} is not drawn for {clf.title}: {why}.",
            hint=f"Use {METHODS[clf.usual_method].title}, which was made for such models.",
        )


def suited(clf: Classifier, methods: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of methods given by key or title, each once.

    Raises MethodError for none, for an unknown one, and as `require_suited` does.
    """
    names = (methods,) if isinstance(methods, str) else methods
    keys = tuple(dict.fromkeys(method_key(name) for name in names))
    if not keys:
        raise MethodError("No method was named.", hint="Name at least one, or pass None.")
    for key in keys:
        require_suited(clf, key)
    return keys


def ask(
    clf: Classifier,
    request: Request,
    inputs: Sequence[ModelInput],
    photos: Hashable,
    watch: Watch,
) -> MethodInput:
    """Run the network on `inputs` for a resolved request; return what its method is asked.

    photos : what identifies the inputs, to keep the pass for what is asked of them next; or None.
    """
    assert request.layers is not None
    values = np.stack([one.values for one in inputs])
    key = (photos, request.fit) if photos else None
    capture = _capture(clf, values, request.layers, key)
    require_finite(capture.logits, "the logits")
    classes = choose(capture.logits, request)
    return MethodInput(clf, values, request.layers, classes, capture, request.parameters, watch)


def run(request: Request, asked: MethodInput) -> MethodOutput:
    """Return the maps of the request's method. Raises NonFiniteError, naming what is not finite."""
    method = METHODS[request.method]
    output = _augmented(request, asked) if request.augment else method.answer(asked)
    for layer, maps in output.maps.items():
        _check(asked, layer, maps)
    return output


def _capture(clf: Classifier, inputs: Floats, layers: tuple[str, ...], photos: Hashable) -> Capture:
    """Return the cached forward pass for `photos`, or run one on `inputs` (N, h, w, 3).

    The last few passes on single photos are cached, so that another class or method of the same
    photo needs no new one. Batches (None) are not, because each is processed only once.
    """
    if photos is None:
        return clf.capture(inputs, layers)
    key = (photos, layers, clf.version, clf.preprocessing)
    with _lock:
        kept = _captures.setdefault(clf, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
    made = clf.capture(inputs, layers)
    with _lock:
        kept[key] = made
        while len(kept) > _KEPT_CAPTURES:
            kept.popitem(last=False)
    return made


def forget_passes() -> None:
    """Drop the cached forward passes of all models, which hold what the models saw of photos."""
    with _lock:
        _captures.clear()


def _augmented(request: Request, plain: MethodInput) -> MethodOutput:
    """Run the method on every augmented view of each image, and average the maps per image."""
    slow, count = METHODS[request.method].slow, len(merging.VIEWS)
    if not slow:
        plain.watch.expect(len(plain.inputs) * count)
    per_image, facts = [], {}
    for n, x in enumerate(plain.inputs):
        views = np.stack([view.of(x) for view in merging.VIEWS])
        # A slow method slices its work itself.
        parts = [slice(count)] if slow else plain.watch.slices(count, count)
        found = [_seen_in(views[part], n, request, plain) for part in parts]
        per_image.append(
            {
                layer: merging.average(np.concatenate([one.maps[layer] for one in found]))
                for layer in plain.layers
            }
        )
        facts.update({(layer, n, k): f for (layer, v, k), f in found[0].facts.items() if v == 0})
    maps = {layer: np.stack([one[layer] for one in per_image]) for layer in plain.layers}
    return MethodOutput(maps, facts, found[0].uniform)


def _seen_in(views: Floats, n: int, request: Request, plain: MethodInput) -> MethodOutput:
    """Run the method on augmented views of image `n`, for the classes of that image."""
    return METHODS[request.method].answer(
        replace(
            plain,
            inputs=views,
            classes=np.tile(plain.classes[n], (len(views), 1)),
            capture=plain.clf.capture(views, plain.layers),
        )
    )


def _check(asked: MethodInput, layer: str, maps: Floats) -> None:
    if not np.isfinite(maps).all():
        require_finite(asked.capture.activations[layer], f"the activations of {layer}")
        require_finite(asked.gradients[layer], f"the gradients at {layer}")
        require_finite(maps, f"the map at {layer}")


def _explanation(
    clf: Classifier,
    digest: str,
    request: Request,
    logits: Floats,
    maps: tuple[SaliencyMap, ...],
    image: Prepared,
) -> Explanation:
    best = most_probable(logits[None], PREDICTIONS)[0]
    return Explanation(
        photo=image.photo,
        photo_digest=image.digest,
        model=clf.id,
        model_digest=digest,
        request=request,
        preprocessing=recorded(clf.preprocessing),
        predictions=predictions(clf, logits, best.tolist()),
        maps=maps,
        versions=versions(),
        architecture=clf.architecture,
    )


def maps_of(
    request: Request,
    output: MethodOutput,
    n: int,
    image: Prepared,
    shown: tuple[Prediction, ...],
) -> tuple[SaliencyMap, ...]:
    """Return image `n`'s maps layer by layer, with every class; if fused, one map per class."""
    options = {**request.parameters, **({"augment": True} if request.augment else {})}
    per_layer = [
        [
            SaliencyMap(
                values=np.ascontiguousarray(output.maps[layer][n, k], np.float32),
                prediction=prediction,
                layer=layer,
                method=request.method,
                window=image.input.window,
                photo_size=image.size,
                sign=request.sign,
                parameters=_with_facts(options, output.facts.get((layer, n, k), {})),
                uniform_gradient=layer in output.uniform,
                took_gradient=METHODS[request.method].takes_gradients,
            )
            for k, prediction in enumerate(shown)
        ]
        for layer in request.layers or ()
    ]
    if request.fuse is not None:
        fuse = request.fuse
        return tuple(merging.fuse(of_class, fuse) for of_class in zip(*per_layer, strict=True))
    return tuple(m for of_layer in per_layer for m in of_layer)


def _with_facts(options: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options updated by the method's findings; what it overrode is kept in "asked"."""
    overridden = {
        name: options[name] for name in facts if name in options and options[name] != facts[name]
    }
    return {**options, **facts, **({"asked": overridden} if overridden else {})}
