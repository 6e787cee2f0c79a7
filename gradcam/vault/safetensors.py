"""Reads and writes safetensors: eight bytes of length, a JSON header, and the numbers.

https://github.com/huggingface/safetensors. The header of a file from outside is checked before
anything believes it: https://huggingface.co/docs/safetensors names what a reader must refuse.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from gradcam.errors import WeightsError
from gradcam.text import listed, megabytes
from gradcam.vault.budget import Budget
from gradcam.vault.readers import Found, Source, Tensor

# Bytes of a number, by the name of its type.
SIZES: Mapping[str, int] = {
    "BOOL": 1, "U8": 1, "I8": 1, "U16": 2, "I16": 2, "U32": 4, "I32": 4, "U64": 8, "I64": 8,
    "F16": 2, "BF16": 2, "F32": 4, "F64": 8, "C64": 8,
    "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "F8_E4M3FNUZ": 1, "F8_E5M2FNUZ": 1,
}  # fmt: skip
MAX_HEADER = 16_000_000  # a thousand layers need a tenth of a megabyte
MAX_NAME, MAX_DIMENSIONS = 512, 16
_MAX_METADATA = 200_000  # characters
_CHUNK = 1 << 22
_AGAIN = "Save it again with safetensors.torch.save_file(model.state_dict(), …)."


@dataclass(frozen=True)
class Entry:
    """Where a tensor lies: from `begin` to `end` in the file."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True)
class Header:
    tensors: dict[str, Entry]
    metadata: dict[str, str]


def read(source: Source) -> Found:
    """A .safetensors file, whose header is checked; its bytes are copied."""
    file = source.path.open("rb")
    header = header_of(file, source.path.stat().st_size, source.name, source.budget)
    entries = header.tensors.items()
    tensors = [Tensor(n, e.dtype, e.shape, lambda e=e: _bytes(file, e)) for n, e in entries]  # type: ignore[misc]
    return Found(tensors, {"format": "safetensors", "metadata": header.metadata})


def header_of(file: IO[bytes], size: int, name: str, budget: Budget) -> Header:
    """Read and check a header.

    Parameters
    ----------
    size : of the file, in bytes.
    name : what to call it in a sentence.
    budget : how many tensors and parameters there may be.

    Raises
    ------
    WeightsError : types, shapes, places or names are not as the format wants them, a size is not
        what the file holds, or it is over the budget.
    """
    length = int.from_bytes(file.read(8), "little")
    if size < 8 or not 2 <= length <= size - 8:
        raise _wrong(name, "it is not a safetensors file, or it was cut short")
    if length > MAX_HEADER:
        said = f"its header has {megabytes(length)}; the most is {megabytes(MAX_HEADER)}"
        raise _wrong(name, said)
    try:
        pairs = json.loads(file.read(length).decode("utf-8"), object_pairs_hook=_unique)
        if not isinstance(pairs, dict):
            raise ValueError("its header is no JSON object")
        metadata = _metadata(pairs.pop("__metadata__", {}))
        if len(pairs) > budget.tensors:
            raise ValueError(f"it names {len(pairs):,} tensors; the most is {budget.tensors:,}")
        tensors = {key: _entry(key, said, 8 + length) for key, said in pairs.items()}
        _require_whole(tensors, 8 + length, size)
    except RecursionError as error:
        raise _wrong(name, "its header is nested too deep") from error
    except UnicodeDecodeError as error:
        raise _wrong(name, "its header is not text") from error
    except json.JSONDecodeError as error:
        raise _wrong(name, "its header is not JSON") from error
    except ValueError as error:
        raise _wrong(name, str(error)) from error
    budget.require_parameters(name, sum(math.prod(one.shape) for one in tensors.values()))
    return Header(tensors, metadata)


def write(path: Path, tensors: Sequence[Tensor]) -> None:
    """Write tensors one after the other; raises ValueError if one is not as long as it says."""
    header: dict[str, Any] = {}
    end = 0
    for one in tensors:
        begin, end = end, end + length_of(one)
        header[one.name] = {"dtype": one.dtype, "shape": one.shape, "data_offsets": [begin, end]}
    said = json.dumps(header, ensure_ascii=False).encode("utf-8")
    said += b" " * (-len(said) % 8)
    with path.open("xb") as file:
        file.write(len(said).to_bytes(8, "little") + said)
        for one in tensors:
            begin = file.tell()
            for chunk in one.chunks():
                file.write(chunk)
            if file.tell() - begin != length_of(one):
                raise ValueError(f"{one.name} is not as long as its shape says")


def length_of(tensor: Tensor) -> int:
    """Bytes of a tensor."""
    return math.prod(tensor.shape) * SIZES[tensor.dtype]


def require_usual(name: str, tensors: Iterable[Tensor]) -> None:
    """Raise WeightsError for names that are no text, empty, very long or given twice."""
    seen: set[str] = set()
    for one in tensors:
        if odd := odd_name(one.name):
            raise _wrong(name, odd)
        if one.name in seen:
            raise _wrong(name, f"two of its tensors are called {one.name!r}")
        seen.add(one.name)


def odd_name(name: str) -> str:
    """What is wrong with a tensor's name, or ""."""
    if not name or name == "__metadata__":
        return f"a tensor is called {name!r}"
    if len(name) > MAX_NAME:
        return f"a tensor's name has {len(name):,} characters; the most is {MAX_NAME}"
    if not name.isprintable():
        return f"a tensor's name is not text ({name[:40]!a})"
    return ""


def pieces(file: IO[bytes], begin: int, end: int) -> Iterator[bytes]:
    """The file's bytes from `begin` to `end`; raises ValueError if it is shorter."""
    file.seek(begin)
    while begin < end:
        chunk = file.read(min(_CHUNK, end - begin))
        if not chunk:
            raise ValueError("the file was cut short")
        begin += len(chunk)
        yield chunk


def _bytes(file: IO[bytes], entry: Entry) -> Iterator[bytes]:
    return pieces(file, entry.begin, entry.end)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"its header says {key[:40]!a} twice")
        found[key] = value
    return found


def _metadata(said: Any) -> dict[str, str]:
    """The file's notes; long ones are left out."""
    if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
        raise ValueError("its notes are not text")
    length = sum(len(key) + len(text) for key, text in said.items())
    return said if length <= _MAX_METADATA else {}


def _entry(name: str, said: Any, start: int) -> Entry:
    if odd := odd_name(name):
        raise ValueError(odd)
    if not isinstance(said, dict) or not {"dtype", "shape", "data_offsets"} <= set(said):
        raise ValueError(f"its header does not say what {name} is")
    dtype, shape, offsets = said["dtype"], said["shape"], said["data_offsets"]
    if not isinstance(dtype, str) or dtype not in SIZES:
        known = listed(["F32", "F16", "BF16"])
        raise ValueError(f"{name} has numbers of type {ascii(dtype)[:40]}, which is not {known}")
    if not _sizes(shape) or len(shape) > MAX_DIMENSIONS:
        raise ValueError(f"the shape of {name} is no shape")
    if not _sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"its header does not say where {name} lies")
    begin, end = offsets
    if end - begin != math.prod(shape) * SIZES[dtype]:
        raise ValueError(f"{name} has {end - begin:,} bytes, which is not what its shape says")
    return Entry(dtype, tuple(shape), start + begin, start + end)


def _sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(n) is int and 0 <= n < 1 << 48 for n in value)


def _require_whole(tensors: Mapping[str, Entry], start: int, size: int) -> None:
    """Raise ValueError unless the tensors fill the file, without a gap and without sharing."""
    place = start
    for name, entry in sorted(tensors.items(), key=lambda item: (item[1].begin, item[1].end)):
        if entry.begin != place:
            what = "shares its bytes with another tensor" if entry.begin < place else "leaves a gap"
            raise ValueError(f"{name} {what}")
        place = entry.end
    if place != size:
        raise ValueError(f"its tensors end at {place:,} of {size:,} bytes")


def _wrong(name: str, why: str) -> WeightsError:
    return WeightsError(f"{name} cannot be read: {why}.", hint=_AGAIN)
