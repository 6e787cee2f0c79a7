"""How a heatmap is made: from the photo over channels and weights to the picture on Explore."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import numpy as np
import streamlit as st

from gradcam import METHODS, Request
from gradcam.saliency import SaliencyMap
from gradcam.types import Floats, Prediction, Preprocessing

from .. import engine, state
from ..engine import PendingError, StoppedError
from ..jobs import Job, answers
from ..viewer.payload import payload_id, photo_jpeg
from ..waiting import queued
from .chapter import Chapter, Chosen
from .made import Made, made, request
from .making_words import Facts, Input, steps, waiting_steps

_JOB = "learn_making_job"
_GUESSES = 5  # classes beside the photo


def making(chosen: Chosen) -> Chapter:
    """Build the chapter about what was chosen; while a slow method computes, its first step."""
    photo = {"photo": photo_jpeg(chosen.picture.opened)}
    try:
        parts = made(chosen)
    except (PendingError, StoppedError) as error:
        st.session_state[_JOB] = error.job
        seen = _seen(chosen)
        about = {**_about(seen), "waiting": _waiting(error.job)}
        return Chapter("making", waiting_steps(seen), about, photo)
    seen = Input(chosen, parts.predictions, parts.map)
    about = {**_about(seen), **_parts(parts)}
    return Chapter("making", steps(Facts(seen, parts)), about, {**photo, **_arrays(parts)})


def _stop(_: object) -> None:
    if isinstance(job := st.session_state.get(_JOB), Job):
        job.leave(state.visitor())


def _again(_: object) -> None:
    if isinstance(job := st.session_state.get(_JOB), Job):
        answers().forget([job.key], state.visitor())


def _look(_: object) -> None:
    """Nothing to change: the chapter is built again, and asks how far the job is."""


ON: Mapping[str, Callable[[object], None]] = {"look": _look, "stop": _stop, "again": _again}


def _about(seen: Input) -> dict[str, Any]:
    chosen = seen.chosen
    return {
        "key": _key(chosen),
        **_photo(chosen, seen.map),
        **_network(chosen),
        "guesses": [_guess(one) for one in _guesses(seen)],
        "label": chosen.label,
        "method": chosen.method,
        "title": METHODS[chosen.method].title,
        "waiting": None,
    }


def _key(chosen: Chosen) -> str:
    """Return what tells this chapter's numbers from others, for the browser."""
    clf, photo = chosen.clf, chosen.picture.digest
    told = repr((clf.id, clf.digest, photo, request(chosen)))
    return sha256(told.encode()).hexdigest()[:16]


def _seen(chosen: Chosen) -> Input:
    """Return what the network makes of the photo, while the chosen method is slow."""
    asked = request(chosen)
    quick = Request(asked.layers, chosen.clf.usual_method, classes=asked.classes, fit=asked.fit)
    result = engine.explain(chosen.clf, chosen.picture, quick).result
    return Input(chosen, result.predictions, result.maps[0])


def _guesses(found: Input) -> list[Prediction]:
    """Return the most probable classes, and the chosen one if it is none of them."""
    best = list(found.predictions[:_GUESSES])
    asked = found.map.prediction
    if asked.index in [one.index for one in best]:
        return best
    return [*best[: _GUESSES - 1], asked]


def _guess(one: Prediction) -> dict[str, Any]:
    return {
        "index": one.index,
        "label": one.label,
        "probability": one.probability,
        "logit": one.logit,
    }


def _photo(chosen: Chosen, found: SaliencyMap) -> dict[str, Any]:
    height, width = found.photo_size
    window = found.window
    how = chosen.clf.preprocessing
    return {
        "photo": payload_id(chosen.picture.opened),
        "name": chosen.picture.name,
        "size": [width, height],
        "window": [window.left, window.top, window.right, window.bottom],
        "input": list(how.crop),
        # What a photo's masked places become: zeros, after the mean was taken away.
        "grey": list(how.mean) if isinstance(how, Preprocessing) else [0.5, 0.5, 0.5],
        "index": chosen.index,
    }


def _network(chosen: Chosen) -> dict[str, Any]:
    layers = chosen.clf.layers()
    shown = [one for one in layers if one.stage or one.name == chosen.layer.name]
    return {
        "model": chosen.clf.title,
        "layer": chosen.layer.name,
        "shape": list(chosen.layer.shape),
        "stages": [{"name": one.name, "shape": list(one.shape)} for one in shown],
    }


def _waiting(job: Job) -> dict[str, Any]:
    return {
        "stopped": job.cancelled_by(state.visitor()),
        "title": job.titled(state.visitor()),
        "queued": queued(job, state.visitor()),
        "share": job.share,
        "left": job.seconds_left,
        # The browser asks again when it is answered, and hears nothing of an equal answer.
        "at": time.time(),
    }


def _parts(parts: Made) -> dict[str, Any]:
    return {
        "channels": parts.order,
        "sent": len(parts.activations),
        "settled": parts.settled,
        "peak": parts.map.peak,
        "empty": parts.map.empty_reason,
    }


def _arrays(parts: Made) -> dict[str, Floats | bytes]:
    arrays = {
        "A": parts.activations,
        "W": parts.weights if parts.by_position is None else parts.by_position,
        "G": parts.gradients,
        "weights": parts.weights,
        "totals": parts.totals,
        "scores": parts.scores,
        "map": parts.map.values,
        "rest": parts.rest,
    }
    return {
        name: np.ascontiguousarray(values, np.float32)
        for name, values in arrays.items()
        if values is not None
    }
