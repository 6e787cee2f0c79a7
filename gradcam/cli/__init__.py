"""The command line, `python -m gradcam`.

Exit status: 0 if everything succeeded, 1 if some of it failed, 2 if nothing could be done, 130 if
stopped with Ctrl-C.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence

from gradcam._command import STOPPED
from gradcam.cli.parser import parser
from gradcam.cli.terminal import harmless, on_a_line
from gradcam.errors import GradcamError

NOTHING_DONE = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; errors are printed to stderr."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name or label that the output's encoding lacks must not abort the command.
        sys.stdout.reconfigure(errors="backslashreplace")
    with harmless():
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = parser().parse_args(arguments)
        status: int = options.run(options)
        sys.stdout.flush()
    except GradcamError as error:
        print(error, file=sys.stderr)
        return NOTHING_DONE
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader closed the pipe (`… | head`); keep Python from flushing into it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = f"{on_a_line(error.filename)} " if error.filename else ""
        print(f"{where}cannot be used: {error.strerror or error}.", file=sys.stderr)
        return NOTHING_DONE
    except Exception:  # printed here, because Python would print a name in it as it is
        traceback.print_exc()
        return NOTHING_DONE
    return status
