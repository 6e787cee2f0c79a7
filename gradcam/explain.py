"""The front door: photos and a classifier in, explanations out."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from typing import Any, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from gradcam import merging as augmentation
from gradcam import merging as fusion
from gradcam.backends import Classifier
from gradcam.captures import capture
from gradcam.classes import choose, most_probable, predictions
from gradcam.errors import LayerError, NonFiniteError, nearest, require_known
from gradcam.images import ImageSource, digest, read_image
from gradcam.merging import Fusion
from gradcam.methods import Method, find_method
from gradcam.methods.base import Answer, Question
from gradcam.preprocess import preprocess
from gradcam.types import (
    ACTIVATIONS,
    Activation,
    Explanation,
    Fit,
    Floats,
    ModelInput,
    Photo,
    Prediction,
    SaliencyMap,
)
from gradcam.watch import Cancelled, Progress, Watch

PREDICTIONS = 10


class How(TypedDict, total=False):
    """What else `explain` takes, by name; see `explain_batch`."""

    activation: Activation
    parameters: Mapping[str, Any] | None
    augment: bool
    fuse: Fusion | None
    progress: Progress | None
    cancelled: Cancelled | None


def explain(
    clf: Classifier,
    image: ImageSource,
    layer: str | Sequence[str] | None = None,
    method: str = "gradcam",
    classes: int | str | Sequence[int | str] | None = None,
    top_k: int = 5,
    fit: Fit = "crop",
    **how: Unpack[How],
) -> Explanation:
    """Where `clf` looks in one image: `explain_batch` of a single one.

    Asking again for other classes or methods of the same image and layers runs no forward at all.

    Parameters
    ----------
    clf, layer, method, classes, top_k, fit : as for `gradcam.explain_batch`.
    image : path, encoded bytes, PIL image or array, as for `gradcam.read_image`.
    how : what `gradcam.explain_batch` takes by name alone: `activation`, `parameters`, `augment`,
        `fuse`, `progress`, `cancelled`.

    Returns
    -------
    One Explanation, with one SaliencyMap per layer and class.

    Raises
    ------
    GradcamError : of the kinds that `gradcam.explain_batch` raises.
    """
    return explain_batch(clf, [image], layer, method, classes, top_k, fit, **how)[0]


def explain_batch(
    clf: Classifier,
    images: Sequence[ImageSource],
    layer: str | Sequence[str] | None = None,
    method: str = "gradcam",
    classes: int | str | Sequence[int | str] | None = None,
    top_k: int = 5,
    fit: Fit = "crop",
    *,
    activation: Activation = "relu",
    parameters: Mapping[str, Any] | None = None,
    augment: bool = False,
    fuse: Fusion | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[Explanation, ...]:
    """Where `clf` looks in several images, all of them in one forward.

    Parameters
    ----------
    clf : what `gradcam.load_model` or `gradcam.wrap` returned.
    images : each a path, encoded bytes, PIL image or array, as for `gradcam.read_image`.
    layer : one name or several of `clf.layers()`; None is the recommended one.
    method : a key of `gradcam.METHODS`.
    classes : an index or label, or several; None takes the most probable.
    top_k : how many of those.
    fit : "crop", "squash" or "pad", see `gradcam.preprocess.preprocess`.
    activation : what drawing makes of the sign: "relu" (for the class), "against" (it),
        "none" (both signs) or "abs".
    parameters : the method's own, of `METHODS[method].options`.
    augment : average over mirrored and zoomed views of the image; six times the cost.
    fuse : "max", "mean" or "product" merges the layers' maps into one for each class.
    progress, cancelled : for slow methods; called with (steps done, steps in all), and asked
        whether to stop, several times a second.

    Returns
    -------
    One Explanation an image, with one SaliencyMap per layer and class.

    Raises
    ------
    ImageError, LayerError, MethodError, ClassError : with the nearest right names.
    GradcamError : so does an unknown `fit`, `activation` or `fuse`.
    NonFiniteError : the model gave NaN or infinity; names the tensor.
    CancelledError : `cancelled` said so.
    """
    if not images:
        return ()
    asked = _Asked(
        clf, find_method(method), method, _find_layers(clf, layer), fit, activation,
        parameters or {}, augment, fuse, Watch(progress, cancelled),
    )  # fmt: skip
    photos = [read_image(image) for image in images]
    digests = tuple(digest(photo) for photo in photos)
    inputs = [preprocess(photo, clf.preprocessing, fit) for photo in photos]
    answer, logits, chosen = _answer(asked, inputs, digests, classes, top_k)
    return tuple(
        _assemble(asked, answer, n, photo, digests[n], inputs[n], logits[n], chosen[n])
        for n, photo in enumerate(photos)
    )


@dataclass(frozen=True)
class _Asked:
    """What is the same for all images of one call."""

    clf: Classifier
    method: Method
    name: str
    layers: tuple[str, ...]
    fit: Fit
    activation: Activation
    parameters: Mapping[str, Any]
    augment: bool
    fuse: Fusion | None
    watch: Watch
    options: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", self.method.with_options(self.parameters))
        require_known("an activation", self.activation, ACTIVATIONS)
        if self.fuse is not None:
            require_known("a way to fuse layers", self.fuse, fusion.FUSIONS)


def _answer(
    asked: _Asked,
    inputs: Sequence[ModelInput],
    digests: tuple[str, ...],
    classes: int | str | Sequence[int | str] | None,
    top_k: int,
) -> tuple[Answer, Floats, NDArray[np.intp]]:
    """The maps, the logits (N, K_all) and the classes (N, K)."""
    clf = asked.clf
    values = np.stack([i.values for i in inputs])
    first = capture(clf, values, asked.layers, (digests, asked.fit))
    _require_finite(first.logits, "The logits")
    chosen = choose(clf, first.logits, classes, top_k)
    question = Question(clf, values, asked.layers, chosen, first, asked.options, asked.watch)
    answer = _augmented(asked, question) if asked.augment else asked.method.answer(question)
    for layer, maps in answer.maps.items():
        _check(question, layer, maps)
    return answer, first.logits, chosen


def _augmented(asked: _Asked, plain: Question) -> Answer:
    """The same question about every view of each image, one image after another."""
    per_image, facts = [], {}
    for n, x in enumerate(plain.inputs):
        views = np.stack([view.of(x) for view in augmentation.VIEWS])
        classes = np.tile(plain.classes[n], (len(views), 1))
        made = asked.clf.capture(views, asked.layers)
        answer = asked.method.answer(
            Question(asked.clf, views, asked.layers, classes, made, asked.options, asked.watch)
        )
        per_image.append({layer: augmentation.merge(m) for layer, m in answer.maps.items()})
        facts.update({(layer, n, k): f for (layer, v, k), f in answer.facts.items() if v == 0})
    maps = {layer: np.stack([one[layer] for one in per_image]) for layer in asked.layers}
    return Answer(maps, facts, answer.uniform)


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


def _check(question: Question, layer: str, maps: Floats) -> None:
    if not np.isfinite(maps).all():
        _require_finite(question.capture.activations[layer], f"The activations of {layer}")
        _require_finite(question.gradients[layer], f"The gradients at {layer}")
        _require_finite(maps, f"The map at {layer}")


def _require_finite(values: Floats, what: str) -> None:
    if not np.isfinite(values).all():
        raise NonFiniteError(
            f"{what} hold NaN or infinity.", hint="Check the weights and the preprocessing."
        )


def _assemble(
    asked: _Asked,
    answer: Answer,
    n: int,
    photo: Photo,
    photo_digest: str,
    model_input: ModelInput,
    logits: Floats,
    chosen: NDArray[np.intp],
) -> Explanation:
    clf = asked.clf
    best = most_probable(logits[None], PREDICTIONS)[0]
    return Explanation(
        photo=photo,
        photo_digest=photo_digest,
        model=clf.id,
        model_digest=clf.digest,
        fit=asked.fit,
        preprocessing=clf.preprocessing,
        predictions=predictions(clf, logits, best.tolist()),
        maps=_maps(asked, answer, n, photo, model_input, predictions(clf, logits, chosen.tolist())),
        versions=_versions(),
    )


def _maps(
    asked: _Asked,
    answer: Answer,
    n: int,
    photo: Photo,
    model_input: ModelInput,
    shown: tuple[Prediction, ...],
) -> tuple[SaliencyMap, ...]:
    """Layers outermost, each with every class; or one a class where layers are fused."""
    common = {**asked.options, **({"augment": True} if asked.augment else {})}
    size = (photo.shape[0], photo.shape[1])
    per_layer = [
        [
            SaliencyMap(
                np.ascontiguousarray(answer.maps[layer][n, k], np.float32), prediction, layer,
                asked.name, model_input.window, size, asked.activation,
                _said(common, answer.facts.get((layer, n, k), {})), layer in answer.uniform,
            )
            for k, prediction in enumerate(shown)
        ]
        for layer in asked.layers
    ]  # fmt: skip
    if asked.fuse is not None:
        return tuple(fusion.fuse(of_class, asked.fuse) for of_class in zip(*per_layer, strict=True))
    return tuple(m for of_layer in per_layer for m in of_layer)


def _said(asked: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What a map says of its making: where the method settled an option itself, also as asked.

    Without the latter nobody could tell whether asking again would give the same map.
    """
    settled = {name: asked[name] for name in found if name in asked and asked[name] != found[name]}
    return {**asked, **found, **({"asked": settled} if settled else {})}


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
