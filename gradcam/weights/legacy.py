"""Reads the tensors of a .pth file without PyTorch.

Until version 1.6, and to this day if asked to, `torch.save` wrote several pickles one after the
other: a magic number, a version, facts about the machine, the object, the keys of its storages; and
then the storages' bytes. A pickle can call any function, so here it may name nothing but what a
state dict of plain tensors needs.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from gradcam.errors import WeightsError

_MAGIC = 0x1950A86A20F9469CFC6C
_VERSION = 1001
_DAMAGED = (
    OSError, ValueError, TypeError, AttributeError, LookupError, EOFError, pickle.PickleError
)  # fmt: skip


@dataclass
class _Storage:
    """Numbers in a row, which several tensors may share; read after the pickles."""

    kind: np.dtype[Any]
    values: NDArray[Any] = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class _Tensor:
    """Which of a storage's numbers a tensor holds."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> NDArray[Any]:
        """Return the tensor as an array of its own; raises ValueError if it is out of range."""
        values = self.storage.values[self.offset :]
        last = sum((n - 1) * step for n, step in zip(self.shape, self.strides, strict=True))
        if min(self.offset, *self.strides, 0) < 0 or last >= len(values):
            raise ValueError("a tensor goes beyond its storage")
        steps = [step * values.itemsize for step in self.strides]
        return np.lib.stride_tricks.as_strided(values, self.shape, steps).copy()


def _rebuild(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any
) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)


_ALLOWED: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild,
    ("torch", "FloatStorage"): np.float32,
    ("torch", "HalfStorage"): np.float16,
    ("torch", "LongStorage"): np.int64,
}


class _Reader(pickle.Unpickler):
    def __init__(self, file: BinaryIO, storages: dict[str, _Storage]) -> None:
        super().__init__(file)
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not part of a state dict")
        return _ALLOWED[module, name]

    def persistent_load(self, saved: Any) -> _Storage:
        _, kind, key, *_ = saved
        return self._storages.setdefault(key, _Storage(np.dtype(kind).newbyteorder("<")))


def read_legacy(path: Path) -> dict[str, NDArray[Any]]:
    """Return a state dict's tensors by name, in the file's order.

    Raises
    ------
    WeightsError : the file is damaged, in another format, or holds more than tensors.
    """
    try:
        with path.open("rb") as file:
            return _state(file)
    except _DAMAGED as error:
        raise WeightsError(
            f"{path.name} is damaged, or holds more than weights.", hint="Install or save it again."
        ) from error


def _state(file: BinaryIO) -> dict[str, NDArray[Any]]:
    storages: dict[str, _Storage] = {}

    def load() -> Any:
        return _Reader(file, storages).load()

    if (load(), load()) != (_MAGIC, _VERSION):
        raise ValueError("another format")
    load()
    state = load()
    for key in load():
        storage = storages[key]
        count = int.from_bytes(file.read(8), "little")
        storage.values = np.frombuffer(file.read(count * storage.kind.itemsize), storage.kind)
    return {name: tensor.array() for name, tensor in state.items()}
