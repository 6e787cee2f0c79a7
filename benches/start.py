"""Measure `streamlit run` to the first heatmaps in a browser, and the server's memory then."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from benches.table import Row
from tools.browser import system_browser

ROOT = Path(__file__).resolve().parent.parent
DRAWN = ".viewer .cell:not(.photo) canvas"  # drawn in the frame that adds it
# Makes the server's process write the names of its modules when it exits.
_SPY = """
import atexit, os, runpy, sys
atexit.register(lambda: open(os.environ["MODULES"], "w").write(" ".join(sys.modules)))
sys.argv = ["streamlit", *sys.argv[1:]]
runpy.run_module("streamlit", run_name="__main__")
"""


def rows(folder: Path | None = None) -> Iterator[Row]:
    """Measure three starts: median seconds and megabytes, and the imported frameworks."""
    starts = [_measure(folder or Path(tempfile.gettempdir())) for _ in range(3)]
    seconds = statistics.median(one.seconds for one in starts)
    resident = statistics.median(one.resident for one in starts)
    imported = starts[0].imported
    yield Row("server start to first heatmaps in the browser", seconds, "s", 6)
    yield Row("resident memory of the server then", resident, "MB", 900)
    heavy = imported & {"tensorflow", "keras", "torchvision"}
    note = f"torch {'in' if 'torch' in imported else 'not in'} sys.modules"
    yield Row("frameworks imported without need", len(heavy), "", 0, note=note)


@dataclass(frozen=True)
class _Started:
    """One start: wall seconds, resident megabytes, names in sys.modules at the end."""

    seconds: float
    resident: float
    imported: frozenset[str]


def _measure(folder: Path) -> _Started:
    modules = folder / f"gradcam-modules-{os.getpid()}"
    with sync_playwright() as playwright:
        # Users have a browser open already, so its start does not count.
        browser = playwright.chromium.launch(
            executable_path=system_browser(), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        port = _free_port()
        start = time.perf_counter()
        server = _start(port, modules)
        try:
            _wait_for(port)
            page.goto(f"http://127.0.0.1:{port}")
            page.wait_for_selector(DRAWN, timeout=60_000)
            seconds = time.perf_counter() - start
            resident = psutil.Process(server.pid).memory_info().rss / 1e6
        finally:
            browser.close()
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)
    imported = frozenset(modules.read_text().split())
    modules.unlink()
    return _Started(seconds, resident, imported)


def _start(port: int, modules: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _SPY, "run", "app.py", "--server.headless=true",
               f"--server.port={port}"]  # fmt: skip
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "MODULES": str(modules)}, stdout=subprocess.DEVNULL
    )


def _wait_for(port: int) -> None:
    for _ in range(1500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError("The server did not start within 30 s.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
