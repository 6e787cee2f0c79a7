"""The maps as one NPZ: raw at their own resolution, over the photo, and the manifest with them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gradcam import saliency
from gradcam.export.facts import to_json
from gradcam.types import Explanation

MANIFEST_KEY = "manifest"
_LEVEL = 1  # Interpolated floats hardly shrink; level 9 takes longer for one percent.


def write_npz(
    file: IO[bytes], explanation: Explanation, facts: Mapping[str, Any], *, placed: bool = True
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
