"""`python -m gradcam`: the catalogue, a model's layers, and maps for files and folders.

Exit status: 0 all well, 1 some failed, 2 nothing could be done, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from gradcam.cli.parser import parser
from gradcam.errors import GradcamError

NOTHING_DONE = 2
STOPPED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; mistakes are told on stderr."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name or label that the terminal or file cannot spell must not end the work.
        sys.stdout.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except GradcamError as error:
        print(error, file=sys.stderr)
        return NOTHING_DONE
    except KeyboardInterrupt:
        print("Stopped. Run the same command again to go on.", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        # Whoever read our output has seen enough (`… | head`); Python must not flush it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status
