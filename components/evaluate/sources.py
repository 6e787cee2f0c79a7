"""Which photos the sections about a folder work on: uploads, the operator's folder, or samples."""

from __future__ import annotations

import io
import logging
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import streamlit as st
from PIL import Image

from gradcam import Layer
from gradcam.evaluation.asking import Of
from gradcam.photos import Given, collect, portable

from .. import pictures, state
from ..errors import plain
from ..pickers.images import Brought
from ..pictures import Picture, Source, called_source
from ..samples import SAMPLES
from ..view import PHOTOS, ViewState

log = logging.getLogger("gradcam.explorer")
_CHOICE = "evaluate_photos"
_OF: Mapping[Of, str] = {"predicted": "What the model says", "labelled": "What the folder says"}
# A path is never taken from the browser; whoever starts the server names the folder.
_FOLDER = os.environ.get("GRADCAM_FOLDER", "")
if _FOLDER and not Path(_FOLDER).is_dir():
    log.warning("GRADCAM_FOLDER is %r, which is not a folder.", _FOLDER)
    _FOLDER = ""


@dataclass(frozen=True)
class Photos:
    """The photos of a folder, or what stands in for one.

    id : one of PHOTOS. title : what to call them on the page; untrusted text.
    """

    id: str
    title: str
    given: Sequence[Given]


@dataclass(frozen=True)
class Chosen:
    """What is chosen beside the page's sections.

    picture : the one photo; None if there is none that can be read.
    photos : for the sections about a folder.
    """

    view: ViewState
    layer: Layer
    picture: Picture | None
    photos: Callable[[], Photos]


def class_asked(photos: Photos, key: str) -> Of:
    """Ask which class to explain, where the photos have labels.

    key : of the control.
    """
    if not any(one.label for one in photos.given):
        return "predicted"
    return st.segmented_control(
        "Explain", list(_OF), format_func=_OF.__getitem__, default="predicted", required=True,
        key=key,
        help="Explain the class that the model finds most probable, or the one that the photo's "
        "folder is named after.",
    )  # fmt: skip


def photos_chosen(brought: Brought) -> Photos:
    """Draw the choice of the photos, if there are several to choose from; return the chosen ones.

    brought : what the sidebar holds; without uploads there, those that Explore had last.
    """
    own = brought.photos[: brought.own] or pictures.brought()
    offered = [id for id in PHOTOS if (own if id == "uploads" else id == "samples" or _FOLDER)]
    chosen = state.view().photos
    chosen = chosen if chosen in offered else offered[0]
    if len(offered) > 1:
        titles = {"uploads": f"Your {len(own)} photos", "folder": plain(_folder_title(), 60),
                  "samples": f"The {len(SAMPLES)} samples"}  # fmt: skip
        state.show(_CHOICE, chosen)
        st.radio(
            "Photos",
            offered,
            format_func=titles.__getitem__,
            key=_CHOICE,
            horizontal=True,
            on_change=state.from_widget,
            args=(_CHOICE, lambda view, id: replace(view, photos=id)),
        )
    return _GIVEN[chosen](own)


def _uploads(own: Sequence[Source]) -> Photos:
    """Return uploads. A whole folder's files come with its name in front, which is no label."""
    count = Counter[str]()
    given = []
    for source in own:
        *folders, file = source.name.replace("\\", "/").split("/")
        name = portable(Path(*folders[1:], file)).as_posix()
        count[name.casefold()] += 1
        again = count[name.casefold()]
        name = f"{name}~{again}" if again > 1 else name
        given.append(Given(name, _file(source), folders[1] if len(folders) > 1 else ""))
    return Photos("uploads", "your photos", tuple(given))


def _folder(_: Sequence[Source]) -> Photos:
    return Photos("folder", _folder_title(), _inside(_FOLDER))


def _folder_title() -> str:
    return Path(_FOLDER).resolve().name


def _samples(_: Sequence[Source]) -> Photos:
    return Photos("samples", "the samples", _sample_files())


_GIVEN: Mapping[str, Callable[[Sequence[Source]], Photos]] = MappingProxyType(
    {"uploads": _uploads, "folder": _folder, "samples": _samples}
)


@st.cache_resource(show_spinner=False, ttl="1m")
def _inside(folder: str) -> tuple[Given, ...]:
    return tuple(collect([Path(folder)]))


@st.cache_resource(show_spinner=False)
def _sample_files() -> tuple[Given, ...]:
    return tuple(Given(f"{one.id}.png", _file(called_source(one.id))) for one in SAMPLES)


def _file(source: Source) -> bytes:
    """Return a photo's file; of a sample, which may be made of two, its pixels as one."""
    if source.file is not None:
        return source.file()
    buffer = io.BytesIO()
    Image.fromarray(source.read().pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
