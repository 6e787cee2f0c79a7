"""The frames' own way to the server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components.camera import route
from components.camera.answering import Looking, Watcher
from gradcam import Request
from gradcam.backends.numpy import NumpyClassifier
from tests.components.camera.test_answering import frame, read

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[route.route]))


@pytest.fixture
def watcher() -> Watcher:
    clf = NumpyClassifier(np.eye(3), np.eye(3), ("red", "green", "blue"), 16)
    return Watcher(Looking(clf, Request(("features",), "gradcam")))


@pytest.mark.parametrize("held", ["", "1", "-1", "900", "x", "9" * 40])
def test_a_frame_is_answered_whatever_was_held(
    client: TestClient, watcher: Watcher, held: str
) -> None:
    answer = client.post(f"{route.PATH}{watcher.token}?held={held}", content=frame(16, 16))
    assert answer.status_code == 200
    assert read(answer.content)[0]["label"] == "red"
    assert answer.headers["cache-control"] == "no-store"


def test_only_the_page_s_own_token_opens_it(client: TestClient, watcher: Watcher) -> None:
    assert client.post(f"{route.PATH}{watcher.token}x", content=frame(16, 16)).status_code == 404
    assert client.get(route.PATH + watcher.token).status_code == 405


def test_a_frame_has_a_largest_size(
    client: TestClient, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "_LARGEST", 1000)
    assert client.post(route.PATH + watcher.token, content=b"x" * 1001).status_code == 413


def test_the_server_imports_no_component_before_streamlit_runs() -> None:
    """Components that are registered before that are lost, and the page would stay empty."""
    code = (
        "import sys, app; "
        "print([m for m in sys.modules if m in ('components.viewer', 'components.explore')], "
        "callable(app.app))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[] True"
