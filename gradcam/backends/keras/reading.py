"""How the outputs of a traced model's layers are read as maps: see `gradcam.backends.layouts`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from gradcam.backends.borders import only_a_border
from gradcam.backends.keras.compat import recording, tf
from gradcam.backends.keras.layers import Called, first_tensor
from gradcam.backends.keras.part import Source, between
from gradcam.backends.layouts import (
    AGREES,
    PROBES,
    Differences,
    Layout,
    Layouts,
    Reading,
    agreement,
    differences,
    given,
)
from gradcam.errors import LayerError
from gradcam.types import Floats

# How the four photos differ, averaged over the last axis and over the second: (2, …) each.
_Reduced = tuple[Differences, Differences]


def layouts(
    source: Source,
    calls: Mapping[str, Called],
    run: Callable[[Floats], Any],
    photos: Floats,
    readings: Mapping[str, Reading],
) -> tuple[dict[str, Layout], set[str]]:
    """The layout of each output that moves with the photo, in the order of `calls`.

    With them, the names of the layers that only add or remove a border.

    Parameters
    ----------
    calls : the layers as they were traced into `source`.
    run : calls the model on inputs (N, height, width, channels).
    photos : the four probes, preprocessed.
    readings : how to read some layers' outputs, by name, as the user gave them.

    Raises LayerError if a reading is for a layer that was not called, or does not fit.
    """
    for name in readings:
        if name not in calls:
            raise LayerError(
                f"layers= names {name!r}, which the model has not called.",
                hint=f"It called {', '.join(list(calls)[:5])} …",
            )
    known, moving = _watched(calls, lambda: run(photos))
    finder = Layouts(*photos.shape[1:3])
    found: dict[str, Layout] = {}
    for name, called in calls.items():
        if name in readings:
            found[name] = _given(source, called.output, name, readings[name], photos)
        elif name in known:
            shape = (PROBES, *called.output.shape[1:])
            layout = finder.find(shape, partial(_as_cells, known[name]))
            if layout is not None:
                found[name] = layout
    return found, moving


def _watched(
    calls: Mapping[str, Called], run: Callable[[], Any]
) -> tuple[dict[str, _Reduced], set[str]]:
    """How each layer's output differs between the photos, if it may be a map; what only moves it.

    The model runs eagerly here, which is slower than a compiled run but needs no compiling, and no
    memory for all outputs at once.
    """
    watched = {name: one.operation for name, one in calls.items()}
    found: dict[str, _Reduced] = {}
    moving: set[str] = set()

    def record(name: str, _operation: Any, arguments: Any, returned: Any) -> None:
        output, given = first_tensor(returned), first_tensor(arguments)
        found.pop(name, None)
        moving.discard(name)
        several = hasattr(output, "numpy") and output.shape.rank and len(output) == PROBES
        if several and _may_be_map(calls[name].output):
            found[name] = _means(tf.cast(output, tf.float32))
            if _same_rank(given, output) and only_a_border(given[:1].numpy(), output[:1].numpy()):
                moving.add(name)

    with recording(watched, record):
        run()
    return found, moving


def _same_rank(given: Any, output: Any) -> bool:
    return hasattr(given, "numpy") and bool(given.shape.rank == output.shape.rank)


def _may_be_map(output: tf.Tensor) -> bool:
    shape = output.shape
    return shape.rank in (3, 4) and None not in shape[1:] and output.dtype.is_floating


def _means(output: tf.Tensor) -> _Reduced:
    from_a, from_b = tf.abs(output[2:] - output[:1]), tf.abs(output[2:] - output[1:2])
    last, second = (
        (tf.reduce_mean(from_a, axis).numpy(), tf.reduce_mean(from_b, axis).numpy())
        for axis in (-1, 1)
    )
    return last, second


def _as_cells(of: _Reduced, layout: Layout) -> Differences:
    """Differences (2, h, w), from those averaged over the axis that holds the channels."""
    last, second = of
    if layout.order == "nchw":
        return second
    if layout.order == "nhwc":
        return last
    if layout.order != "tokens":  # Keras has its images first
        return np.zeros((2, 1, 1), np.float32), np.zeros((2, 1, 1), np.float32)
    end = layout.prefix + layout.shape[1] * layout.shape[2]
    from_a, from_b = (one[:, layout.prefix : end].reshape(2, *layout.shape[1:]) for one in last)
    return from_a, from_b


def _given(
    source: Source, output: tf.Tensor, name: str, reading: Reading, photos: Floats
) -> Layout:
    shape = tuple(output.shape)
    if None in shape[1:]:
        raise LayerError(f"The output of {name!r} has no fixed size.", hint="Leave it out.")
    indices = tf.reshape(tf.range(int(np.prod(shape[1:]))), (1, *shape[1:]))
    layout = given(reading, name, shape, indices)
    (values,) = between(source, source.arguments, [output])(tf.constant(photos))
    if agreement(*differences(layout.maps(values.numpy().astype(np.float32)))) < AGREES:
        raise LayerError(
            f"Read as given, the output of {name!r} does not follow the photo: what changes on its "
            "left does not change the map on its left.",
            hint="Check the reshape: it should give (N, C, h, w) with rows from the top.",
        )
    return layout
