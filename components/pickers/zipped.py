"""A folder that `save_pretrained` wrote, uploaded as a ZIP file."""

from __future__ import annotations

import errno
import io
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from gradcam import WeightsError
from gradcam.weights.hub_files import CONFIG, PROCESSORS, TOKENIZERS, WEIGHTS

# Bytes after unpacking. Nothing else in the archive is read, whatever it is called.
_LIMITS = {
    CONFIG: 10_000_000,
    **dict.fromkeys(PROCESSORS, 1_000_000),
    **dict.fromkeys(TOKENIZERS, 50_000_000),
    WEIGHTS: 4_000_000_000,
}
_CHUNK = 1 << 20
# What zipfile raises for archives that are damaged, encrypted, or packed in a way it does not know.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def unpacked(data: bytes, folder: Path, name: str) -> Path:
    """Write the settings and the weights in the archive to `folder`, and return that.

    They may lie in the archive itself or in one folder of it. Paths in the archive are never
    followed, and neither is a size that it states.

    Raises
    ------
    WeightsError : it is no readable ZIP, lacks settings or safetensors, or is too large; or the
        disk is full.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = _members(archive, name)
            folder.mkdir()
            for file, member in found.items():
                _copy(archive, member, folder / file, _LIMITS[file])
    except _UNREADABLE as error:
        if isinstance(error, OSError) and error.errno is not None:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            raise WeightsError(
                f"{name} cannot be unpacked: {'the disk is full' if full else error.strerror}.",
                hint="That is a fault of this machine, not of the file.",
            ) from error
        raise WeightsError(
            f"{name} cannot be unpacked.", hint="Make the ZIP again, without a password."
        ) from error
    return folder


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
    found = {file: by_path[folder / file] for file in _LIMITS if folder / file in by_path}
    if WEIGHTS not in found:
        raise WeightsError(
            f"{name} holds no {WEIGHTS} beside its {CONFIG}.",
            hint="Other formats may hold code and are not read. Save the model as one safetensors "
            "file: model.save_pretrained(folder, max_shard_size='4GB').",
        )
    return found


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, limit: int) -> None:
    left = limit
    with archive.open(member) as source, target.open("wb") as copy:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise WeightsError(
                    f"{target.name} is larger than {limit / 1e6:,.0f} MB.",
                    hint="Load it from its folder in Python instead.",
                )
            copy.write(chunk)
