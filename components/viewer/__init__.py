"""The maps in the browser: it receives maps and photos once and redraws them by itself."""

from .payload import Bar, Panel, Row, Setting, payload_id
from .viewer import Act, depth_slider, viewer

__all__ = ["Act", "Bar", "Panel", "Row", "Setting", "depth_slider", "payload_id", "viewer"]
