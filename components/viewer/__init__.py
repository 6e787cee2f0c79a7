"""The in-browser compositor: it gets maps and photos once, and draws every change by itself."""

from .payload import Panel, Row
from .viewer import strip, viewer

__all__ = ["Panel", "Row", "strip", "viewer"]
