"""Photos to explain, each decoded once: samples, uploads and camera shots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.typing import UploadedFile

from gradcam import GradcamError, open_image
from gradcam.images import Opened

from .compat import upload_id
from .samples import SAMPLES, load

MAX_PICTURES = 12


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


def read(files: Sequence[UploadedFile]) -> tuple[list[Picture], list[Unreadable]]:
    """Decode the files; return the photos, and the files that are not photos."""
    good: list[Picture] = []
    bad: list[Unreadable] = []
    for file in files:
        try:
            good.append(_opened(upload_id(file), file.name, file.getvalue()))
        except GradcamError as error:
            bad.append(Unreadable(file.name, error))
    return good, bad


@st.cache_resource(max_entries=MAX_PICTURES, show_spinner=False, scope="session")
def _opened(file_id: str, name: str, _data: bytes) -> Picture:  # noqa: ARG001
    return Picture(name, open_image(_data))
