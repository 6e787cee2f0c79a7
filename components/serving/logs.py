"""The server's log: one line an event, as text or as JSON, without what is a visitor's own.

GRADCAM_LOG=json writes a JSON object a line, and also tells of every page opened and every request.
Photos are never in it. Names of files are left out unless GRADCAM_LOG_NAMES=1 asks for them: those
of uploads that are on the server, and whatever else ends like one.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from gradcam.errors import GradcamError

from ..compat import one_log, uploaded_names
from . import metrics

VARIABLE, NAMES = "GRADCAM_LOG", "GRADCAM_LOG_NAMES"
HIDDEN = "[file]"
_KINDS = ("text", "json")
_MOST = 20_000  # characters of one event, most of which is a traceback
_ENDINGS = (
    "png|jpe?g|gif|bmp|tiff?|webp|heic|avif|ico|eps|svg|pdf|npz|npy|zip|json|csv|txt|"
    "pth?|ckpt|safetensors|keras|h5|hdf5|pkl|onnx|bin"
)
# A word, or what is in quotes, that ends like a file of a visitor's. A server's own are .py.
_LIKE_A_FILE = re.compile(
    rf"'[^'\n]{{1,300}}\.(?:{_ENDINGS})'|\"[^\"\n]{{1,300}}\.(?:{_ENDINGS})\""
    rf"|[^\s'\"“”<>|*?]{{1,300}}\.(?:{_ENDINGS})\b",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
events = logging.getLogger("gradcam.server")


def set_up(write: Callable[[str], object] | None = None) -> None:
    """Send every log of this process through one handler.

    Raises GradcamError if GRADCAM_LOG is neither "text" nor "json".

    write : takes each event, without the end of its line; by default standard error does.
    """
    kind = os.environ.get(VARIABLE, "text") or "text"
    if kind not in _KINDS:
        raise GradcamError(f"{VARIABLE} is {kind!r}.", hint="It takes text or json.")
    handler = _Handler(write or _to_standard_error)
    names = os.environ.get(NAMES) == "1"
    handler.setFormatter(Lines(names) if kind == "text" else Objects(names))
    one_log(handler)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # addresses of visitors
    handler.setLevel(logging.INFO if kind == "json" else logging.WARNING)
    events.setLevel(handler.level)
    logging.captureWarnings(True)
    threading.excepthook = _from_thread


def event(what: str, **said: float | str | None) -> None:
    """Tell of something that happened; `said` must come from the program, not from a visitor."""
    events.info(what, extra={"said": said})


class _Formatter(logging.Formatter):
    """Text of a record in which nothing can be mistaken for another, and no file is named.

    names : leave names of files in.
    """

    def __init__(self, names: bool = False) -> None:
        super().__init__()
        self._names = names

    def clean(self, text: str) -> str:
        """Return text without names of files, on terms with a terminal, and not endless."""
        text = text if self._names else hide(text, uploaded_names())
        text = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        text = text.encode("utf-8", "backslashreplace").decode()
        return text if len(text) <= _MOST else f"{text[: _MOST // 2]} […] {text[-_MOST // 2 :]}"

    def traceback(self, record: logging.LogRecord) -> str:
        """Return the traceback of what a record tells, if any."""
        return self.formatException(record.exc_info) if record.exc_info else ""


class Lines(_Formatter):
    """A line an event; a traceback's lines follow, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of one event."""
        said = " ".join(f"{name}={value}" for name, value in getattr(record, "said", {}).items())
        message = " ".join(self.clean(f"{record.getMessage()} {said}").split("\n")).rstrip()
        when = datetime.fromtimestamp(record.created).isoformat(" ", "milliseconds")
        line = f"{when} {record.levelname} {record.name}: {message}"
        trace = self.clean(self.traceback(record))
        return line + "".join(f"\n    {one}" for one in trace.split("\n") if one)


class Objects(_Formatter):
    """A JSON object an event, on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of one event."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said: dict[str, Any] = {
            "time": when.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": self.clean(record.getMessage()),
            **getattr(record, "said", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = record.exc_info[0].__name__
            said["traceback"] = self.clean(self.traceback(record))
        return json.dumps(said, ensure_ascii=False)


def hide(text: str, names: Iterable[str]) -> str:
    """Return text without these names, and without whatever else ends like a visitor's file.

    >>> hide("my cat.png is not a photo; neither is /tmp/x.jpg", ["my cat.png"])
    '[file] is not a photo; neither is [file]'
    >>> hide("file/resnet with hats could not be traced", ["resnet with hats.pth"])
    'file/[file] could not be traced'
    """
    known = {name for one in names for name in (one, one.rpartition(".")[0]) if len(name) > 2}
    if known:
        longest_first = sorted(known, key=len, reverse=True)
        either = "|".join(re.escape(name) for name in longest_first)
        text = re.sub(rf"(?<!\w)(?:{either})(?!\w)", HIDDEN, text)
    return _LIKE_A_FILE.sub(HIDDEN, text)


class _Handler(logging.Handler):
    def __init__(self, write: Callable[[str], object]) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        metrics.logged.add(level=record.levelname.lower())
        try:
            self._write(self.format(record))
        except Exception as error:  # a log must not stop what it tells of
            with suppress(Exception):
                self._write(f"A line of the log could not be written: {type(error).__name__}.")


def _to_standard_error(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _from_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_type is SystemExit or told.exc_value is None:
        return
    events.error("A thread ended.", exc_info=told.exc_value)
