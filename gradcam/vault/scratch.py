"""Folders for what is being opened, which are gone afterwards, also after a process was killed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from gradcam.errors import WeightsError

_PREFIX = "gradcam-vault-"
_NAME = re.compile(rf"{_PREFIX}(\d+)-")


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder that only this user can enter, until the block ends.

    Raises WeightsError if the disk is full or nothing may be written.
    """
    _sweep()
    try:
        folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
    except OSError as error:
        raise unwritable(error) from error
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unwritable(error: OSError) -> WeightsError:
    """The error for a model that cannot be put on the disk while it is opened."""
    return WeightsError(
        f"There is no room to open a model: {error.strerror or error}.",
        hint="That is a fault of this machine, not of the file.",
    )


@cache
def _sweep() -> None:
    """Delete, once, what processes left behind that are no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        found = _NAME.match(folder.name)
        if found and not folder.is_symlink() and not _lives(int(found[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # somebody else's
        return True
    return True
