"""The Python half of the camera: its switch, its place on the page, and what becomes of clicks."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from gradcam import METHODS, Classifier, GradcamError, Request
from gradcam.errors import ImageError

from .. import errors
from ..chooser import chooser
from ..compat import trigger
from ..page import served_at
from ..pickers.classes import class_options, first_index
from ..pictures import Picture
from ..viewer.payload import Blobs, block, colormaps
from .answering import Looking, Watcher, frame_size
from .route import PATH
from .shots import keep

ON = "camera_on"
_CAMERA, _FOLLOW = "camera", "camera_follow"
_FOLLOWED, _FROZEN, _WATCHER = "camera_followed", "camera_frozen", "camera_watcher"
_LONGEST = 16_000_000  # characters of a frozen frame: one of twelve megapixels has fewer
_HERE = Path(__file__).parent
_STYLES = (_HERE.parent / "viewer" / "bars.css", _HERE / "camera.css")
_COMPONENT = st.components.v2.component(
    "gradcam_camera",
    css="\n".join(file.read_text(encoding="utf-8") for file in _STYLES),
    # Built from the modules beside it by `npm run build`.
    js=(_HERE / "camera.bundle.js").read_text(encoding="utf-8"),
)


def switch() -> bool:
    """Draw the switch; return whether the camera is on."""
    on = st.toggle(
        "Camera",
        key=ON,
        help="Hold something up to this device's camera, and the heatmap follows. Its pictures go "
        "to the server this page comes from, which keeps none but those you freeze.",
    )
    if not on:
        st.session_state.pop(_WATCHER, None)
    return on


def camera(clf: Classifier, request: Request, on_freeze: Callable[[Picture], None]) -> None:
    """Draw the camera's live picture and the heatmap over it.

    Frames find their way by themselves (see route.py) and rerun nothing. What the page asks of them
    can change while the camera runs.

    request : how to explain each frame: its first layer, method, options and fit. A slow method is
        replaced by the model's usual one, and frames are not averaged over several views.
    on_freeze : called with each frame that is frozen, which is one of the session's photos then.
    """
    slow = METHODS[request.method].slow
    usable = replace(
        request,
        method=clf.usual_method if slow else request.method,
        parameters={} if slow else request.parameters,
        classes=None,
        top_k=1,
        augment=False,
        fuse=None,
    )
    st.fragment(_seen)(clf, usable, request.method, on_freeze)


def _seen(
    clf: Classifier, request: Request, asked: str, on_freeze: Callable[[Picture], None]
) -> None:
    """Draw what there is to see; a run of its own when a class is chosen."""
    if st.session_state.pop(_FROZEN, False):
        st.rerun()  # the photo it became is drawn by the page
    looking = Looking(clf, request, _followed(clf))
    blobs = Blobs()
    header = {
        "colormaps": colormaps(blobs),
        "address": _address(looking),
        "follow": looking.follow,
        "label": "" if looking.follow is None else clf.labels[looking.follow],
        "side": frame_size(clf.preprocessing, request.fit),
        "about": _about(clf, request, asked),
    }
    _COMPONENT(
        key=_CAMERA,
        data=block(header, blobs),
        on_follow_change=lambda: _clicked(clf),
        on_freeze_change=lambda: _freeze(on_freeze),
    )
    with st.container(key="camera_choice"):
        chooser(
            "Follow",
            class_options(tuple(clf.labels)),
            [] if looking.follow is None else [str(looking.follow)],
            key=_FOLLOW,
            on_choose=lambda ids: _choose(clf, first_index(ids)),
            optional=True,
            placeholder="The most probable now",
            help="The class whose heatmap is drawn. Without one, it is whatever the model finds "
            "most probable at the moment; a name stays until another is clearly more probable.",
        )


def _address(looking: Looking) -> str:
    """Return where frames go, and let them be asked this from now on."""
    watcher: Watcher = st.session_state.get(_WATCHER) or Watcher(looking)
    watcher.looking = looking
    st.session_state[_WATCHER] = watcher
    return served_at(PATH, watcher.token)


def _about(clf: Classifier, request: Request, asked: str) -> str:
    """Say what explains the frames, and why if it is not what was asked for."""
    used = METHODS[request.method].title
    layer = "" if request.layers is None else request.layers[0]
    told = f"{clf.title} · {layer} · {used}"
    if asked == request.method:
        return told
    return f"{told}, because {METHODS[asked].title} is too slow for moving pictures"


def _followed(clf: Classifier) -> int | None:
    """Return the class to follow, if one was chosen for this model."""
    model, index = st.session_state.get(_FOLLOWED, (None, None))
    return index if model == clf.id and index is not None and index < len(clf.labels) else None


def _choose(clf: Classifier, index: int | None) -> None:
    st.session_state[_FOLLOWED] = (clf.id, index)


def _clicked(clf: Classifier) -> None:
    """Follow the class whose bar was clicked; -1 goes back to the most probable one."""
    index = trigger(_CAMERA, "follow")
    if isinstance(index, int) and -1 <= index < len(clf.labels):
        _choose(clf, None if index < 0 else index)


def _freeze(on_freeze: Callable[[Picture], None]) -> None:
    """Keep the frame that the browser sent as a photo."""
    try:
        on_freeze(keep(_picture(trigger(_CAMERA, "freeze"))))
    except GradcamError as error:
        errors.logged(error)
        return
    st.session_state[_FROZEN] = True


def _picture(sent: object) -> bytes:
    """Return the JPEG that the browser sent as base64; raises ImageError if it is none."""
    if isinstance(sent, str) and len(sent) <= _LONGEST:
        try:
            return base64.b64decode(sent, validate=True)
        except binascii.Error as error:
            raise _not_whole() from error
    raise _not_whole()


def _not_whole() -> ImageError:
    return ImageError("The camera's picture did not arrive whole.", hint="Freeze it again.")
