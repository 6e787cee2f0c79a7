"""A field that opens a searchable list, for one choice or several."""

from .chooser import Marked, Option, Options, chooser

__all__ = ["Marked", "Option", "Options", "chooser"]
