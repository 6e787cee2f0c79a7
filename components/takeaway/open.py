"""From a click in the viewer to the dialog it asks for."""

from __future__ import annotations

from collections.abc import Sequence

from components.columns import Answer
from components.takeaway.files import all_files, panel_files
from components.takeaway.report import report
from components.takeaway.shown import everything, one_panel, shared_peak
from components.takeaway.wanted import take_wish


def take_away(answers: Sequence[Answer]) -> None:
    """Open the dialog for what was asked for in this run, if anything was."""
    wish = take_wish()
    if wish is None:
        return
    shown = everything(answers, wish.activation)
    if not shown:
        return
    scale = shared_peak(shown) if wish.look.scale == "shared" else None
    if wish.what == "all":
        all_files(shown, wish.look)
    elif wish.what == "report":
        report(shown, wish.look)
    elif one := one_panel(answers, wish.row, wish.panel, wish.activation):
        panel_files(one, wish.look, scale)
