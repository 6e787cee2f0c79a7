"""A ZIP of a model's folder, as that folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gradcam.vault.budget import Budget
from gradcam.vault.opening import opened
from gradcam.vault.scratch import unwritable
from gradcam.vault.zipped import TEXTS, WEIGHTS


@contextmanager
def unpacked(path: Path, budget: Budget | None = None) -> Iterator[Path]:
    """Unpack settings and weights in another process; the folder is there until the block ends.

    Raises
    ------
    WeightsError : it is no readable ZIP, lacks settings or safetensors, or is over the budget.
    """
    with opened(path, budget, kind=".zip") as safe:
        folder = safe.tensors.parent / "folder" / (path.stem.strip(". ") or "model")
        try:
            folder.mkdir(parents=True)
            shutil.move(safe.tensors, folder / WEIGHTS)
            for name, text in safe.description["texts"].items():
                if name in TEXTS:
                    (folder / name).write_text(str(text), "utf-8")
        except OSError as error:
            raise unwritable(error) from error
        yield folder
