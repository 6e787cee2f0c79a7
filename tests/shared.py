"""Data that lie beside the repository in development and never ship; tests skip without them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("GRADCAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def shared(name: str) -> Path:
    """The path of `name` in the shared data, or a skip that says what is missing."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"development data {name!r} is not beside this repository")
    return path
