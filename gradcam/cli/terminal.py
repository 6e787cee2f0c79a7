"""What the command line prints is text, whatever a file, a layer or a label is called.

A terminal obeys escape sequences: one in a file's name can clear the screen, set the window's title
or hide the lines above. Here they are printed as `\\u001b`, which is the same character in JSON.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from gradcam.text import escaped


class Terminal:
    """A stream that shows what it would have obeyed; all else is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write text; "\\r" at either end stays, with which a progress bar begins its line anew."""
        rest = text.lstrip("\r")
        inner = rest.rstrip("\r")
        returns = "\r" * (len(text) > len(rest)), "\r" * (len(rest) > len(inner))
        return self._stream.write(escaped(inner).join(returns))

    def writelines(self, lines: Any) -> None:
        """Write each line in turn."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def harmless() -> Iterator[None]:
    """Print through `Terminal` meanwhile, to stdout and stderr alike."""
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = cast(TextIO, Terminal(out)), cast(TextIO, Terminal(err))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


def on_a_line(text: object) -> str:
    """Return what must not begin a line of its own, such as the name of a file.

    >>> on_a_line("cat" + chr(10) + "[2J.jpg")
    'cat\\\\n[2J.jpg'
    """
    return escaped(str(text)).replace("\n", "\\n").replace("\t", "\\t")
