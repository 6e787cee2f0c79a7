"""What looking at a module once tells: its layers, where its logits are, how it likes its input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedParameter

from gradcam.backends.layers import Traced
from gradcam.backends.layouts import PROBES, Reading
from gradcam.backends.torch.layers import Tracer
from gradcam.backends.torch.outputs import Activation, Asked, Head, find_head
from gradcam.errors import GradcamError, ModelError, NonFiniteError


@dataclass(frozen=True)
class Told:
    """What the user said of a module, as for `gradcam.wrap`.

    exported : whether it is an exported program, whose calls of torch cannot be seen.
    """

    readings: Mapping[str, Reading]
    output: Asked
    activation: Activation | None
    exported: bool = False


@dataclass(frozen=True)
class Known:
    """What a module is like.

    channels_last : whether it takes its input in that memory format, and gives the same logits.
    one_photo : whether it takes one photo at a time only.
    """

    modules: Mapping[str, nn.Module]
    traced: Traced
    head: Head
    channels_last: bool
    one_photo: bool


def look(module: nn.Module, x: Tensor, title: str, told: Told) -> Known:
    """Run the module on the four probes x (4, 3, H, W), channels last, and see what it is like.

    Raises
    ------
    ModelError : it cannot be run on them, or its logits cannot be found; see `find_head`.
    LayerError : `told.readings` does not fit.
    NonFiniteError : its logits are not finite.
    """
    tracer = Tracer(module, (x.shape[2], x.shape[3]), told.readings)
    if any(isinstance(p, UninitializedParameter) for p in module.parameters()):
        with suppress(RuntimeError, ValueError):  # what is wrong is said below
            module(x.contiguous())  # a lazy layer is made on its first call
    with no_zero_weights(module):
        one_photo = False
        try:
            head, logits = _all_at_once(module, tracer, x.contiguous(), title, told)
        except (GradcamError, torch.OutOfMemoryError):
            raise
        except Exception as error:
            one_photo = True
            head, logits = _one_by_one(module, tracer, x.contiguous(), title, told, error)
        if not logits.isfinite().all():
            raise NonFiniteError(
                f"{title} gives NaN or infinity for any photo.", hint="Check its weights."
            )
        channels_last = not one_photo and _takes_channels_last(module, head, x[:1], logits[:1])
    traced = Traced(tracer.seen(), max(2, head.units), one_unit=head.units == 1)
    return Known(dict(module.named_modules()), traced, head, channels_last, one_photo)


def _all_at_once(
    module: nn.Module, tracer: Tracer, x: Tensor, title: str, told: Told
) -> tuple[Head, Tensor]:
    with tracer.watching():
        return find_head(
            lambda: module(x), PROBES, title, told.output, told.activation, opaque=told.exported
        )


def _one_by_one(
    module: nn.Module, tracer: Tracer, x: Tensor, title: str, told: Told, error: Exception
) -> tuple[Head, Tensor]:
    """As for all at once, but with one photo after another; `error` is what came of the former."""
    try:
        for n in range(PROBES):
            with tracer.watching(photos_before=n):
                found = find_head(
                    partial(module, x[n : n + 1]), 1, title, told.output, told.activation,
                    opaque=told.exported,
                )  # fmt: skip
    except GradcamError:
        raise
    except Exception as again:
        height, width = x.shape[2:]
        raise ModelError(
            f"{title} cannot be run on a photo of {height} × {width} pixels: {_first_line(again)}",
            hint="If it expects another size or number of channels, say so in the preprocessing.",
        ) from error
    return found


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".") + "."


def _takes_channels_last(module: nn.Module, head: Head, x: Tensor, logits: Tensor) -> bool:
    """Whether one photo in channels-last format gives the same logits; `view` may refuse it."""
    if not any(isinstance(m, nn.Conv2d) for m in module.modules()):
        return False
    try:
        found = head.logits(lambda: module(x))
    except (RuntimeError, IndexError, ValueError):
        return False
    if len(found) != 1:
        return False
    expected = logits if head.units > 1 else torch.cat([-logits, logits], dim=1)
    near = 1e-2 if x.dtype.itemsize < 4 else 1e-3
    return bool(torch.allclose(found, expected, rtol=near, atol=near * float(expected.abs().max())))


@contextmanager
def no_zero_weights(module: nn.Module) -> Iterator[None]:
    """Replace weights that are all zero by noise, as long as we look.

    The head of a new ViT, or the last norm of each block of a new ResNet, would block every change
    and every gradient.
    """
    cut = [
        p
        for name, p in module.named_parameters()
        if not isinstance(p, UninitializedParameter)
        and p.is_floating_point()
        and (p.ndim >= 2 or "bias" not in name)
        and not p.any()
    ]
    swapped = [p.data for p in cut]
    try:
        for p in cut:
            p.data = torch.randn_like(p)
        yield
    finally:
        for p, data in zip(cut, swapped, strict=True):
            p.data = data
