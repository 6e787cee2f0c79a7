"""Reads .keras and .h5: the configuration as `keras_config` allows it, and the weights' numbers.

A .keras file is a ZIP with `config.json` and `model.weights.h5`; an .h5 file holds both itself. Of
HDF5 only groups and plain datasets are used: a link or a dataset can also point to another file, a
dataset can be virtual, or claim a size that its few bytes do not have. The configuration is read
first, so it is known how many numbers there should be before any is.
"""

from __future__ import annotations

import json
import math
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from gradcam.errors import WeightsError
from gradcam.text import clip, megabytes, printable
from gradcam.vault import keras_config
from gradcam.vault.keras_config import Model
from gradcam.vault.keras_network import LAYERS, cost
from gradcam.vault.readers import Found, Source, Tensor
from gradcam.vault.safetensors import odd_name

_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_MAX_CONFIG = 16_000_000  # characters; a network of 1,000 layers needs one million
_MAX_MEMBERS = 10_000
_HDF5 = b"\x89HDF\r\n\x1a\n"
_DEEPEST = 64
_BLOCK = 64_000_000  # bytes read at once
_SPARE = 1_000_000  # numbers that are no parameters: states of random numbers, counters
_TIMES, _FREE = 8, 16_000_000  # a file may become so many times as large, and so much larger
_RESAVE = "Save it again with model.save('my.keras')."
_KINDS: Mapping[str, str] = {
    "f2": "F16", "f4": "F32", "f8": "F64", "i1": "I8", "i2": "I16", "i4": "I32", "i8": "I64",
    "u1": "U8", "u2": "U16", "u4": "U32", "u8": "U64", "b1": "BOOL",
}  # fmt: skip


def read(source: Source) -> Found:
    """Read a whole Keras model, in whichever of its two formats it is."""
    with source.path.open("rb") as file:
        begin = file.read(8)
    if begin == _HDF5:
        return _h5(source)
    if begin[:2] == b"PK" and zipfile.is_zipfile(source.path):
        return _zipped(source)
    what = "damaged or not" if source.path.suffix.lower() in (".h5", ".hdf5") else "not"
    raise WeightsError(f"{source.name} is {what} a Keras model.", hint=_RESAVE)


# .keras


def _zipped(source: Source) -> Found:
    try:
        with zipfile.ZipFile(source.path) as archive:
            members = _members(archive, source.name)
            if _CONFIG not in members:
                raise _wrong(source, f"it has no {_CONFIG}")
            said = _bytes(archive, members[_CONFIG], _MAX_CONFIG, source)
            model = _model(said, source)
            if _WEIGHTS not in members:
                raise _wrong(source, f"it has no {_WEIGHTS}")
            # Its place is where this process may write, and goes with it.
            weights = Path(tempfile.mkdtemp(), "weights.h5")
            _extract(archive, members[_WEIGHTS], weights, source)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise _wrong(source, "its ZIP cannot be read") from error
    file = _hdf5(weights, source)
    found = [
        (path, dataset)
        for path, dataset in _datasets(file, source)
        if not path.startswith("optimizer/") and "/vars/" in f"/{path}"
    ]
    tensors = _tensors(found, model, source)
    return Found(tensors, _described("Keras, .keras", model, "paths"))


def _members(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """The archive's members by their names, of which each may be there once."""
    infos = archive.infolist()
    if len(infos) > _MAX_MEMBERS:
        raise WeightsError(f"{name} is a ZIP of {len(infos):,} files, which no model has.")
    found = {info.filename: info for info in infos}
    if len(found) < len(infos):
        raise WeightsError(f"{name} is a ZIP that holds two files of one name.", hint=_RESAVE)
    return found


def _require_plain(info: zipfile.ZipInfo, source: Source) -> None:
    if info.flag_bits & 1:
        raise _wrong(source, f"{info.filename} is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _wrong(source, f"{info.filename} is compressed in an unusual way")


def _bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, source: Source) -> bytes:
    _require_plain(info, source)
    if info.file_size > most:
        raise _too_large(source, f"its {info.filename}", info.file_size, most)
    with archive.open(info) as member:
        found = member.read(most + 1)
    if len(found) > most:
        raise _too_large(source, f"its {info.filename}", len(found), most)
    return found


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, source: Source) -> None:
    _require_plain(info, source)
    most = _most(source)
    if info.file_size > most:
        raise _too_large(source, f"its {info.filename}", info.file_size, most)
    with archive.open(info) as member, target.open("wb") as file:
        left = info.file_size
        while piece := member.read(min(left + 1, 1 << 20)):
            left -= len(piece)
            if left < 0:
                raise zipfile.BadZipFile("a member is longer than it says")
            file.write(piece)


# .h5


def _h5(source: Source) -> Found:
    file = _hdf5(source.path, source)
    said = _attribute(file, "model_config")
    if said is None:
        raise WeightsError(
            f"{source.name} holds weights only.",
            hint="Save the whole model: model.save('my.keras').",
        )
    if isinstance(said, str):
        said = said.encode("utf-8", "surrogatepass")
    if not isinstance(said, bytes) or len(said) > _MAX_CONFIG:
        raise _wrong(source, "its configuration is not text, or very long")
    model = _model(said, source)
    group = _child(file, "model_weights", source)
    if not isinstance(group, h5py.Group):
        raise _wrong(source, "it has no weights")
    found: list[tuple[str, Any]] = []
    order: list[list[str]] = []
    for layer in _names(group, "layer_names", source):
        weights = _group(group, layer, source)
        names = _names(weights, "weight_names", source)
        if names:
            keys = [f"{len(order)}/{place}" for place in range(len(names))]
            found += [(k, _dataset(weights, n, source)) for k, n in zip(keys, names, strict=True)]
            order.append(keys)
    top = _child(group, "top_level_model_weights", source)
    if isinstance(top, h5py.Group) and _names(top, "weight_names", source):
        raise WeightsError(
            f"{source.name} holds weights that belong to no layer.",
            hint="Load it yourself, and use gradcam.wrap().",
        )
    tensors = _tensors(found, model, source)
    return Found(tensors, {**_described("Keras, .h5", model, "order"), "order": order})


def _names(group: Any, key: str, source: Source) -> list[str]:
    """A list of names in an attribute; long ones are split over several."""
    said = _attribute(group, key)
    lists = [said] if said is not None else []
    while said is None and (more := _attribute(group, f"{key}{len(lists)}")) is not None:
        lists.append(more)
    names = [name for one in lists for name in np.asarray(one).reshape(-1).tolist()]
    if len(names) > source.budget.tensors:
        raise _wrong(source, f"it names {len(names):,} weights")
    return [name.decode("utf-8") if isinstance(name, bytes) else str(name) for name in names]


def _group(group: Any, path: str, source: Source) -> Any:
    for part in path.split("/"):
        group = _child(group, part, source)
        if not isinstance(group, h5py.Group):
            raise _wrong(source, f"{_said(path)} is missing")
    return group


def _dataset(group: Any, path: str, source: Source) -> Any:
    *groups, name = path.split("/")
    for part in groups:
        group = _child(group, part, source)
        if not isinstance(group, h5py.Group):
            raise _wrong(source, f"{_said(path)} is missing")
    found = _child(group, name, source)
    if not isinstance(found, h5py.Dataset):
        raise _wrong(source, f"{_said(path)} is missing")
    return found


# HDF5


def _hdf5(path: Path, source: Source) -> Any:
    try:
        return h5py.File(path, "r", locking=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise WeightsError(
            f"{source.name} is damaged or not a Keras model.", hint=_RESAVE
        ) from error


def _attribute(group: Any, key: str) -> Any:
    return group.attrs.get(key)


def _child(group: Any, name: str, source: Source) -> Any:
    """What lies in a group under a name, if it lies in this file; None if there is nothing."""
    if not name or name in (".", "..") or name not in group:
        return None
    link = group.get(name, getlink=True)
    if not isinstance(link, h5py.HardLink):
        kind = "another file" if isinstance(link, h5py.ExternalLink) else "elsewhere in the file"
        raise WeightsError(
            f"{source.name} is not loaded: {_said(name)} in it is a link to {kind}.", hint=_RESAVE
        )
    return group[name]


def _datasets(group: Any, source: Source, path: str = "", depth: int = 0) -> Iterator[Any]:
    """Every dataset with its path; a group that holds itself is found out by its depth."""
    if depth > _DEEPEST:
        raise _wrong(source, f"its groups are more than {_DEEPEST} deep")
    for name in group:
        child = _child(group, name, source)
        where = f"{path}{name}"
        if isinstance(child, h5py.Group):
            if where != "optimizer":
                yield from _datasets(child, source, f"{where}/", depth + 1)
        elif isinstance(child, h5py.Dataset):
            yield where, child


def _tensors(found: Iterable[tuple[str, Any]], model: Model, source: Source) -> list[Tensor]:
    """The datasets as tensors to hand on; none is read before all sizes are summed."""
    needed = cost(model, source.name, source.budget).parameters
    most = 2 * needed + _SPARE
    tensors: list[Tensor] = []
    total = 0
    size = 0
    for path, dataset in found:
        if odd := odd_name(path):
            raise _wrong(source, odd)
        tensor = _tensor(path, dataset, source)
        total += math.prod(tensor.shape)
        size += math.prod(tensor.shape) * dataset.dtype.itemsize
        if size > _most(source):
            raise _too_large(source, "its weights", size, _most(source))
        if total > most or len(tensors) >= source.budget.tensors:
            raise WeightsError(
                f"{source.name} is not loaded: it holds more numbers than its layers have.",
                hint=_RESAVE,
            )
        tensors.append(tensor)
    if total < needed:
        raise WeightsError(
            f"{source.name} holds {total:,} of the {needed:,} numbers that its layers have.",
            hint=_RESAVE,
        )
    return tensors


def _most(source: Source) -> int:
    """Bytes that a file may become: weights hardly compress, so a file that grows is none."""
    return min(source.budget.output, _TIMES * source.path.stat().st_size + _FREE)


def _tensor(path: str, dataset: Any, source: Source) -> Tensor:
    where = _said(path)
    if dataset.external or dataset.is_virtual:
        raise WeightsError(
            f"{source.name} is not loaded: the numbers of {where} lie in another file.",
            hint=_RESAVE,
        )
    kind = f"{dataset.dtype.kind}{dataset.dtype.itemsize}"
    kind = "BF16" if _is_bfloat16(dataset) else _KINDS.get(kind, "")
    if not kind or dataset.dtype.fields or dataset.dtype.subdtype or dataset.shape is None:
        raise _wrong(source, f"{where} holds no numbers")
    filters = dataset.compression, dataset.scaleoffset
    if filters[0] not in (None, "gzip", "lzf") or filters[1] is not None:
        raise _wrong(source, f"{where} is compressed in an unusual way")
    size = math.prod(dataset.chunks or ()) * dataset.dtype.itemsize
    if size > 4 * _BLOCK:
        raise _too_large(source, f"a block of {where}", size, 4 * _BLOCK)
    shape = tuple(int(n) for n in dataset.shape)
    return Tensor(path, kind, shape, _reading(dataset, kind))


def _is_bfloat16(dataset: Any) -> bool:
    said = dataset.attrs.get("dtype") if "dtype" in dataset.attrs else None
    said = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    return bool(isinstance(said, str) and said == "bfloat16" and dataset.dtype.itemsize == 2)


def _reading(dataset: Any, kind: str) -> Callable[[], Iterator[memoryview]]:
    def chunks() -> Iterator[memoryview]:
        if not dataset.shape or dataset.size * dataset.dtype.itemsize <= _BLOCK:
            yield _plain(dataset[()], kind)
            return
        row = dataset.size // dataset.shape[0] * dataset.dtype.itemsize
        step = max(1, _BLOCK // row)
        if dataset.chunks:
            step = max(step // dataset.chunks[0], 1) * dataset.chunks[0]
        for begin in range(0, dataset.shape[0], step):
            yield _plain(dataset[begin : begin + step], kind)

    return chunks


def _plain(values: Any, kind: str) -> memoryview:
    array = np.ascontiguousarray(values)
    if kind != "BF16":
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]


# Both


def _model(said: bytes, source: Source) -> Model:
    """The configuration, checked, and its cost within the budget."""
    try:
        config = json.loads(said.decode("utf-8"))
    except (UnicodeDecodeError, ValueError) as error:
        raise _wrong(source, "its configuration is not JSON") from error
    except RecursionError as error:
        raise _wrong(source, "its configuration is nested too deep") from error
    model = keras_config.read(config, source.name, LAYERS)
    cost(model, source.name, source.budget)  # before anything else is read
    return model


def _described(format: str, model: Model, layout: str) -> dict[str, Any]:
    config = keras_config.written(model)
    return {"format": format, "config": config, "layout": layout, "kind": "keras"}


def _said(text: str) -> str:
    return clip(printable(text), 80)


def _wrong(source: Source, what: str) -> WeightsError:
    return WeightsError(f"{source.name} is damaged or not a Keras model: {what}.", hint=_RESAVE)


def _too_large(source: Source, what: str, size: int, most: int) -> WeightsError:
    return WeightsError(
        f"{source.name} is not loaded: {what} would take {megabytes(size)}; the most is "
        f"{megabytes(most)}.", hint=_RESAVE,
    )  # fmt: skip
