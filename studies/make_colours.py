"""Write docs/colour.md and its figure: which colormap says where the peak is, to everybody.

    python -m studies.make_colours

Every number on the page is measured; the tests measure them again. It takes half a minute.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).parent.parent))
import gradcam
from gradcam.drawing.render import DEFAULT_COLORMAP, DIVERGING, Look
from studies import colormaps
from studies.colormaps import NORMAL, SEEN, SEQUENTIAL, STOPS, Colors
from tools.make_api import DOCS, table

PAGE = DOCS / "colour.md"
FIGURE = DOCS / "colour.jpg"
SIDE = 112  # pixels of a cell of the figure
MARGIN, HEAD, GAP = 76, 22, 10

INTRO = f"""# Colour

A heatmap has one thing to say: here is the peak. `make colours` measures how well each colormap
says it, and writes this page. The default is **{DEFAULT_COLORMAP}**.

- Colour-blind eyes are simulated after Machado, Oliveira and Fernandes (2009), severity 1: *protan*
  has no red cones, *deutan* no green ones, *tritan* no blue ones.
- L* is CIE lightness: 0 is black, 100 is white, and a difference of 1 is just seen."""

VERDICT = """## Verdict

Turbo and jet run dark, bright, dark: L* falls by more than 60 on the way from the middle to the
peak. In grey, and to a colour-blind reader, the peak is a hole that looks like no evidence at all.
They stay choices, because many papers use them, but they cannot be the default.

Inferno and magma are the only coloured maps whose L* rises from step to step for every kind of
eye, and they use nearly the whole range from black to white. (Viridis, plasma and cividis fall by
a tenth of a unit somewhere, which nobody sees, but their range is a fifth smaller.) Of the two,
inferno stands out more on every photo, and goes from violet over red to yellow, which people read
as heat without a legend.

What it does less well: its peak is pale yellow, so on white paper or snow it differs from the
photo by its hue and by the dark ring around it, not by its lightness. Plasma stands out more there,
turbo and jet the most."""

LIGHTNESS = """## Lightness along the scale

L* at five places of the scale, the range from the darkest colour to the brightest, the smallest
step between two of the 256 colours (below 0: more heat is darker), and how far L* falls at most
below a value it had before: 0.0 if more heat is never darker. Normal eyes first; black-and-white
print is the same as normal eyes here."""

OVER = f"""## Over photos

How much the peak's colour, laid over a photo at the default opacity of {Look().alpha * 100:.0f} %,
differs from the bare photo: CIEDE2000, the median over the photo. 2 is just seen, 10 at a glance.
After the stroke: the kind of eye that sees least of it."""

LOOKED = f"""## Looked at

![Every colormap over five photos, in colour, in grey, and as deutan eyes see it](colour.jpg)

PhotoNet's most probable class, drawn as the page draws it: opacity rises over the first half of the
scale.

## Both signs

{DIVERGING} is for maps that keep both signs, and only for them: its middle, no evidence, is light,
and both ends are dark. So L* says how strong the evidence is, and the hue, blue or red, which way
it points; the two are far apart for every kind of eye simulated here."""


def main() -> None:
    """Measure, draw and write."""
    figure().save(FIGURE, quality=82, optimize=True)
    PAGE.write_text(page(), encoding="utf-8", newline="\n")


def page() -> str:
    """Return the whole of docs/colour.md."""
    ends = table(("map", "eyes", "blue end", "middle", "red end", "apart"), list(_ends()))
    parts = [INTRO, VERDICT, LIGHTNESS, table(_LIGHTNESS_HEAD, list(_lightness()))]
    parts += [OVER, table(("map", *colormaps.photos()), list(_over())), LOOKED, ends]
    return "\n\n".join(parts) + "\n"


_LIGHTNESS_HEAD = (
    "map", "eyes", "0 %", "25 %", "50 %", "75 %", "100 %", "range", "smallest step", "falls by",
)  # fmt: skip


def _lightness() -> Iterator[tuple[str, ...]]:
    for colormap in SEQUENTIAL:
        for by in SEEN:
            levels = colormaps.scale(colormap, by)
            step = colormaps.smallest_step(levels)
            yield (
                f"**{colormap}**" if by == NORMAL else "", by,
                *(f"{levels[n]:.0f}" for n in STOPS),
                f"{np.ptp(levels):.0f}", f"{step:.2f}", f"{colormaps.deepest_fall(levels):.1f}",
            )  # fmt: skip


def _over() -> Iterator[tuple[str, ...]]:
    for colormap in SEQUENTIAL:
        cells = []
        for photo in colormaps.photos():
            found = {by: colormaps.standing_out(colormap, photo, by) for by in SEEN}
            cells.append(f"{found[NORMAL]:.0f} / {min(found.values()):.0f}")
        yield (colormap, *cells)


def _ends() -> Iterator[tuple[str, ...]]:
    for by in SEEN:
        levels = colormaps.scale(DIVERGING, by)
        apart = colormaps.ends_apart(DIVERGING, by)
        yield (
            DIVERGING if by == NORMAL else "", by,
            *(f"{levels[n]:.0f}" for n in (STOPS[0], STOPS[2], STOPS[4])), f"{apart:.0f}",
        )  # fmt: skip


def figure() -> Image.Image:
    """Draw a row a colormap; its photos as they are, in grey, and as deutan eyes see them."""
    clf = gradcam.load_model("bundled/photos")
    heat = {
        name: gradcam.explain(clf, photo, top_k=1).maps[0].on_image()
        for name, photo in colormaps.photos().items()
    }
    views: dict[str, Callable[[Colors], Colors]] = {
        "in colour": lambda colors: colors,
        "in grey": colormaps.in_grey,
        "as deutan eyes see it": lambda colors: colormaps.seen(colors, "deutan"),
    }
    block = len(heat) * SIDE + GAP
    size = (MARGIN + len(views) * block, HEAD + len(SEQUENTIAL) * SIDE)
    sheet = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(14)
    for column, (title, view) in enumerate(views.items()):
        draw.text((MARGIN + column * block, 2), title, "black", font)
        for row, colormap in enumerate(SEQUENTIAL):
            for n, (name, values) in enumerate(heat.items()):
                laid = view(colormaps.over(colormaps.photos()[name], values, colormap))
                corner = (MARGIN + column * block + n * SIDE, HEAD + row * SIDE)
                sheet.paste(_cell(laid), corner)
    for row, colormap in enumerate(SEQUENTIAL):
        draw.text((4, HEAD + row * SIDE + SIDE // 2 - 8), colormap, "black", font)
    return sheet


def _cell(colors: Colors) -> Image.Image:
    """Return the square middle of a picture, small."""
    picture = Image.fromarray(np.floor(colors + 0.5).clip(0, 255).astype(np.uint8))
    side = min(picture.size)
    left, top = ((whole - side) // 2 for whole in picture.size)
    box = (left, top, left + side, top + side)
    return picture.resize((SIDE - 2, SIDE - 2), Image.Resampling.LANCZOS, box=box)


if __name__ == "__main__":
    main()
