"""What an operation of `keras.ops` makes of its arguments' shapes: x / 255, means, slices, sums.

They are nodes of a Keras model beside its layers: `(x - mean) / std` makes two. Arguments are
Shapes, plain values, slices and lists of those; constants count as the shapes they have.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gradcam.vault.keras_shapes import (
    Settings,
    Shape,
    Step,
    axis,
    broadcast,
    filled,
    joined,
    padded,
)

Operation = Callable[[Settings, Sequence[Any]], Step]


@dataclass(frozen=True)
class Op:
    """An operation: the arguments that make it, the module that it is in, and its rule."""

    settings: tuple[str, ...]
    module: str
    rule: Operation


def _shape(value: Any) -> Shape:
    """A tensor's shape; that of a plain number is empty."""
    if isinstance(value, Shape):
        return value
    if value is None or isinstance(value, (bool, int, float)):
        return Shape()
    if isinstance(value, (list, tuple)):
        inner = [_shape(each) for each in value]
        return Shape(len(inner), *(broadcast(*inner) if inner else ()))
    raise TypeError("it takes tensors and numbers")


def _each(_: Settings, args: Sequence[Any]) -> Step:
    """Operations on each number, of one tensor or of several that are stretched to fit."""
    out = broadcast(*(_shape(value) for value in args))
    return Step(out, operations=out.numbers)


def _kept(_: Settings, args: Sequence[Any]) -> Step:
    """Operations that keep the first tensor's shape, whatever else they are told."""
    out = _shape(args[0])
    return Step(out, operations=2 * out.numbers)


def _reduced(c: Settings, args: Sequence[Any]) -> Step:
    shape = _shape(args[0])
    places = range(len(shape)) if c["axis"] is None else c.axes("axis", len(shape))
    kept = c.flag("keepdims", False)
    sizes = [1 if n in places else size for n, size in enumerate(shape) if kept or n not in places]
    return Step(Shape(*sizes), operations=shape.numbers)


def _moments(c: Settings, args: Sequence[Any]) -> Step:
    moved = Settings({"axis": c["axes"], "keepdims": c["keepdims"]})
    found = _reduced(moved, args)
    return Step([found.output, found.output], operations=2 * found.operations)


def _concatenate(c: Settings, args: Sequence[Any]) -> Step:
    return Step(joined([_shape(each) for each in args[0]], c["axis"]))


def _stack(c: Settings, args: Sequence[Any]) -> Step:
    shapes = [_shape(each) for each in args[0]]
    first = list(shapes[0])
    if any(list(other) != first for other in shapes):
        raise ValueError("the tensors to stack do not fit")
    first.insert(axis(c["axis"] or 0, len(first) + 1), len(shapes))
    return Step(Shape(*first))


def _reshape(c: Settings, args: Sequence[Any]) -> Step:
    shape = _shape(args[0])
    return Step(Shape(*filled(c["newshape"], shape.numbers)))


def _ravel(_: Settings, args: Sequence[Any]) -> Step:
    return Step(Shape(_shape(args[0]).numbers))


def _transpose(c: Settings, args: Sequence[Any]) -> Step:
    shape = _shape(args[0])
    axes = list(range(len(shape)))[::-1] if c["axes"] is None else c.axes("axes", len(shape))
    if sorted(axes) != list(range(len(shape))):
        raise ValueError("axes to swap are missing")
    return Step(Shape(*(shape[n] for n in axes)))


def _swapaxes(c: Settings, args: Sequence[Any]) -> Step:
    sizes = list(_shape(args[0]))
    p, q = axis(c["axis1"], len(sizes)), axis(c["axis2"], len(sizes))
    sizes[p], sizes[q] = sizes[q], sizes[p]
    return Step(Shape(*sizes))


def _moveaxis(c: Settings, args: Sequence[Any]) -> Step:
    shape = _shape(args[0])
    source, target = c.axes("source", len(shape)), c.axes("destination", len(shape))
    order = [n for n in range(len(shape)) if n not in source]
    for place, n in sorted(zip(target, source, strict=True)):
        order.insert(place, n)
    return Step(Shape(*(shape[n] for n in order)))


def _expand_dims(c: Settings, args: Sequence[Any]) -> Step:
    sizes = list(_shape(args[0]))
    axes = c["axis"] if isinstance(c["axis"], (list, tuple)) else [c["axis"]]
    for place in sorted(axis(each, len(sizes) + len(axes)) for each in axes):
        sizes.insert(place, 1)
    return Step(Shape(*sizes))


def _squeeze(c: Settings, args: Sequence[Any]) -> Step:
    shape = _shape(args[0])
    places = range(1, len(shape)) if c["axis"] is None else c.axes("axis", len(shape))
    return Step(Shape(*(size for n, size in enumerate(shape) if n not in places or size != 1)))


def _repeat(c: Settings, args: Sequence[Any]) -> Step:
    sizes = list(_shape(args[0]))
    place = axis(c["axis"], len(sizes))
    sizes[place] *= c.count("repeats")
    return Step(Shape(*sizes))


def _tile(c: Settings, args: Sequence[Any]) -> Step:
    sizes = list(_shape(args[0]))
    by = c["repeats"] if isinstance(c["repeats"], (list, tuple)) else [c["repeats"]]
    rank = max(len(sizes), len(by))
    sizes, by = [1] * (rank - len(sizes)) + sizes, [1] * (rank - len(by)) + list(by)
    return Step(Shape(*(n * b for n, b in zip(sizes, by, strict=True))))


def _broadcast_to(c: Settings, args: Sequence[Any]) -> Step:
    return Step(broadcast(_shape(args[0]), Shape(*(1 if n is None else n for n in c["shape"]))))


def _pad(c: Settings, args: Sequence[Any]) -> Step:
    shape, by = _shape(args[0]), c["pad_width"]
    by = by if isinstance(by, (list, tuple)) else [by]
    pairs = [each if isinstance(each, (list, tuple)) else (each, each) for each in by]
    if len(by) == 2 and all(type(each) is int for each in by):
        pairs = [by]
    pairs = pairs * len(shape) if len(pairs) == 1 else pairs
    if any(type(n) is not int or n < 0 for pair in pairs for n in pair):
        raise ValueError("it pads by less than nothing")
    return Step(Shape(*(n + sum(pair) for n, pair in zip(shape, pairs, strict=True))))


def _get_item(_: Settings, args: Sequence[Any]) -> Step:
    shape, keys = _shape(args[0]), args[1]
    keys = list(keys) if isinstance(keys, (list, tuple)) else [keys]
    used = sum(key is not None and key is not Ellipsis for key in keys)
    if Ellipsis not in keys:
        keys.append(Ellipsis)
    sizes, place = [], 0
    for key in keys:
        if key is None:
            sizes.append(1)
        elif key is Ellipsis:
            sizes += shape[place : len(shape) - (used - place)]
            place = len(shape) - (used - place)
        else:
            if isinstance(key, slice):
                sizes.append(len(range(*key.indices(shape[place]))))
            else:
                axis(key, shape[place])
            place += 1
            used_up = place > len(shape)
            if used_up:
                raise ValueError("it takes a slice of an axis that is not there")
    return Step(Shape(*sizes))


def _split(c: Settings, args: Sequence[Any]) -> Step:
    shape, at = _shape(args[0]), c["indices_or_sections"]
    place = axis(0 if c["axis"] is None else c["axis"], len(shape))
    size = shape[place]
    if isinstance(at, (list, tuple)):
        ends = [0, *at, size]
        sizes = [max(b - a, 0) for a, b in pairwise(ends)]
    else:
        sizes = [size // c.count("indices_or_sections")] * c.count("indices_or_sections")
    if len(sizes) > 10_000 or sum(sizes) > size:
        raise ValueError("it is split into too many")
    return Step([Shape(*shape[:place], n, *shape[place + 1 :]) for n in sizes])


def _unstack(c: Settings, args: Sequence[Any]) -> Step:
    shape = _shape(args[0])
    place = axis(c["axis"] or 0, len(shape))
    if shape[place] > 10_000:
        raise ValueError("it is split into too many")
    return Step([Shape(*shape[:place], *shape[place + 1 :])] * shape[place])


def _matmul(_: Settings, args: Sequence[Any]) -> Step:
    a, b = (_shape(value) for value in args)
    if min(len(a), len(b)) < 2 or a[-1] != b[-2]:
        raise ValueError("the tensors to multiply do not fit")
    out = Shape(*broadcast(a[:-2], b[:-2]), a[-2], b[-1])
    return Step(out, operations=out.numbers * a[-1])


def _einsum(c: Settings, args: Sequence[Any]) -> Step:
    given, _, output = str(c["subscripts"]).replace(" ", "").partition("->")
    if "." in given or not output:
        raise ValueError("its sum is written in a way that is not known")
    sizes: dict[str, int] = {}
    for letters, value in zip(given.split(","), args, strict=True):
        for letter, size in zip(letters, _shape(value), strict=True):
            if sizes.setdefault(letter, size) not in (size, 1):
                raise ValueError("the tensors to multiply do not fit")
            sizes[letter] = max(sizes[letter], size)
    return Step(Shape(*(sizes[n] for n in output)), operations=math.prod(sizes.values()))


def _resize(c: Settings, args: Sequence[Any]) -> Step:
    image = _shape(args[0])
    if len(image) != 4 or c["data_format"] == "channels_first":
        raise ValueError("it takes photos with their channels last")
    height, width = c.counts("size", 2)
    out = Shape(1, height, width, image[3])
    held = padded(c, image[1:3], (height, width), image[3])
    return Step(out, operations=4 * (out.numbers + held), held=held)


def _to_grey(_: Settings, args: Sequence[Any]) -> Step:
    *sizes, channels = _shape(args[0])
    return Step(Shape(*sizes, 1), operations=math.prod(sizes) * channels)


def _pool(c: Settings, args: Sequence[Any]) -> Step:
    batch, *sizes, channels = _shape(args[0])
    pool = c.counts("pool_size", len(sizes))
    strides = c.counts("strides", len(sizes), pool)
    is_same = c.word("padding", "valid", "valid", "same") == "same"
    out = Shape(batch, *(
        -(-n // s) if is_same else (n - p) // s + 1
        for n, p, s in zip(sizes, pool, strides, strict=True)
    ), channels)  # fmt: skip
    return Step(out, operations=out.numbers * math.prod(pool))


def _op(names: str, rule: Operation, settings: str = "", module: str = "numpy") -> dict[str, Op]:
    where = f"keras.src.ops.{module}"
    return {name: Op(tuple(settings.split()), where, rule) for name in names.split()}


OPS: Mapping[str, Op] = {
    **_op(
        "Abs Absolute Add Arctan Ceil Cos Cosh Divide DivideNoNan Equal Exp Expm1 Floor "
        "FloorDivide Greater GreaterEqual Less LessEqual Log Log10 Log1p Log2 LogicalAnd "
        "LogicalNot LogicalOr Logaddexp Maximum Minimum Mod Multiply Negative NotEqual Power "
        "Reciprocal Sign Sin Sinh Sqrt Square Subtract Tan Tanh TrueDivide Where",
        _each,
    ),
    **_op("Round", _kept, "decimals"),
    **_op("Clip", _kept, "x_min x_max"),
    **_op("Flip", _kept, "axis"),
    **_op("Roll", _kept, "shift axis"),
    **_op("Cumsum", _kept, "axis dtype"),
    **_op("ZerosLike OnesLike", _kept, "dtype"),
    **_op("Mean Sum Std Var Amax Amin All Any CountNonzero Median", _reduced, "axis keepdims"),
    **_op("Max Min", _reduced, "axis keepdims initial"),
    **_op("Prod", _reduced, "axis keepdims dtype"),
    **_op("Argmax Argmin", _reduced, "axis keepdims"),
    **_op("Concatenate", _concatenate, "axis"),
    **_op("Stack", _stack, "axis"),
    **_op("Reshape", _reshape, "newshape"),
    **_op("Ravel", _ravel),
    **_op("Transpose", _transpose, "axes"),
    **_op("Swapaxes", _swapaxes, "axis1 axis2"),
    **_op("Moveaxis", _moveaxis, "source destination"),
    **_op("ExpandDims", _expand_dims, "axis"),
    **_op("Squeeze", _squeeze, "axis"),
    **_op("Repeat", _repeat, "repeats axis"),
    **_op("Tile", _tile, "repeats"),
    **_op("BroadcastTo", _broadcast_to, "shape"),
    **_op("Pad", _pad, "pad_width mode"),
    **_op("GetItem", _get_item),
    **_op("Split", _split, "indices_or_sections axis"),
    **_op("Matmul", _matmul),
    **_op("Einsum", _einsum, "subscripts"),
    **_op("Unstack", _unstack, "num axis", "core"),
    **_op("Cast SaturateCast", _kept, "dtype", "core"),
    **_op("StopGradient", _kept, "", "core"),
    **_op("Erf Rsqrt", _kept, "", "math"),
    **_op("Logsumexp", _reduced, "axis keepdims", "math"),
    **_op("Norm", _reduced, "ord axis keepdims", "linalg"),
    **_op(
        "HardSigmoid HardSilu HardTanh LogSigmoid Relu Relu6 Selu Sigmoid Silu Softplus Softsign "
        "TanhShrink",
        _kept, "", "nn",
    ),
    **_op("Celu Elu", _kept, "alpha", "nn"),
    **_op("Gelu", _kept, "approximate", "nn"),
    **_op("LeakyRelu", _kept, "negative_slope", "nn"),
    **_op("Softmax LogSoftmax", _kept, "axis", "nn"),
    **_op("Normalize", _kept, "axis order epsilon", "nn"),
    **_op("Moments", _moments, "axes keepdims synchronized", "nn"),
    **_op("MaxPool AveragePool", _pool, "pool_size strides padding data_format", "nn"),
    **_op(
        "Resize", _resize,
        "size interpolation antialias crop_to_aspect_ratio pad_to_aspect_ratio fill_mode "
        "fill_value data_format", "image",
    ),
    **_op("RGBToGrayscale", _to_grey, "data_format", "image"),
}  # fmt: skip
