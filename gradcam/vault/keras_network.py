"""What a Keras model of `keras_config` would cost: told by walking through it, nothing is built."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcam.errors import ModelError, WeightsError
from gradcam.text import clip, printable
from gradcam.vault import keras_table as table
from gradcam.vault.budget import Budget, large
from gradcam.vault.keras_config import Call, Constant, Input, Model, Part, Ref
from gradcam.vault.keras_ops import OPS
from gradcam.vault.keras_shapes import MOMENTS, NOT_MADE, Settings, Shape, Step

USUAL = (224, 224)  # pixels where a model takes any number of them
LAYERS = 1_500  # of a model; the largest of Keras's own applications have a thousand
OPERATIONS = 400_000_000_000  # multiplications for one photo: ten seconds on two cores
_ORTHOGONAL = 4096  # the side of a matrix drawn with right angles, which costs its cube
_PASSES = 100  # layers need not be in order, but nearly


@dataclass
class Cost:
    """What a model costs.

    Parameters
    ----------
    parameters : numbers learnt, the largest kernel among them.
    activations : bytes of everything computed for one photo.
    largest : bytes of the largest output of a layer, and of what that needs meanwhile.
    operations : multiplications for one photo, roughly.
    """

    parameters: int = 0
    activations: int = 0
    largest: int = 0
    operations: int = 0
    calls: int = 0


def cost(model: Model, name: str, budget: Budget, size: tuple[int, int] | None = None) -> Cost:
    """Tell what a model costs, and refuse one that costs too much.

    Parameters
    ----------
    name : what to call the file in a sentence.
    size : (height, width) of the photos where the model takes any.

    Raises
    ------
    WeightsError : it has too many layers or parameters, or its layers do not fit on one another.
    ModelError : one photo would need too much memory or time on its way through.
    """
    for part in _parts(model):
        part.weights = None
    walk = _Walk(name, budget, size or USUAL)
    for part in _parts(model):
        if isinstance(part, Model) and part is not model:
            walk.define(part)
    walk.measure, walk.found.calls = True, 0
    walk.define(model, top=True)
    _require(walk.found, name, budget)
    return walk.found


def _parts(model: Model) -> Iterator[Part]:
    """Every part, those of models within first."""
    for part in model.layers:
        if isinstance(part, Model):
            yield from _parts(part)
        elif part.inner is not None:
            yield part.inner
        yield part
    yield model


def _require(found: Cost, name: str, budget: Budget) -> None:
    budget.require_parameters(name, found.parameters)
    budget.require_activations(name, found.activations, found.largest)
    if found.operations > OPERATIONS:
        raise ModelError(
            f"{name} would multiply {large(found.operations)} times for one photo; the most is "
            f"{large(OPERATIONS)}.",
            hint="Choose a smaller input size, or a smaller network.",
        )


class _Walk:
    def __init__(self, name: str, budget: Budget, size: tuple[int, int]) -> None:
        self.name, self.budget, self.size = name, budget, size
        self.found = Cost()
        self.measure = False

    def wrong(self, part: Part, error: Exception | str) -> WeightsError:
        said = f": {clip(printable(str(error)), 160)}" if str(error) else ""
        where = clip(printable(part.name), 60)
        return WeightsError(
            f"{self.name} cannot be built, because of the {part.class_name} called {where}{said}.",
            hint="Save it again with model.save('my.keras').",
        )

    def define(self, model: Model, top: bool = False) -> None:
        """Walk through a model from its own inputs, if it has them."""
        inputs = self.inputs(model)
        if inputs is not None:
            self.model(model, inputs)
        elif top:
            raise WeightsError(
                f"{self.name} has not been built: it does not say what photos it takes.",
                hint="Give it a keras.Input, or call it on a photo, and save it again.",
            )

    def inputs(self, model: Model) -> Any:
        if model.is_graph:
            parts = {part.name: part for part in model.layers}
            return _mapped(model.inputs, lambda ref: self.size_of(parts[ref.layer]))
        first = model.layers[0] if model.layers else None
        if isinstance(first, Model):
            return self.inputs(first)
        return self.size_of(first) if isinstance(first, Input) else None

    def size_of(self, part: Part) -> Shape:
        """The shape of an input, with one photo, of the size that was asked for."""
        if not isinstance(part, Input):
            raise self.wrong(part, "it is no input")
        _, *sizes = part.shape
        last = len(sizes) == 3 and sizes[2] in (1, 3, None)
        for place, n in zip((0, 1) if last else (1, 2), self.size, strict=True):
            if len(sizes) == 3 and sizes[place] is None:
                sizes[place] = n
        try:
            shape = Shape(1, *(3 if n is None and len(sizes) == 3 else n for n in sizes))  # type: ignore[arg-type]
        except NOT_MADE as error:
            if None in sizes:
                raise self.wrong(part, "its size is not said") from error
            over = 4 * math.prod(n or 1 for n in sizes)
            self.found.activations = max(self.found.activations, over)
            _require(self.found, self.name, self.budget)
            raise self.wrong(part, error) from error
        return shape

    def model(self, model: Model, given: Any) -> Any:
        """What a model makes of its inputs."""
        if model.is_graph:
            return self.graph(model, given)
        x = given
        for part in model.layers:
            x = self.input(part, x) if isinstance(part, Input) else self.apply(part, Call((x,), {}))
        return x

    def input(self, part: Input, given: Any) -> Any:
        if isinstance(given, list) and len(given) == 1:
            (given,) = given
        if not isinstance(given, Shape) or len(given) != len(part.shape):
            raise self.wrong(part, "it is given something else")
        fits = zip(given[1:], part.shape[1:], strict=True)
        if any(own is not None and own != n for n, own in fits):
            raise self.wrong(part, f"it takes {list(part.shape)}, and is given {list(given)}")
        self.count(part, Step(given))
        return given

    def graph(self, model: Model, given: Any) -> Any:
        parts = {part.name: part for part in model.layers}
        refs, shapes = _flat(model.inputs), _flat(given)
        if len(refs) != len(shapes):
            raise self.wrong(model, f"it takes {len(refs)} tensors, and is given {len(shapes)}")
        outputs: dict[str, list[list[Any]]] = {name: [] for name in parts}
        for ref, shape in zip(refs, shapes, strict=True):
            part = parts[ref.layer]
            if not isinstance(part, Input):
                raise self.wrong(part, "it is no input")
            outputs[ref.layer].append([self.input(part, shape)])
        for part in model.layers:  # an input that is not fed
            if isinstance(part, Input) and not outputs[part.name]:
                outputs[part.name].append([self.size_of(part)])

        def tensor(ref: Ref) -> Any:
            made = outputs[ref.layer]
            if ref.call >= len(made):
                raise _LaterError
            if ref.output >= len(made[ref.call]):
                raise self.wrong(parts[ref.layer], f"it has no output {ref.output}")
            return made[ref.call][ref.output]

        waiting = {name: list(calls) for name, calls in model.calls.items() if calls}
        for _ in range(_PASSES):
            before = sum(map(len, waiting.values()))
            for name in list(waiting):
                while waiting[name]:
                    try:
                        call = _resolved(waiting[name][0], tensor)
                    except _LaterError:
                        break
                    outputs[name].append(_flat(self.apply(parts[name], call)))
                    del waiting[name][0]
                if not waiting[name]:
                    del waiting[name]
            if not waiting or sum(map(len, waiting.values())) == before:
                break
        if waiting:
            stuck = parts[next(iter(waiting))]
            raise self.wrong(stuck, "it waits for its own output, or for that of a missing layer")
        try:
            return _mapped(model.outputs, tensor)
        except _LaterError as error:
            raise self.wrong(model, "an output of its own is never computed") from error

    def apply(self, part: Part, call: Call) -> Any:
        self.found.calls += 1
        if self.found.calls > 4 * LAYERS:
            raise WeightsError(f"{self.name} would call its layers more than {4 * LAYERS:,} times.")
        if isinstance(part, Model):
            x = call.args[0] if call.args else call.kwargs.get("inputs")
            return self.model(part, x)
        try:
            step = self.step(part, call)
            self.count(part, step)
        except NOT_MADE as error:
            raise self.wrong(part, error) from error
        self.called(len(_flat(step.output)) - 1)
        return step.output

    def called(self, times: int) -> None:
        """Count calls and further outputs: models in models, and splits, make many of a few."""
        self.found.calls += times
        most = 2 * LAYERS if self.measure else 4 * LAYERS
        if self.found.calls > most:
            raise WeightsError(
                f"{self.name} would call its layers more than {most:,} times, which is the most.",
                hint="Load it yourself, and use gradcam.wrap().",
            )

    def step(self, part: Part, call: Call) -> Step:
        if part.is_op:
            args = [*call.args, *call.kwargs.values()]
            return OPS[part.class_name].rule(Settings(part.config), args)
        x = _argument(call)
        if part.inner is not None:
            return self.wrapped(part, x)
        kind = table.LAYERS.get(part.class_name)
        if kind is None:
            raise ValueError("it is called on something")
        if part.class_name in ("MultiHeadAttention", "GroupQueryAttention"):
            x = [value for value in (x, *call.args[1:]) if isinstance(value, Shape)]
            x += [call.kwargs[key] for key in ("value", "key") if _is_shape(call.kwargs.get(key))]
            x = x * 2 if len(x) == 1 else x
        elif any(isinstance(value, (Shape, list)) for value in call.args[1:]):
            raise ValueError("it is called on more than one argument")
        return kind.rule(Settings(part.config), x)

    def wrapped(self, part: Part, x: Any) -> Step:
        """A layer for each moment, or one for each direction."""
        inner = part.inner
        assert inner is not None
        kind = table.LAYERS.get(inner.class_name)
        if kind is None or not isinstance(x, Shape):
            raise ValueError("it wraps what cannot be wrapped")
        if part.class_name == "TimeDistributed":
            batch, moments, *rest = x
            if moments > MOMENTS:
                raise ValueError(f"{moments:,} moments; the most is {MOMENTS:,}")
            each = kind.rule(Settings(inner.config), Shape(batch, *rest))
            out = Shape(batch, moments, *each.output[1:])
            held = each.held * moments
            return Step(out, each.weights, each.operations * moments, held)
        if inner.class_name not in ("LSTM", "GRU", "SimpleRNN"):
            raise ValueError("only recurrent layers run both ways")
        each = kind.rule(Settings(inner.config), x)
        wide = 2 if part.config["merge_mode"] == "concat" else 1
        out = Shape(*each.output[:-1], each.output[-1] * wide)
        held = 2 * (each.held + each.output.numbers)
        return Step(out, each.weights * 2, each.operations * 2, held)

    def count(self, part: Part, step: Step) -> None:
        """Add a call to the bill, and stop as soon as it is too high."""
        found = self.found
        if part.weights is None:
            numbers = [math.prod(shape) for shape in step.weights]
            found.parameters += sum(numbers)
            self.require_drawable(part, step.weights)
            part.weights = step.weights
        elif part.weights != step.weights:
            raise self.wrong(part, "it is called on tensors of different widths")
        numbers_out = sum(shape.numbers for shape in _flat(step.output))
        if self.measure:
            found.activations += 4 * (numbers_out + step.held)
            found.operations += step.operations
            found.largest = max(found.largest, 4 * (numbers_out + step.held))
        if max(found.parameters, found.operations, found.activations) > 1 << 30:
            _require(found, self.name, self.budget)

    def require_drawable(self, part: Part, weights: Sequence[tuple[int, ...]]) -> None:
        """Orthogonal matrices are drawn in the cube of their side, before weights replace them."""
        own = part.config if part.inner is None else part.inner.config
        if not any("rthogonal" in str(value) for value in own.values()):
            return
        for shape in weights:
            if len(shape) > 1 and min(math.prod(shape[:-1]), shape[-1]) > _ORTHOGONAL:
                raise self.wrong(part, f"it draws an orthogonal matrix of {list(shape)}")


class _LaterError(Exception):
    """A tensor that is not computed yet."""


def _argument(call: Call) -> Any:
    """What a layer is called on."""
    if call.args:
        return call.args[0]
    for key in ("inputs", "query", "x", "sequence", "sequences"):
        if key in call.kwargs:
            return call.kwargs[key]
    raise ValueError("it is called on nothing")


def _is_shape(value: Any) -> bool:
    return isinstance(value, Shape)


def _resolved(call: Call, tensor: Any) -> Call:
    def value(said: Any) -> Any:
        if isinstance(said, Ref):
            return tensor(said)
        if isinstance(said, Constant):
            return _constant(said.value)
        return [value(each) for each in said] if isinstance(said, list) else said

    kwargs = {key: value(said) for key, said in call.kwargs.items()}
    return Call(tuple(value(said) for said in call.args), kwargs)


def _constant(value: Any) -> Shape:
    sizes = []
    while isinstance(value, list):
        sizes.append(len(value))
        value = value[0] if value else None
    return Shape(*sizes)


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, Ref):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _mapped(each, change) for key, each in value.items()}
    return [_mapped(each, change) for each in value]


def _flat(value: Any) -> list[Any]:
    if isinstance(value, (Shape, Ref)):
        return [value]
    if isinstance(value, Mapping):
        return [one for key in sorted(value) for one in _flat(value[key])]
    if isinstance(value, (list, tuple)):
        return [one for each in value for one in _flat(each)]
    return []
