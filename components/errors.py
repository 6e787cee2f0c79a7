"""Errors on the page: one sentence what happened, one what to do. The traceback goes to the log."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import streamlit as st

from gradcam import GradcamError

log = logging.getLogger("gradcam.explorer")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$^=&\"'])")
_UNEXPECTED = GradcamError(
    "Something went wrong that should not have.",
    hint="Choose another model, layer or image; the log of the server says what it was.",
)


def plain(text: str, most: int = 400) -> str:
    """Untrusted text (file names, labels) so that markdown shows it as it is written."""
    line = " ".join(text.split())
    line = line if len(line) <= most else line[: most - 1] + "…"
    # Word joiners: ":name:" would become an icon, "www." a link, even behind backslashes.
    joined = re.sub(r"(?i)(:)(?=\w)|(?<=www)(?=\.)|(?=@)", "\\1\u2060", line)
    return _MARKDOWN.sub(r"\\\1", joined)


def sentence(error: GradcamError, name: str = "") -> str:
    """`error` as markdown, after the file it is about."""
    said = plain(error.message, 1000)
    if name:
        said = f"**{plain(name, 80)}**: {said}"
    return f"{said}  \n{plain(error.hint, 1000)}" if error.hint else said


def show(error: GradcamError, name: str = "") -> None:
    """One red box."""
    st.error(sentence(error, name), icon=":material/error:")


def show_all(named: Iterable[tuple[str, GradcamError]]) -> None:
    """One red box for several files, a line each."""
    lines = (sentence(error, name).replace("  \n", " ") for name, error in named)
    st.error("  \n".join(lines), icon=":material/error:")


@contextmanager
def told(name: str = "") -> Iterator[None]:
    """Whatever goes wrong within is told on the page, and the rest of the page goes on."""
    try:
        yield
    except GradcamError as error:
        log.warning("%s", error, exc_info=error)
        show(error, name)
    except Exception as error:
        log.exception("unexpected", exc_info=error)
        show(_UNEXPECTED, name)
