"""The grid of maps in the browser: it receives maps and photos once and redraws them by itself."""

from .payload import Panel, Row
from .viewer import depth_slider, viewer

__all__ = ["Panel", "Row", "depth_slider", "viewer"]
