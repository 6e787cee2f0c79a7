"""Folders in somebody's home, which a user of a service or a container need not have."""

from __future__ import annotations

from pathlib import Path

from gradcam.errors import WeightsError


def at_home(path: str) -> Path:
    """Return the path with "~" replaced by the home folder; raise WeightsError if there is none."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise WeightsError(
            f"There is no home folder, so weights cannot be kept in {path}.",
            hint="Set GRADCAM_CACHE to a folder for them, and HF_HOME for those of the hub.",
        ) from error
