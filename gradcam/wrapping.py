"""Wrap a model that you have in memory."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from gradcam.backends import Classifier
from gradcam.backends.layouts import Reading
from gradcam.errors import GradcamWarning, ModelError
from gradcam.labels import Labels, as_labels
from gradcam.transforms import as_preprocessing
from gradcam.types import Preprocessing

_ASSUMED = (
    "{} is shown photos as ImageNet networks are (the centre 224 × 224 of 256, ImageNet's mean and "
    "standard deviation): if it was trained on others, pass preprocessing=."
)


def wrap(
    model: Any,
    *,
    preprocessing: Any = None,
    labels: Labels = (),
    title: str = "",
    multi_label: bool | None = None,
    layers: Mapping[str, Reading] | None = None,
    output: str | int | Sequence[str | int] | None = None,
    activation: Literal["softmax", "sigmoid", "none"] | None = None,
) -> Classifier:
    """Wrap a model you have in memory as a classifier, without changing the model.

    Parameters
    ----------
    model : a `torch.nn.Module` from (N, 3, H, W) to logits (N, K), or a `keras.Model` from
        (N, H, W, 3) to logits, softmax or sigmoid.
    preprocessing : how RGB becomes the model's input: torchvision's `weights.transforms()` or a
        Compose, timm's data config or transform, a transformers image processor, Preprocessing or a
        dict of its fields, the input's size, a function from a PIL image to a tensor (3, h, w) or
        an array (h, w, 3), or "0-1", "0-255" or "-1-1" for just the range of pixel values. The
        default for torch is ImageNet's usual 224-pixel crop; for Keras it is the model's own size,
        and the values that it scales itself, read from its graph. Where it scales none, they are
        those of the Keras application it is built on, else in [0, 1].
    labels : one per class, as for `gradcam.load_model`; by default "class 0", "class 1", … A single
        output unit has two classes.
    title : the name in messages and reports; by default that of the model's type.
    multi_label : True if probabilities are per-class sigmoids, False for a softmax; None lets the
        model decide, which for torch means a softmax unless there is only one output unit.
    layers : for layers that are not found or are read wrongly, a function from their output to
        (N, C, h, w) that only moves values, or (h, w) for a token sequence; by layer name.
    output : which of several outputs holds the logits: an index, a key, or a path of them.
    activation : what the model's output already went through, "softmax", "sigmoid" or "none", when
        that cannot be recognised.

    Warns
    -----
    GradcamWarning : pixel values had to be assumed, or the model hardly reacts to those it gets.

    Returns
    -------
    A Classifier with the id "memory/" and the title.

    Raises
    ------
    ModelError : `model` is neither a torch nor a Keras model, or is one that cannot be explained,
        such as TorchScript; the hint says what to wrap instead. Or several outputs may be its
        logits, or they look like probabilities and it cannot be seen what made them.
    GradcamError : the preprocessing is none of these, or is random.
    """
    roots = {base.__module__.split(".")[0] for base in type(model).__mro__}
    # torch.compile and DataParallel put the network inside another module.
    inside = getattr(model, "_orig_mod", getattr(model, "module", model))
    name = title or type(inside if "torch" in roots else model).__name__
    given = as_labels(labels)
    id = f"memory/{name}"
    if "torch" in roots:
        from gradcam.backends.torch.model import TorchClassifier

        usual: Callable[[], Preprocessing] = Preprocessing
        if "keras" in roots:
            from gradcam.backends.torch.keras_module import KerasModule

            model = KerasModule(model)
            usual = model.preprocessing
        wrapped = TorchClassifier(
            model,
            id=id,
            title=name,
            preprocessing=as_preprocessing(preprocessing, usual),
            labels=given,
            multi_label=multi_label,
            layers=layers,
            output=output,
            activation=activation,
        )
        if preprocessing is None and "keras" not in roots:
            wrapped.assumed = _ASSUMED.format(name)
        return wrapped
    if "keras" in roots:
        from gradcam.backends.keras.model import KerasClassifier

        clf = KerasClassifier(
            model,
            id=id,
            title=name,
            preprocessing=preprocessing,
            labels=given,
            multi_label=multi_label,
            layers=layers,
            output=output,
            activation=activation,
        )
        warn(clf.notes)
        return clf
    raise _not_a_model(model)


def _not_a_model(value: object) -> ModelError:
    if isinstance(value, Mapping):
        return ModelError(
            f"This {type(value).__name__} holds weights at most, and no network.",
            hint="Build the network, load them with load_state_dict, and wrap that.",
        )
    if isinstance(value, type):
        return ModelError(f"{value.__name__} is a class.", hint=f"Wrap {value.__name__}(…).")
    roots = {base.__module__.split(".")[0] for base in type(value).__mro__}
    if "tf_keras" in roots:
        return ModelError(
            f"This {type(value).__name__} is a model of Keras 2 (tf_keras).",
            hint="Save it with model.save('my.h5'), and load that with keras.models.load_model().",
        )
    if "tensorflow" in roots:
        return ModelError(
            f"This {type(value).__name__} is a TensorFlow object without Keras layers, such as "
            "tf.saved_model.load returns, so nothing can be looked into.",
            hint="Wrap the keras.Model that it was saved from.",
        )
    return ModelError(
        f"{type(value).__name__} is not a model that can be explained.",
        hint="Pass a torch.nn.Module or a keras.Model.",
    )


def warn(notes: Sequence[str]) -> None:
    """Tell whoever called `wrap` or `load_model`; the page shows the same notes."""
    for note in notes:
        warnings.warn(note, GradcamWarning, stacklevel=3)
