"""Measure the page's room and how well it is read: `make room`.

For each screen and theme: where the first picture starts, the share of the screen that pictures
cover, Tab stops before the first picture, the smallest text and target, and the lowest contrast.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from benches.table import Row
from tools.serving import SCREENS, THEMES, dashboard, opened

SCRIPT = (Path(__file__).parent / "room.js").read_text(encoding="utf-8")
FIRST_PICTURE = 170  # CSS pixels from the top, on wide screens
PICTURES = {(1920, 1080): 0.55, (1440, 900): 0.55, (1024, 768): 0.40, (390, 844): 0.45}
STOPS, TEXT, TARGET, CONTRAST = 26, 12, 24, 4.5  # three of the stops are the pages
ICON = 3.0  # WCAG 1.4.11, for what is drawn and not written
_MOST_STOPS = 80
# The focused element, through shadow roots, is a picture or stands in one.
_IN_PICTURE = """() => {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return Boolean(at?.closest(".viewer .cell"))
}"""


@dataclass(frozen=True)
class Room:
    """What was measured on one screen; lengths in CSS pixels.

    first : the top of the first picture.
    pictures : the share of the screen that pictures cover, in [0, 1].
    texts : (what it is, font size, contrast, whether it is an icon) of every visible text.
    targets : (what it is, width, height) of everything to click.
    wide : what scrolls sideways.
    """

    first: float
    pictures: float
    texts: Sequence[tuple[str, float, float, bool]]
    targets: Sequence[tuple[str, float, float]]
    wide: Sequence[str]

    @property
    def smallest_text(self) -> float:
        """The smallest font size."""
        return min(size for _, size, _, icon in self.texts if not icon)

    @property
    def smallest_target(self) -> float:
        """The shorter side of the smallest target."""
        return min(min(width, height) for _, width, height in self.targets)

    @property
    def lowest_contrast(self) -> float:
        """The lowest contrast of a text that is no icon."""
        return min(contrast for _, _, contrast, icon in self.texts if not icon)

    def faults(self) -> Iterator[str]:
        """Yield what is too small, too faint or too wide, each by its name."""
        for what, size, contrast, icon in self.texts:
            if not icon and size < TEXT:
                yield f"text of {size:g} px: {what}"
            if contrast < (ICON if icon else CONTRAST):
                yield f"contrast of {contrast:.2f}: {what}"
        for what, width, height in self.targets:
            # Half a pixel may be lost between layout and a zoomed font.
            if min(width, height) < TARGET - 0.5:
                yield f"target of {width:.0f} × {height:.0f}: {what}"
        for what in self.wide:
            yield f"scrolls sideways: {what}"


def measure(page: Page) -> Room:
    """Measure a page as it stands."""
    found: dict[str, Any] = page.evaluate(SCRIPT)
    return Room(
        found["first"],
        found["pictures"],
        [(t["what"], t["size"], t["contrast"], t["icon"]) for t in found["texts"]],
        [(t["what"], t["width"], t["height"]) for t in found["targets"]],
        found["wide"],
    )


def stops(page: Page) -> int:
    """Press Tab on a fresh page until a picture has the focus; return how often."""
    for pressed in range(1, _MOST_STOPS + 1):
        page.keyboard.press("Tab")
        if page.evaluate(_IN_PICTURE):
            return pressed
    return _MOST_STOPS


def rows(size: tuple[int, int], theme: str, room: Room, pressed: int) -> Iterator[Row]:
    """Yield the rows of one screen."""
    where = f"{size[0]} × {size[1]}, {theme}"
    if size[0] >= 1440:
        yield Row(f"{where}: first picture from the top", room.first, "px", FIRST_PICTURE)
    if size in PICTURES:
        share = 100 * room.pictures
        yield Row(f"{where}: pictures", share, "%", 100 * PICTURES[size], at_least=True)
    yield Row(f"{where}: Tab stops to a picture", pressed, "", STOPS)
    yield Row(f"{where}: smallest text", room.smallest_text, "px", TEXT, at_least=True)
    yield Row(f"{where}: smallest target", room.smallest_target, "px", TARGET, at_least=True)
    yield Row(f"{where}: lowest contrast", room.lowest_contrast, "", CONTRAST, at_least=True)
    yield Row(f"{where}: things that scroll sideways", len(room.wide), "", 0)


def main() -> int:
    """Print every screen's rows and faults; return 1 if a limit is missed."""
    missed = 0
    with dashboard() as (address, browser):
        for size in SCREENS:
            for theme in THEMES:
                page = opened(browser, address, size, theme)
                room = measure(page)
                for row in rows(size, theme, room, stops(page)):
                    print(row, flush=True)
                    missed += not row.reached
                for fault in sorted(set(room.faults())):
                    print(f"    {fault}")
                page.close()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
