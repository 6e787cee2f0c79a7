"""The parts of python-pptx and reportlab that the report uses without a public interface.

tests/gradcam/report/test_compat.py names the function that an upgrade breaks.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pptx.shapes.picture import Picture


def set_alt_text(picture: Picture, alt: str) -> None:
    """Give a slide's picture its alternative text; without `_element`, the picture has none."""
    with contextlib.suppress(AttributeError):
        picture._element.nvPicPr.cNvPr.set("descr", alt)


def write_binary_streams() -> None:
    """Stop reportlab from encoding streams as ASCII; without `useA85`, files are a bit larger."""
    from reportlab import rl_config

    rl_config.useA85 = 0
