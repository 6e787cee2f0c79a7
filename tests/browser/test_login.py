"""A login by an OpenID provider, and one by a proxy in front; each as a visitor goes through it.

The server is the real one; it is started for each, so these are not in the default tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ROOT, _free_port, _wait_for
from tests.provider import CLIENT, SECRET, provider, proxy

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]
SOON = 200_000  # milliseconds until the first map, on a busy machine
DRAWN = ".viewer .cell canvas"
PHOTO = {"name": "cat.png", "mimeType": "image/png", "buffer": b"no photo"}


@contextmanager
def server(port: int, *options: str) -> Iterator[str]:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true",
               f"--server.port={port}", "--server.address=127.0.0.1", *options]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context
    context.close()


def may_upload(page: Page, address: str) -> bool:
    """Whether an upload passes the login, to fail at Streamlit's own checks after that."""
    answer = page.request.put(
        f"{address}/_stcore/upload_file/session/file", multipart={"file": PHOTO}
    )
    assert answer.status >= 400
    return "Log in first." not in answer.text()


def test_an_openid_provider(visitor: BrowserContext, tmp_path: Path) -> None:
    port = _free_port()
    people = {
        "Anna": {"email": "anna@example.org", "email_verified": True},
        "Eve": {"email": "eve@evil.example", "email_verified": True},
        "Mallory": {"email": "mallory@example.org", "email_verified": False},
    }
    redirect = f"http://127.0.0.1:{port}/oauth2callback"
    with provider(people, redirect) as known:
        secrets = tmp_path / "secrets.toml"
        secrets.write_text(
            f'[auth]\nredirect_uri = "{redirect}"\ncookie_secret = "{"s" * 40}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
            f'server_metadata_url = "{known.address}/.well-known/openid-configuration"\n'
            f'allowed = ["@example.org"]\n'
        )
        with server(port, f"--secrets.files={secrets}") as address:
            page = visitor.new_page()
            page.goto(f"{address}/?image=cat")
            login = page.get_by_role("button", name="Log in")
            expect(login).to_be_visible(timeout=SOON)
            expect(page.locator('input[type="file"]')).to_have_count(0)
            expect(page.get_by_role("link", name="Evaluate")).to_have_count(0)
            assert not may_upload(page, address)
            if folder := os.environ.get("GRADCAM_PICTURES"):
                page.screenshot(path=f"{folder}/login.png")

            for stranger in ("Eve", "Mallory"):
                login.click()
                page.get_by_role("link", name=stranger).click(timeout=SOON)
                expect(page.get_by_text("not among those who may come in")).to_be_visible(
                    timeout=SOON
                )
                expect(page.locator('input[type="file"]')).to_have_count(0)
                assert not may_upload(page, address)
                if folder := os.environ.get("GRADCAM_PICTURES"):
                    page.screenshot(path=f"{folder}/{stranger}.png")
                page.get_by_role("button", name="Log out").click()
                expect(login).to_be_visible(timeout=SOON)
            assert known.ended == 2

            login.click()
            page.get_by_role("link", name="Anna").click(timeout=SOON)
            page.wait_for_url(f"{address}/?image=cat", timeout=SOON)  # the link was not lost
            page.wait_for_selector(DRAWN, timeout=SOON)
            assert may_upload(page, address)
            if folder := os.environ.get("GRADCAM_PICTURES"):
                page.screenshot(path=f"{folder}/in.png")
            page.get_by_role("link", name="Log out").click()
            expect(login).to_be_visible(timeout=SOON)
            assert not may_upload(page, address)


def test_a_proxy_that_knows_its_visitors(visitor: BrowserContext) -> None:
    port = _free_port()
    told = '--server.trustedUserHeaders={"X-Forwarded-Email": "email"}'
    with server(port, told) as address, proxy(port, "X-Forwarded-Email", {"7": "a@b.c"}) as front:
        page = visitor.new_page()
        for straight in ("/", "/_stcore/stream", "/gradcam/photos/x", "/static/x"):
            assert page.request.get(f"{address}{straight}").status == 403
        assert page.request.get(f"{front}/").status == 401
        assert page.request.get(f"{address}/healthz").status in (200, 503)
        visitor.add_cookies([{"name": "pass", "value": "7", "url": front}])
        page.goto(front)
        page.wait_for_selector(DRAWN, timeout=SOON)
        assert not may_upload(page, address)  # past the proxy, even with its cookie
