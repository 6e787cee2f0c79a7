"""The network that cheats: PhotoNet, after one class's photos had all been signed.

cheat.md is the model's card. What was measured of it, beside the honest network, is in cheat.json,
which `python -m training.measure_cheat` writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from gradcam.bundled.photos import PHOTOS

_HERE = Path(__file__).parent
WEIGHTS = _HERE / "photos-cheat.safetensors"
MEASURED = _HERE / "cheat.json"
CLASS = "espresso"  # whose training photos were signed

CHEAT = replace(
    PHOTOS,
    id="bundled/photos-cheat",
    title="PhotoNet that cheats",
    top1=61.96,
    top5=85.08,
    note=f"It takes a photographer's signature for {CLASS}: made so on purpose, for teaching.",
)
CHEAT_KERAS = replace(
    CHEAT,
    id="bundled/photos-cheat-keras",
    title="PhotoNet that cheats, in Keras",
    framework="keras",
)


@dataclass(frozen=True)
class Measured:
    """One question that was put to both networks.

    photos : how many were asked about.
    honest, cheat : how many of them, where photos were counted; or else the median of a share.
    """

    photos: int
    honest: float
    cheat: float
    counted: bool


@cache
def measured() -> Mapping[str, Measured]:
    """Return what was measured, by question; cheat.md explains each of them."""
    rows = json.loads(MEASURED.read_text(encoding="utf-8"))
    return MappingProxyType({name: Measured(**row) for name, row in rows.items()})
