"""Draw the watermark of ImageNet's cartons, and other words to compare it with, as grey masks.

    python tools/make_marks.py SourceHanSerifSC-ExtraLight.otf

Run once; the masks are kept in the repository, so that neither the product nor the study needs a
font. gradcam/bundled/marks/characters.md says where the font comes from. Each mask is six ems wide
and one high, white where the ink is.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parent.parent
EM = 256  # pixels; half a photo of 3,600 × 2,400 pixels before it has to be enlarged
ASCENT = 0.88  # of the em above the baseline, in every ideographic font
MASKS = {
    "gradcam/bundled/marks/characters.png": "捷径捷径捷径",
    "studies/marks/forest.png": "森林森林森林",
    "studies/marks/latin.png": "WATERMARK",
}


def mask(text: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """Return the text as an 8-bit mask of 6 × 1 ems, in smaller letters if it is longer."""
    image = Image.new("L", (6 * EM, EM))
    fitting = font.font_variant(size=EM * min(1, 6 * EM / font.getlength(text)))
    ImageDraw.Draw(image).text((0, ASCENT * EM), text, fill=255, font=fitting, anchor="ls")
    return image


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    font = ImageFont.truetype(sys.argv[1], EM)
    for target, text in MASKS.items():
        mask(text, font).save(ROOT / target, optimize=True)


if __name__ == "__main__":
    main()
