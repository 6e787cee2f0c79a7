"""Photos to explain: samples, uploads and frozen frames. Few are decoded once, many when due.

The visitor's own are kept for the session, a few of them, so that every page can show them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from math import prod
from threading import RLock
from typing import Any

import streamlit as st
from streamlit.typing import UploadedFile

from gradcam import GradcamError, open_image
from gradcam.decoding import claimed_pixels
from gradcam.images import Opened
from gradcam.text import file_name
from gradcam.types import Photo

from .compat import upload_id
from .keeping import Kept
from .limits import limits
from .samples import SAMPLES, load
from .state import visitor
from .view import FEW, OWN
from .viewer.payload import photo_jpeg

_OPENED = 128  # photos of a session whose size and small copy are known
_LARGE = 8_000_000  # pixels
_large = RLock()
_KEPT, _SHOWN, _BROUGHT = "kept_photos", "shown_photos", "brought_photos"


@dataclass(frozen=True)
class Source:
    """A photo that is read when it is due.

    id : the same in every run of the session; of a sample, the same in every link.
    name : the file's name, with its folders if a whole folder was uploaded.
    read : decodes it; raises GradcamError if that fails.
    file : the bytes of the file, where there is one.
    """

    id: str
    name: str
    read: Callable[[], Opened] = field(repr=False, compare=False)
    file: Callable[[], bytes] | None = field(default=None, repr=False, compare=False)


class Reread(Opened):
    """A photo whose pixels are decoded once more where they had to make room for others'.

    A small file can hold a large photo, and twelve large photos would take gigabytes for as long as
    the page is open. Their size, digest and notes stay.

    read : decodes the photo; raises GradcamError if that fails, here as well.
    whose : the visitor it belongs to.
    """

    def __init__(self, read: Callable[[], Opened], whose: Hashable) -> None:
        first = read()
        # An Opened is frozen, and finds its digest when it is asked for; this one has lost the
        # pixels by then.
        vars(self).update(notes=first.notes, digest=first.digest)
        vars(self).update(_size=first.size, _read=read, _whose=whose)
        decoded().get(first.digest, lambda: first.pixels, whose)

    @property
    def pixels(self) -> Photo:
        """uint8 (H, W, 3); ask once for all that is done with them."""
        me: dict[str, Any] = vars(self)
        found = decoded().known(self.digest)
        if found is None:
            with one_at_a_time(prod(self.size)):
                found = decoded().get(self.digest, lambda: me["_read"]().pixels, me["_whose"])
        return found

    @property
    def size(self) -> tuple[int, int]:
        """(H, W), for which nothing is decoded."""
        found: tuple[int, int] = vars(self)["_size"]
        return found


def one_at_a_time(pixels: int) -> AbstractContextManager[object]:
    """Wait until no other large photo is decoded or made smaller; small ones wait for nobody.

    Each takes several times its pixels for a moment, and a moment is long on a busy server.
    """
    return _large if pixels > _LARGE else nullcontext()


@st.cache_resource(show_spinner=False)
def decoded() -> Kept[Photo]:
    """The pixels of all visitors' photos."""
    return Kept(lambda: limits().decoded_bytes)


@dataclass(frozen=True)
class Picture:
    """A photo and its name.

    sample : whether it is one of the product's own, so that it is nobody's.
    """

    name: str
    opened: Opened = field(repr=False)
    sample: bool = False

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
    return Picture(title, Opened(load(id)), sample=True)


def keep(picture: Picture) -> str:
    """Keep one of the visitor's own photos for the session; return its id."""
    id = own_id(picture)
    photos = {**kept()}
    photos.pop(id, None)
    photos[id] = picture
    st.session_state[_KEPT] = dict(list(photos.items())[-FEW:])
    return id


def kept() -> Mapping[str, Picture]:
    """Return the visitor's own photos by id, oldest first."""
    photos: dict[str, Picture] = st.session_state.get(_KEPT, {})
    return photos


def note_shown(ids: Sequence[str]) -> None:
    """Remember which of the `known` photos Explore shows."""
    st.session_state[_SHOWN] = tuple(ids)


def shown() -> tuple[str, ...]:
    """Return the ids of the photos that Explore showed last."""
    return tuple(id for id in st.session_state.get(_SHOWN, ()) if id in known())


def note_brought(own: Sequence[Source]) -> None:
    """Remember the visitor's own photos on Explore, of which Streamlit drops the uploads there."""
    st.session_state[_BROUGHT] = tuple(own)


def brought() -> tuple[Source, ...]:
    """Return the visitor's own photos as Explore last had them, newest first."""
    own: tuple[Source, ...] = st.session_state.get(_BROUGHT, ())
    return own


def own_id(picture: Picture) -> str:
    """Return what a view calls a photo of the visitor's own. Only this session knows it."""
    return f"{OWN}{picture.digest[:16]}"


def known() -> list[str]:
    """Return the ids of all photos that a view may name."""
    return [*(one.id for one in SAMPLES), *kept()]


def called(id: str) -> Picture:
    """Return the photo with one of the `known` ids."""
    return kept().get(id) or sample(id)


def called_source(id: str) -> Source:
    """Return the photo with one of the `known` ids, to be read when it is due."""
    if id in kept():
        return Source(id, kept()[id].name, lambda: kept()[id].opened)
    title = next(s.title for s in SAMPLES if s.id == id)
    return Source(id, title, lambda: sample(id).opened)


def upload_source(file: UploadedFile) -> Source:
    """Return an upload, to be read when it is due."""
    # The bytes are Streamlit's own; the file is a view of them.
    return Source(
        upload_id(file),
        file_name(file.name),
        lambda: open_image(file.getvalue()),
        lambda: file.getvalue(),
    )


def read(sources: Sequence[Source]) -> tuple[list[Picture], list[Unreadable]]:
    """Decode photos; return them, and the files that are not photos."""
    good: list[Picture] = []
    bad: list[Unreadable] = []
    for source in sources:
        found = _opened(source.id, source)
        if isinstance(found, Picture):
            good.append(found)
        else:
            bad.append(found)
    return good, bad


@st.cache_resource(max_entries=_OPENED, show_spinner=False, scope="session")
def _opened(id: str, _source: Source) -> Picture | Unreadable:  # noqa: ARG001
    with one_at_a_time(0 if _source.file is None else claimed_pixels(_source.file())):
        try:
            opened = Reread(_source.read, visitor())
        except GradcamError as error:
            # It is not tried again at every click, and holds no frame that holds the photo.
            return Unreadable(_source.name, type(error)(error.message, hint=error.hint))
        photo_jpeg(opened)  # while the pixels are here
        return Picture(_source.name, opened)
