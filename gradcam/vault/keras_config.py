"""Reads the configuration of a Keras model from a file of somebody's, without Keras.

A configuration is JSON that says which classes to make, with which arguments, and how to call them
on one another. Keras imports what it names and builds what it asks for. Here it is first read as a
tree in which every class and every setting is one of `keras_table`'s; then written anew from that,
so that Keras gets nothing else. `keras_network` tells what the tree would cost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcam.errors import WeightsError
from gradcam.text import clip, printable
from gradcam.vault import keras_table as table
from gradcam.vault.keras_ops import OPS

_DEEPEST = 12  # models in models
_LONGEST = 8192  # numbers in one setting, such as a mean a channel
_WORD = 300  # characters
_WRAP = "Load it where those classes are defined, and use gradcam.wrap()."


@dataclass(frozen=True)
class Ref:
    """A tensor that a layer's call gave: the first call is 0, its first output is 0."""

    layer: str
    call: int
    output: int


@dataclass(frozen=True)
class Constant:
    """Numbers written into the configuration."""

    value: Any
    dtype: str


@dataclass(frozen=True)
class Call:
    """What a layer is called with: Refs, Constants, plain values, slices, and lists of those."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


@dataclass(eq=False)
class Part:
    """A layer or an operation. `inner` is what a wrapper wraps; `weights` is found when called."""

    class_name: str
    config: dict[str, Any]
    is_op: bool = False
    inner: Part | None = None
    weights: tuple[tuple[int, ...], ...] | None = None

    @property
    def name(self) -> str:
        return str(self.config["name"])


@dataclass(eq=False)
class Input(Part):
    """Where photos, or a model's tensors, come in; `shape` begins with the batch."""

    shape: tuple[int | None, ...] = ()


@dataclass(eq=False)
class Model(Part):
    """Layers one after the other, or, with `calls`, a graph of them."""

    layers: list[Part] = field(default_factory=list)
    calls: dict[str, list[Call]] = field(default_factory=dict)
    inputs: Any = None
    outputs: Any = None

    @property
    def is_graph(self) -> bool:
        return self.class_name == "Functional"


def read(said: Any, name: str, most_layers: int) -> Model:
    """Read a model's configuration.

    Parameters
    ----------
    said : JSON as the file holds it, of any version of Keras since 2.2.
    name : what to call the file in a sentence.
    most_layers : in all models within one another together.

    Raises
    ------
    WeightsError : with the class or setting that is not allowed.
    """
    try:
        part = _Reader(name, most_layers).model(said, 0)
    except RecursionError as error:
        raise WeightsError(f"{name} is nested too deep to be a model.") from error
    return part


def written(part: Part) -> dict[str, Any]:
    """Write a part as a configuration of Keras 3, for `deserialize_keras_object`."""
    if isinstance(part, Model):
        return _model(part)
    if part.is_op:
        op = OPS[part.class_name]
        return _object(op.module, part.class_name, part.config, part.class_name)
    if part.inner is not None:
        config = {**part.config, "layer": written(part.inner)}
        return _object("keras.layers", part.class_name, config)
    kind = table.LAYERS.get(part.class_name)
    if kind is None:
        return _object("keras.layers", part.class_name, part.config)
    return _object(kind.module, part.class_name, part.config, kind.registered)


def _object(
    module: str, class_name: str, config: Any, registered: str | None = None
) -> dict[str, Any]:
    said = {"module": module, "class_name": class_name, "config": config}
    return {**said, "registered_name": registered}


def _model(model: Model) -> dict[str, Any]:
    if not model.is_graph:
        layers = [written(layer) for layer in model.layers]
        return _object("keras", "Sequential", {**model.config, "layers": layers}, "Sequential")
    layers = []
    for layer in model.layers:
        nodes = [_node(call) for call in model.calls[layer.name]]
        layers.append({**written(layer), "name": layer.name, "inbound_nodes": nodes})
    graphs = {part.name for part in model.layers if isinstance(part, Model) and part.is_graph}

    def ends(value: Any) -> Any:
        if isinstance(value, Ref):  # Keras counts the calls of a graph from 1 here, and only here
            return [value.layer, value.call + (value.layer in graphs), value.output]
        if isinstance(value, dict):
            return {key: ends(each) for key, each in value.items()}
        return [ends(each) for each in value]

    config = {
        **model.config, "layers": layers,
        "input_layers": ends(model.inputs), "output_layers": ends(model.outputs),
    }  # fmt: skip
    return _object("keras.src.models.functional", "Functional", config, "Functional")


def _node(call: Call) -> dict[str, Any]:
    kwargs = {key: _argument(value) for key, value in call.kwargs.items()}
    return {"args": [_argument(value) for value in call.args], "kwargs": kwargs}


def _argument(value: Any) -> Any:
    if isinstance(value, Ref):
        history = [value.layer, value.call, value.output]
        config = {"shape": [None], "dtype": "float32", "keras_history": history}
        return {"class_name": "__keras_tensor__", "config": config}
    if isinstance(value, Constant):
        config = {"value": value.value, "dtype": value.dtype}
        return {"class_name": "__tensor__", "config": config}
    if isinstance(value, slice):
        config = {"start": value.start, "stop": value.stop, "step": value.step}
        return {"class_name": "__slice__", "config": config}
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if isinstance(value, list):
        return [_argument(each) for each in value]
    return value


class _Reader:
    def __init__(self, name: str, most: int) -> None:
        self.name, self.most, self.count = name, most, 0

    # What is refused, in a sentence.

    def wrong(self, what: str) -> WeightsError:
        return WeightsError(
            f"{self.name} is damaged or not a Keras model: {what}.",
            hint="Save it again with model.save('my.keras').",
        )

    def refused(self, what: str) -> WeightsError:
        return WeightsError(
            f"{self.name} holds {what}.",
            hint="Rebuild it with ordinary layers, or load it yourself and use gradcam.wrap().",
        )

    def custom(self, module: Any, class_name: str, registered: Any) -> WeightsError:
        known = module in table.LAYER_MODULES or str(module).split(".")[0] in ("keras", "tf_keras")
        if class_name in table.REFUSED and (known or module is None):
            return self.refused(table.REFUSED[class_name])
        said = registered if isinstance(registered, str) and registered else class_name
        if module and not known:
            said = f"{module}.{class_name}"
        if known and registered in (None, class_name):
            return self.refused(f"{_said(module)}.{_said(class_name)}, which is not among the "
                                "layers that an uploaded model may have")  # fmt: skip
        return WeightsError(
            f"{self.name} uses classes that are not in the file: {_said(said)}.", hint=_WRAP
        )

    # The tree.

    def model(self, said: Any, depth: int) -> Model:
        part = self.layer(said, depth)
        if not isinstance(part, Model):
            raise self.wrong(f"it is a {part.class_name}, which is no model")
        return part

    def layer(self, said: Any, depth: int) -> Part:
        module, class_name, config, registered = self.header(said)
        self.count += 1
        if self.count > self.most:
            raise WeightsError(
                f"{self.name} has more than {self.most:,} layers, which is the most.",
                hint="Load it yourself, and use gradcam.wrap().",
            )
        if depth > _DEEPEST:
            raise WeightsError(f"{self.name} has models in models, more than {_DEEPEST} deep.")
        return self.fresh(module, class_name, config, registered, said, depth)

    def fresh(
        self, module: Any, class_name: str, config: dict[str, Any], registered: Any, said: Any,
        depth: int,
    ) -> Part:  # fmt: skip
        plain = registered in (None, class_name)
        models = plain and (module is None or module in table.MODEL_MODULES)
        if models and class_name == "Sequential":
            return self.sequential(config, depth)
        if models and class_name in ("Functional", "Model") and "layers" in config:
            return self.graph(config, depth)
        layers = module is None or module in table.LAYER_MODULES
        if plain and layers and class_name == "InputLayer":
            return self.input(config)
        if plain and layers and class_name in table.WRAPPERS:
            return self.wrapper(class_name, config, depth)
        if class_name in OPS and plain:
            # Files of Keras 3 that end in .h5 leave modules out; operations have but a name.
            bare = module is None and not {"trainable", "dtype"} & set(config)
            if module == OPS[class_name].module or bare:
                return self.operation(class_name, config)
        kind = table.LAYERS.get(class_name)
        if kind is not None and plain:
            if module == kind.module or (layers and kind.module == "keras.layers"):
                return self.usual(class_name, kind, config)
            if module is None and not said.get("module", ""):
                return self.usual(class_name, kind, config)
        raise self.custom(module, class_name, registered)

    def header(self, said: Any) -> tuple[Any, str, dict[str, Any], Any]:
        """A class's module, its name, its settings and the name it is registered by."""
        if not isinstance(said, dict) or not isinstance(said.get("class_name"), str):
            raise self.wrong(f"{_said(said)} stands where a class should")
        config = said.get("config")
        if said["class_name"] in ("function", "__lambda__"):
            raise self.custom(said.get("module"), str(config), said.get("registered_name"))
        config = {} if config is None else config
        if isinstance(config, list) and said["class_name"] == "Sequential":
            config = {"layers": config}  # Keras before 2.2.3
        if not isinstance(config, dict) or not all(isinstance(key, str) for key in config):
            raise self.wrong(f"{_said(said['class_name'])} has no settings")
        module = said.get("module")
        if not all(n is None or isinstance(n, str) for n in (module, said.get("registered_name"))):
            raise self.wrong(f"{_said(said['class_name'])} is of no module")
        if "module" in said and module is None and said.get("registered_name"):
            raise self.custom(None, said["class_name"], said["registered_name"])
        return module, said["class_name"], config, said.get("registered_name")

    def named(self, config: Mapping[str, Any], class_name: str) -> str:
        name = config.get("name")
        if name is None and class_name in ("Sequential", "Functional"):
            name = class_name.lower()
        if not isinstance(name, str) or not 0 < len(name) <= _WORD or not name.isprintable():
            raise self.wrong(f"a {class_name} is called {_said(name)}")
        return name.replace("/", "_")

    def input(self, config: Mapping[str, Any]) -> Input:
        name, shape = self.named(config, "InputLayer"), config.get("batch_shape")
        shape = config.get("batch_input_shape") if shape is None else shape
        if config.get("sparse") or config.get("ragged"):
            raise self.refused("an input that is sparse or ragged, which no photo is")
        if not isinstance(shape, (list, tuple)) or not 1 <= len(shape) <= 6:
            raise self.wrong(f"the input {_said(name)} has no shape")
        if any(n is not None and (type(n) is not int or n < 1) for n in shape):
            raise self.wrong(f"the input {_said(name)} has the shape {_said(shape)}")
        if shape[0] is not None and shape[0] > 1024:
            raise self.refused(f"an input of {shape[0]:,} photos at once")
        dtype = self.dtype(config.get("dtype")) or "float32"
        clean = {"batch_shape": list(shape), "dtype": dtype, "sparse": False, "ragged": False}
        return Input("InputLayer", {**clean, "name": name}, shape=tuple(shape))

    def sequential(self, config: Mapping[str, Any], depth: int) -> Model:
        layers = config.get("layers")
        if not isinstance(layers, list):
            raise self.wrong("a Sequential has no layers")
        parts = [self.layer(each, depth + 1) for each in layers]
        if any(part.is_op for part in parts) or any(isinstance(p, Input) for p in parts[1:]):
            raise self.wrong("a Sequential has an input in the middle")
        if parts and not isinstance(parts[0], (Input, Model)):
            shape = config.get("build_input_shape")
            first = layers[0].get("config") or {}
            shape = first.get("batch_input_shape") if shape is None else shape
            if isinstance(shape, (list, tuple)):
                name = f"{parts[0].name}_input"
                parts.insert(0, self.input({"name": name, "batch_shape": shape}))
        self.distinct(parts)
        name = self.named(config, "Sequential")
        return Model("Sequential", {"name": name, **_trainable(config)}, layers=parts)

    def distinct(self, parts: Sequence[Part]) -> None:
        names = [part.name for part in parts]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise self.wrong(f"two of its layers are called {_said(twice)}")

    def graph(self, config: Mapping[str, Any], depth: int) -> Model:
        layers = config["layers"]
        if not isinstance(layers, list):
            raise self.wrong("a model has no layers")
        parts = [self.layer(each, depth + 1) for each in layers]
        for part, each in zip(parts, layers, strict=True):
            # A layer is known by the name beside its settings, which is the same one.
            if isinstance(each.get("name"), str) and each["name"].replace("/", "_") != part.name:
                raise self.wrong(f"a layer is called {_said(each['name'])} and {_said(part.name)}")
        self.distinct(parts)
        by_name = {part.name: part for part in parts}
        calls = {}
        for part, each in zip(parts, layers, strict=True):
            nodes = each.get("inbound_nodes", [])
            if not isinstance(nodes, list):
                raise self.wrong(f"{_said(part.name)} is called on nothing")
            calls[part.name] = [self.call(node, by_name) for node in nodes if node]
            self.count += max(0, len(calls[part.name]) - 1)
        name = self.named(config, "Functional")
        nodes = [node for each in layers for node in each.get("inbound_nodes", ())]
        old = any(isinstance(node, list) for node in nodes)
        return Model(
            "Functional", {"name": name, **_trainable(config)}, layers=parts, calls=calls,
            inputs=_alone(self.ends(config.get("input_layers"), by_name, old), old),
            outputs=_alone(self.ends(config.get("output_layers"), by_name, old), old),
        )  # fmt: skip

    def ends(self, said: Any, parts: Mapping[str, Part], old: bool, depth: int = 0) -> Any:
        """A model's inputs or outputs: one tensor, or lists and dictionaries of them.

        Calls of a graph are counted from 1 here; before Keras 3, those of a Sequential as well.
        """
        if isinstance(said, list) and len(said) == 3 and isinstance(said[0], str):
            ref = self.ref(said, parts)
            part = parts[ref.layer]
            from_one = isinstance(part, Model) and (part.is_graph or old)
            return Ref(ref.layer, max(ref.call - from_one, 0), ref.output)
        if isinstance(said, list) and said and depth < 4 and len(said) <= 1000:
            return [self.ends(each, parts, old, depth + 1) for each in said]
        if isinstance(said, dict) and said and depth < 4 and len(said) <= 1000:
            return {self.word(k): self.ends(v, parts, old, depth + 1) for k, v in said.items()}
        raise self.wrong(f"{_said(said)} stands where an input or output should")

    def ref(self, said: Any, parts: Mapping[str, Part]) -> Ref:
        if not isinstance(said, (list, tuple)) or len(said) < 3 or not isinstance(said[0], str):
            raise self.wrong(f"{_said(said)} stands where a tensor should")
        name, call, output = said[0].replace("/", "_"), said[1], said[2]
        if name not in parts:
            raise self.wrong(f"{_said(name)} is not one of its layers")
        if any(type(n) is not int or not 0 <= n < 100_000 for n in (call, output)):
            raise self.wrong(f"{_said(said)} stands where a tensor should")
        return Ref(name, call, output)

    def call(self, said: Any, parts: Mapping[str, Part]) -> Call:
        if isinstance(said, list):
            return self.old_call(said, parts)
        if not isinstance(said, dict) or set(said) - {"args", "kwargs"}:
            raise self.wrong(f"a layer is called on {_said(said)}")
        args, kwargs = said.get("args", []), said.get("kwargs", {})
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise self.wrong(f"a layer is called on {_said(said)}")
        return Call(
            tuple(self.argument(value, parts) for value in args),
            {self.word(key): self.argument(value, parts) for key, value in kwargs.items()},
        )

    def old_call(self, said: list[Any], parts: Mapping[str, Part]) -> Call:
        """Before Keras 3: [[layer, call, output, other arguments], …], and models count from 1."""
        if said and isinstance(said[0], str):
            said = [said]

        def tensor(value: Any) -> Ref:
            ref = self.ref(value, parts)
            within = isinstance(parts[ref.layer], Model) and ref.call > 0
            return Ref(ref.layer, ref.call - within, ref.output)

        tensors: list[Any] = [tensor(each) for each in said]
        others = said[-1][3] if len(said[-1]) > 3 else {}
        if not isinstance(others, dict):
            raise self.wrong(f"a layer is called on {_said(others)}")
        kwargs = {}
        for key, value in others.items():
            is_tensor = isinstance(value, list) and len(value) == 3 and isinstance(value[0], str)
            found = tensor(value) if is_tensor else self.argument(value, parts)
            kwargs[self.word(key)] = found
        return Call((tensors if len(tensors) > 1 else tensors[0],), kwargs)

    def argument(self, said: Any, parts: Mapping[str, Part], depth: int = 0) -> Any:
        if isinstance(said, list):
            if depth > 3 or len(said) > 1000:
                raise self.wrong("a layer is called on lists of lists")
            return [self.argument(each, parts, depth + 1) for each in said]
        if not isinstance(said, dict):
            return self.plain(said, "an argument")
        kind, config = said.get("class_name"), said.get("config")
        if kind == "__ellipsis__":
            return Ellipsis
        if kind == "__keras_tensor__" and isinstance(config, dict):
            return self.ref(config.get("keras_history"), parts)
        if kind == "__slice__" and isinstance(config, dict):
            ends = [config.get(key) for key in ("start", "stop", "step")]
            if any(end is not None and type(end) is not int for end in ends):
                raise self.wrong("a slice does not begin and end at numbers")
            return slice(*ends)
        if kind in ("__tensor__", "__numpy__") and isinstance(config, dict):
            dtype = config.get("dtype")
            if str(dtype) not in table.DTYPES or str(dtype).startswith("mixed"):
                raise self.refused(f"a constant of type {_said(dtype)}")
            return Constant(self.plain(config.get("value"), "a constant"), str(dtype))
        raise self.custom(said.get("module"), str(kind), said.get("registered_name"))

    # Layers.

    def usual(self, class_name: str, kind: table.Kind, config: Mapping[str, Any]) -> Part:
        name = self.named(config, class_name)
        clean: dict[str, Any] = {"name": name, **_trainable(config)}
        for key, value in self.translated(class_name, config).items():
            if key in ("name", "trainable", "batch_input_shape", "input_shape"):
                continue
            if key == "dtype":
                clean[key] = self.dtype(value)
            elif key in kind.settings:
                clean[key] = self.setting(class_name, key, value)
            elif key not in kind.dropped or (kind.dropped[key] and value not in kind.dropped[key]):
                raise self.refused(f"a {class_name} with {_said(key)} = {_said(value)}, a setting "
                                   "that is not known")  # fmt: skip
        return Part(class_name, clean)

    def translated(self, class_name: str, config: Mapping[str, Any]) -> dict[str, Any]:
        """Settings as Keras 3 calls them."""
        found = dict(config)
        if class_name == "LeakyReLU" and "alpha" in found:
            found["negative_slope"] = found.pop("alpha")
        if class_name == "BatchNormalization" and isinstance(found.get("axis"), list):
            found["axis"] = found["axis"][0] if len(found["axis"]) == 1 else None
        if class_name == "BatchNormalization" and not found.get("renorm"):
            for key in ("renorm", "renorm_clipping", "renorm_momentum"):
                found.pop(key, None)
        if class_name == "LayerNormalization" and not found.get("rms_scaling"):
            found.pop("rms_scaling", None)
        if class_name == "Activation":
            found.pop("activity_regularizer", None)
        return found

    def wrapper(self, class_name: str, config: Mapping[str, Any], depth: int) -> Part:
        inner = self.layer(config.get("layer"), depth + 1)
        if isinstance(inner, (Input, Model)) or inner.is_op or inner.inner is not None:
            raise self.refused(f"a {class_name} around a {inner.class_name}")
        clean: dict[str, Any] = {"name": self.named(config, class_name), **_trainable(config)}
        if class_name == "Bidirectional":
            mode = config.get("merge_mode", "concat")
            if mode not in ("concat", "sum", "mul", "ave"):
                raise self.refused(f"a Bidirectional with merge_mode = {_said(mode)}")
            clean["merge_mode"] = mode
            self.require_mirrored(inner, config.get("backward_layer"), depth)
        return Part(class_name, clean, inner=inner)

    def require_mirrored(self, inner: Part, said: Any, depth: int) -> None:
        """Raise WeightsError unless both directions of a Bidirectional are the same layer."""
        if said is None:
            return
        other = self.layer(said, depth + 1)
        own = ("name", "go_backwards")
        settings = [
            {k: v for k, v in part.config.items() if k not in own} for part in (inner, other)
        ]
        if other.class_name != inner.class_name or settings[0] != settings[1]:
            raise self.refused("a Bidirectional with a layer of its own for each direction")

    def operation(self, class_name: str, config: Mapping[str, Any]) -> Part:
        clean: dict[str, Any] = {"name": self.named(config, class_name)}
        known = OPS[class_name].settings
        for key, value in config.items():
            if key == "dtype" and key in known:
                clean[key] = self.dtype(value)
            elif key in known:
                clean[key] = self.plain(value, key)
            elif key not in ("name", "trainable", "dtype"):
                raise self.refused(f"an operation {class_name} with {_said(key)}, a setting that "
                                   "is not known")  # fmt: skip
        return Part(class_name, clean, is_op=True)

    # Settings.

    def setting(self, class_name: str, key: str, value: Any) -> Any:
        if key in ("activation", "recurrent_activation"):
            return self.activation(value)
        if key.endswith("_initializer"):
            return self.named_object(value, "keras.initializers", table.INITIALIZERS,
                                     table.INITIALIZER_NAMES)  # fmt: skip
        if key.endswith("_regularizer"):
            return self.named_object(value, "keras.regularizers", table.REGULARIZERS,
                                     table.REGULARIZER_NAMES)  # fmt: skip
        if key.endswith("_constraint"):
            return self.named_object(value, "keras.constraints", table.CONSTRAINTS,
                                     table.CONSTRAINT_NAMES)  # fmt: skip
        if key == "seed":
            return value if type(value) is int and 0 <= value < 1 << 63 else None
        return self.plain(value, f"{class_name}.{key}")

    def activation(self, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, dict) and value.get("class_name") == "function":
            module, value = value.get("module"), value.get("config")
            own = ("builtins", "keras.activations", "keras.src.activations.activations", None)
            if module not in own:
                raise self.custom(module, str(value), None)
        if isinstance(value, dict):
            module, class_name, config, registered = self.header(value)
            known = module is None or module in table.LAYER_MODULES
            if not known or registered or class_name not in table.ACTIVATION_LAYERS:
                raise self.custom(module, class_name, registered)
            config = {"name": class_name.lower(), **config}
            return written(self.usual(class_name, table.LAYERS[class_name], config))
        if not isinstance(value, str) or value not in table.ACTIVATIONS:
            raise WeightsError(
                f"{self.name} uses classes that are not in the file: the activation "
                f"{_said(value)}.", hint=_WRAP,
            )  # fmt: skip
        return value

    def named_object(
        self, value: Any, module: str, classes: Mapping[str, frozenset[str]], names: frozenset[str]
    ) -> Any:
        """An initializer, regularizer or constraint: a name, or a class with plain settings."""
        if value is None or (isinstance(value, str) and value in names):
            return value
        if isinstance(value, str) and value in classes:
            value = {"class_name": value, "config": {}}
        said, class_name, config, registered = self.header(value)
        known = (None, module, module.replace("keras.", "tf_keras."))
        if said not in known or registered not in (None, class_name) or class_name not in classes:
            raise self.custom(said, class_name, registered)
        clean = {}
        for key, each in config.items():
            if key == "dtype" and key not in classes[class_name]:
                continue
            if key not in classes[class_name] or (isinstance(each, list) and key == "value"):
                raise self.refused(f"a {class_name} with {_said(key)}, a setting that is not known")
            clean[key] = self.plain(each, key) if key != "seed" or type(each) is int else None
        return _object(module, class_name, clean)

    def dtype(self, value: Any) -> str | None:
        if isinstance(value, dict):
            module, class_name, config, _ = self.header(value)
            own = (None, "keras", "tf_keras", "keras.dtype_policies", "keras.mixed_precision")
            if module not in own or class_name not in table.POLICIES:
                raise self.refused(f"numbers of type {_said(class_name)}, which is not a plain one")
            value = config.get("name")
        if value is None:
            return None
        if not isinstance(value, str) or value not in table.DTYPES:
            raise self.refused(f"numbers of type {_said(value)}, which is not a plain one")
        return value

    def word(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > _WORD or not value.isprintable():
            raise self.wrong(f"{_said(value)} stands where a name should")
        return value

    def plain(self, value: Any, where: str) -> Any:
        """Numbers, flags, words, and lists of those; whole numbers of at most 2⁴⁰."""
        left = _LONGEST

        def checked(value: Any, depth: int) -> Any:
            nonlocal left
            left -= 1
            if left < 0 or depth > 6:
                raise self.refused(f"a setting, {_said(where)}, of more than {_LONGEST:,} values")
            if isinstance(value, (list, tuple)):
                return [checked(each, depth + 1) for each in value]
            if isinstance(value, str):
                return self.word(value)
            if type(value) is int and not -(1 << 40) <= value <= 1 << 40:
                raise self.refused(f"a setting, {_said(where)}, that is {_said(value)}")
            if isinstance(value, float) and math.isnan(value):
                raise self.refused(f"a setting, {_said(where)}, that is not a number")
            if isinstance(value, dict) and value.get("type") == "ndarray" and len(value) == 2:
                return checked(value.get("value"), depth + 1)  # as Keras 2 wrote NumPy's numbers
            if value is None or isinstance(value, (bool, int, float)):
                return value
            if isinstance(value, dict) and isinstance(value.get("class_name"), str):
                module, registered = value.get("module"), value.get("registered_name")
                raise self.custom(module, value["class_name"], registered)
            raise self.wrong(f"{_said(value)} stands where {_said(where)} should")

        return checked(value, 0)


def _alone(ends: Any, old: bool) -> Any:
    """Before Keras 3 one tensor was written as a list of one."""
    return ends[0] if old and isinstance(ends, list) and len(ends) == 1 else ends


def _trainable(config: Mapping[str, Any]) -> dict[str, Any]:
    return {"trainable": config["trainable"]} if type(config.get("trainable")) is bool else {}


def _said(value: Any) -> str:
    """Something of the file's, as it is quoted in a sentence."""
    if isinstance(value, int) and not -(1 << 64) < value < 1 << 64:
        return "a number of many digits"
    text = value if isinstance(value, str) else str(value)[:200]
    return clip(printable(text[:200]), 80)
