"""Take the README's screenshots with sample photos and the bundled model; needs no network.

`make screenshots` starts the real server, opens it in a headless browser, and writes
docs/screenshots/*.png.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))
import gradcam
from components.samples import load
from gradcam.report import Report, html
from tools.browser import system_browser

ROOT = Path(__file__).parent.parent
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@dataclass(frozen=True)
class Shot:
    """One screenshot: the link, the window, and a button to click first."""

    name: str
    link: str
    width: int = 1440
    height: int = 900
    scheme: str = "light"
    click: str = ""


SHOTS = (
    Shot("explore-light", ""),
    Shot("explore-dark", "?image=coffee#view=heatmap&cm=magma&scale=shared", scheme="dark"),
    Shot("explore-wide", "?image=grace-hopper", 1920, 1080),
    Shot("explore-contour", "?image=rocket#view=contour&cm=viridis"),
    Shot("explore-swipe", "?image=two-things,grace-hopper&top=3#view=swipe", 1440, 1100),
    Shot("across-models", "?image=coffee,grace-hopper&across=models&models=bundled/photos-keras"),
    Shot("across-methods", "?image=two-things&layer=layer2&across=methods", scheme="dark"),
    Shot("present", "?image=coffee", 1440, 810, "dark", "Present"),
    Shot("explore-narrow", "", 390, 844),
    Shot("explore-narrow-dark", "", 390, 844, "dark"),
)


def main() -> None:
    """Take all screenshots."""
    folder = ROOT / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with _server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=system_browser(), args=["--no-sandbox"]
        )
        for shot in SHOTS:
            _take(browser, address, shot, folder / f"{shot.name}.png")
        _take_report(browser, folder / "report.png")
        browser.close()


def _take(browser: Browser, address: str, shot: Shot, target: Path) -> None:
    page = browser.new_page(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.scheme == "dark" else "light",
    )
    page.goto(f"{address}/{shot.link}")
    page.wait_for_selector(".viewer canvas", timeout=60_000)
    page.wait_for_selector(READY)
    page.wait_for_timeout(600)  # for fonts and Streamlit's fade-in
    if shot.click:
        page.get_by_role("button", name=shot.click).click()
        page.wait_for_timeout(6000)  # until the hints have faded
    page.screenshot(path=target)
    page.close()
    print(target.relative_to(ROOT))


def _take_report(browser: Browser, target: Path) -> None:
    clf = gradcam.load_model("bundled/photos")
    photos = {"Two things at once": "two-things", "Rocket": "rocket"}
    made = tuple(gradcam.explain(clf, load(id), top_k=4) for id in photos.values())
    notes = "Two photos, and the small model that ships with the explorer."
    report = Report("Where does PhotoNet look?", notes, made, names=tuple(photos))
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_content(html(report), wait_until="load")
    page.screenshot(path=target)
    page.close()
    print(target.relative_to(ROOT))


@contextmanager
def _server() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true",
               f"--server.port={port}"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


if __name__ == "__main__":
    main()
