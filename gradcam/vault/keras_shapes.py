"""What a Keras layer makes of its inputs' shapes, and what that costs; Keras itself is not needed.

Shapes are those of one photo, with 1 for the batch. A setting that makes no sense raises
ValueError, TypeError, LookupError or ArithmeticError, whose reader says which layer it was.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST = 1 << 40  # of any size and any product; far over every budget
MOMENTS = 10_000  # that a recurrent layer takes one after the other
NOT_MADE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)


class Shape(tuple[int, ...]):
    """The sizes of one photo's tensor; the batch's, 1, comes first."""

    def __new__(cls, *sizes: int) -> Shape:
        if any(type(n) is not int or n < 0 for n in sizes) or math.prod(sizes) > MOST:
            raise ValueError(f"a tensor of shape {list(sizes)[:6]}")
        return super().__new__(cls, sizes)

    @property
    def numbers(self) -> int:
        return math.prod(self)


@dataclass(frozen=True)
class Step:
    """One call of a layer.

    Parameters
    ----------
    output : a Shape, or a list of them.
    weights : the shapes of the layer's own.
    operations : multiplications, roughly.
    held : numbers it needs meanwhile, besides its output.
    """

    output: Any
    weights: tuple[tuple[int, ...], ...] = ()
    operations: int = 0
    held: int = 0


class Settings:
    """A layer's settings, read as what they have to be."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, key: str) -> Any:
        return self._values.get(key)

    def count(self, key: str, default: int | None = None) -> int:
        """A whole number of at least 1."""
        return _count(key, self._values.get(key), default)

    def counts(self, key: str, n: int, default: int | Sequence[int] | None = None) -> list[int]:
        """`n` whole numbers of at least 1; one stands for all."""
        value = self._values.get(key)
        if value is None:
            value = default
        values = value if isinstance(value, (list, tuple)) else [value] * n
        if len(values) != n:
            raise ValueError(f"{key} has {len(values)} numbers, not {n}")
        return [_count(key, one) for one in values]

    def flag(self, key: str, default: bool) -> bool:
        value = self._values.get(key)
        return default if value is None else bool(value)

    def word(self, key: str, default: str, *known: str) -> str:
        value = self._values.get(key)
        value = default if value is None else value
        if value not in known:
            raise ValueError(f"{key} is {value!r}")
        return str(value)

    def axes(self, key: str, rank: int, default: int = -1) -> list[int]:
        """Places of axes, counted from the front."""
        value = self._values.get(key)
        value = default if value is None else value
        values = value if isinstance(value, (list, tuple)) else [value]
        return [axis(one, rank) for one in values]


def _count(key: str, value: Any, default: int | None = None) -> int:
    value = default if value is None else value
    if isinstance(value, float) and value == int(value):
        value = int(value)
    if type(value) is not int or not 1 <= value <= MOST:
        raise ValueError(f"{key} is {str(value)[:20]}")
    return value


def axis(value: Any, rank: int) -> int:
    """The place of an axis, counted from the front."""
    if type(value) is not int or not -rank <= value < rank:
        raise ValueError(f"axis {str(value)[:20]} of a tensor with {rank} axes")
    return value % rank


def one(x: Any) -> Shape:
    """The one tensor that a layer takes."""
    if isinstance(x, list) and len(x) == 1:
        (x,) = x
    if not isinstance(x, Shape):
        raise TypeError("it takes one tensor")
    return x


def several(x: Any) -> list[Shape]:
    """The tensors that a layer takes, two or more."""
    if not isinstance(x, (list, tuple)) or isinstance(x, Shape) or not x:
        raise TypeError("it takes several tensors")
    return [one(each) for each in x]


class _Image:
    """A tensor's spatial sizes and channels, wherever its channels lie."""

    def __init__(self, c: Settings, x: Any, n: int) -> None:
        shape = one(x)
        if len(shape) != n + 2:
            raise ValueError(f"it takes {n + 2} axes, and got {len(shape)}")
        self.first = (
            c.word("data_format", "channels_last", "channels_last", "channels_first")
            == "channels_first"
        )
        self.channels = shape[1] if self.first else shape[-1]
        self.sizes = list(shape[2:] if self.first else shape[1:-1])

    def made(self, sizes: Sequence[int], channels: int | None = None) -> Shape:
        if any(size < 1 for size in sizes):
            raise ValueError(f"its input of {' × '.join(map(str, self.sizes))} is too small")
        channels = self.channels if channels is None else channels
        return Shape(1, channels, *sizes) if self.first else Shape(1, *sizes, channels)


Rule = Callable[[Settings, Any], Step]


def same(_: Settings, x: Any) -> Step:
    """Layers that keep the shape."""
    shape = one(x)
    return Step(Shape(*shape), operations=shape.numbers)


def prelu(c: Settings, x: Any) -> Step:
    shape = one(x)
    own = list(shape[1:])
    for place in c["shared_axes"] or ():
        own[axis(place, len(shape)) - 1] = 1
    return Step(shape, (tuple(own),), shape.numbers)


def dense(c: Settings, x: Any) -> Step:
    shape, units = one(x), c.count("units")
    out = Shape(*shape[:-1], units)
    return Step(out, _biased(c, (shape[-1], units), (units,)), out.numbers * shape[-1])


def _biased(c: Settings, kernel: tuple[int, ...], bias: tuple[int, ...]) -> tuple[Any, ...]:
    return (kernel, bias) if c.flag("use_bias", True) else (kernel,)


def einsum_dense(c: Settings, x: Any) -> Step:
    """Letters stand for sizes: of the input, else of `output_shape`."""
    shape, equation = one(x), c["equation"]
    inputs, kernel, output = equation.replace("->", ",").split(",")
    given = c["output_shape"]
    given = list(given) if isinstance(given, (list, tuple)) else [given]
    if "." in equation:
        spare = "".join(letter for letter in "ZYXWVUTS" if letter not in equation)
        free = len(shape) - len(inputs.replace(".", ""))
        inputs, output = (s.replace("...", spare[:free]) for s in (inputs, output))
    sizes = dict(zip(inputs, shape, strict=True))
    last = output[len(output) - len(given) :]
    for letter, size in zip(last, given, strict=True):
        if size is not None:
            sizes.setdefault(letter, _count("output_shape", size))
    weights: list[tuple[int, ...]] = [tuple(sizes[letter] for letter in kernel)]
    if c["bias_axes"]:
        weights.append(tuple(sizes[letter] for letter in output if letter in c["bias_axes"]))
    out = Shape(*(sizes[letter] for letter in output))
    return Step(out, tuple(weights), math.prod(sizes.values()))


def embedding(c: Settings, x: Any) -> Step:
    many, width = c.count("input_dim"), c.count("output_dim")
    return Step(Shape(*one(x), width), ((many, width),))


def convolution(n: int) -> Rule:
    def rule(c: Settings, x: Any) -> Step:
        image, filters, groups = _Image(c, x, n), c.count("filters"), c.count("groups", 1)
        if image.channels % groups or filters % groups:
            raise ValueError(f"{groups} groups of {image.channels} channels and {filters} filters")
        kernel = (*c.counts("kernel_size", n), image.channels // groups, filters)
        out = image.made(_windows(c, image.sizes, kernel[:n]), filters)
        operations = out.numbers * math.prod(kernel[:-1])
        return Step(out, _biased(c, kernel, (filters,)), operations)

    return rule


def _windows(c: Settings, sizes: Sequence[int], kernel: Sequence[int]) -> list[int]:
    """How many windows fit along each axis."""
    n = len(sizes)
    strides, dilation = c.counts("strides", n, 1), c.counts("dilation_rate", n, 1)
    padding = c.word("padding", "valid", "valid", "same", "causal")
    if padding != "valid":
        return [-(-size // step) for size, step in zip(sizes, strides, strict=True)]
    whole = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    return [(n - k) // s + 1 for n, k, s in zip(sizes, whole, strides, strict=True)]


def depthwise(n: int) -> Rule:
    def rule(c: Settings, x: Any) -> Step:
        image, wider = _Image(c, x, n), c.count("depth_multiplier", 1)
        kernel = (*c.counts("kernel_size", n), image.channels, wider)
        out = image.made(_windows(c, image.sizes, kernel[:n]), image.channels * wider)
        weights = _biased(c, kernel, (image.channels * wider,))
        return Step(out, weights, out.numbers * math.prod(kernel[:n]))

    return rule


def separable(n: int) -> Rule:
    def rule(c: Settings, x: Any) -> Step:
        image, wider, filters = _Image(c, x, n), c.count("depth_multiplier", 1), c.count("filters")
        kernel, between = c.counts("kernel_size", n), image.channels * wider
        out = image.made(_windows(c, image.sizes, kernel), filters)
        held = out.numbers // filters * between
        weights = ((*kernel, image.channels, wider), (*[1] * n, between, filters))
        bias = ((filters,),) if c.flag("use_bias", True) else ()
        operations = held * math.prod(kernel) + held * filters
        return Step(out, weights + bias, operations, held)

    return rule


def transposed(n: int) -> Rule:
    def rule(c: Settings, x: Any) -> Step:
        image, filters = _Image(c, x, n), c.count("filters")
        kernel, strides = c.counts("kernel_size", n), c.counts("strides", n, 1)
        dilation = c.counts("dilation_rate", n, 1)
        is_same = c.word("padding", "valid", "valid", "same") == "same"
        more = c["output_padding"]
        more = more if isinstance(more, (list, tuple)) else [more] * n
        sizes = []
        for size, k, s, d, o in zip(image.sizes, kernel, strides, dilation, more, strict=True):
            whole = (k - 1) * d + 1
            if o is None:
                sizes.append(size * s + (0 if is_same else max(whole - s, 0)))
            else:
                padded = whole // 2 if is_same else 0
                sizes.append((size - 1) * s + whole - 2 * padded + int(o))
        out = image.made(sizes, filters)
        weights = _biased(c, (*kernel, filters, image.channels), (filters,))
        per_input = math.prod(kernel) * filters * image.channels
        return Step(out, weights, math.prod(image.sizes) * per_input)

    return rule


def pooling(n: int) -> Rule:
    def rule(c: Settings, x: Any) -> Step:
        image, pool = _Image(c, x, n), c.counts("pool_size", n, 2)
        settings = Settings({"strides": c["strides"] or pool, "padding": c["padding"]})
        out = image.made(_windows(settings, image.sizes, pool))
        return Step(out, operations=out.numbers * math.prod(pool))

    return rule


def adaptive_pooling(n: int) -> Rule:
    def rule(c: Settings, x: Any) -> Step:
        image = _Image(c, x, n)
        out = image.made(c.counts("output_size", n))
        return Step(out, operations=max(out.numbers, one(x).numbers))

    return rule


def global_pooling(n: int) -> Rule:
    def rule(c: Settings, x: Any) -> Step:
        image = _Image(c, x, n)
        kept = c.flag("keepdims", False)
        out = image.made([1] * n) if kept else Shape(1, image.channels)
        return Step(out, operations=one(x).numbers)

    return rule


def batch_norm(c: Settings, x: Any) -> Step:
    shape = one(x)
    (place,) = c.axes("axis", len(shape))
    own = (shape[place],)
    learnt = c.flag("scale", True) + c.flag("center", True)
    more = 3 if c.flag("renorm", False) else 0
    return Step(shape, (own,) * (learnt + 2 + more), shape.numbers)


def norm(c: Settings, x: Any) -> Step:
    """Normalisations over some axes, with scales and shifts of the size of those."""
    shape = one(x)
    own = tuple(shape[place] for place in sorted(c.axes("axis", len(shape))))
    if c.flag("rms_scaling", False):
        return Step(shape, (own,), shape.numbers)
    learnt = c.flag("scale", True) + c.flag("center", True)
    return Step(shape, (own,) * learnt, shape.numbers)


def rms_norm(c: Settings, x: Any) -> Step:
    shape = one(x)
    own = tuple(shape[place] for place in sorted(c.axes("axis", len(shape))))
    return Step(shape, (own,), shape.numbers)


def normalization(c: Settings, x: Any) -> Step:
    """Means and variances, which it has learnt or was given, and a count."""
    shape = one(x)
    places = [] if c["axis"] is None else c.axes("axis", len(shape))
    own = tuple(shape[place] for place in sorted(places))
    return Step(shape, () if c["mean"] is not None else (own, own, ()), shape.numbers)


def layer_scale(c: Settings, x: Any) -> Step:
    shape = one(x)
    return Step(shape, ((c.count("projection_dim"),),), shape.numbers)


def scaled_sum(_: Settings, x: Any) -> Step:
    first = several(x)[0]
    return Step(first, operations=2 * first.numbers)


def flatten(_: Settings, x: Any) -> Step:
    return Step(Shape(1, one(x).numbers))


def reshape(c: Settings, x: Any) -> Step:
    shape = one(x)
    return Step(Shape(1, *filled(c["target_shape"], shape.numbers)))


def filled(sizes: Any, numbers: int) -> list[int]:
    """A new shape of so many numbers, in which −1 or None, once, stands for what is left."""
    found = [-1 if n is None else n for n in sizes]
    known = math.prod(n for n in found if n != -1)
    if any(type(n) is not int for n in found) or found.count(-1) > 1:
        raise ValueError(f"a shape of {str(found)[:40]}")
    if -1 in found and known > 0 and numbers % known == 0:
        found[found.index(-1)] = numbers // known
    if math.prod(found) != numbers:
        raise ValueError(f"{numbers:,} numbers cannot become a tensor of {str(found)[:40]}")
    return found


def permute(c: Settings, x: Any) -> Step:
    shape, dims = one(x), c["dims"]
    if sorted(dims) != list(range(1, len(shape))):
        raise ValueError(f"dims is {str(dims)[:40]}")
    return Step(Shape(1, *(shape[d] for d in dims)))


def repeat_vector(c: Settings, x: Any) -> Step:
    batch, width = one(x)
    return Step(Shape(batch, c.count("n"), width))


def bordered(key: str, n: int, sign: int) -> Rule:
    """Padding and cropping: by one number, one an axis, or two an axis."""

    def rule(c: Settings, x: Any) -> Step:
        image, by = _Image(c, x, n), c[key]
        by = by if isinstance(by, (list, tuple)) else [by] * n
        if n == 1 and len(by) == 2 and all(type(each) is int for each in by):
            by = [by]
        pairs = [each if isinstance(each, (list, tuple)) else (each, each) for each in by]
        if any(type(b) is not int or not 0 <= b <= MOST for pair in pairs for b in pair):
            raise ValueError(f"{key} is {str(c[key])[:40]}")
        grown = [sum(pair) * sign for pair in pairs]
        return Step(image.made([s + g for s, g in zip(image.sizes, grown, strict=True)]))

    return rule


def upsampling(n: int) -> Rule:
    def rule(c: Settings, x: Any) -> Step:
        image, by = _Image(c, x, n), c.counts("size", n, 2)
        out = image.made([s * b for s, b in zip(image.sizes, by, strict=True)])
        return Step(out, operations=4 * out.numbers)

    return rule


def resizing(c: Settings, x: Any) -> Step:
    image = _Image(c, x, 2)
    height, width = c.count("height"), c.count("width")
    out = image.made([height, width])
    held = padded(c, image.sizes, (height, width), image.channels)
    return Step(out, operations=4 * (out.numbers + held), held=held)


def padded(c: Settings, sizes: Sequence[int], to: tuple[int, int], channels: int) -> int:
    """Numbers of an image that may be widened to another's proportions before it is resized."""
    height, width = sizes
    if c.flag("pad_to_aspect_ratio", False):
        height, width = max(height, width * to[0] // to[1]), max(width, height * to[1] // to[0])
    return Shape(1, height, width, channels).numbers


def merged(_: Settings, x: Any) -> Step:
    """Sums, products and the like of several tensors, whose shapes are stretched to fit."""
    shapes = several(x)
    out = broadcast(*shapes)
    return Step(out, operations=out.numbers * len(shapes))


def broadcast(*shapes: Sequence[int]) -> Shape:
    """The shape of several tensors together."""
    rank = max(map(len, shapes))
    padded = [[1] * (rank - len(shape)) + list(shape) for shape in shapes]
    sizes = [sorted({n for n in column if n != 1}) or [1] for column in zip(*padded, strict=True)]
    if any(len(found) > 1 for found in sizes):
        raise ValueError(f"shapes {' and '.join(str(list(s)) for s in shapes[:3])} do not fit")
    return Shape(*(found[0] for found in sizes))


def concatenated(c: Settings, x: Any) -> Step:
    return Step(joined(several(x), c["axis"]))


def joined(shapes: Sequence[Shape], along: Any) -> Shape:
    """Several tensors one after the other along an axis."""
    first = list(shapes[0])
    place = axis(-1 if along is None else along, len(first))
    for other in shapes[1:]:
        if len(other) != len(first) or other[:place] != tuple(first[:place]):
            raise ValueError("the tensors to join do not fit")
        if other[place + 1 :] != tuple(first[place + 1 :]):
            raise ValueError("the tensors to join do not fit")
    first[place] = sum(shape[place] for shape in shapes)
    return Shape(*first)


def dot(c: Settings, x: Any) -> Step:
    a, b = several(x)
    axes = c["axes"] if isinstance(c["axes"], (list, tuple)) else [c["axes"]] * 2
    p, q = axis(axes[0], len(a)), axis(axes[1], len(b))
    if a[p] != b[q]:
        raise ValueError("the tensors to multiply do not fit")
    left, right = a[:p] + a[p + 1 :], b[1:q] + b[q + 1 :]
    out = Shape(*left, *right) if len(left) + len(right) > 1 else Shape(1, 1)
    return Step(out, operations=out.numbers * a[p])


def attention(c: Settings, x: Any) -> Step:
    """Dot-product and additive attention without weights but a scale."""
    query, value, *rest = several(x)
    key = rest[0] if rest else value
    scores = query[1] * value[1]
    own: tuple[tuple[int, ...], ...] = ()
    if c.flag("use_scale", False):
        own = ((query[-1],) if c["score_mode"] is None else (),)
    if c["score_mode"] == "concat":
        own = (*own, ())
    out = Shape(1, query[1], value[-1])
    return Step(out, own, scores * (key[-1] + value[-1]), 2 * scores * (key[-1] if own else 1))


def multi_head_attention(c: Settings, x: Any) -> Step:
    """`x` : query, value and, if it differs, key; each (1, …, features)."""
    query, value, *rest = several(x)
    key = rest[0] if rest else value
    heads, wide = c.count("num_heads"), c.count("key_dim")
    deep = c.count("value_dim", wide)
    given = c["output_shape"]
    given = [query[-1]] if not given else given if isinstance(given, (list, tuple)) else [given]
    out_sizes = [_count("output_shape", n) for n in given]
    kernels = [
        (query[-1], heads, wide), (key[-1], heads, wide), (value[-1], heads, deep),
        (heads, deep, *out_sizes),
    ]  # fmt: skip
    biases: list[tuple[int, ...]] = [(heads, wide)] * 2 + [(heads, deep), tuple(out_sizes)]
    if c.flag("use_gate", False):
        kernels.append((query[-1], heads, deep))
        biases.append((heads, deep))
    if not c.flag("use_bias", True):
        biases = []
    tokens, others = math.prod(query[1:-1]), math.prod(value[1:-1])
    scores = tokens * others * heads
    out = Shape(*query[:-1], *out_sizes)
    projected = (tokens + others) * (math.prod(kernels[0]) + math.prod(kernels[2]))
    held = 2 * scores + (tokens + others) * heads * (wide + deep)
    return Step(out, (*kernels, *biases), projected + scores * (wide + deep), held)


def grouped_attention(c: Settings, x: Any) -> Step:
    """As many heads that ask, fewer that answer."""
    query, value, *rest = several(x)
    key = rest[0] if rest else value
    wide = c.count("head_dim")
    asking, answering = c.count("num_query_heads"), c.count("num_key_value_heads")
    kernels = [
        (query[-1], asking, wide), (key[-1], answering, wide), (value[-1], answering, wide),
        (asking, wide, query[-1]),
    ]  # fmt: skip
    biases: list[tuple[int, ...]] = [(asking, wide), (answering, wide), (answering, wide)]
    biases.append((query[-1],))
    if c.flag("use_gate", False):
        kernels.append((query[-1], asking, wide))
        biases.append((asking, wide))
    if not c.flag("use_bias", True):
        biases = []
    scores = math.prod(query[1:-1]) * math.prod(value[1:-1]) * asking
    projected = (query.numbers + value.numbers) * asking * wide * 2
    return Step(query, (*kernels, *biases), projected + 2 * scores * wide, 2 * scores)


def recurrent(gates: int, biases: int = 1) -> Rule:
    """LSTM, GRU and the plain one; Keras's GRU has two rows of biases unless told otherwise."""

    def rule(c: Settings, x: Any) -> Step:
        _, steps, width = one(x)
        if steps > MOMENTS:
            raise ValueError(f"{steps:,} moments one after the other; the most is {MOMENTS:,}")
        units = c.count("units")
        rows = 2 if biases == 2 and c.flag("reset_after", True) else 1
        bias = (2, gates * units) if rows == 2 else (gates * units,)
        weights: list[tuple[int, ...]] = [(width, gates * units), (units, gates * units)]
        out = Shape(1, steps, units) if c.flag("return_sequences", False) else Shape(1, units)
        if c.flag("use_bias", True):
            weights.append(bias)
        if c.flag("return_state", False) or c.flag("stateful", False):
            raise ValueError("it keeps or returns its state")
        operations = steps * gates * units * (width + units)
        return Step(out, tuple(weights), operations, steps * gates * units)

    return rule
