"""The maps as NPZ: written with their manifest, and read with every size checked first."""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
from collections.abc import Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gradcam import saliency
from gradcam.errors import GradcamError
from gradcam.files.manifest import to_json
from gradcam.record import Record

MANIFEST_KEY = "manifest"
_LEVEL = 1  # Interpolated floats hardly shrink; level 9 takes longer for one percent.


def write_npz(
    file: IO[bytes], explanation: Record, facts: Mapping[str, Any], *, placed: bool = True
) -> None:
    """What `numpy.load` reads, no pickles.

    `<name>` is float32 (h, w), signed and raw; if `placed`, `<name>/photo` float32 (H, W), the
    same upsampled and laid over the photo, 0 outside the window; `manifest` uint8, `facts` as
    UTF-8 JSON.
    """
    # By hand because numpy.savez would hold every photo-sized map in memory at once.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        _write(archive, MANIFEST_KEY, np.frombuffer(to_json(facts), np.uint8))
        for entry, m in zip(facts["maps"], explanation.maps, strict=True):
            _write(archive, entry["name"], m.values.astype("<f4", copy=False))
            if placed:
                over_photo = saliency.place(m.values, m.window, m.photo_size)
                _write(archive, f"{entry['name']}/photo", over_photo.astype("<f4", copy=False))


def _write(archive: zipfile.ZipFile, key: str, array: NDArray[Any]) -> None:
    with archive.open(f"{key}.npy", "w") as member:
        np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)


MAX_DIRECTORY = 16 << 20  # bytes
_HEADER = 4096  # bytes: the most an array's own header may take
_END = struct.Struct("<4s4H2LH")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Npz:
    """The arrays in `file`.

    Raises GradcamError when it is not an NPZ, or one with names that lead elsewhere or a directory
    too large to be read.
    """

    def __init__(self, file: IO[bytes]) -> None:
        try:
            _check_directory(file)
            self._archive = zipfile.ZipFile(file)
        except Exception as error:
            raise _refusal(error) from error
        for name in self._archive.namelist():
            if not re.fullmatch(r"[\w-]+(/photo)?\.npy", name):
                raise GradcamError(
                    f"The NPZ holds {name!r:.80}, which is no map's name.",
                    hint="Use maps.npz as it was saved.",
                )

    def read(
        self,
        name: str,
        dtype: np.dtype[Any],
        *,
        shape: tuple[int, ...] | None = None,
        most: int | None = None,
    ) -> NDArray[Any]:
        """One array of exactly this dtype and, where given, `shape`; else up to `most` values.

        Raises GradcamError when it is missing, damaged or another; never reads more than that.
        """
        count = math.prod(shape) if shape is not None else most or 0
        try:
            if min(shape or (1,)) < 1:
                raise ValueError(f"{name} has no values")
            data = self._member(f"{name}.npy", count * dtype.itemsize + _HEADER)
            file = io.BytesIO(data)
            # What the header promises, against the bytes there are: before room is made for it.
            if np.lib.format.read_magic(file) != (1, 0):
                raise ValueError(f"{name} is of another NPY version")
            said, fortran, found = np.lib.format.read_array_header_1_0(file, _HEADER)
            whole = math.prod(said) * dtype.itemsize == len(data) - file.tell()
            if fortran or found != dtype or not whole or said != (shape or said):
                raise ValueError(f"{name} is another array")
            array: NDArray[Any] = np.load(io.BytesIO(data), allow_pickle=False)
        except KeyError as error:
            raise GradcamError(
                f"The NPZ holds no {name!r:.80}.",
                hint="Use maps.npz as this version saves it.",
            ) from error
        # zipfile, zlib and NumPy raise a dozen kinds for bytes made to break them.
        except Exception as error:
            raise _refusal(error) from error
        return array

    def _member(self, name: str, most: int) -> bytes:
        info = self._archive.getinfo(name)
        if info.compress_type not in _METHODS or info.file_size > most:
            raise ValueError(f"{name} is too large or packed in another way")
        with self._archive.open(info) as member:
            # Not `most`, which zlib would make room for when the size is a lie.
            return member.read(info.file_size)


def _check_directory(file: IO[bytes]) -> None:
    """zipfile builds an object per entry, however many a small file claims: look first."""
    file.seek(-_END.size, io.SEEK_END)
    signature, *_, size, _start, _comment = _END.unpack(file.read(_END.size))
    if signature != b"PK\5\6" or size > MAX_DIRECTORY:
        raise ValueError("its directory is too large, or not at the end")
    start = file.seek(0, io.SEEK_END) - _END.size - 20
    file.seek(max(0, start))
    if file.read(4) == b"PK\6\7":
        raise ValueError("it is larger than 2 GB")


def _refusal(error: Exception) -> GradcamError:
    return GradcamError(
        f"The NPZ is damaged or not ours ({error})."[:200], hint="Use maps.npz as it was saved."
    )
