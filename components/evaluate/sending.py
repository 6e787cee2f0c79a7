"""What the Evaluate page draws in the browser; KINDS in evaluate.js names the kinds."""

from __future__ import annotations

from pathlib import Path

from ..sending import Drawn

_HERE = Path(__file__).parent
# A file for each kind, after those for all.
_STYLES = (
    "../figures.css",
    "../viewer/toolbar.css",
    "evaluate.css",
    "faithful.css",
    "standings.css",
    "strategies.css",
)
_DRAWN = Drawn("gradcam_evaluate", [_HERE / name for name in _STYLES], _HERE / "evaluate.bundle.js")
send = _DRAWN.send
