"""Which reader the child uses for which file, and what a reader takes and gives.

A reader is a function of a Source that returns what it Found. It runs in the child, imports no
framework, and raises WeightsError or ModelError, whose sentence reaches the person. Whatever else
it raises means that the file is damaged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from gradcam.vault.budget import Budget

# By the file's ending: the module in this folder, and the function in it.
READERS: Mapping[str, str] = {
    ".pth": "gradcam.vault.pytorch:read",
    ".pt": "gradcam.vault.pytorch:read",
    ".safetensors": "gradcam.vault.safetensors:read",
    ".keras": "gradcam.vault.keras_files:read",
    ".h5": "gradcam.vault.keras_files:read",
    ".hdf5": "gradcam.vault.keras_files:read",
    ".zip": "gradcam.vault.zipped:read",
}


@dataclass(frozen=True)
class Source:
    """A file to read; `name` is what the person calls it."""

    path: Path
    name: str
    budget: Budget


@dataclass(frozen=True)
class Tensor:
    """One tensor to hand on.

    Parameters
    ----------
    dtype : as safetensors says it, such as "F32".
    chunks : called once, gives its bytes in order: C-contiguous, little-endian.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    chunks: Callable[[], Iterable[bytes | memoryview]]


@dataclass(frozen=True)
class Found:
    """What a reader found: the tensors in the order they are handed on, and JSON about them."""

    tensors: Sequence[Tensor]
    description: dict[str, Any] = field(default_factory=dict)


def reader(kind: str) -> Callable[[Source], Found]:
    """The reader of files that end in `kind`; KeyError if there is none."""
    module, _, name = READERS[kind].partition(":")
    found: Callable[[Source], Found] = getattr(import_module(module), name)
    return found
