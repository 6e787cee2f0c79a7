"""Take the README's screenshots with sample photos and the bundled model; needs no network.

`make screenshots` starts the real server, opens it in a headless browser, and writes
docs/screenshots/*.png.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parent.parent))
import gradcam
from components.samples import SAMPLES, load
from gradcam.report import Report, html
from tools.serving import ROOT, dashboard, opened


@dataclass(frozen=True)
class Shot:
    """One screenshot: the link, the window, and a button to click first."""

    name: str
    link: str
    width: int = 1440
    height: int = 900
    scheme: str = "light"
    click: str = ""


MEASURED = "gradcam,layercam,eigengradcam"
SHOTS = (
    Shot("explore-light", ""),
    Shot("explore-dark", "?image=coffee", scheme="dark"),
    Shot("explore-wide", "?image=two-things", 1920, 1080),
    Shot("explore-contour", "?image=rocket#view=contour&cm=viridis"),
    Shot("explore-swipe", "?image=two-things,grace-hopper&top=3#view=swipe", 1440, 1100),
    Shot("across-models", "?image=coffee,grace-hopper&across=models"),
    Shot("across-methods", "?image=two-things&across=methods", scheme="dark"),
    Shot("why-not", "?image=two-things&why=967,872"),
    Shot("contact-sheet", f"?image={','.join(sample.id for sample in SAMPLES)}"),
    Shot("present", "?image=coffee", 1440, 810, "dark", "Present"),
    Shot("learn", "learn#sum", 1440, 1000),
    Shot("learn-dark", "learn?image=coffee#early-and-late", 1440, 1000, "dark"),
    Shot("learn-lecture", "learn?image=two-things", 1280, 720, click="Start the lecture"),
    Shot("learn-narrow", "learn", 390, 844),
    Shot("evaluate", f"evaluate?image=coffee&methods={MEASURED}", 1440, 1000),
    Shot(
        "evaluate-dark",
        f"evaluate?image=coffee&methods={MEASURED}",
        1440,
        1000,
        "dark",
        "ROAD, most relevant",
    ),
    Shot("explore-narrow", "", 390, 844),
    Shot("explore-narrow-dark", "", 390, 844, "dark"),
)


def main() -> None:
    """Take all screenshots."""
    folder = ROOT / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with dashboard() as (address, browser):
        for shot in SHOTS:
            _take(browser, address, shot, folder / f"{shot.name}.png")
        _take_report(browser, folder / "report.png")


def _take(browser: Browser, address: str, shot: Shot, target: Path) -> None:
    page = opened(browser, f"{address}/{shot.link}", (shot.width, shot.height), shot.scheme)
    if shot.click:
        page.get_by_role("button", name=shot.click).first.click()
        page.wait_for_timeout(6000)  # until the hints have faded
    page.screenshot(path=target)
    page.close()
    print(target.relative_to(ROOT))


def _take_report(browser: Browser, target: Path) -> None:
    clf = gradcam.load_model("bundled/efficientnet-lite0")
    photos = {"Two things at once": "two-things", "Rocket": "rocket"}
    made = tuple(gradcam.explain(clf, load(id), top_k=4) for id in photos.values())
    notes = "Two photos, and the model that ships with the explorer."
    report = Report("Where does EfficientNet look?", notes, made, names=tuple(photos))
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_content(html(report), wait_until="load")
    page.screenshot(path=target)
    page.close()
    print(target.relative_to(ROOT))


if __name__ == "__main__":
    main()
