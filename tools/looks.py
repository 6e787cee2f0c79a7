"""Take the page on every screen in both themes, and lay two such sets side by side.

    python -m tools.looks OUT [STATE …]         OUT/start-1440-light.png, OUT/start-1440-dark.png, …
    python -m tools.looks OUT --beside BEFORE   pairs BEFORE/*-1440-light.png with OUT/start-…

For whoever changes the page: look at every picture before it is called done. `--grey` takes them
without colour, which shows what only a colour tells.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parent.parent))
from components.samples import SAMPLES, load
from tools.serving import SCREENS, THEMES, dashboard, opened, rest

GREY = "html { filter: grayscale(1) }"
GAP = 12  # pixels between two pictures side by side


@dataclass(frozen=True)
class State:
    """A state of the page: its link, and what to do once it is open."""

    link: str = ""
    act: Callable[[Page], None] | None = None


def _upload(page: Page, photos: Mapping[str, Image.Image]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.jpg" for name in photos]
        for path, photo in zip(paths, photos.values(), strict=True):
            photo.save(path, quality=90)
        page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(paths)
        rest(page)


def _many(page: Page) -> None:
    """Eighteen photos: the samples' quarters, so that no two are the same."""
    photos = {}
    for n in range(18):
        sample = SAMPLES[n % len(SAMPLES)]
        whole = Image.fromarray(load(sample.id))
        w, h, turn = *whole.size, n // len(SAMPLES)
        photos[f"{sample.id} {turn + 1}"] = whole.crop((0, 0, w - turn * w // 4, h - turn * h // 4))
    _upload(page, photos)


def _shaped(wide: float) -> Callable[[Page], None]:
    """One photo that is `wide` times as wide as it is tall."""

    def act(page: Page) -> None:
        whole = Image.fromarray(np.hstack([load("motorcycle")] * 3))
        w, h = whole.size
        box = (0, 0, w, round(w / wide)) if wide > w / h else (0, 0, round(h * wide), h)
        _upload(page, {"panorama" if wide > 1 else "tall": whole.crop(box)})

    return act


def _click(name: str) -> Callable[[Page], None]:
    """Click the first button of that name, and wait."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=name).first.click()
        rest(page)

    return act


def _enlarge(page: Page) -> None:
    page.locator(".viewer .cell:not(.photo)").first.focus()
    page.keyboard.press("Enter")
    rest(page)


STATES: Mapping[str, State] = MappingProxyType({
    "start": State(),
    "two": State("?image=coffee,grace-hopper"),
    "many": State("", _many),
    "across-layers": State("?across=layers"),
    "across-methods": State("?image=coffee&across=methods"),
    "across-models": State("?image=coffee&across=models"),
    "enlarged": State("", _enlarge),
    "look": State("", _click("Look")),
    "panorama": State("", _shaped(4)),
    "tall": State("", _shaped(0.4)),
    "signed": State("#sign=both"),
    "evaluate": State("evaluate?model=bundled/photos"),
    "learn": State("learn"),
    "learn-sum": State("learn#sum"),
    "learn-claim": State("learn#claim-cause"),
    "lecture": State("learn#heatmap", _click("Start the lecture")),
})  # fmt: skip


def take(out: Path, names: list[str], on: list[str], *, grey: bool) -> Iterator[Path]:
    """Take the states of those names, or all, on those screens ("390-dark"), or all."""
    out.mkdir(parents=True, exist_ok=True)
    screens = [(size, theme) for size in SCREENS for theme in THEMES]
    with dashboard() as (address, browser):
        for name in names or STATES:
            for size, theme in screens:
                if on and f"{size[0]}-{theme}" not in on:
                    continue
                target = out / f"{name}-{size[0]}-{theme}.png"
                _take(browser, address, STATES[name], size, theme, target, grey=grey)
                yield target


def _take(
    browser: Browser, address: str, state: State, size: tuple[int, int], theme: str, target: Path,
    *, grey: bool,
) -> None:  # fmt: skip
    page = opened(browser, f"{address}/{state.link}", size, theme)
    if grey:
        page.add_style_tag(content=GREY)
    if state.act:
        state.act(page)
    page.screenshot(path=target)
    page.close()


def beside(before: Path, after: Path) -> Iterator[Path]:
    """Write one picture for every screen and theme that both folders have: before, then after."""
    for size in SCREENS:
        for theme in THEMES:
            ending = f"-{size[0]}-{theme}.png"
            found = sorted(before.glob(f"*{ending}"))
            now = after / f"start{ending}"
            if not found or not now.is_file():
                continue
            left, right = Image.open(found[0]), Image.open(now)
            both = Image.new("RGB", (left.width + GAP + right.width, left.height), "grey")
            both.paste(left, (0, 0))
            both.paste(right, (left.width + GAP, 0))
            target = after / f"beside{ending}"
            both.save(target)
            yield target


def main() -> None:
    """Take the pictures, or pair them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("states", nargs="*", metavar="STATE", help=", ".join(STATES))
    parser.add_argument("--beside", type=Path, metavar="BEFORE")
    parser.add_argument("--grey", action="store_true")
    parser.add_argument("--on", nargs="+", default=[], metavar="390-dark")
    asked = parser.parse_args()
    if unknown := set(asked.states) - set(STATES):
        parser.error(f"{', '.join(sorted(unknown))} is no state; there are {', '.join(STATES)}")
    made = (
        beside(asked.beside, asked.out)
        if asked.beside
        else take(asked.out, asked.states, asked.on, grey=asked.grey)
    )
    for path in made:
        print(path, flush=True)


if __name__ == "__main__":
    main()
