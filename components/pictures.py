"""Photos to explain: samples, uploads and frozen frames. Few are decoded once, many when due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.typing import UploadedFile

from gradcam import GradcamError, open_image
from gradcam.images import Opened

from .compat import upload_id
from .samples import SAMPLES, load
from .view import FEW

MAX_PHOTOS = 500


@dataclass(frozen=True)
class Source:
    """A photo that is read when it is due.

    id : the same in every run of the session; of a sample, the same in every link.
    name : the file's name, with its folders if a whole folder was uploaded.
    read : decodes it; raises GradcamError if that fails.
    """

    id: str
    name: str
    read: Callable[[], Opened] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Picture:
    """A photo and its name."""

    name: str
    opened: Opened = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the pixels, computed once."""
        return self.opened.digest


@dataclass(frozen=True)
class Unreadable:
    """A file that could not be read, and why."""

    name: str
    error: GradcamError


@st.cache_resource(max_entries=len(SAMPLES), show_spinner=False)
def sample(id: str) -> Picture:
    """Return the sample photo with this id."""
    title = next(s.title for s in SAMPLES if s.id == id)
    return Picture(title, Opened(load(id)))


def sample_source(id: str) -> Source:
    """Return the sample photo with this id, to be read when it is due."""
    title = next(s.title for s in SAMPLES if s.id == id)
    return Source(id, title, lambda: sample(id).opened)


def upload_source(file: UploadedFile) -> Source:
    """Return an upload, to be read when it is due."""
    # The bytes are Streamlit's own; the file is a view of them.
    return Source(upload_id(file), file.name, lambda: open_image(file.getvalue()))


def read(sources: Sequence[Source]) -> tuple[list[Picture], list[Unreadable]]:
    """Decode photos; return them, and the files that are not photos."""
    good: list[Picture] = []
    bad: list[Unreadable] = []
    for source in sources:
        try:
            good.append(_opened(source.id, source))
        except GradcamError as error:
            bad.append(Unreadable(source.name, error))
    return good, bad


@st.cache_resource(max_entries=2 * FEW, show_spinner=False, scope="session")
def _opened(id: str, _source: Source) -> Picture:  # noqa: ARG001
    return Picture(_source.name, _source.read())
