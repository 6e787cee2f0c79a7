"""The contact sheet: many photos as small overlays, and the way from one of them to the next."""

from .payload import Tile, pack
from .sheet import feed, sheet, walk

__all__ = ["Tile", "feed", "pack", "sheet", "walk"]
