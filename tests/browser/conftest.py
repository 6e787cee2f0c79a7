"""Fixtures that start a real browser and a real server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker("browser")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page, 1440 by 900; a script error on it fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """A function that runs Streamlit on a file and returns the address, until the tests end.

    A server is shared by all who ask for the same, as it is by its visitors: starting one takes as
    long as several tests. `own` tells the servers apart of those who need one without a past.
    """
    running: dict[object, tuple[str, subprocess.Popen[bytes]]] = {}

    def start(app: Path, *, own: str = "", **environment: str) -> str:
        key = (app, own, *sorted(environment.items()))
        if key not in running:
            port = _free_port()
            command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.headless=true",
                       f"--server.port={port}", "--server.address=127.0.0.1"]  # fmt: skip
            env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
            server = subprocess.Popen(command, cwd=ROOT, env=env)
            running[key] = (f"http://127.0.0.1:{port}", server)
            _wait_for(f"{running[key][0]}/_stcore/health")
        return running[key][0]

    yield start
    for _, process in running.values():
        process.terminate()
    for _, process in running.values():
        process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
