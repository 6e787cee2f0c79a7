"""The real server and a headless browser, for tools that look at the page."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.browser import system_browser

ROOT = Path(__file__).resolve().parent.parent
SCREENS = ((1920, 1080), (1440, 900), (1024, 768), (768, 1024), (390, 844))
THEMES = ("light", "dark")
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@contextmanager
def dashboard(arguments: Sequence[str] = ()) -> Iterator[tuple[str, Browser]]:
    """Run the dashboard and a browser until the block ends; give its address and the browser.

    arguments : the browser's own, besides those that it needs everywhere.
    """
    with _server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=system_browser(), args=["--no-sandbox", *arguments]
        )
        yield address, browser
        browser.close()


def opened(browser: Browser, link: str, size: tuple[int, int], theme: str) -> Page:
    """Open a link on a screen of some size, and wait until its pictures are drawn and at rest."""
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page.goto(link)
    # The end of the Learn page is drawn last; Evaluate's sentence comes when all is measured.
    page.wait_for_selector(
        ".viewer .cell canvas, .tile canvas, .learn.closing, .faithful .answer:not(.waiting)",
        timeout=600_000,
    )
    rest(page)
    return page


def rest(page: Page) -> None:
    """Wait until the server is done and nothing fades in any more."""
    page.wait_for_timeout(300)
    page.wait_for_selector(READY, timeout=120_000)
    page.wait_for_timeout(600)


@contextmanager
def _server() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true",
               f"--server.port={port}"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            sys.exit(f"The dashboard did not start at {address}.")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
