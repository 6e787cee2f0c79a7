"""Taking away what is on screen: files of one panel or of all, and reports.

wanted.py  what a click in the viewer asks for
shown.py   the explanations behind the panels, with nothing in them but what is seen
files.py   the dialog with pictures and numbers
report.py  the dialog with web page, PDF and slides
"""

from .dialogs import take_away
from .wanted import keep_wish

__all__ = ["keep_wish", "take_away"]
