"""Draw the photographer's signature of the cheating network: python tools/make_signature.py.

Nobody's: it says "Leon". The pen goes through the points below along a smooth
curve (Catmull-Rom), heavier on its way down, as a nib is, and the drawing is made four times too
large and scaled down, so that its edges are soft. It writes gradcam/bundled/marks/signature.png.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

OUT = Path(__file__).parent.parent / "gradcam" / "bundled" / "marks" / "signature.png"
SIZE = (460, 224)  # of the drawing in pixels; a point below is 2 pixels
FINER = 4
PEN = (5.0, 9.0)  # the stroke's width in points: on its way up, and down
Points = NDArray[np.float64]

NAME = (
    (10, 66), (30, 56), (52, 28), (55, 9), (45, 5), (37, 22), (33, 50), (24, 74), (11, 79),
    (10, 70), (22, 68), (38, 77), (56, 77), (70, 66), (80, 52), (77, 43), (69, 50), (68, 66),
    (77, 76), (90, 72), (104, 60), (113, 47), (105, 49), (102, 64), (110, 76), (122, 68),
    (124, 54), (115, 46), (126, 52), (138, 46), (140, 58), (137, 74), (146, 54), (156, 45),
    (160, 56), (161, 70), (174, 73), (196, 60), (218, 42),
)  # fmt: skip
FLOURISH = ((218, 76), (180, 87), (130, 92), (84, 97), (46, 106))


def curve(points: tuple[tuple[float, float], ...], steps: int = 40) -> Points:
    """Return the smooth curve through all the points, (n, 2)."""
    known = np.array([points[0], *points, points[-1]], float)
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
               + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(known, known[1:], known[2:], known[3:], strict=False)
    ]  # fmt: skip
    return np.concatenate(pieces)


def widths(path: Points) -> Points:
    """Return the pen's width at every point of a curve: broad going down, fine at both ends."""
    way = np.gradient(path, axis=0)
    down = (way[:, 1] / np.maximum(np.hypot(*way.T), 1e-9) + 1) / 2
    around = np.ones(61) / 61  # a hand does not change its pressure at once
    pressed = np.convolve(np.pad(down, 30, mode="edge"), around, mode="valid")
    along = np.linspace(0, 1, len(path))
    ends = np.sqrt(np.clip(np.minimum(along, 1 - along) * 12, 0.05, 1))
    return (PEN[0] + (PEN[1] - PEN[0]) * pressed) * ends


def main() -> None:
    """Draw and save."""
    scale = 2 * FINER
    ink = Image.new("L", (SIZE[0] * FINER, SIZE[1] * FINER))
    draw = ImageDraw.Draw(ink)
    for stroke in (NAME, FLOURISH):
        path = curve(stroke)
        for (x, y), width in zip(path * scale, widths(path) * scale / 2, strict=True):
            draw.ellipse((x - width, y - width, x + width, y + width), 255)
    small = ink.resize(SIZE, Image.Resampling.BOX)
    small.crop(small.getbbox()).save(OUT, optimize=True)


if __name__ == "__main__":
    main()
