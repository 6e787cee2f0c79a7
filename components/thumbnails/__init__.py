"""A strip of sample photos: click one to show it alone, or its corner to add it as a row."""

from .thumbnails import Thumbnail, thumbnails

__all__ = ["Thumbnail", "thumbnails"]
