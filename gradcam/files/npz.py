"""Writing the maps and their manifest as NPZ, and reading untrusted NPZ files safely."""

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
MAX_DIRECTORY = 1 << 20  # bytes, which 4,000 names of the longest kind fit in
_LEVEL = 1  # Interpolated floats compress badly; level 9 is far slower and saves one percent.
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MAX_HEADER = 4096  # bytes of an array's NPY header
_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")


class Npz:
    """The arrays in `file`; sizes are checked before anything is decompressed.

    Raises GradcamError if `file` is not an NPZ, contains names other than those of maps, or has a
    directory too large to read.
    """

    def __init__(self, file: IO[bytes]) -> None:
        try:
            _check_directory(file)
            self._archive = zipfile.ZipFile(file)
        except Exception as error:
            raise _damaged(error) from error
        for name in self._archive.namelist():
            if not re.fullmatch(r"[\w-]+(/photo)?\.npy", name):
                raise GradcamError(
                    f"The NPZ contains {name!r:.80}, which is not the name of a map.",
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
        """Read one array of exactly this dtype and `shape`, or else of at most `most` values.

        Raises GradcamError if the array is missing, damaged or does not match; never reads more
        bytes than such an array has.
        """
        size = math.prod(shape) if shape is not None else most or 0
        try:
            if min(shape or (1,)) < 1:
                raise ValueError(f"{name} has no values")
            data = self._member(f"{name}.npy", size * dtype.itemsize + _MAX_HEADER)
            file = io.BytesIO(data)
            # Compare the header with the actual size before allocating what it promises.
            if np.lib.format.read_magic(file) != (1, 0):
                raise ValueError(f"{name} has an unsupported NPY version")
            stated, fortran, found = np.lib.format.read_array_header_1_0(file, _MAX_HEADER)
            complete = math.prod(stated) * dtype.itemsize == len(data) - file.tell()
            if fortran or found != dtype or not complete or stated != (shape or stated):
                raise ValueError(f"{name} has an unexpected type or shape")
            array: NDArray[Any] = np.frombuffer(data, dtype, offset=file.tell()).reshape(stated)
        except KeyError as error:
            raise GradcamError(
                f"The NPZ contains no {name!r:.80}.",
                hint="Use maps.npz as this version saves it.",
            ) from error
        # zipfile, zlib and NumPy raise many kinds of exceptions on malicious bytes.
        except Exception as error:
            raise _damaged(error) from error
        return array

    def _member(self, name: str, most: int) -> bytes:
        info = self._archive.getinfo(name)
        if info.compress_type not in _COMPRESSIONS or info.file_size > most:
            raise ValueError(f"{name} is too large or uses an unsupported compression")
        with self._archive.open(info) as member:
            # Not read(most): zlib would allocate that much even if the stated size is a lie.
            return member.read(info.file_size)


def write_npz(
    file: IO[bytes], explanation: Record, facts: Mapping[str, Any], *, placed: bool = True
) -> None:
    """Write an NPZ for `numpy.load`, without pickles.

    `<name>` is float32 (h, w), signed and raw; if `placed`, `<name>/photo` is float32 (H, W), the
    same map upsampled onto the photo, 0 outside the window; `manifest` is uint8, `facts` as UTF-8
    JSON.
    """
    # numpy.savez would hold every photo-sized map in memory at once.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        _write_array(archive, MANIFEST_KEY, np.frombuffer(to_json(facts), np.uint8))
        for entry, m in zip(facts["maps"], explanation.maps, strict=True):
            _write_array(archive, entry["name"], m.values.astype("<f4", copy=False))
            if placed:
                over_photo = saliency.place(m.values, m.window, m.photo_size)
                _write_array(
                    archive, f"{entry['name']}/photo", over_photo.astype("<f4", copy=False)
                )


def _write_array(archive: zipfile.ZipFile, key: str, array: NDArray[Any]) -> None:
    with archive.open(f"{key}.npy", "w") as member:
        np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)


def _check_directory(file: IO[bytes]) -> None:
    """Reject large directories first: zipfile builds an object per entry a file claims to have."""
    file.seek(-_END_OF_DIRECTORY.size, io.SEEK_END)
    end = file.read(_END_OF_DIRECTORY.size)
    signature, *_, size, _start, _comment = _END_OF_DIRECTORY.unpack(end)
    if signature != b"PK\5\6" or size > MAX_DIRECTORY:
        raise ValueError("its directory is too large or not at the end")
    start = file.seek(0, io.SEEK_END) - _END_OF_DIRECTORY.size - 20
    file.seek(max(0, start))
    if file.read(4) == b"PK\6\7":
        raise ValueError("it is larger than 2 GB")


def _damaged(error: Exception) -> GradcamError:
    return GradcamError(
        f"The NPZ is damaged or not one of ours ({error})."[:200],
        hint="Use maps.npz as it was saved.",
    )
