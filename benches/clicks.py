"""Measure clicks in a real browser, from the click to the frame with the new pictures."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from benches.table import Row
from components.samples import SAMPLES
from tools.serving import dashboard, opened, rest

SCREEN = (1440, 900)
CLICKS = 20
_SCRIPT = (Path(__file__).parent / "clicks.js").read_text(encoding="utf-8")
_FITS = ("crop", "squash", "pad")  # with another fit, no photo has been seen before
_SLOW = "image=coffee,cat,astronaut,motorcycle&method=scorecam&channels=0"


def rows() -> Iterator[Row]:
    """Measure the default model on 1440 × 900 pixels: medians of 20 clicks of each kind."""
    with dashboard() as (address, browser):
        new = [took for fit in _FITS for took in _new_photos(browser, f"{address}/?fit={fit}")]
        yield _row("a photo not seen before", new, 250)
        page = opened(browser, address, SCREEN, "light")
        _new_photos_on(page)
        seen = [_photo(page, id, title) for id, title in islice(cycle(_samples()), CLICKS)]
        yield _row("a photo seen before", seen, 100)
        classes = [_class(page, n) for n in islice(cycle(range(5, 10)), CLICKS)]
        yield _row("another of the ten listed classes", classes, 100)
        yield _row("another layer", list(_new_layers(page)), 250)
        page.close()
        yield _beside(list(_beside_slow_work(browser, address)), statistics.median(new))


def _row(what: str, taken: Sequence[float], limit: float) -> Row:
    note = f"{len(taken)} clicks, slowest {max(taken):.0f} ms"
    return Row(f"click on {what}, to its picture", statistics.median(taken), "ms", limit, note=note)


def _beside(busy: Sequence[float], quiet: float) -> Row:
    what = "click on a new photo while Score-CAM runs for somebody else, beside its quiet time"
    note = f"{len(busy)} clicks, slowest {max(busy):.0f} ms"
    return Row(what, statistics.median(busy) / quiet, "×", 1.5, note=note)


def _samples() -> list[tuple[str, str]]:
    """All sample photos but the first, which the page begins with, and then the first."""
    known = [(one.id, one.title) for one in SAMPLES]
    return [*known[1:], known[0]]


def _new_photos(browser: Browser, link: str) -> list[float]:
    page = opened(browser, link, SCREEN, "light")
    taken = _new_photos_on(page)
    page.close()
    return taken


def _new_photos_on(page: Page) -> list[float]:
    return [_photo(page, id, title) for id, title in _samples()[:-1]]


def _beside_slow_work(browser: Browser, address: str) -> Iterator[float]:
    """Click on new photos in one window while Score-CAM tries all channels in another."""
    for n, fit in enumerate(_FITS):
        # Other requests than before, so that nothing is known.
        page = opened(browser, f"{address}/?fit={fit}&top=4&method=layercam", SCREEN, "light")
        slow = browser.new_page()
        slow.goto(f"{address}/?{_SLOW}&top={n + 1}&fit={fit}")
        cancel = slow.get_by_role("button", name="Cancel")
        cancel.wait_for(timeout=60_000)
        for id, title in _samples()[:-1]:
            took = _photo(page, id, title)
            if cancel.is_visible():
                yield took
        if cancel.is_visible():
            cancel.click()
        slow.close()
        page.close()


def _photo(page: Page, id: str, title: str) -> float:
    return _timed(page, page.locator(f'.cell[data-id="{id}"] .pick'), f"Photo {title}")


def _class(page: Page, n: int) -> float:
    return _timed(page, page.locator(".viewer .bars .list button").nth(n), "")


def _new_layers(page: Page) -> Iterator[float]:
    """Choose all layers of five photos in turn, but the one that each begins with."""
    stops = page.locator(".depth .stop")
    layer = stops.count() - 1
    for id, title in _samples()[:5]:
        _photo(page, id, title)
        for n in (n for n in range(stops.count()) if n != layer):
            yield _timed(page, stops.nth(n), "")
            layer = n


def _timed(page: Page, target: Locator, label: str) -> float:
    """Click; return the milliseconds to the frame that shows other pictures, one called `label`."""
    taken: float = target.evaluate(_SCRIPT, label)
    rest(page)
    return taken


if __name__ == "__main__":
    for row in rows():
        print(row)
