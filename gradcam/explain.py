"""The front door: photos and a classifier in, explanations out."""

from __future__ import annotations

import platform
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from gradcam.backends import Capture, Classifier
from gradcam.errors import ClassError, LayerError, NonFiniteError, nearest
from gradcam.images import ImageSource, digest, read_image
from gradcam.methods import Method, find_method
from gradcam.preprocess import preprocess
from gradcam.types import Explanation, Fit, Floats, Photo, Prediction, SaliencyMap, Window

PREDICTIONS = 10
_KEPT_CAPTURES = 4
_captures: WeakKeyDictionary[Classifier, OrderedDict[object, Capture]] = WeakKeyDictionary()
_captures_lock = Lock()


def explain(
    clf: Classifier,
    image: ImageSource,
    layer: str | Sequence[str] | None = None,
    method: str = "gradcam",
    classes: Sequence[int | str] | None = None,
    top_k: int = 5,
    fit: Fit = "crop",
) -> Explanation:
    """Where `clf` looks in one image.

    Parameters
    ----------
    layer : one name or several of `clf.layers()`; None is the recommended one.
    method : a key of `gradcam.METHODS`.
    classes : indices or labels; None takes the `top_k` most probable.
    fit : "crop", "squash" or "pad", see `gradcam.preprocess.preprocess`.

    Returns
    -------
    Explanation: one SaliencyMap per layer and class, all from a single forward; asking again for
    other classes of the same image and layers runs no forward at all.

    Raises
    ------
    ImageError, LayerError, MethodError, ClassError : with the nearest right names.
    NonFiniteError : the model gave NaN or infinity; names the tensor.
    """
    return explain_batch(clf, [image], layer, method, classes, top_k, fit)[0]


def explain_batch(
    clf: Classifier,
    images: Sequence[ImageSource],
    layer: str | Sequence[str] | None = None,
    method: str = "gradcam",
    classes: Sequence[int | str] | None = None,
    top_k: int = 5,
    fit: Fit = "crop",
) -> tuple[Explanation, ...]:
    """`explain` for several images in one forward; parameters and errors are the same."""
    if not images:
        return ()
    cam = find_method(method)
    layers = _find_layers(clf, layer)
    photos = [read_image(image) for image in images]
    digests = [digest(photo) for photo in photos]
    inputs = [preprocess(photo, clf.preprocessing, fit) for photo in photos]
    capture = _capture(clf, [i.values for i in inputs], layers, (tuple(digests), fit))
    _require_finite(capture.logits, "The logits")
    chosen = _choose(clf, capture.logits, classes, top_k)
    gradients = capture.gradients(chosen)
    values = {name: _map(cam, capture.activations[name], gradients[name], name) for name in layers}
    return tuple(
        _assemble(clf, n, photo, key, inputs[n].window, fit, capture.logits[n], chosen[n], values,
                  method)
        for n, (photo, key) in enumerate(zip(photos, digests, strict=True))
    )  # fmt: skip


def predictions(clf: Classifier, logits: Floats, indices: Sequence[int]) -> tuple[Prediction, ...]:
    """Predictions for the classes `indices` of one image's `logits` (K_all,)."""
    wide = logits.astype(np.float64)
    if clf.multi_label:
        probability = 1 / (1 + np.exp(-wide))
    else:
        exponent = np.exp(wide - wide.max())
        probability = exponent / exponent.sum()
    return tuple(
        Prediction(int(i), clf.labels[i], float(probability[i]), float(wide[i])) for i in indices
    )


def most_probable(logits: Floats, count: int) -> NDArray[np.intp]:
    """The `count` classes of largest logit, best first: (N, K_all) to (N, count)."""
    return np.argsort(-logits, axis=1, kind="stable")[:, :count]


def _find_layers(clf: Classifier, asked: str | Sequence[str] | None) -> tuple[str, ...]:
    known = clf.layers()
    if asked is None:
        return tuple(layer.name for layer in known if layer.recommended)
    names = (asked,) if isinstance(asked, str) else tuple(dict.fromkeys(asked))
    available = [layer.name for layer in known]
    for name in names:
        if name not in available:
            raise LayerError(
                f"{name!r} is not a layer of {clf.title} that can be explained.",
                hint=nearest(name, available),
            )
    if not names:
        raise LayerError("No layer was named.", hint="Give at least one, or None.")
    return names


def _capture(
    clf: Classifier, values: Sequence[Floats], layers: tuple[str, ...], photos: object
) -> Capture:
    """The forward for these inputs, from the last few when it was made before."""
    key = (photos, layers, clf.version)
    with _captures_lock:
        kept = _captures.setdefault(clf, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
    capture = clf.capture(np.stack(values), layers)
    # A batch is worked through once; only single photos are looked at again for other classes.
    if len(values) == 1:
        with _captures_lock:
            kept[key] = capture
            while len(kept) > _KEPT_CAPTURES:
                kept.popitem(last=False)
    return capture


def _choose(
    clf: Classifier, logits: Floats, classes: Sequence[int | str] | None, top_k: int
) -> NDArray[np.intp]:
    """(N, K) class indices."""
    if classes is None:
        if top_k < 1:
            raise ClassError(f"top_k is {top_k}.", hint="Ask for at least one class.")
        return most_probable(logits, top_k)
    indices = [_find_class(clf, name) for name in dict.fromkeys(classes)]
    if not indices:
        raise ClassError("No class was named.", hint="Give at least one, or None.")
    return np.tile(np.array(indices, np.intp), (len(logits), 1))


def _find_class(clf: Classifier, name: int | str) -> int:
    if isinstance(name, str):
        folded = [label.casefold() for label in clf.labels]
        if name.casefold() in folded:
            return folded.index(name.casefold())
        raise ClassError(f"{name!r} is not a class of {clf.title}.", hint=nearest(name, clf.labels))
    if not 0 <= name < len(clf.labels):
        raise ClassError(
            f"{clf.title} has no class {name}.",
            hint=f"Indices run from 0 to {len(clf.labels) - 1}.",
        )
    return int(name)


def _map(cam: Method, A: Floats, G: Floats, layer: str) -> Floats:
    values = np.ascontiguousarray(cam.function(A, G), np.float32)
    if not np.isfinite(values).all():
        _require_finite(A, f"The activations of {layer}")
        _require_finite(G, f"The gradients at {layer}")
        _require_finite(values, f"The map at {layer}")
    return values


def _require_finite(values: Floats, what: str) -> None:
    if not np.isfinite(values).all():
        raise NonFiniteError(
            f"{what} hold NaN or infinity.", hint="Check the weights and the preprocessing."
        )


def _assemble(
    clf: Classifier,
    n: int,
    photo: Photo,
    photo_digest: str,
    window: Window,
    fit: Fit,
    logits: Floats,
    chosen: NDArray[np.intp],
    values: dict[str, Floats],
    method: str,
) -> Explanation:
    best = most_probable(logits[None], PREDICTIONS)[0]
    shown = predictions(clf, logits, chosen.tolist())
    size = (photo.shape[0], photo.shape[1])
    maps = tuple(
        SaliencyMap(layer_values[n, k], prediction, layer, method, window, size)
        for layer, layer_values in values.items()
        for k, prediction in enumerate(shown)
    )
    return Explanation(
        photo=photo,
        photo_digest=photo_digest,
        model=clf.id,
        model_digest=clf.digest,
        fit=fit,
        preprocessing=clf.preprocessing,
        predictions=predictions(clf, logits, best.tolist()),
        maps=maps,
        versions=_versions(),
    )


@cache
def _versions() -> dict[str, str]:
    """What made the map, for the manifest; only packages that are installed."""
    found = {"python": platform.python_version()}
    for package in ("numpy", "pillow", "torch", "torchvision", "tensorflow", "keras"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
