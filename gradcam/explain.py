"""The entry point: photos and a classifier in, explanations out."""

from __future__ import annotations

import platform
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from gradcam import merging
from gradcam.backends import Capture, Classifier
from gradcam.classes import choose, find_class, most_probable, predictions
from gradcam.errors import LayerError, MethodError, NonFiniteError, nearest
from gradcam.explanation import Explanation
from gradcam.images import ImageSource, Opened, open_image
from gradcam.methods import METHODS
from gradcam.methods.base import MethodInput, MethodOutput
from gradcam.preprocess import preprocess, recorded
from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.types import Fit, Floats, Fusion, ModelInput, Prediction, Sign
from gradcam.watch import Cancelled, Progress, Watch

PREDICTIONS = 10
_KEPT_CAPTURES = 4
_captures: WeakKeyDictionary[Classifier, OrderedDict[Hashable, Capture]] = WeakKeyDictionary()
_lock = Lock()


def explain(
    clf: Classifier,
    image: ImageSource,
    layer: str | Sequence[str] | None = None,
    method: str | None = None,
    classes: int | str | Sequence[int | str] | None = None,
    top_k: int = 5,
    fit: Fit = "crop",
    *,
    sign: Sign = "for",
    parameters: Mapping[str, Any] | None = None,
    augment: bool = False,
    fuse: Fusion | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Explanation:
    """Explain where `clf` looks in one image.

    Further calls with other classes or methods, for the same image and layers, reuse the forward
    pass of the first.

    Parameters
    ----------
    clf, layer, method, classes, top_k, fit, sign, parameters, augment, fuse, progress, cancelled :
        as for `gradcam.explain_batch`.
    image : path, encoded bytes, PIL image or array, as for `gradcam.read_image`.

    Returns
    -------
    An Explanation with one SaliencyMap per layer and class.

    Raises
    ------
    GradcamError : for the same reasons as `gradcam.explain_batch`.
    """
    (result,) = explain_batch(
        clf, [image], layer, method, classes, top_k, fit, sign=sign, parameters=parameters,
        augment=augment, fuse=fuse, progress=progress, cancelled=cancelled,
    )  # fmt: skip
    return result


def explain_batch(
    clf: Classifier,
    images: Sequence[ImageSource],
    layer: str | Sequence[str] | None = None,
    method: str | None = None,
    classes: int | str | Sequence[int | str] | None = None,
    top_k: int = 5,
    fit: Fit = "crop",
    *,
    sign: Sign = "for",
    parameters: Mapping[str, Any] | None = None,
    augment: bool = False,
    fuse: Fusion | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[Explanation, ...]:
    """Explain where `clf` looks in each of several images, in a single forward pass.

    Parameters
    ----------
    clf : a classifier from `gradcam.load_model` or `gradcam.wrap`.
    images : each a path, encoded bytes, PIL image or array, as for `gradcam.read_image`.
    layer : one or more names from `clf.layers()`; None uses the recommended layer.
    method : a key of `gradcam.METHODS`; None uses the model's usual one, which is Grad-CAM, or
        LeGrad for CLIP and SigLIP.
    classes : one or more class indices or labels; None uses the `top_k` most probable classes.
    top_k : how many classes to explain when `classes` is None.
    fit : "crop", "squash" or "pad", see `gradcam.preprocess.preprocess`.
    sign : which evidence to show: "for" the class, "against" it, "both" with their signs, or
        "abs" for the magnitude of both.
    parameters : options of the method, from `METHODS[method].options`.
    augment : average over mirrored and zoomed views of the image; costs six times as much.
    fuse : "max", "mean" or "product" merges the layers' maps into one per class.
    progress : called as progress(steps done, total steps), several times a second.
    cancelled : polled several times a second; return True to stop the work.

    Returns
    -------
    One Explanation per image, each with one SaliencyMap per layer and class.

    Raises
    ------
    ImageError, LayerError, MethodError, ClassError : an argument is not usable; for unknown names
        the hint lists the nearest valid ones.
    GradcamError : an unknown `fit`, `sign` or `fuse`.
    NonFiniteError : the model produced NaN or infinity; the message names the tensor.
    CancelledError : `cancelled` returned True.
    """
    # Request accepts a single name where its fields are tuples.
    names: Any = (layer, classes)
    method = method or clf.usual_method
    request = Request(names[0], method, parameters or {}, names[1], top_k, fit, sign, augment, fuse)
    return answer(clf, images, request, Watch(progress, cancelled))


def answer(
    clf: Classifier, images: Sequence[ImageSource], request: Request, watch: Watch | None = None
) -> tuple[Explanation, ...]:
    """Answer one request for every image; the same as `explain_batch`, which builds the request."""
    if not images:
        return ()
    request = resolve(request, clf)
    opened = [open_image(image) for image in images]
    inputs = [preprocess(one.pixels, clf.preprocessing, request.fit) for one in opened]
    run = _run(clf, request, inputs, tuple(one.digest for one in opened), watch or Watch())
    return tuple(
        _explanation(clf, request, run, n, _shown(one, inputs[n]), inputs[n])
        for n, one in enumerate(opened)
    )


def resolve(request: Request, clf: Classifier) -> Request:
    """Return the request with its layers named and its classes given by index.

    Raises LayerError or ClassError, listing the nearest names, for what the model does not have,
    and MethodError for a method that is known to fail on it.
    """
    if why := clf.unsuited.get(request.method):
        raise MethodError(
            f"{METHODS[request.method].title} is not drawn for {clf.title}: {why}.",
            hint=f"Use {METHODS[clf.usual_method].title}, which was made for such models.",
        )
    classes = request.classes
    if classes is not None:
        classes = tuple(dict.fromkeys(find_class(clf, name) for name in classes))
    return replace(request, layers=_layers(clf, request.layers), classes=classes)


def _shown(image: Opened, seen: ModelInput) -> Opened:
    """Return what the maps are drawn on: the photo, or the model's own view if nothing else."""
    return image if seen.view is None else Opened(seen.view, image.notes)


@dataclass(frozen=True)
class _Run:
    """The maps of a batch, its logits (N, K_all), and the explained classes (N, K)."""

    output: MethodOutput
    logits: Floats
    classes: NDArray[np.intp]


def _run(
    clf: Classifier,
    request: Request,
    inputs: Sequence[ModelInput],
    digests: tuple[str, ...],
    watch: Watch,
) -> _Run:
    assert request.layers is not None
    values = np.stack([one.values for one in inputs])
    capture = _capture(clf, values, request.layers, (digests, request.fit))
    _require_finite(capture.logits, "the logits")
    classes = choose(capture.logits, request)
    asked = MethodInput(clf, values, request.layers, classes, capture, request.parameters, watch)
    method = METHODS[request.method]
    output = _augmented(request, asked) if request.augment else method.answer(asked)
    for layer, maps in output.maps.items():
        _check(asked, layer, maps)
    return _Run(output, capture.logits, classes)


def _capture(clf: Classifier, inputs: Floats, layers: tuple[str, ...], photos: Hashable) -> Capture:
    """Return the cached forward pass for `photos`, or run one on `inputs` (N, h, w, 3).

    The last few passes on single photos are cached, so that another class or method of the same
    photo needs no new one. Batches are not cached, because each is processed only once.
    """
    key = (photos, layers, clf.version, clf.preprocessing)
    with _lock:
        kept = _captures.setdefault(clf, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
    made = clf.capture(inputs, layers)
    if len(inputs) == 1:
        with _lock:
            kept[key] = made
            while len(kept) > _KEPT_CAPTURES:
                kept.popitem(last=False)
    return made


def _augmented(request: Request, plain: MethodInput) -> MethodOutput:
    """Run the method on every augmented view of each image, and average the maps per image."""
    per_image, facts = [], {}
    for n, x in enumerate(plain.inputs):
        views = np.stack([view.of(x) for view in merging.VIEWS])
        output = METHODS[request.method].answer(
            replace(
                plain,
                inputs=views,
                classes=np.tile(plain.classes[n], (len(views), 1)),
                capture=plain.clf.capture(views, plain.layers),
            )
        )
        per_image.append({layer: merging.average(m) for layer, m in output.maps.items()})
        facts.update({(layer, n, k): f for (layer, v, k), f in output.facts.items() if v == 0})
    maps = {layer: np.stack([one[layer] for one in per_image]) for layer in plain.layers}
    return MethodOutput(maps, facts, output.uniform)


def _layers(clf: Classifier, names: tuple[str, ...] | None) -> tuple[str, ...]:
    known = clf.layers()
    if names is None:
        return tuple(layer.name for layer in known if layer.recommended)
    available = [layer.name for layer in known]
    for name in names:
        if name not in available:
            raise LayerError(
                f"{name!r} is not an explainable layer of {clf.title}.",
                hint=nearest(name, available),
            )
    return names


def _check(asked: MethodInput, layer: str, maps: Floats) -> None:
    if not np.isfinite(maps).all():
        _require_finite(asked.capture.activations[layer], f"the activations of {layer}")
        _require_finite(asked.gradients[layer], f"the gradients at {layer}")
        _require_finite(maps, f"the map at {layer}")


def _require_finite(values: Floats, what: str) -> None:
    if not np.isfinite(values).all():
        raise NonFiniteError(
            f"NaN or infinity was found in {what}.",
            hint="Check the weights and the preprocessing.",
        )


def _explanation(
    clf: Classifier, request: Request, run: _Run, n: int, image: Opened, seen: ModelInput
) -> Explanation:
    logits = run.logits[n]
    best = most_probable(logits[None], PREDICTIONS)[0]
    shown = predictions(clf, logits, run.classes[n].tolist())
    return Explanation(
        photo=image.pixels,
        photo_digest=image.digest,
        model=clf.id,
        model_digest=clf.digest,
        request=request,
        preprocessing=recorded(clf.preprocessing),
        predictions=predictions(clf, logits, best.tolist()),
        maps=_maps(request, run.output, n, image, seen, shown),
        versions=_versions(),
    )


def _maps(
    request: Request,
    output: MethodOutput,
    n: int,
    image: Opened,
    seen: ModelInput,
    shown: tuple[Prediction, ...],
) -> tuple[SaliencyMap, ...]:
    """Return the maps layer by layer, each with every class; if fused, one map per class."""
    options = {**request.parameters, **({"augment": True} if request.augment else {})}
    per_layer = [
        [
            SaliencyMap(
                values=np.ascontiguousarray(output.maps[layer][n, k], np.float32),
                prediction=prediction,
                layer=layer,
                method=request.method,
                window=seen.window,
                photo_size=(image.pixels.shape[0], image.pixels.shape[1]),
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


@cache
def _versions() -> dict[str, str]:
    """Return the versions of Python and of the installed packages that affect the maps."""
    found = {"python": platform.python_version()}
    for package in ("numpy", "pillow", "torch", "torchvision", "tensorflow", "keras"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
