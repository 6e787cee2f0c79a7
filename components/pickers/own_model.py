"""The user's own models, kept for the session: weights, a Keras file, or a folder as ZIP."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import streamlit as st
from streamlit.typing import UploadedFile

import gradcam
from gradcam import GradcamError, ModelError, Preprocessing, WeightsError
from gradcam.backends import Classifier
from gradcam.formats import PACKED, STATES, WHOLE
from gradcam.models import architectures
from gradcam.text import base_name
from gradcam.vault import Budget, scratch, unwritable

from .. import errors, state
from ..engine import keep, tidy
from ..glossary import TERMS
from ..limits import limits

FORM = "another_model"  # what holds this form and that for the hub
_LOADED: WeakSet[Classifier] = WeakSet()  # of all sessions
_MODELS, _ERROR, _ASKED = "own_models", "own_error", "own_asked"
_FILE, _ARCHITECTURE, _LABELS, _NAMES = "own_file", "own_architecture", "own_labels", "own_names"
_VALUES, _SIZE = "own_values", "own_size"
_MAX_NAME = 60  # characters, of up to four bytes: disks take names of 255
_MAX_LABELS = 1_000_000  # characters
_AS_SAVED = "Use what the model says"
_USUAL = "As the published weights do"
# No file says for certain which pixel values the model was trained on.
_EXPECTED: Mapping[str, dict[str, Any]] = {
    "0 to 1": {"mean": (0, 0, 0), "std": (1, 1, 1)},
    "0 to 255": {"mean": (0, 0, 0), "std": (1 / 255,) * 3},
    "−1 to 1": {"mean": (0.5,) * 3, "std": (0.5,) * 3},
    "ImageNet mean and standard deviation": {
        "mean": Preprocessing().mean,
        "std": Preprocessing().std,
    },
    "ImageNet mean, BGR (VGG, ResNet)": {
        "mean": (123.68 / 255, 116.779 / 255, 103.939 / 255),
        "std": (1 / 255,) * 3,
        "channels": "bgr",
    },
}


@dataclass(frozen=True)
class _Asked:
    file: UploadedFile | None
    architecture: str | None
    preprocessing: dict[str, Any] | None
    labels: list[str]


@dataclass(frozen=True)
class _Failed:
    error: GradcamError
    name: str
    field: str


def loaded() -> Mapping[str, Classifier]:
    """Return the models loaded in this session by id, oldest first."""
    models: dict[str, Classifier] = st.session_state.setdefault(_MODELS, {})
    return models


def form() -> None:
    """Draw the fields for a file of the user's own."""
    st.file_uploader(
        "Or your own: weights, or a folder as ZIP",
        key=_FILE,
        help="A Keras model saved with `model.save('mine.keras')`, PyTorch weights saved "
        "with `torch.save(model.state_dict(), …)`, or a ZIP of the folder that "
        "`model.save_pretrained` of transformers or timm wrote. Code in a file is never run.\n\n"
        f"State dict: {TERMS['state dict']}",
    )
    st.caption(".pth · .pt · .safetensors · .keras · .h5 · .zip")
    _said(_FILE)
    file = st.session_state.get(_FILE)
    says_itself = _says_itself(file)
    if not says_itself:
        st.selectbox(
            "Architecture",
            architectures(),
            index=None,
            placeholder="The network these weights belong to",
            key=_ARCHITECTURE,
            on_change="ignore",
        )
        _said(_ARCHITECTURE)
    if file is not None:
        _ask_preprocessing(_AS_SAVED if says_itself else _USUAL)
    st.file_uploader(
        "Class labels (optional)",
        type=["txt"],
        key=_LABELS,
        on_change="ignore",
        max_upload_size=1,
    )
    st.text_area(
        "Or type them, one per line",
        key=_NAMES,
        height=96,
        max_chars=20_000,
        on_change="ignore",
    )
    _said(_NAMES)
    st.button("Load", on_click=_ask, type="primary", width="stretch")


def _said(field: str) -> None:
    """Show the error of the last attempt below the field it is about."""
    failed: _Failed | None = st.session_state.get(_ERROR)
    if failed is not None and failed.field == field:
        errors.show(failed.error, failed.name)


def _field_of(error: GradcamError, architecture: str | None) -> str:
    """Return the field that a file's error is about."""
    said = f"{error.message} {error.hint}".casefold()
    if "label" in said:
        return _NAMES
    about = "architecture" in said or (architecture is not None and architecture in said)
    return _ARCHITECTURE if about else _FILE


def _says_itself(file: Any) -> bool:
    """Whether the file says which network it is."""
    return file is not None and file.name.lower().endswith((*WHOLE, PACKED))


def _ask_preprocessing(usual: str) -> None:
    """Draw what to change about how a photo becomes the model's input; `usual` changes nothing."""
    st.selectbox(
        "Pixel values the model expects",
        [usual, *_EXPECTED],
        key=_VALUES,
        on_change="ignore",
        help="Models that rescale their input expect 0 to 255; most others expect 0 to 1, −1 to 1 "
        "or ImageNet's. With the wrong choice, predictions and maps are wrong.",
    )
    st.number_input(
        "Input size in pixels (optional)",
        min_value=8,
        max_value=2048,
        value=None,
        step=1,
        key=_SIZE,
        placeholder="The model's own",
        on_change="ignore",
        help="The side of the square photos that the model was trained on. Details, below the "
        "maps, shows what the model gets to see.",
    )


def _preprocessing() -> dict[str, Any] | None:
    """Return the fields of Preprocessing that were set, or None to leave it as the model has it."""
    size = st.session_state.get(_SIZE)
    expected = _EXPECTED.get(st.session_state.get(_VALUES, ""), {})
    return {**expected, **({"crop": size} if size else {})} or None


def _ask() -> None:
    """Note what to load; for the button's callback, which a next click would interrupt."""
    st.session_state[_ERROR] = None
    st.session_state[_ASKED] = _Asked(
        st.session_state.get(_FILE),
        st.session_state.get(_ARCHITECTURE),
        _preprocessing(),
        _labels(),
    )


def load_asked() -> None:
    """Load the file that was asked for, if any; then run the page again.

    Call this first in a run. A click meanwhile begins the next run, which loads the file anew.
    """
    asked: _Asked | None = st.session_state.get(_ASKED)
    if asked is None:
        return
    try:
        if asked.file is None:
            raise WeightsError("No file is selected.", hint="Drop a model file above.")
        with st.spinner(f"Loading {errors.plain(asked.file.name)}", show_time=True):
            clf = _classifier(asked, asked.file)
    except Exception as error:  # whatever a file of somebody's can lead to
        st.session_state[_ERROR] = _failed(asked, errors.logged(error))
    else:
        _choose(clf)
    del st.session_state[_ASKED]
    st.rerun()


def _failed(asked: _Asked, error: GradcamError) -> _Failed:
    field = _field_of(error, asked.architecture)
    asks = not _says_itself(asked.file)
    field = _FILE if field == _ARCHITECTURE and not asks else field
    return _Failed(error, asked.file.name if asked.file else "", field)


def _choose(clf: Classifier) -> None:
    models = dict(loaded())
    models.pop(clf.id, None)
    models[clf.id] = clf
    st.session_state[_MODELS] = dict(list(models.items())[-limits().own_models :])
    st.session_state[FORM] = False
    state.change(lambda view: view.with_model(clf.id, same_labels=False))


def _classifier(asked: _Asked, file: UploadedFile) -> Classifier:
    name = base_name(file.name, _MAX_NAME)  # a browser's word, which may lead anywhere
    if asked.architecture is None and name.lower().endswith(STATES):
        raise WeightsError(
            "No architecture is selected.", hint="Choose the network these weights belong to."
        )
    tidy()
    _require_room()
    with scratch() as folder:
        path = folder / name
        file.seek(0)  # it may have been read before
        try:
            with path.open("wb") as copy:
                shutil.copyfileobj(file, copy)
        except OSError as error:
            raise unwritable(error) from error
        clf = gradcam.load_model(
            path,
            architecture=asked.architecture,
            labels=asked.labels or None,
            preprocessing=asked.preprocessing,
            budget=_budget(),
        )
        clf.layers()  # a model that cannot be traced fails here,
        _ = clf.labels  # and labels that do not match its output fail here
    keep()
    _LOADED.add(clf)
    return clf


def _require_room() -> None:
    """Raise ModelError if all sessions together have as many models as the server holds."""
    replaced = len(loaded()) >= limits().own_models  # the oldest goes when there is another
    if len(_LOADED) - replaced >= limits().server_own_models:
        raise ModelError(
            f"This server holds {len(_LOADED)} models of its visitors' own, as many as it may.",
            hint="Try again when somebody has left.",
        )


def _budget() -> Budget:
    """What a model of somebody's own may cost on this server."""
    said = limits()
    return Budget(
        memory=said.own_memory_bytes,
        seconds=said.own_seconds,
        output=said.own_output_bytes,
        parameters=said.own_parameters,
        activations=said.own_activation_bytes,
    )


def _labels() -> list[str]:
    file = st.session_state.get(_LABELS)
    text = st.session_state.get(_NAMES) or ""
    if file is not None:
        text = file.getvalue()[:_MAX_LABELS].decode("utf-8", "replace")
    return [line.strip()[:200] for line in text.splitlines() if line.strip()]
