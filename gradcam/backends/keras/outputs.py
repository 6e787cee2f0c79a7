"""Finds the logits in what a Keras model returns: which output, and before which activation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args

import numpy as np

from gradcam.backends.keras.compat import tf
from gradcam.errors import ModelError, require_known
from gradcam.types import Floats

Activation = Literal["softmax", "sigmoid", "none"]
Output = int | str | Sequence[int | str]
Path = tuple[int | str, ...]

_HEADS: dict[str, Activation] = {
    "Softmax": "softmax", "LogSoftmax": "softmax", "Sigmoid": "sigmoid",
}  # fmt: skip
# Operations that may stand between the last activation and the output without changing a value.
_TRANSPARENT = ("Identity", "Cast", "Reshape", "Squeeze")
_SMALLEST = 1e-7  # probability, where a logit is computed from one
_ROUNDING = 1e-3


def row_of(model: Any, returned: Any, output: Output | None) -> tf.Tensor:
    """The row per image among what `model` returned; of several, the one called `output`.

    A row is (N, K), (N,) or (N, 1, 1, K).

    Raises ModelError, listing the candidates, if that is none or several.
    """
    leaves = dict(_leaves(returned, ()))
    names = _names(model, leaves)
    if output is not None:
        return _asked(leaves, names, output)
    rows = {path: tensor for path, tensor in leaves.items() if _is_row(tensor)}
    named = [tensor for path, tensor in rows.items() if path[-1:] == ("logits",)]
    if len(named) == 1:
        return named[0]
    if len(rows) > 1:
        first = next(iter(rows))
        raise ModelError(
            f"The model has several outputs that may be its logits: {_listed(rows, names)}.",
            hint=f"Choose one, such as output={_short(names.get(first, first))!r}.",
        )
    if not rows:
        raise ModelError(
            f"The model returns {_listed(leaves, names)}, not one row of logits per image.",
            hint="Wrap an image classifier that returns (N, classes).",
        )
    return next(iter(rows.values()))


def logits_of(row: tf.Tensor, said: Activation | None) -> tuple[tf.Tensor, Activation, bool]:
    """The logits (N, K) behind an output, the activation they went through, whether that is seen.

    An activation that is the last operation is taken off, whichever layer applies it. One that is
    only said to be there is inverted: for a softmax, log p less its mean over the classes, which is
    the logits less theirs; for a sigmoid log(p / (1 − p)).
    """
    tensor = row
    while tensor.op.type in _TRANSPARENT and _is_row(tensor.op.inputs[0]):
        tensor = tensor.op.inputs[0]
    seen = _HEADS.get(tensor.op.type, "none")
    if said in (None, seen) and seen != "none":
        if seen == "softmax" and _as_row(row).shape[1] == 1:
            raise ModelError(
                "The model ends in a softmax over a single unit, which is always 1.",
                hint="Give it a sigmoid, or two units.",
            )
        return _as_row(tensor.op.inputs[0]), seen, True
    if said is None or said == "none":
        return _as_row(row), "none", False
    p = tf.clip_by_value(tf.cast(_as_row(row), tf.float32), _SMALLEST, 1.0)
    if said == "softmax":
        logs = tf.math.log(p)
        return logs - tf.reduce_mean(logs, axis=1, keepdims=True), said, False
    return tf.math.log(p) - tf.math.log(tf.maximum(1 - p, _SMALLEST)), said, False


def require_activation(said: str | None) -> None:
    """Raise GradcamError unless `said` is None or one of the activations."""
    if said is not None:
        require_known("an activation", said, get_args(Activation))


def surely_logits(row: tf.Tensor) -> bool:
    """Whether the output is a dense layer's, with or without a bias: that squashes nothing."""
    tensor = row
    while tensor.op.type in (*_TRANSPARENT, "AddV2", "BiasAdd"):
        if len(tensor.op.inputs) > 1 and tensor.op.inputs[1].shape.rank not in (0, 1):
            return False
        tensor = tensor.op.inputs[0]
    return bool(tensor.op.type == "MatMul")


def require_plausible(values: Floats, said: Activation | None) -> None:
    """Raise ModelError if outputs (N, K) for a few photos contradict what is said of them.

    That is so if they are no probabilities of the activation `said`; and if nothing is said, but
    they look like probabilities.
    """
    rows = values.reshape(len(values), -1)
    within = bool(np.all(rows >= -_ROUNDING) and np.all(rows <= 1 + _ROUNDING))
    one = within and rows.shape[1] > 1 and np.all(np.abs(rows.sum(axis=1) - 1) < _ROUNDING)
    if said == "none" or not np.isfinite(rows).all():
        return
    if said is not None:
        if not (one if said == "softmax" else within):
            raise ModelError(
                f"The model returns values from {rows.min():.3g} to {rows.max():.3g}, which are no "
                f"probabilities of a {said}.",
                hint="Pass activation='none' if they are logits.",
            )
    elif within:
        kind, why = ("softmax", "in rows that sum to 1") if one else ("sigmoid", "from 0 to 1")
        raise ModelError(
            f"The model's outputs look like probabilities ({why}), but what made them cannot be "
            "seen.",
            hint=f"Pass activation={kind!r} if they are, or activation='none' if they are logits.",
        )


def _leaves(returned: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """What a model returned, by keys and indices; a dataclass or namedtuple by its field names."""
    if isinstance(returned, dict):
        items: Any = returned.items()
    elif hasattr(returned, "_asdict"):
        items = returned._asdict().items()
    elif isinstance(returned, (list, tuple)):
        items = enumerate(returned)
    else:
        if returned is not None:
            yield path, returned
        return
    for key, item in items:
        yield from _leaves(item, (*path, key))


def _names(model: Any, leaves: dict[Path, Any]) -> dict[Path, Path]:
    """The names of a functional model's outputs, where it returns them in a list."""
    given = getattr(model, "output_names", None) or ()
    counted: list[Path] = [(n,) for n in range(len(given))]
    return (
        {p: (name,) for p, name in zip(counted, given, strict=True)} if [*leaves] == counted else {}
    )


def _asked(leaves: dict[Path, Any], names: dict[Path, Path], output: Output) -> tf.Tensor:
    wanted: Path = (output,) if isinstance(output, (int, str)) else tuple(output)
    if wanted == (-1,):
        wanted = list(leaves)[-1]
    path = next((p for p in leaves if wanted in (p, names.get(p))), None)
    if path is None:
        raise ModelError(
            f"The model has no output {_short(wanted)!r}.",
            hint=f"Its outputs are {_listed(leaves, names)}.",
        )
    if not _is_row(leaves[path]):
        raise ModelError(
            f"Output {_short(wanted)!r} is {_shape(leaves[path])}, not one row of logits per "
            "image.",
            hint=f"The outputs are {_listed(leaves, names)}.",
        )
    return leaves[path]


def _is_row(tensor: Any) -> bool:
    if not tf.is_tensor(tensor) or tensor.shape.rank not in (1, 2, 4):
        return False
    count, *sizes = tensor.shape
    one_each = count is None or (count == 1 and sizes)
    return bool(one_each) and None not in sizes and all(size == 1 for size in sizes[:-1])


def _as_row(tensor: tf.Tensor) -> tf.Tensor:
    """(N, K), from (N,) or (N, 1, 1, K) too."""
    if tensor.shape.rank == 2:
        return tensor
    return tf.reshape(tensor, (-1, tensor.shape[-1] if tensor.shape.rank == 4 else 1))


def _listed(leaves: dict[Path, Any], names: dict[Path, Path]) -> str:
    if list(leaves) == [()]:
        return _shape(leaves[()])
    return ", ".join(f"{_short(names.get(p, p))!r} {_shape(t)}" for p, t in leaves.items())


def _short(path: Path) -> Any:
    return path[0] if len(path) == 1 else path


def _shape(tensor: Any) -> str:
    if not tf.is_tensor(tensor):
        return type(tensor).__name__
    sizes = ["N" if n == 0 else "?" if size is None else str(size)
             for n, size in enumerate(tensor.shape)]  # fmt: skip
    return f"({', '.join(sizes)})"
