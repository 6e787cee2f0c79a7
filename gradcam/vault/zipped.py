"""Reads a ZIP of the folder that `save_pretrained` wrote; runs in the child."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO

from gradcam.errors import WeightsError
from gradcam.text import megabytes
from gradcam.vault.readers import Found, Source, Tensor
from gradcam.vault.safetensors import Header, header_of

CONFIG, WEIGHTS = "config.json", "model.safetensors"
# Bytes after unpacking. Nothing else in the archive is read, whatever it is called.
TEXTS: Mapping[str, int] = {
    CONFIG: 4_000_000,
    "preprocessor_config.json": 1_000_000,
    "processor_config.json": 1_000_000,
    "tokenizer.json": 40_000_000,
    "tokenizer_config.json": 4_000_000,
    "special_tokens_map.json": 1_000_000,
    "vocab.json": 10_000_000,
    "merges.txt": 10_000_000,
}
_CHUNK = 1 << 20
# What zipfile raises for archives that are damaged, encrypted, or packed in a way it does not know.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def read(source: Source) -> Found:
    """The settings as text, and the weights, which may lie in the archive or one of its folders.

    Paths in the archive are never followed, and neither is a size that it states.

    Raises
    ------
    WeightsError : it is no readable ZIP, lacks settings or safetensors, or is too large.
    """
    try:
        archive = zipfile.ZipFile(source.path)
        found = _members(archive, source.name)
        texts = {
            file: _text(archive, found[file], most, source.name)
            for file, most in TEXTS.items()
            if file in found
        }
        weights = archive.open(found[WEIGHTS])
        header = _header(weights, found[WEIGHTS].file_size, source)
    except _UNREADABLE as error:
        raise _damaged(source.name) from error
    parts = _Parts(weights, source.name)
    ordered = sorted(header.tensors.items(), key=lambda item: item[1].begin)
    tensors = [
        Tensor(name, one.dtype, one.shape, lambda one=one: parts.take(one.end - one.begin))  # type: ignore[misc]
        for name, one in ordered
    ]
    description = {"format": "folder", "texts": texts, "metadata": header.metadata}
    return Found(tensors, description)


class _Parts:
    """The weights' bytes, from the first tensor to the last."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self.stream, self.name = stream, name

    def take(self, count: int) -> Iterator[bytes]:
        try:
            while count:
                chunk = self.stream.read(min(_CHUNK, count))
                if not chunk:
                    raise _damaged(self.name)
                count -= len(chunk)
                yield chunk
        except _UNREADABLE as error:
            raise _damaged(self.name) from error


def _members(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """Find the files to read, all of them beside the uppermost config.json."""
    by_path = {PurePosixPath(member.filename): member for member in archive.infolist()}
    configs = sorted((path for path in by_path if path.name == CONFIG), key=lambda p: len(p.parts))
    if not configs:
        raise WeightsError(
            f"{name} holds no {CONFIG}.",
            hint="Put the folder into the ZIP that model.save_pretrained wrote.",
        )
    folder = configs[0].parent
    found = {file: by_path[folder / file] for file in (*TEXTS, WEIGHTS) if folder / file in by_path}
    if WEIGHTS not in found:
        raise WeightsError(
            f"{name} holds no {WEIGHTS} beside its {CONFIG}.",
            hint="Other formats may hold code and are not read. Save the model as one safetensors "
            "file: model.save_pretrained(folder, max_shard_size='4GB').",
        )
    return found


def _text(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, name: str) -> str:
    file = PurePosixPath(member.filename).name
    with archive.open(member) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise WeightsError(
            f"{file} in {name} is larger than {megabytes(most)}.",
            hint="Load it from its folder in Python instead.",
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WeightsError(
            f"{file} in {name} is not text.", hint="Save the model again."
        ) from error


def _header(stream: IO[bytes], said: int, source: Source) -> Header:
    if said > source.budget.output:
        raise WeightsError(
            f"{WEIGHTS} in {source.name} has {megabytes(said)}; the most is "
            f"{megabytes(source.budget.output)}.",
            hint="Load it from its folder in Python instead.",
        )
    return header_of(stream, said, f"{WEIGHTS} in {source.name}", source.budget)


def _damaged(name: str) -> WeightsError:
    return WeightsError(
        f"{name} cannot be unpacked.", hint="Make the ZIP again, without a password."
    )
