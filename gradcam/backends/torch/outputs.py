"""The logits in whatever a model returns, from before the softmax or sigmoid it may end with.

Softmax saturates: at a confident prediction its gradients vanish, and a map of them is rounding
noise. So a model that ends in softmax or sigmoid is explained at what goes into it, which is seen
by watching the model's calls of torch. What cannot be seen is asked for, never assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from gradcam.errors import ModelError, require_known

Activation = Literal["softmax", "sigmoid", "none"]
Path = tuple[str | int, ...]
Asked = str | int | Sequence[str | int] | None

_ENDINGS: dict[Callable[..., Any], Activation] = {
    functional.softmax: "softmax", torch.softmax: "softmax", Tensor.softmax: "softmax",
    functional.log_softmax: "softmax", torch.log_softmax: "softmax", Tensor.log_softmax: "softmax",
    torch.special.softmax: "softmax", torch.special.log_softmax: "softmax",
    functional.sigmoid: "sigmoid", torch.sigmoid: "sigmoid", Tensor.sigmoid: "sigmoid",
    torch.special.expit: "sigmoid", functional.logsigmoid: "sigmoid",
    torch.sigmoid_: "sigmoid", Tensor.sigmoid_: "sigmoid",
}  # fmt: skip
# These change the shape or type of an output, and so apply to what went into the softmax as well.
_PASSING = {
    Tensor.squeeze, torch.squeeze, Tensor.unsqueeze, torch.unsqueeze, Tensor.flatten, torch.flatten,
    Tensor.reshape, torch.reshape, Tensor.view, Tensor.contiguous, Tensor.clone, torch.clone,
    Tensor.float, Tensor.double, Tensor.to, Tensor.cpu, Tensor.type, Tensor.__getitem__,
}  # fmt: skip
# Their outputs lie between 0 and 1, though what went into them is not the logits.
_BOUNDED = {
    functional.hardsigmoid, torch.tanh, Tensor.tanh, torch.clamp, Tensor.clamp, torch.clip,
    Tensor.clip, torch.exp, Tensor.exp, torch.reciprocal, Tensor.reciprocal,
}  # fmt: skip
# These turn probabilities into log-probabilities or back, of the same logits.
_LOGARITHMS = {torch.log, Tensor.log, torch.exp, Tensor.exp}


@dataclass(frozen=True)
class Head:
    """Where a model's logits are: at `path` in its output, before `activation`.

    visible : whether the activation is seen being applied; if not, it is inverted.
    units : the length of a row; a single unit z stands for two classes with logits (-z, z).
    """

    path: Path
    activation: Activation
    visible: bool
    units: int

    def logits(self, forward: Callable[[], Any]) -> Tensor:
        """Run the model and return its logits, (N, K)."""
        row = self._row(forward)
        return row if self.units > 1 else torch.cat([-row, row], dim=1)

    def _row(self, forward: Callable[[], Any]) -> Tensor:
        if self.visible:
            with Watch() as watch:
                tensor = _at(forward(), self.path)
            before = watch.before(tensor)
            if before is not None:
                return self._as_row(before[1])
        else:
            tensor = _at(forward(), self.path)
        return _inverse(self._as_row(tensor), self.activation)

    def _as_row(self, tensor: Tensor) -> Tensor:
        # A model that squeezes its output leaves no axis for the only photo, or the only unit.
        return tensor.reshape(-1, self.units)


class Watch(TorchFunctionMode):
    """Remembers what went into each small softmax or sigmoid while active."""

    def __init__(self) -> None:
        super().__init__()
        # The outputs are held, since the id of a tensor that is gone may be given to another.
        self._seen: dict[int, tuple[Tensor, Activation, Tensor]] = {}
        self._bounded: set[tuple[int, ...]] = set()

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Called by torch instead of each of its functions."""
        kwargs = kwargs or {}
        if func in _ENDINGS:
            x = args[0] if args else kwargs["input"]
            before = x.clone() if func in (torch.sigmoid_, Tensor.sigmoid_) else x
            return self._remember(func(*args, **kwargs), _ENDINGS[func], before)
        output = func(*args, **kwargs)
        if func in _BOUNDED and isinstance(output, Tensor):
            self._bounded.add(_row_shape(output))
        if not self._seen or not args or id(args[0]) not in self._seen:
            return output
        _, activation, before = self._seen[id(args[0])]
        if func is Tensor.__getitem__ and output.shape[:2] != args[0].shape[:2]:
            self._bounded.add(_row_shape(output))  # a column has no logit of its own
            return output
        if func in _PASSING:
            return self._remember(output, activation, func(before, *args[1:], **kwargs))
        return self._remember(output, activation, before) if func in _LOGARITHMS else output

    def before(self, output: Tensor) -> tuple[Activation, Tensor] | None:
        """Return the activation that gave this very tensor, and what went into it."""
        found = self._seen.get(id(output))
        return found[1:] if found is not None else None

    def squashed(self, row: Tensor) -> bool:
        """Return whether any tensor of the row's shape was brought between 0 and 1."""
        seen = {_row_shape(tensor) for tensor, _, _ in self._seen.values()}
        return _row_shape(row) in seen | self._bounded

    def _remember(self, output: Any, activation: Activation, before: Tensor) -> Any:
        # A row of logits has one value per image and class: attention and gates have more.
        if isinstance(output, Tensor) and all(side == 1 for side in output.shape[2:]):
            self._seen[id(output)] = (output, activation, before)
        return output


def find_head(
    forward: Callable[[], Any],
    images: int,
    title: str,
    output: Asked = None,
    activation: Activation | None = None,
    *,
    opaque: bool = False,
) -> tuple[Head, Tensor]:
    """Run the model once on `images` different photos, and find its logits; return these as well.

    output, activation : what the user said of them, as for `gradcam.wrap`.
    opaque : whether the model's calls of torch cannot be seen.

    Raises
    ------
    ModelError : no output, or more than one, could be the logits; or the output looks like
        probabilities, and what they were computed from is neither seen nor said.
    """
    if activation is not None:
        require_known("an activation", activation, get_args(Activation))
    with Watch() as watch:
        returned = forward()
    path = _find_path(returned, images, title, output)
    tensor = _at(returned, path)
    row = as_row(tensor)
    seen = watch.before(tensor)
    if activation is not None:
        if seen is None or seen[0] != activation:
            _require_probabilities(row, activation, title)
            seen = None
    elif seen is None and _may_be_probabilities(row, opaque or watch.squashed(row)):
        raise ModelError(
            f"{title} returns what look like probabilities, and it cannot be seen what they are "
            "computed from.",
            hint='Pass activation="softmax" or "sigmoid" to wrap, or "none" if they are logits.',
        )
    kind = activation or (seen[0] if seen else "none")
    logits = as_row(seen[1]) if seen else _inverse(row, kind)
    return Head(path, kind, seen is not None, row.shape[1]), logits


def as_row(tensor: Tensor) -> Tensor:
    """(N, K), (N,) or (N, K, 1, 1) as (N, K)."""
    return tensor[:, None] if tensor.ndim == 1 else tensor.flatten(1)


def _find_path(returned: Any, images: int, title: str, output: Asked) -> Path:
    found = dict(_tensors(returned))
    rows = {path: t for path, t in found.items() if _is_row(t, images)}
    if output is not None:
        asked: Path = (output,) if isinstance(output, (str, int)) else tuple(output)
        if asked in rows:
            return asked
        raise ModelError(f"{title} has no row of logits at output={output!r}.", hint=_list(found))
    named = [path for path in rows if path and path[-1] == "logits"]
    if len(rows) == 1 or len(named) == 1:
        return (named or list(rows))[0]
    counts = {len(t) for path, t in found.items() if not path and t.ndim == 2} - {images}
    if counts and not rows:
        raise ModelError(
            f"{title} returns {counts.pop()} rows for {images} photos.",
            hint="It probably expects another input size: set crop in the preprocessing.",
        )
    if rows:
        raise ModelError(
            f"{title} returns several rows per image, and only one of them holds the logits.",
            hint=f"Say which: wrap(…, output=…). {_list(rows)}",
        )
    raise ModelError(
        f"{title} returns no row of logits per image. {_list(found)}",
        hint="Wrap an image classifier that returns (N, classes).",
    )


def _tensors(value: Any, path: Path = ()) -> Iterator[tuple[Path, Tensor]]:
    """Every tensor in nested tuples, lists, dictionaries and objects, with the way to it."""
    if isinstance(value, Tensor):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _tensors(inner, (*path, key))
    elif isinstance(value, (tuple, list)):
        for index, inner in enumerate(value):
            yield from _tensors(inner, (*path, index))
    elif hasattr(value, "__dict__"):
        for name, inner in vars(value).items():
            if isinstance(inner, (Tensor, Mapping, tuple, list)):
                yield from _tensors(inner, (*path, name))


def _at(value: Any, path: Path) -> Tensor:
    for step in path:
        plain = isinstance(value, (Mapping, tuple, list))
        value = value[step] if plain else getattr(value, str(step))
    tensor: Tensor = value
    return tensor


def _is_row(tensor: Tensor, images: int) -> bool:
    one_each = tensor.ndim >= 1 and len(tensor) == images and all(s == 1 for s in tensor.shape[2:])
    return one_each and tensor.is_floating_point()


def _list(found: Mapping[Path, Tensor]) -> str:
    def name(path: Path) -> str:
        return repr(path[0] if len(path) == 1 else path)

    if list(found) == [()]:
        return f"It returns {_shape(found[()])}."
    shown = [f"{name(path)} is {_shape(tensor)}" for path, tensor in found.items()]
    return f"It returns these: {', '.join(shown[:8])}." if shown else "It returns no tensor."


def _shape(tensor: Tensor) -> str:
    return "(" + ", ".join(["N", *map(str, tensor.shape[1:])]) + ")" if tensor.ndim else "a number"


def _may_be_probabilities(row: Tensor, squashed: bool) -> bool:
    """Whether a row may be probabilities; chance, or a ReLU, may put logits between 0 and 1 too."""
    return _sum_to_one(row) or (_within_one(row) and squashed)


def _row_shape(tensor: Tensor) -> tuple[int, ...]:
    """The shape of `as_row` if the tensor is one, or else its own."""
    own = tuple(tensor.shape)
    return (*own, 1)[:2] if own and all(side == 1 for side in own[2:]) else own


def _within_one(row: Tensor) -> bool:
    return bool(((row >= 0) & (row <= 1)).all())


def _sum_to_one(row: Tensor) -> bool:
    sums = row.float().sum(dim=1)
    return row.shape[1] > 1 and _within_one(row) and bool(((sums - 1).abs() < 1e-3).all())


def _require_probabilities(row: Tensor, activation: Activation, title: str) -> None:
    fits = {"none": True, "softmax": _sum_to_one(row), "sigmoid": _within_one(row)}[activation]
    if not fits:
        raise ModelError(
            f"{title} returns values from {row.min():.3g} to {row.max():.3g}, which are no "
            f"probabilities of a {activation}.",
            hint='Pass activation="none" if they are logits.',
        )


def _inverse(row: Tensor, activation: Activation) -> Tensor:
    """The logits of probabilities: log p less its mean over the classes, or log(p / (1 - p)).

    The logits behind a softmax are known up to a constant per photo. log p alone is no choice: its
    gradient vanishes as p nears 1.
    """
    if activation == "softmax":
        logs = row.clamp_min(torch.finfo(row.dtype).tiny).log()
        return logs - logs.mean(dim=1, keepdim=True)
    return torch.logit(row, eps=1e-7) if activation == "sigmoid" else row
