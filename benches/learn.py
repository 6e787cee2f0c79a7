"""How long the Learn page takes from a change to the new chapter, in a real browser.

    python -m benches.learn

For each chapter, the class or the photo is changed in its first step that offers it, and the clock
stops when the chapter has its new numbers; the others are still to come then.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).parent.parent))
from components.learn.story import CHAPTERS
from tools.serving import dashboard, rest

LIMIT = 300  # milliseconds
PHOTOS = ("Coffee", "Rocket", "Cat", "Motorcycle")
# From a click on the photo of that name to the chapter's new answer, in milliseconds.
_CLICK = """async ([chapter, step, photo]) => {
  const { chapters, photos } = window.gradcamLearn
  const part = chapters.get(chapter)
  const [id] = photos.options.find(([, title]) => title === photo)
  const began = performance.now()
  const came = new Promise((done) => {
    const show = part.show
    part.show = (message) => {
      part.show = show
      show.call(part, message)
      done(performance.now() - began)
    }
  })
  part.steps.find((one) => one.id === step).choices.choose("photo", id)
  return came
}"""


def measure(page: Page, address: str) -> dict[str, list[float]]:
    """Return milliseconds by chapter, for photos that the server has not seen and then has."""
    page.goto(f"{address}/learn")
    page.locator(".learn.closing").wait_for(timeout=180_000)
    rest(page)
    times: dict[str, list[float]] = {}
    for kind in CHAPTERS:
        step = kind.outline[0][0]
        for photo in PHOTOS:
            times.setdefault(kind.id, []).append(page.evaluate(_CLICK, [kind.id, step, photo]))
            rest(page)
    return times


def main() -> None:
    """Print a line for each chapter."""
    with dashboard() as (address, browser):
        for chapter, times in measure(browser.new_page(), address).items():
            said = ", ".join(f"{one:.0f}" for one in times)
            over = "" if statistics.median(times) <= LIMIT else f"  above {LIMIT}"
            print(f"{chapter:10} {said} ms{over}", flush=True)


if __name__ == "__main__":
    main()
