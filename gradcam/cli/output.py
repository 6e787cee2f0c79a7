"""Results on the disk: a photo's folder is whole, or it is not there.

Everything is written into a hidden folder beside, which is then renamed. A process that is killed
leaves at most such a hidden folder, and the next run removes it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gradcam.export.files import MANIFEST
from gradcam.types import Explanation

_OURS = re.compile(r"\d{2,}-.+\.png|maps\.npz")


def write(explanation: Explanation, folder: Path, look: Mapping[str, Any] | None) -> None:
    """Put the result into `folder`, replacing an older one; `look` None leaves the pictures out."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.parent / _part_name(folder)
    shutil.rmtree(part, ignore_errors=True)
    try:
        explanation.save(part, **(look or {}), pictures=look is not None)
        _publish(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def clear_unfinished(folders: Iterable[Path]) -> None:
    """Remove what killed runs left beside `folders`."""
    for parent in {folder.parent for folder in folders}:
        for part in parent.glob(".gradcam-*.part"):
            shutil.rmtree(part, ignore_errors=True)


def _part_name(folder: Path) -> str:
    # A hash, since names may be as long as the file system allows already.
    name = hashlib.sha256(os.fsencode(folder.name)).hexdigest()[:16]
    return f".gradcam-{name}-{os.getpid()}.part"


def _publish(part: Path, folder: Path) -> None:
    """Make `part` to `folder`, the manifest gone first and there last if there is one already."""
    if not folder.exists():
        part.rename(folder)
        return
    (folder / MANIFEST).unlink(missing_ok=True)
    for old in folder.iterdir():
        if _OURS.fullmatch(old.name) and old.is_file():
            old.unlink()
    for new in sorted(part.iterdir(), key=lambda file: file.name == MANIFEST):
        new.replace(folder / new.name)
