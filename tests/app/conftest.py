"""The page run in-process, on a clean cache and without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """app.py, not yet run; weights are looked for in an empty folder, and the network is away."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("GRADCAM_CACHE", str(tmp_path / "gradcam"))
    monkeypatch.setenv("GRADCAM_MIRROR", "http://127.0.0.1:9")
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    st.cache_resource.clear()
