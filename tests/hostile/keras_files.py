"""Keras files written by hand, and what people have hidden in them. Nothing here imports Keras."""

from __future__ import annotations

import base64
import copy
import io
import json
import marshal
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import h5py
import numpy as np

Tree = dict[str, Any]
SIDE, CHANNELS, CLASSES = 8, 4, 3


def layer(module: str | None, kind: str, name: str, /, **config: Any) -> Tree:
    return {"module": module, "class_name": kind, "config": {"name": name, **config},
            "registered_name": None}  # fmt: skip


def _keras(kind: str, name: str, /, **config: Any) -> Tree:
    return layer("keras.layers", kind, name, trainable=True, dtype="float32", **config)


def sequential(*layers: Tree, side: int = SIDE, channels: int = 3) -> Tree:
    """A configuration as Keras 3 saves it: an input, these layers."""
    first = layer("keras.layers", "InputLayer", "input_layer", dtype="float32", sparse=False,
                  batch_shape=[None, side, side, channels])  # fmt: skip
    config = {
        "name": "sequential",
        "trainable": True,
        "dtype": "float32",
        "layers": [first, *layers],
        "build_input_shape": [None, side, side, channels],
    }
    return {"module": "keras", "class_name": "Sequential", "config": config,
            "registered_name": None}  # fmt: skip


def usual() -> tuple[Tree, ...]:
    return (
        _keras("Conv2D", "conv2d", filters=CHANNELS, kernel_size=[3, 3], padding="same",
               activation="relu"),
        _keras("GlobalAveragePooling2D", "global_average_pooling2d"),
        _keras("Dense", "dense", units=CLASSES, activation="softmax"),
    )  # fmt: skip


def weights_file(change: Callable[[h5py.File], object] | None = None) -> bytes:
    """The model.weights.h5 of `usual`."""
    made, rng = io.BytesIO(), np.random.default_rng(0)
    with h5py.File(made, "w") as file:
        for name, shapes in (("conv2d", [(3, 3, 3, CHANNELS), (CHANNELS,)]),
                             ("global_average_pooling2d", []),
                             ("dense", [(CHANNELS, CLASSES), (CLASSES,)])):  # fmt: skip
            group = file.create_group(f"layers/{name}/vars")
            group.parent.attrs["name"] = name
            for n, shape in enumerate(shapes):
                group[str(n)] = rng.normal(size=shape).astype(np.float32)
        file.create_group("vars")
        if change:
            change(file)
    return made.getvalue()


def keras_file(
    config: Any, weights: bytes | None = None, more: Mapping[str, bytes] | None = None,
    how: int = zipfile.ZIP_STORED,
) -> bytes:  # fmt: skip
    """The ZIP that `model.save("mine.keras")` writes."""
    made = io.BytesIO()
    said = config if isinstance(config, bytes) else json.dumps(config).encode()
    metadata = {"keras_version": "3.15.0", "date_saved": "2026-11-22@09:00:00"}
    with zipfile.ZipFile(made, "w", how) as archive:
        archive.writestr("metadata.json", json.dumps(metadata))
        archive.writestr("config.json", said)
        archive.writestr("model.weights.h5", weights_file() if weights is None else weights)
        for name, body in (more or {}).items():
            archive.writestr(name, body)
    return made.getvalue()


def h5_file(config: Any, change: Callable[[h5py.File], object] | None = None) -> bytes:
    """What `model.save("mine.h5")` writes."""
    made, rng = io.BytesIO(), np.random.default_rng(0)
    with h5py.File(made, "w") as file:
        said = config if isinstance(config, bytes) else json.dumps(config).encode()
        file.attrs["model_config"] = np.void(said) if b"\0" in said else said
        file.attrs["keras_version"], file.attrs["backend"] = b"3.15.0", b"tensorflow"
        group = file.create_group("model_weights")
        names = ["conv2d", "dense"]
        group.attrs["layer_names"] = [name.encode() for name in names]
        group.attrs["backend"], group.attrs["keras_version"] = b"tensorflow", b"3.15.0"
        for name, shapes in (("conv2d", [(3, 3, 3, CHANNELS), (CHANNELS,)]),
                             ("dense", [(CHANNELS, CLASSES), (CLASSES,)])):  # fmt: skip
            inner = group.create_group(name)
            paths = [f"sequential/{name}/{kind}" for kind in ("kernel", "bias")]
            inner.attrs["weight_names"] = [path.encode() for path in paths]
            for path, shape in zip(paths, shapes, strict=True):
                inner[path] = rng.normal(size=shape).astype(np.float32)
        if change:
            change(file)
    return made.getvalue()


@cache
def good_keras() -> tuple[bytes, ...]:
    return (keras_file(sequential(*usual())),
            keras_file(sequential(*usual()), how=zipfile.ZIP_DEFLATED))  # fmt: skip


@cache
def good_h5() -> tuple[bytes, ...]:
    return (h5_file(sequential(*usual())),)


def _code(canary: str) -> str:
    source = f"lambda x: __import__('os').system('touch {canary}')"
    return base64.b64encode(marshal.dumps(compile(source, "x", "eval"))).decode()


def _lambda(canary: str) -> Tree:
    function = {"class_name": "__lambda__", "config": {
        "code": _code(canary), "defaults": None, "closure": None}}  # fmt: skip
    return _keras("Lambda", "lambda", function=function, arguments={}, output_shape=None)


def _nested(levels: int) -> Tree:
    tree = sequential(*usual())
    for n in range(levels):
        inner = tree
        inner["config"]["name"] = f"m{n}"
        tree = sequential(inner)
    return tree


def _with(**config: Any) -> Callable[[Tree], Tree]:
    def changed(one: Tree) -> Tree:
        made = copy.deepcopy(one)
        made["config"].update(config)
        return made

    return changed


def calling(canary: str) -> dict[str, tuple[Callable[[], bytes], str]]:
    """Files that would run code, write the file `canary`, or read files of this machine."""
    conv, pool, dense = usual()
    system = {"module": "os", "class_name": "system", "config": f"touch {canary}",
              "registered_name": "system"}  # fmt: skip
    configs: dict[str, Any] = {
        "a Lambda layer": sequential(_lambda(canary), *usual()),
        "a Lambda layer with another module": sequential(
            {**_lambda(canary), "module": "keras.src.layers.core.lambda_layer"}, *usual()),
        "a Lambda layer in a nested model": sequential(
            sequential(_lambda(canary), conv), pool, dense),
        "a Lambda layer in TimeDistributed": sequential(
            _keras("TimeDistributed", "t", layer=_lambda(canary)), *usual()),
        "a Lambda layer for an old Keras": sequential(
            _keras("Lambda", "lambda", function=[_code(canary), None, None],
                   function_type="lambda", module="x", output_shape_type="raw"), *usual()),
        "code for an activation": sequential(
            _with(activation={"class_name": "__lambda__",
                              "config": {"code": _code(canary)}})(conv)),
        "os.system for an activation": sequential(_with(activation=system)(conv), pool, dense),
        "os.system for an initializer": sequential(
            _with(kernel_initializer=system)(conv), pool, dense),
        "os.system for a layer": sequential(system, *usual()),
        "os.system for the model": system,
        "a function named for an activation": sequential(_with(activation={
            "module": "keras.utils", "class_name": "function", "config": "get_file",
            "registered_name": "get_file"})(conv)),
        "get_file for a layer": sequential({"module": "keras.utils", "class_name": "get_file",
                                            "config": {"fname": canary, "origin": "file:///etc/passwd"},
                                            "registered_name": None}, *usual()),
        "unpickling for a layer": sequential({"module": "pickle", "class_name": "loads",
                                              "config": {}, "registered_name": None}),
        "load_model for a layer": sequential({"module": "keras.models", "class_name": "load_model",
                                              "config": {"filepath": "/tmp/evil.keras"},
                                              "registered_name": None}),
        "unsafe deserialization switched on": sequential({
            "module": "keras.config", "class_name": "enable_unsafe_deserialization", "config": {},
            "registered_name": None}, *usual()),
        "a SavedModel as a layer": sequential(
            _keras("TFSMLayer", "tfsm", filepath="/tmp/evil", call_endpoint="serve"), *usual()),
        "a TorchScript module as a layer": sequential(
            layer("keras.layers", "TorchModuleWrapper", "torch", module={
                "class_name": "__bytes__", "config": {"value": "gASVHA=="}}), *usual()),
        "a Jax layer": sequential(_keras("JaxLayer", "jax", call_fn=system), *usual()),
        "a class of one's own": sequential(layer("mine", "Evil", "evil"), *usual()),
        "a class registered under a name": sequential(
            {**layer(None, "Evil", "evil"), "registered_name": "mine>Evil"}, *usual()),
        "a vocabulary from a file": sequential(_keras(
            "StringLookup", "lookup", vocabulary="/etc/passwd", max_tokens=None)),
        "a vocabulary of text from a file": sequential(_keras(
            "TextVectorization", "text", vocabulary="/etc/hostname", standardize=None)),
        "a custom object's code": sequential(_with(kernel_regularizer={
            "class_name": "__lambda__", "config": {"code": _code(canary)}})(dense)),
        "a constraint by name": sequential(_with(kernel_constraint={
            "module": "builtins", "class_name": "exec", "config": {"object": f"touch {canary}"},
            "registered_name": "exec"})(dense)),
        "an attribute of a module": sequential(
            layer("keras.src.backend.os", "system", "x"), *usual()),
        "a name with a dot": sequential(layer("keras", "utils.get_file", "x"), *usual()),
        "NumPy's loader": sequential(layer("numpy", "load", "x", file="/etc/passwd"), *usual()),
        "a loss that is code": {**sequential(*usual()), "compile_config": {
            "loss": system, "optimizer": system}},
        "a build configuration that is code": {**sequential(*usual()), "build_config": system},
    }  # fmt: skip
    found: dict[str, tuple[Callable[[], bytes], str]] = {}
    for name, config in configs.items():
        found[f"{name} (.keras)"] = (lambda config=config: keras_file(config), ".keras")
        found[f"{name} (.h5)"] = (lambda config=config: h5_file(config), ".h5")
    good = sequential(*usual())
    found |= {
        "members that leave the folder": (
            lambda: keras_file(good, more={f"../../../../../../..{canary}": b"x"}), ".keras"),
        "an asset that leaves the folder": (
            lambda: keras_file(good, more={"assets/../../canary": b"x", canary: b"x"}), ".keras"),
        "weights in NumPy's format, pickled": (
            lambda: keras_file(good, weights=b"\x93NUMPY\x01\x00v\x00" + bytes(118)), ".keras"),
        "a SavedModel in a ZIP": (
            lambda: _zip({"saved_model.pb": b"\x08\x01", "variables/variables.index": b""}),
            ".keras"),
    }  # fmt: skip
    return found


def _zip(members: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return made.getvalue()


def _bombs() -> dict[str, tuple[Callable[[], bytes], str]]:
    conv, pool, dense = usual()
    flat = _keras("Flatten", "flatten")
    up = _keras("UpSampling2D", "up", size=[1000, 1000])
    configs: dict[str, Callable[[], Any]] = {
        "a Dense of 3·10⁸": lambda: sequential(conv, pool, _with(units=300_000_000)(dense)),
        "a Dense of 10³⁰": lambda: sequential(conv, pool, _with(units=10**30)(dense)),
        "a Dense of less than nothing": lambda: sequential(conv, pool, _with(units=-5)(dense)),
        "a Dense of nothing": lambda: sequential(conv, pool, _with(units=0)(dense)),
        "a Dense of NaN": lambda: sequential(conv, pool, _with(units=float("nan"))(dense)),
        "a Dense of text": lambda: sequential(conv, pool, _with(units="many")(dense)),
        "an Input of 20,000²": lambda: sequential(*usual(), side=20_000),
        "an Input of 100,000²": lambda: sequential(*usual(), side=100_000),
        "an Input of 2⁶³": lambda: sequential(*usual(), side=2**63),
        "an Input of nothing": lambda: sequential(*usual(), side=0),
        "an Input of a million channels": lambda: sequential(*usual(), channels=1_000_000),
        "everything flat, then dense": lambda: sequential(
            flat, _with(units=100_000)(dense), side=2048),
        "UpSampling by 1,000": lambda: sequential(up, *usual()),
        "UpSampling by 1,000, six times": lambda: sequential(
            *(_with(name=f"up{n}")(up) for n in range(6)), *usual()),
        "filters of 10,000²": lambda: sequential(
            _with(kernel_size=[10_000, 10_000])(conv), pool, dense),
        "a million filters": lambda: sequential(
            _with(filters=1_000_000, name="a")(conv), _with(filters=1_000_000)(conv), pool, dense),
        "padding of a million": lambda: sequential(
            _keras("ZeroPadding2D", "pad", padding=[[10**6, 10**6], [10**6, 10**6]]), *usual()),
        "a transposed convolution of stride 10,000": lambda: sequential(
            _keras("Conv2DTranspose", "t", filters=64, kernel_size=[3, 3],
                   strides=[10_000, 10_000]),
            *usual()),
        "reshaped to a terabyte": lambda: sequential(
            _keras("Reshape", "r", target_shape=[2**20, 2**20]), *usual()),
        "repeated a billion times": lambda: sequential(
            conv, pool, _keras("RepeatVector", "r", n=10**9), dense),
        "twenty thousand layers": lambda: sequential(
            *(_with(name=f"c{n}")(conv) for n in range(20_000)), pool, dense),
        "a thousand models in each other": lambda: json.dumps(_nested(60)).encode(),
        "brackets a million deep": lambda: b"[" * 1_000_000,
        "objects 100,000 deep": lambda: b'{"config":' * 100_000 + b"1" + b"}" * 100_000,
        "a layer that says its own name": lambda: sequential(_with(name=7)(conv)),
        "names of a million letters": lambda: sequential(
            _with(name="x" * 10**6)(conv), pool, dense),
        "names with slashes, marks and escapes": lambda: sequential(
            _with(name="a/../b\u202e\x1b[2J")(conv), pool, dense),
        "two layers of one name": lambda: sequential(conv, conv, pool, dense),
        "no layers": lambda: sequential(),
        "layers that are no list": lambda: {**sequential(), "config": {"layers": 3}},
        "nothing": lambda: b"",
        "a list": lambda: [],
        "NaN": lambda: b"NaN",
    }  # fmt: skip
    found: dict[str, tuple[Callable[[], bytes], str]] = {}
    for name, make in configs.items():
        found[f"{name} (.keras)"] = (
            lambda make=make: keras_file(make(), how=zipfile.ZIP_DEFLATED), ".keras")  # fmt: skip
        if name not in ("twenty thousand layers", "names of a million letters",
                        "brackets a million deep", "objects 100,000 deep"):  # fmt: skip
            found[f"{name} (.h5)"] = (lambda make=make: h5_file(make()), ".h5")
    good = sequential(*usual())
    changes: dict[str, Callable[[h5py.File], object]] = {
        "a link out of the file": lambda f: _swap(f, h5py.ExternalLink("/etc/passwd", "/")),
        "a link to another model": lambda f: _swap(f, h5py.ExternalLink("other.h5", "/x")),
        "a soft link in a circle": lambda f: _swap(f, h5py.SoftLink(_first(f))),
        "a link to nothing": lambda f: _swap(f, h5py.SoftLink("/nothing")),
        "a group in itself": _circle,
        "numbers from another file": lambda f: _swap(f, None, external=[("/etc/passwd", 0, 48)]),
        "a virtual dataset": _virtual,
        "10¹² numbers that were never written": lambda f: _swap(
            f, None, shape=(10**6, 10**6), chunks=(1000, 1000)),
        "400 MB in 400 kB": lambda f: _swap(
            f, None, shape=(10_000, 10_000), chunks=(1000, 1000), compression="gzip", fillvalue=1),
        "chunks of 2 GB": lambda f: _swap(
            f, None, shape=(32_000, 16_000), chunks=(32_000, 16_000), compression="gzip"),
        "text for numbers": lambda f: _swap(f, np.array([b"x" * 100] * 4)),
        "numbers of 16 bytes": lambda f: _swap(f, np.zeros(CHANNELS, np.longdouble)),
        "complex numbers": lambda f: _swap(f, np.zeros(CHANNELS, np.complex128)),
        "references for numbers": lambda f: _swap(f, np.array([f.ref] * 4, h5py.ref_dtype)),
        "numbers of other shapes": lambda f: _swap(f, np.zeros((7, 7, 7), np.float32)),
        "NaN for numbers": lambda f: _swap(f, np.full((3, 3, 3, CHANNELS), np.nan, np.float32)),
        "nothing for numbers": lambda f: _swap(f, np.zeros((3, 3, 3, 0), np.float32)),
        "no dimensions": lambda f: _swap(f, np.float32(1)),
        "numbers of variable length": lambda f: _swap(
            f, None, shape=(4,), dtype=h5py.vlen_dtype(np.float32)),
        "a hundred thousand groups": lambda f: [f.create_group(f"g/{n}") for n in range(20_000)],
        "groups a thousand deep": lambda f: f.create_group("/".join(["g"] * 1000)),
    }  # fmt: skip
    for name, change in changes.items():
        found[f"{name} (.keras)"] = (
            lambda change=change: keras_file(good, weights_file(change)), ".keras")  # fmt: skip
        found[f"{name} (.h5)"] = (lambda change=change: h5_file(good, change), ".h5")
    found |= {
        "a configuration of 300 MB in 300 kB": (
            lambda: keras_file(b" " * 300_000_000, how=zipfile.ZIP_DEFLATED), ".keras"),
        "a configuration of 3 MB": (
            lambda: keras_file(sequential(*(_with(name=f"d{n}", units=2000)(dense)
                                            for n in range(15_000)))), ".keras"),
        "weights of 300 MB in 300 kB": (
            lambda: keras_file(good, bytes(300_000_000), how=zipfile.ZIP_DEFLATED), ".keras"),
        "no weights": (lambda: keras_file(good, b""), ".keras"),
        "half a file": (lambda: good_keras()[0][:3000], ".keras"),
        "half of the weights": (lambda: keras_file(good, weights_file()[:4000]), ".keras"),
        "a configuration twice": (
            lambda: keras_file(good, more={"config.json": b"[]"}), ".keras"),
        "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), ".keras"),
        "half an HDF5 file": (lambda: good_h5()[0][:3000], ".h5"),
        "weights alone": (lambda: weights_file(), ".h5"),
        "an HDF5 file of nothing": (lambda: _empty_h5(), ".h5"),
        "a signature and no more": (lambda: b"\x89HDF\r\n\x1a\n", ".h5"),
        "a picture called .h5": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), ".h5"),
        "one configuration of 60 kB in many": (
            lambda: h5_file(sequential(*(_with(name=f"d{n}")(dense) for n in range(150)))), ".h5"),
    }  # fmt: skip
    return found


def _empty_h5() -> bytes:
    made = io.BytesIO()
    h5py.File(made, "w").close()
    return made.getvalue()


def _first(file: h5py.File) -> str:
    """The path of the first array of numbers."""
    found: list[str] = []
    file.visititems(lambda n, o: found.append(n) if isinstance(o, h5py.Dataset) else None)
    return f"/{found[0]}"


def _swap(file: h5py.File, value: Any, **options: Any) -> None:
    path = _first(file)
    del file[path]
    if value is not None:
        file[path] = value
        return
    options.setdefault("shape", (12,))
    options.setdefault("dtype", np.float32)
    file.create_dataset(path, **options)


def _circle(file: h5py.File) -> None:
    path = _first(file)
    file[f"{path.rpartition('/')[0]}/again"] = file["/"]


def _virtual(file: h5py.File) -> None:
    path = _first(file)
    shape = file[path].shape
    layout = h5py.VirtualLayout(shape, np.float32)
    layout[...] = h5py.VirtualSource("/tmp/other.h5", "x", shape)
    del file[path]
    file.create_virtual_dataset(path, layout)


BOMBS: Mapping[str, tuple[Callable[[], bytes], str]] = MappingProxyType(_bombs())
