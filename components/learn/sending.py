"""What the Learn page draws in the browser: its "opening", its chapters and its "closing"."""

from __future__ import annotations

from pathlib import Path

from ..sending import Drawn
from .story import STYLES

_HERE = Path(__file__).parent
_DRAWN = Drawn("gradcam_learn", [_HERE / name for name in STYLES], _HERE / "learn.bundle.js")
send = _DRAWN.send
