"""Measure the live camera in a real browser: frames a second end to end, and memory over time.

    python -m benches.camera [MINUTES]      5 without it, as in `make bench`

The camera is a film of a photo that moves, 640 × 480 at up to 30 frames a second, so 30 answers a
second are the most that mean anything.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from playwright.sync_api import Browser, CDPSession, Page

from benches.table import Row
from components.samples import load
from tools.film import camera_arguments, film
from tools.serving import dashboard, opened

SCREEN = (1440, 900)
SECONDS = 10  # over which frames are counted
MINUTES = 5.0
SETTLED = 0.2  # of the time, after which memory should grow no more
# (model, frames a second to reach)
MODELS = (("bundled/efficientnet-lite0", 10), ("bundled/photos", 20))


def rows(minutes: float = MINUTES) -> Iterator[Row]:
    """Measure both bundled models, then memory with the smaller one, which sends most frames."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mjpeg"
        film(path, load("coffee"), frames=30, pan=3)
        with dashboard(camera_arguments(path)) as (address, browser):
            for model, least in MODELS:
                page = _watching(browser, f"{address}/?model={model}")
                name = model.partition("/")[2]
                yield Row(f"camera, {name}: frames answered and drawn", _rate(page), "/s", least,
                          at_least=True)  # fmt: skip
                yield Row(f"camera, {name}: frames waiting at most", _waiting(page), "", 1)
                page.context.close()
            yield from _memory(browser, address, minutes)


def _watching(browser: Browser, link: str) -> Page:
    """Open the page, switch the camera on, and wait until it has been answered for a while."""
    page = opened(browser, link, SCREEN, "light")
    page.get_by_text("Camera", exact=True).click()
    page.locator(".camera[data-answered]").wait_for(timeout=120_000)
    page.wait_for_timeout(3000)
    return page


def _count(page: Page, what: str) -> int:
    return int(page.locator(".camera").get_attribute(f"data-{what}") or 0)


def _rate(page: Page) -> float:
    before, start = _count(page, "answered"), time.perf_counter()
    page.wait_for_timeout(1000 * SECONDS)
    return (_count(page, "answered") - before) / (time.perf_counter() - start)


def _waiting(page: Page) -> int:
    """The most frames that were sent and not answered, over a hundred looks."""
    script = "c => Number(c.dataset.sent) - Number(c.dataset.answered)"
    return max(page.locator(".camera").evaluate(script) for _ in range(100))


def _memory(browser: Browser, address: str, minutes: float) -> Iterator[Row]:
    page = _watching(browser, f"{address}/?model={MODELS[-1][0]}")
    devtools = page.context.new_cdp_session(page)
    page.wait_for_timeout(60_000 * minutes * SETTLED)
    first = _server(), _heap(devtools)
    begun = _count(page, "answered")
    page.wait_for_timeout(60_000 * minutes * (1 - SETTLED))
    last = _server(), _heap(devtools)
    note = f"{_count(page, 'answered') - begun:,} frames in {minutes * (1 - SETTLED):g} minutes"
    page.context.close()
    yield Row("camera: growth of the server's memory", last[0] - first[0], "MB", 20, note=note)
    yield Row("camera: growth of the page's memory", last[1] - first[1], "MB", 5, note=note)


def _server() -> float:
    """Resident megabytes of the dashboard, which runs as a child of this process."""
    children = psutil.Process().children()
    return sum(c.memory_info().rss for c in children if "streamlit" in c.cmdline()) / 1e6


def _heap(devtools: CDPSession) -> float:
    """Megabytes of the page's objects, without those that nothing needs any more."""
    devtools.send("HeapProfiler.collectGarbage")
    used: float = devtools.send("Runtime.getHeapUsage")["usedSize"]
    return used / 1e6


if __name__ == "__main__":
    for row in rows(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES):
        print(row, flush=True)
