"""The maps in the browser: it receives maps and photos once and redraws them by itself."""

from .payload import Bar, Panel, Row, Setting
from .viewer import Act, strip, viewer

__all__ = ["Act", "Bar", "Panel", "Row", "Setting", "strip", "viewer"]
