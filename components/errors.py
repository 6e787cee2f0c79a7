"""Errors on the page: what happened and what to do next. Tracebacks go to the log."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import streamlit as st

from gradcam import GradcamError
from gradcam.text import clip, escaped, isolated, printable

log = logging.getLogger("gradcam.explorer")


class _Text(logging.Filter):
    """Writes out what a terminal would obey, in the names and labels that a log quotes too."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record as every handler then has it; keep all."""
        record.msg, record.args = escaped(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = escaped(_FORMAT.formatException(record.exc_info))
        return True


_FORMAT = logging.Formatter()
log.addFilter(_Text())
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$^=&\"'])")
_UNEXPECTED = GradcamError(
    "Something went wrong.",
    hint="Try another model, layer or photo. The server log has the details.",
)


def plain(text: str, most: int = 400) -> str:
    """Escape untrusted text (file names, labels) so that markdown shows it as written."""
    line = isolated(printable(clip(" ".join(text.split()), most)))
    # Word joiners, because ":name:" becomes an icon, and "www." and "https://" a link, even behind
    # backslashes.
    joined = re.sub(r"(?i)(:)(?=\w|//)|(?<=www)(?=\.)|(?=@)", "\\1\u2060", line)
    return _MARKDOWN.sub(r"\\\1", joined)


def sentence(error: GradcamError, name: str = "") -> str:
    """Format `error` as markdown, preceded by the name of its file unless it starts with that."""
    text = plain(error.message, 1000)
    if name and not error.message.startswith(f"{name} "):
        text = f"**{plain(name, 80)}**: {text}"
    return f"{text}  \n{plain(error.hint, 1000)}" if error.hint else text


def show(error: GradcamError, name: str = "") -> None:
    """Show one error in a red box."""
    st.error(sentence(error, name), icon=":material/error:")


def show_all(named: Iterable[tuple[str, GradcamError]]) -> None:
    """Show the errors of several files in one red box, one line each."""
    lines = (sentence(error, name).replace("  \n", " ") for name, error in named)
    st.error("  \n".join(lines), icon=":material/error:")


@contextmanager
def reported(name: str = "") -> Iterator[None]:
    """Show any error raised inside on the page, log it, and let the rest of the page go on."""
    try:
        yield
    except Exception as error:
        show(logged(error), name)


def logged(error: Exception) -> GradcamError:
    """Write an error to the log, and return what to show of it: of an unexpected one, nothing."""
    if isinstance(error, GradcamError):
        log.warning("%s", error, exc_info=error)
        return error
    log.error("unexpected", exc_info=error)
    return _UNEXPECTED
