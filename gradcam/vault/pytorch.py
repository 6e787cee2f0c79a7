"""Reads what `torch.save` wrote, without PyTorch: today's ZIP files and the older ones.

Both hold a pickle that says which tensors there are, and the numbers beside it. The older format is
several pickles one after the other (a magic number, a version, facts about the machine, the object,
the keys of its storages) and then the storages' bytes.
"""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from gradcam.errors import WeightsError
from gradcam.text import clip, one_line
from gradcam.vault.budget import Budget
from gradcam.vault.pickled import Made, Name, PickleError, Stored, Table, load
from gradcam.vault.readers import Found, Source, Tensor
from gradcam.vault.safetensors import MAX_DIMENSIONS, SIZES, pieces, require_usual

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAGIC, _VERSION = 0x1950A86A20F9469CFC6C, 1001
_MAX_PICKLE = 200_000_000
_MAX_MEMBERS = 200_000
_STATE = "torch.save(model.state_dict(), 'mine.pth')"
_RESAVE = f"Load it where it was made, and save the weights alone: {_STATE}."
# Under which keys people put the weights in a checkpoint.
_WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "weights")

_STORAGES: Mapping[str, str] = {
    "FloatStorage": "F32", "DoubleStorage": "F64", "HalfStorage": "F16", "BFloat16Storage": "BF16",
    "LongStorage": "I64", "IntStorage": "I32", "ShortStorage": "I16", "CharStorage": "I8",
    "ByteStorage": "U8", "BoolStorage": "BOOL", "ComplexFloatStorage": "C64",
    "UntypedStorage": "U8",
}  # fmt: skip
_DTYPES: Mapping[str, str] = {
    "float32": "F32", "float64": "F64", "float16": "F16", "bfloat16": "BF16", "int64": "I64",
    "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8", "uint16": "U16", "uint32": "U32",
    "uint64": "U64", "bool": "BOOL", "complex64": "C64", "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2", "float8_e4m3fnuz": "F8_E4M3FNUZ", "float8_e5m2fnuz": "F8_E5M2FNUZ",
}  # fmt: skip
# Tensors that are not simply numbers in a row.
_OTHERS: Mapping[str, str] = {
    "_rebuild_qtensor": "is quantised",
    "_rebuild_sparse_tensor": "is sparse",
    "_rebuild_nested_tensor": "is nested",
    "_rebuild_meta_tensor_no_storage": "has a shape and no numbers (it was on the meta device)",
    "_rebuild_wrapper_subclass": "is of a class of its own",
    "_rebuild_device_tensor_from_numpy": "was saved on a device that PyTorch cannot say",
    "_rebuild_device_tensor_from_cpu_tensor": "was saved on a device that PyTorch cannot say",
}
_PARAMETERS = ("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state")
# Nothing of these is ever looked up; they are what checkpoints hold beside their weights.
_KNOWN: Mapping[str, frozenset[str]] = {
    "collections": frozenset({"OrderedDict", "defaultdict", "Counter", "deque"}),
    "torch": frozenset(
        {*_STORAGES, *_DTYPES, "Size", "device", "Tensor", "strided", "sparse_coo", "channels_last",
         "contiguous_format", "preserve_format", "per_tensor_affine", "per_channel_affine",
         "qint8", "quint8", "qint32", "quint4x2", "quint2x4", "QInt8Storage", "QUInt8Storage",
         "QInt32Storage", "ComplexDoubleStorage", "complex128", "sparse_csr"}
    ),
    "torch._utils": frozenset(
        {*_OTHERS, "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3",
         "_rebuild_parameter", "_rebuild_parameter_with_state"}
    ),
    "torch._tensor": frozenset({"_rebuild_from_type_v2"}),
    "torch.nn.parameter": frozenset({"Parameter", "Buffer", "UninitializedParameter"}),
    "torch.storage": frozenset({"UntypedStorage", "TypedStorage"}),
    "torch.serialization": frozenset({"_get_layout"}),
    "argparse": frozenset({"Namespace"}),
    "types": frozenset({"SimpleNamespace"}),
    "datetime": frozenset({"datetime", "date", "timedelta", "timezone"}),
    "pathlib": frozenset({"Path", "PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath"}),
    "pathlib._local": frozenset({"Path", "PosixPath", "WindowsPath"}),
    "numpy": frozenset({"dtype", "ndarray", "float32", "float64", "int64", "int32", "bool_"}),
    "numpy.dtypes": frozenset(
        {"Float64DType", "Float32DType", "Int64DType", "Int32DType", "BoolDType", "StrDType"}
    ),
    "numpy.core.multiarray": frozenset({"scalar", "_reconstruct"}),
    "numpy._core.multiarray": frozenset({"scalar", "_reconstruct"}),
    "numpy.core.numeric": frozenset({"_frombuffer"}),
    "numpy._core.numeric": frozenset({"_frombuffer"}),
    "_codecs": frozenset({"encode"}),
    "__builtin__": frozenset({"set", "frozenset", "list", "dict", "tuple", "int", "float", "str",
                              "bool", "bytes", "bytearray", "complex", "slice", "range", "object"}),
    "builtins": frozenset({"set", "frozenset", "list", "dict", "tuple", "int", "float", "str",
                           "bool", "bytes", "bytearray", "complex", "slice", "range", "object"}),
    "copy_reg": frozenset({"_reconstructor"}),
    "copyreg": frozenset({"_reconstructor"}),
}  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """Where the bytes of a storage lie."""

    begin: int
    end: int


@dataclass(frozen=True)
class _View:
    """Which of a storage's numbers a tensor holds, counted in numbers."""

    key: str
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def count(self) -> int:
        return math.prod(self.shape)

    @property
    def span(self) -> int:
        """From the first number to behind the last."""
        if not self.count:
            return 0
        steps = zip(self.shape, self.strides, strict=True)
        return 1 + sum((n - 1) * step for n, step in steps)

    @property
    def in_order(self) -> bool:
        expected = 1
        for n, step in zip(reversed(self.shape), reversed(self.strides), strict=True):
            if n != 1 and step != expected:
                return False
            expected *= n
        return True


class _WrongError(ValueError):
    """The file is damaged, or not what its name says; the message ends a sentence."""


def read(source: Source) -> Found:
    """A state dict in a .pth or .pt file.

    Raises
    ------
    WeightsError : it holds more than weights, which is named; or is damaged, in another format, or
        over the budget.
    """
    file = source.path.open("rb")
    try:
        return _read(file, source)
    except (_WrongError, PickleError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        said = str(error) if isinstance(error, (_WrongError, PickleError)) else "it is damaged"
        raise WeightsError(
            f"{source.name} cannot be read: {said}.", hint="Save or download it again."
        ) from error


def arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a file by name, in the file's order; in this process, so for one of our own.

    Raises WeightsError as `read` does.
    """
    import numpy as np

    kinds = {"F32": "<f4", "F64": "<f8", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "u1"}
    try:
        found = read(Source(path, path.name, Budget())).tensors
    except OSError as error:
        raise WeightsError(f"{path.name} cannot be read.", hint="Install it again.") from error
    return {
        one.name: np.frombuffer(b"".join(one.chunks()), kinds[one.dtype]).reshape(one.shape)
        for one in found
    }


def _read(file: BinaryIO, source: Source) -> Found:
    start = file.read(4)
    file.seek(0)
    if start == b"PK\x03\x04":
        kind, (root, names, places) = "PyTorch, zip", _zipped(file, source)
    elif start[:1] == b"\x80":
        kind, (root, names, places) = "PyTorch, before 1.6", _legacy(file, source)
    else:
        raise _WrongError("it is not a file of torch.save" if start else "it is empty")
    _require_known(root, names, source.name)
    state, under = _unwrapped(root, source.name)
    views = _views(state, source)
    for view, name in views:
        _require_inside(view, places, name)
    tensors = [
        Tensor(name, view.dtype, view.shape, lambda v=view: _chunks(file, v, places[v.key]))  # type: ignore[misc]
        for view, name in views
    ]
    require_usual(source.name, tensors)
    _require_sane(tensors, source)
    return Found(tensors, {"format": kind, "under": under})


# The two containers


_Opened = tuple[Any, dict[str, Name], dict[str, _Place]]


def _zipped(file: BinaryIO, source: Source) -> _Opened:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len(members) > _MAX_MEMBERS:
            raise _WrongError(f"it holds {len(members):,} files; the most is {_MAX_MEMBERS:,}")
        _require_weights(members, source.name)
        (pickled,) = [one for one in members if _is_pickle(one.filename)]
        root = pickled.filename.partition("/")[0]
        by_name = {one.filename: one for one in members}
        order = by_name.get(f"{root}/byteorder")
        if order is not None and _small(archive, order) not in (b"little", b""):
            raise _WrongError("it was saved on a machine with another order of bytes")
        if pickled.file_size > _MAX_PICKLE:
            raise _WrongError(f"its pickle has {pickled.file_size:,} bytes")
        names: dict[str, Name] = {}
        with archive.open(pickled) as stream:
            found, _ = load(io.BytesIO(stream.read(_MAX_PICKLE)), pickled.file_size, names)
        places = {
            one.filename.removeprefix(f"{root}/data/"): _place(file, one)
            for one in members
            if one.filename.startswith(f"{root}/data/")
        }
    return found, names, places


def _is_pickle(path: str) -> bool:
    return path.count("/") == 1 and path.endswith("/data.pkl")


def _small(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as stream:
        return stream.read(100).strip()


def _require_weights(members: Sequence[zipfile.ZipInfo], name: str) -> None:
    """Raise WeightsError for what also is a ZIP: TorchScript, exported programs, Keras models."""
    paths = [one.filename for one in members]
    ends = {path.partition("/")[2] for path in paths}
    if "constants.pkl" in ends or any(end.startswith("code/") for end in ends):
        raise WeightsError(
            f"{name} is a TorchScript program, which is code and is not run.",
            hint=f"Save the weights of the model it was made from: {_STATE}.",
        )
    exported = {"serialized_exported_program.json", "archive_format"}
    if exported & {*paths, *ends} or any(end.startswith("models/") for end in ends):
        raise WeightsError(
            f"{name} is a program that torch.export wrote (.pt2), which is code and is not run.",
            hint=f"Save the weights of the model it was made from: {_STATE}.",
        )
    if "model.weights.h5" in paths:
        raise WeightsError(f"{name} is a Keras model.", hint="Let its name end in .keras.")
    pickles = sum(map(_is_pickle, paths))
    if pickles != 1:
        what = "nothing that torch.save wrote" if not pickles else f"{pickles} saved objects"
        raise _WrongError(f"it is a ZIP file that holds {what}")
    for one in members:
        if one.flag_bits & 0x1:
            raise _WrongError("it is encrypted")
        if one.compress_type != zipfile.ZIP_STORED:
            raise _WrongError("it is compressed, which torch.save never does")


def _place(file: BinaryIO, member: zipfile.ZipInfo) -> _Place:
    """Where the bytes of a member lie, checked against its checksum."""
    file.seek(member.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise _WrongError("it is damaged")
    skip = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    begin = member.header_offset + 30 + skip
    place = _Place(begin, begin + member.file_size)
    checksum = 0
    for chunk in pieces(file, place.begin, place.end):
        checksum = zlib.crc32(chunk, checksum)
    if member.CRC and checksum != member.CRC:
        raise _WrongError(f"the numbers in {one_line(member.filename)} are damaged")
    return place


def _legacy(file: BinaryIO, source: Source) -> _Opened:
    names: dict[str, Name] = {}
    size = left = source.path.stat().st_size
    heads = []
    for _ in range(2):
        head, left = load(file, left, names)
        heads.append(head)
        if heads[0] != _MAGIC:
            raise _WrongError("it is a pickle that torch.save did not write")
    if heads[1] != _VERSION:
        raise _WrongError("it has another version of the format")
    _, left = load(file, left, names)
    root, left = load(file, left, names)
    keys, left = load(file, left, names)
    if not isinstance(keys, list) or len(keys) > _MAX_MEMBERS:
        raise _WrongError("it does not say which numbers it holds")
    kinds = _stored(root)
    places: dict[str, _Place] = {}
    begin = size - left
    for key in keys:
        if not isinstance(key, str) or key not in kinds:
            raise _WrongError("it does not say what its numbers are")
        file.seek(begin)
        count = int.from_bytes(file.read(8), "little")
        end = begin + 8 + count * SIZES[kinds[key]]
        if end > size:
            raise _WrongError("it was cut short")
        places[key] = _Place(begin + 8, end)
        begin = end
    return root, names, places


def _stored(root: Any) -> dict[str, str]:
    """The type of each storage that the object refers to, by key."""
    kinds: dict[str, str] = {}
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Stored):
            key, dtype = _storage(one)
            kinds[key] = dtype
        elif isinstance(one, (list, tuple)):
            waiting.extend(one)
        elif isinstance(one, (Table, Made)):
            waiting.extend(value for pair in one.pairs for value in pair)
            if isinstance(one, Made):
                waiting.append(one.args)
    return kinds


# What the pickle says


def _require_known(root: Any, names: Mapping[str, Name], file: str) -> None:
    """Raise WeightsError if the pickle names anything that a checkpoint has no need of."""
    odd = [name for name in names.values() if name.name not in _KNOWN.get(name.module, ())]
    if not odd:
        return
    if "torch.storage._load_from_bytes" in names:
        raise WeightsError(
            f"{file} was pickled without torch.save, and running code from a file is not safe.",
            hint=_RESAVE,
        )
    made = root.of if isinstance(root, Made) else None
    if isinstance(made, Name) and made in odd and made.module.partition(".")[0] not in _RUNS:
        raise WeightsError(
            f"{file} is a whole model ({_shown(made)}), which only its own code can open, and "
            "code in a file is not run.",
            hint=_RESAVE,
        )
    raise WeightsError(
        f"{file} holds more than weights: it names {_shown(odd[0])}, and running code from a "
        "file is not safe.",
        hint=_RESAVE,
    )


_RUNS = {"posix", "nt", "os", "builtins", "__builtin__", "subprocess", "sys", "runpy", "importlib"}


def _shown(name: Name) -> str:
    return clip(one_line(str(name)), 80)


def _unwrapped(root: Any, file: str) -> tuple[dict[str, Any], str]:
    """The state dict, and under which key it was; raises WeightsError if there is none."""
    under = []
    found = _mapping(root)
    for key in _WRAPPERS:
        inner = _mapping(found.get(key)) if found is not None else None
        if inner is not None:
            found = inner
            under.append(key)
    if found is None:
        raise WeightsError(f"{file} is not a state dict.", hint=f"Save it again with {_STATE}.")
    if not found:
        raise WeightsError(f"{file} holds no weights.", hint=f"Save it again with {_STATE}.")
    prefix = "module." if all(name.startswith("module.") for name in found) else ""
    return {name.removeprefix(prefix): value for name, value in found.items()}, ".".join(under)


def _mapping(value: Any) -> dict[str, Any] | None:
    """A dictionary with names as keys, or None."""
    ordered = isinstance(value, Made) and value.of == Name("collections", "OrderedDict")
    if not ordered and not isinstance(value, Table):
        return None
    pairs = value.pairs
    if ordered and value.args not in ((), []):
        given = value.args[0] if isinstance(value.args, tuple) and len(value.args) == 1 else None
        if not isinstance(given, list) or not all(
            isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in given
        ):
            return None
        pairs = [(pair[0], pair[1]) for pair in given] + pairs
    if not all(type(key) in (str, int) for key, _ in pairs):
        return None
    return {str(key): one for key, one in pairs}


def _views(state: Mapping[str, Any], source: Source) -> list[tuple[_View, str]]:
    if len(state) > source.budget.tensors:
        raise _WrongError(f"it has {len(state):,} tensors; the most is {source.budget.tensors:,}")
    found = []
    for name, value in state.items():
        said = clip(one_line(name), 80)
        try:
            found.append((_view(value), name))
        except _OtherError as error:
            raise WeightsError(
                f"{source.name} cannot be explained: {said} {error}.",
                hint=f"Save a model of ordinary numbers: {_STATE}.",
            ) from error
        except (_WrongError, TypeError, ValueError) as error:
            raise WeightsError(
                f"{source.name} is not a state dict: {said} is no tensor.",
                hint=f"Save it again with {_STATE}.",
            ) from error
    return found


class _OtherError(Exception):
    """A tensor that is not simply numbers in a row; the message says what it is."""


def _view(value: Any) -> _View:
    """What a pickled tensor is; _WrongError, TypeError or ValueError if it is none."""
    for _ in range(8):  # a parameter around a tensor, and the like
        if not isinstance(value, Made) or not isinstance(value.of, Name):
            raise _WrongError("no tensor")
        if not isinstance(value.args, tuple):
            raise _WrongError("no tensor")
        what, args = str(value.of), value.args
        if what in _PARAMETERS:
            value = args[0] if args else None
        elif what == "torch._tensor._rebuild_from_type_v2":
            function, _kind, inner, *_rest = args
            value = Made(function, inner)
        else:
            break
    if value.of.module == "torch._utils" and value.of.name in _OTHERS:
        raise _OtherError(_OTHERS[value.of.name])
    if what in ("torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2"):
        storage, offset, shape, strides, *_ = args
        key, dtype = _storage(storage)
    elif what == "torch._utils._rebuild_tensor_v3":
        storage, offset, shape, strides, _grad, _hooks, kind, *_ = args
        key, _ = _storage(storage)
        if not isinstance(kind, Name) or kind.name not in _DTYPES:
            raise _OtherError("has numbers of a type that is not known here")
        dtype = _DTYPES[kind.name]
    else:
        raise _WrongError("no tensor")
    return _View(key, dtype, _size(offset), _sizes(shape), _sizes(strides))


def _storage(value: Any) -> tuple[str, str]:
    """The key and the type of a storage."""
    said = value.id if isinstance(value, Stored) else None
    if not isinstance(said, tuple) or len(said) < 5 or said[0] != "storage":
        raise _WrongError("it refers to something that is no storage")
    _, kind, key, _, _, *view = said
    if any(one is not None for one in view):
        raise _WrongError("it was saved by a PyTorch of before 0.4")
    if not isinstance(key, str) or not isinstance(kind, Name):
        raise _WrongError("it refers to something that is no storage")
    if kind.name not in _STORAGES:
        quantised = kind.name.startswith("Q")
        raise _OtherError("is quantised" if quantised else f"has numbers of type {kind.name[:40]}")
    return key, _STORAGES[kind.name]


def _sizes(value: Any) -> tuple[int, ...]:
    if isinstance(value, Made) and str(value.of) == "torch.Size":
        (value,) = value.args
    if not isinstance(value, (tuple, list)) or len(value) > MAX_DIMENSIONS:
        raise _WrongError("a shape that is none")
    return tuple(_size(n) for n in value)


def _size(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 48:
        raise _WrongError("a size that is none")
    return value


def _require_inside(view: _View, places: Mapping[str, _Place], name: str) -> None:
    said = clip(one_line(name), 80)
    place = places.get(view.key)
    if place is None or len(view.shape) != len(view.strides):
        raise _WrongError(f"the numbers of {said} are not in it")
    if (view.offset + view.span) * SIZES[view.dtype] > place.end - place.begin:
        raise _WrongError(f"{said} goes beyond its numbers")


def _require_sane(tensors: Sequence[Tensor], source: Source) -> None:
    """Raise WeightsError if the tensors are over the budget."""
    count = sum(math.prod(one.shape) for one in tensors)
    source.budget.require_parameters(source.name, count)


# The numbers


def _chunks(file: BinaryIO, view: _View, place: _Place) -> Iterator[bytes | memoryview]:
    size = SIZES[view.dtype]
    begin = place.begin + view.offset * size
    if view.in_order:
        yield from pieces(file, begin, begin + view.count * size)
        return
    import numpy as np

    flat = np.frombuffer(b"".join(pieces(file, begin, begin + view.span * size)), f"V{size}")
    steps = [step * size for step in view.strides]
    laid_out = np.lib.stride_tricks.as_strided(flat, view.shape, steps, writeable=False)
    yield np.ascontiguousarray(laid_out).tobytes()
