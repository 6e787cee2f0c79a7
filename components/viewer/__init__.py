"""The in-browser compositor: it gets maps and photos once, and draws every change by itself."""

from components.viewer.payload import Panel, Row
from components.viewer.viewer import strip, viewer

__all__ = ["Panel", "Row", "strip", "viewer"]
