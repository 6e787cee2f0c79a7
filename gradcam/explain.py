"""The entry point: photos and a classifier in, explanations out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

from gradcam.answer import answers
from gradcam.backends import Classifier
from gradcam.errors import ModelError
from gradcam.explanation import Explanation
from gradcam.images import ImageSource, several_images
from gradcam.layers import layer_names
from gradcam.request import Request
from gradcam.types import Fit, Fusion, Sign
from gradcam.watch import Cancelled, Progress, Watch


def explain(
    clf: Classifier,
    image: ImageSource,
    layer: Any = None,
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
    clf : a classifier from `gradcam.load_model` or `gradcam.wrap`.
    image : path, file, encoded bytes, PIL image, array or tensor, as for `gradcam.read_image`.
    layer : one or more of `clf.layers()`: names, `Layer`s, positions (0 is the first, -1 the last)
        or the modules themselves; None uses the recommended layer.
    method : a key or title of `gradcam.METHODS`; None uses the model's usual one: Grad-CAM, or
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
    An Explanation with one SaliencyMap per layer and class.

    Raises
    ------
    ModelError : `clf` is not a classifier; the hint says how to make one of it.
    ImageError, LayerError, MethodError, ClassError : an argument is not usable; for unknown names
        the hint lists the nearest valid ones.
    GradcamError : an unknown `fit`, `sign` or `fuse`.
    NonFiniteError : the image contains, or the model produced, NaN or infinity.
    CancelledError : `cancelled` returned True.
    """
    (result,) = _explained(
        clf, (image,), layer, method, classes, top_k, fit, sign, parameters, augment, fuse,
        Watch(progress, cancelled),
    )  # fmt: skip
    return result


def explain_batch(
    clf: Classifier,
    images: Iterable[ImageSource],
    layer: Any = None,
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
    """Explain where `clf` looks in each of several images.

    As many images go through the model at once as fit in 512 MB; the maps do not depend on how
    many. All results are held in memory together with their photos: `gradcam.explain_each` gives
    them one at a time.

    Parameters
    ----------
    images : the images, each as for `gradcam.explain`, in a list or any other iterable, or as an
        array or tensor (N, H, W, 3) or (N, 3, H, W).
    clf : as for `gradcam.explain`.
    layer, method, classes, top_k, fit, sign, parameters, augment, fuse, progress, cancelled : as
        for `gradcam.explain`; progress is over all images.

    Returns
    -------
    One Explanation per image, each with one SaliencyMap per layer and class.

    Raises
    ------
    GradcamError : for the same reasons as `gradcam.explain`; an ImageError says which image it is.
    """
    photos = several_images(images)
    return tuple(
        _explained(
            clf, photos, layer, method, classes, top_k, fit, sign, parameters, augment, fuse,
            Watch(progress, cancelled),
        )
    )  # fmt: skip


def explain_each(
    clf: Classifier,
    images: Iterable[ImageSource],
    layer: Any = None,
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
) -> Iterator[Explanation]:
    """Explain where `clf` looks in each of many images, giving each result as soon as it is made.

    As `gradcam.explain_batch`, but images are opened, and results held, only a batch at a time.

    Parameters
    ----------
    clf, images : as for `gradcam.explain_batch`.
    layer, method, classes, top_k, fit, sign, parameters, augment, fuse, progress, cancelled : as
        for `gradcam.explain_batch`.

    Returns
    -------
    An iterator over one Explanation per image, in their order.

    Raises
    ------
    GradcamError : for the same reasons as `gradcam.explain_batch`; unknown names at once, and what
        is wrong with an image when its turn comes.
    """
    return _explained(
        clf, several_images(images), layer, method, classes, top_k, fit, sign, parameters, augment,
        fuse, Watch(progress, cancelled),
    )  # fmt: skip


def _explained(
    clf: Classifier,
    images: Iterable[ImageSource],
    layer: Any,
    method: str | None,
    classes: Any,
    top_k: int,
    fit: Fit,
    sign: Sign,
    parameters: Mapping[str, Any] | None,
    augment: bool,
    fuse: Fusion | None,
    watch: Watch,
) -> Iterator[Explanation]:
    _require_classifier(clf)
    # Request accepts a single class where its field is a tuple.
    names = layer_names(clf, layer)
    method = method or clf.usual_method
    request = Request(names, method, parameters or {}, classes, top_k, fit, sign, augment, fuse)
    return answers(clf, images, request, watch)


def _require_classifier(clf: Any) -> None:
    """Raise ModelError, with the line to write, unless this is a Classifier."""
    if hasattr(clf, "capture") and hasattr(clf, "resume"):
        return
    kind = type(clf).__name__
    if isinstance(clf, (str, PathLike)):
        raise ModelError(
            f"{str(clf)!r} is the name of a model, not a model.",
            hint=f"Load it first: clf = gradcam.load_model({str(clf)!r}).",
        )
    if hasattr(clf, "parameters") or hasattr(clf, "weights"):
        raise ModelError(
            f"{kind} is a bare model: its preprocessing and labels are not known.",
            hint="Wrap it first: clf = gradcam.wrap(model, preprocessing=…, labels=…).",
        )
    raise ModelError(
        f"{kind} is not a classifier.",
        hint="Pass what gradcam.load_model or gradcam.wrap returns, then the image.",
    )
