"""A strip of sample photos: click one to look at it, its corner to set it beside the others."""

from .thumbnails import Thumbnail, thumbnails

__all__ = ["Thumbnail", "thumbnails"]
