"""Which photos to explain: samples, uploads and frozen frames of the camera.

Saved maps and lists of labels are uploaded here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import streamlit as st
from streamlit.typing import UploadedFile

from gradcam import GradcamError
from gradcam.expected import read_list

from .. import pictures, state
from ..camera.camera import switch
from ..camera.shots import shots, shots_list
from ..compat import upload_id
from ..limits import limits
from ..pictures import Picture, Source, Unreadable, called_source, upload_source
from ..samples import SAMPLES, Sample
from ..saved import ENDING
from ..thumbnails import Thumbnail, thumbnails
from ..thumbnails.thumbnails import shrunk
from ..view import FEW, MAX_SAMPLES, ViewState
from ..viewer import payload_id

FILES, FOLDER, FOLDER_ON = "files", "folder", "folder_on"
STRIP = "strip"
LIST = ".csv"
_ARRIVED = "arrived"
# Only a filter for the file dialog; reading a file decides what it is.
_TYPES = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "npz", "csv"]


@dataclass(frozen=True)
class Brought:
    """What there is to explain.

    photos : all photos, newest first; the first `own` of them are the visitor's.
    pictures : the same decoded, if they are few; of many, none.
    saved, bad : saved maps; files that could not be read.
    labels : what lists of labels say, by file name.
    fresh : ids of what arrived last, if something was there before.
    left_out : names of the photos beyond the limit.
    live : whether the camera is on.
    """

    photos: list[Source]
    own: int
    pictures: list[Picture] = field(default_factory=list)
    saved: list[UploadedFile] = field(default_factory=list)
    bad: list[Unreadable] = field(default_factory=list)
    labels: Mapping[str, str] = field(default_factory=dict)
    fresh: frozenset[str] = frozenset()
    left_out: Sequence[str] = ()
    live: bool = False

    @property
    def many(self) -> bool:
        """Whether they are too many for a line each."""
        return len(self.photos) > FEW


def images_panel() -> Brought:
    """Draw the controls and return what they hold."""
    strip = st.container(key="images")
    files, live = _uploads()
    saved = [file for file in files if _ends(file, ENDING)]
    lists = [file for file in files if _ends(file, LIST)]
    labels, bad = _labels(lists)
    others = {upload_id(file) for file in [*saved, *lists]}
    uploaded = [upload_source(file) for file in files if upload_id(file) not in others]
    own = [*shots(), *uploaded]
    own, fresh = _newest_first(own)
    good: list[Picture] = []
    if len(own) <= FEW:
        outcomes = [(source, *pictures.read([source])) for source in own]
        own = [source for source, found, _ in outcomes if found]
        good = [picture for _, found, _ in outcomes for picture in found]
        bad += [one for _, _, unreadable in outcomes for one in unreadable]
    chosen = _chosen(state.view(), uploads=bool(own))
    here = [pictures.keep(picture) for picture in good]
    kept = [id for id in chosen if id in pictures.kept() and id not in here]
    pictures.note_shown([*here, *chosen])
    chosen = tuple(id for id in chosen if id not in pictures.kept())
    with strip:
        thumbnails("Photos", _thumbnails(), chosen, key=STRIP, on_pick=_pick, on_add=_add)
    own += map(called_source, kept)
    photos = [*own, *map(called_source, chosen)]
    if len(photos) <= FEW:
        good = [*good, *map(pictures.called, (*kept, *chosen))]
    left_out = [source.name for source in photos[limits().photos :]]
    photos = photos[: limits().photos]
    few = good if len(photos) <= FEW else []
    return Brought(photos, len(own), few, saved, bad, labels, fresh, left_out, live)


def _uploads() -> tuple[list[UploadedFile], bool]:
    """Draw the three ways to bring photos; return the files, and whether the camera is on."""
    files = _uploader(FILES)
    with st.container(horizontal=True):
        folder = st.toggle(
            "Folder",
            key=FOLDER_ON,
            help="Upload all photos in a folder. Its subfolders' names are read as labels.",
        )
        live = switch()
    if folder:
        files += _uploader(FOLDER)
    shots_list()
    return files, live


def _uploader(key: str) -> list[UploadedFile]:
    return st.file_uploader(
        "A folder of photos" if key == FOLDER else "Your photos",
        type=_TYPES,
        accept_multiple_files="directory" if key == FOLDER else True,
        key=key,
        on_change=_uploaded,
        args=(key,),
        label_visibility="collapsed",
        max_upload_size=100,
    )


def _ends(file: UploadedFile, ending: str) -> bool:
    return bool(file.name.casefold().endswith(ending))


def _labels(lists: Iterable[UploadedFile]) -> tuple[dict[str, str], list[Unreadable]]:
    """Return the labels of all lists by file name, and the lists that cannot be read."""
    labels: dict[str, str] = {}
    bad: list[Unreadable] = []
    for file in lists:
        try:
            labels |= read_list(file.getvalue())
        except GradcamError as error:
            bad.append(Unreadable(file.name, error))
    return labels, bad


def _newest_first(own: Sequence[Source]) -> tuple[list[Source], frozenset[str]]:
    """Return the uploads, those that arrived last first, and the ids of these if some are older."""
    arrived: dict[str, int] = st.session_state.setdefault(_ARRIVED, {})
    now = max(arrived.values(), default=0) + 1
    for source in own:
        arrived.setdefault(source.id, now)
    times = {arrived[source.id] for source in own}
    ordered = sorted(own, key=lambda source: -arrived[source.id])
    last = max(times, default=0)
    fresh = {source.id for source in own if arrived[source.id] == last}
    return ordered, frozenset(fresh if len(times) > 1 else ())


def _chosen(view: ViewState, *, uploads: bool) -> tuple[str, ...]:
    """Return the chosen samples; without any, and without uploads, the first one."""
    return view.samples or (() if uploads else (SAMPLES[0].id,))


def _uploaded(key: str) -> None:
    # Hide the samples, so that the new photo is the one on screen.
    if st.session_state.get(key):
        state.change(lambda view: replace(view.with_samples(()), photo=""))


def _pick(id: str) -> None:
    uploads = _any_upload()
    state.change(lambda view: view.with_samples(_picked(view, id, uploads=uploads)))


def _any_upload() -> bool:
    return bool(shots()) or any(st.session_state.get(key) for key in (FILES, FOLDER))


def _picked(view: ViewState, id: str, *, uploads: bool) -> tuple[str, ...]:
    """Return just this sample, or none if it was picked again beside uploads."""
    return () if uploads and view.samples == (id,) else (id,)


def _add(id: str) -> None:
    uploads = _any_upload()

    def added(view: ViewState) -> ViewState:
        chosen = _chosen(view, uploads=uploads)
        others = tuple(other for other in chosen if other != id)
        return replace(view, samples=(others if id in chosen else (*chosen, id))[-MAX_SAMPLES:])

    state.change(added)


@st.cache_resource(show_spinner=False)
def _thumbnails() -> tuple[Thumbnail, ...]:
    return tuple(map(_thumbnail, SAMPLES))


def _thumbnail(one: Sample) -> Thumbnail:
    photo = pictures.sample(one.id).opened
    return Thumbnail(one.id, one.title, one.credit, shrunk(photo.pixels), payload_id(photo))
