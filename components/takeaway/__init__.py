"""Saving what is on screen: files of one panel or of all, and reports.

wanted.py   what a click in the viewer asks for
shown.py    the explanations behind the panels, reduced to the maps on screen
dialogs.py  the dialogs that hand over files and reports
"""

from .dialogs import take_away
from .wanted import keep_wish

__all__ = ["keep_wish", "take_away"]
