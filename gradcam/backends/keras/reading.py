"""How the outputs of a traced model's layers are read as maps: see `gradcam.backends.layouts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from gradcam.backends.keras.compat import tf
from gradcam.backends.keras.layers import Called
from gradcam.backends.keras.part import Copy, Source, between, extended
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
    image: tf.TensorSpec,
    calls: Mapping[str, Called],
    photos: Floats,
    readings: Mapping[str, Reading],
) -> dict[str, Layout]:
    """The layout of each output that moves with the photo, in the order of `calls`.

    Parameters
    ----------
    image : specification of the input (N, height, width, channels).
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
    plain = [n for n in calls if n not in readings and _may_be_map(calls[n].output)]
    reduced = _reduced(source, image, [calls[name].output for name in plain], photos)
    known = dict(zip(plain, reduced, strict=True))
    finder = Layouts(image.shape[1], image.shape[2])
    found: dict[str, Layout] = {}
    for name, called in calls.items():
        of = known.get(name)
        if name in readings:
            found[name] = _given(source, called.output, name, readings[name], photos)
        elif of is not None:
            layout = finder.find((PROBES, *called.output.shape[1:]), partial(_as_cells, of))
            if layout is not None:
                found[name] = layout
    return found


def _may_be_map(output: tf.Tensor) -> bool:
    shape = output.shape
    return shape.rank in (3, 4) and None not in shape[1:] and output.dtype.is_floating


def _reduced(
    source: Source, image: tf.TensorSpec, outputs: Sequence[tf.Tensor], photos: Floats
) -> list[_Reduced | None]:
    """How each output differs between the photos; None if it has not one row per photo.

    Computed within one graph, since all outputs of a large model at once would fill the memory.
    """

    def add(copy: Copy, x: tf.Tensor) -> tuple[Any, ...]:
        inside = [tf.cast(copy.tensor(output), tf.float32) for output in outputs]
        rows = [tf.shape(output)[0] for output in inside]
        return x, [t for output in inside for t in _means(output)], rows

    scratch, (x, means, rows) = extended(source, [image], add)
    values = [one.numpy() for one in between(scratch, [x], [*rows, *means])(tf.constant(photos))]
    counts, rest = values[: len(outputs)], values[len(outputs) :]
    each = [rest[4 * n : 4 * n + 4] for n in range(len(outputs))]
    return [
        ((last_a, last_b), (second_a, second_b)) if count == PROBES else None
        for count, (last_a, last_b, second_a, second_b) in zip(counts, each, strict=True)
    ]


def _means(output: tf.Tensor) -> list[tf.Tensor]:
    from_a, from_b = abs(output[2:] - output[:1]), abs(output[2:] - output[1:2])
    return [tf.reduce_mean(one, axis) for axis in (-1, 1) for one in (from_a, from_b)]


def _as_cells(of: _Reduced, layout: Layout) -> Differences:
    """Differences (2, h, w), from those averaged over the axis that holds the channels."""
    last, second = of
    if layout.order == "nchw":
        return second
    if layout.order == "nhwc":
        return last
    if layout.order != "tokens":  # Keras has its images first
        return np.zeros((2, 1, 1), np.float32), np.zeros((2, 1, 1), np.float32)
    from_a, from_b = (one[:, layout.prefix :].reshape(2, *layout.shape[1:]) for one in last)
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
