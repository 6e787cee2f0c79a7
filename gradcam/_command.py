"""Ctrl-C while a command is still importing what it needs: a sentence, as later on.

Python prints a traceback for it otherwise, for as long as the command's own `try` is not reached.
"""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from types import TracebackType

STOPPED = "Stopped. Run the same command again to continue."


def is_running() -> bool:
    """Return whether this process was started as `gradcam …` or `python -m gradcam …`."""
    given = sys.orig_argv
    by_module = ("-m", "gradcam") in pairwise(given)
    return by_module or os.path.basename(sys.argv[0] if sys.argv else "") == "gradcam"


def _tell(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print(STOPPED, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, where)


if is_running():
    sys.excepthook = _tell
