"""The sanity check: would the map notice if the network forgot what it has learnt?"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np
import streamlit as st

from gradcam import METHODS, Explanation, MethodError, Request
from gradcam.noticing import Point
from gradcam.preprocess import seen
from gradcam.saliency import SaliencyMap, resize
from gradcam.sanity import EDGES, GUIDED, RUNS, USUAL, SanityCheck, SanityState, title
from gradcam.similarity import edges
from gradcam.types import Floats

from .. import engine, state
from ..errors import sentence
from ..jobs import Job
from ..viewer.payload import payload_id, photo_jpeg
from ..waiting import queued
from . import forgetting
from .chapter import Chapter, Chosen, Step, plain

_JOB, _PRESSED, _SEEDS = "learn_sanity_job", "learn_sanity_pressed", "learn_sanity_seeds"
_ANSWERS = "learn_sanity_answers"
_SIDE = 80  # cells at most of the maps that are sent: more is not seen on small pictures
_ENOUGH = 2  # whole runs before anything is concluded


def sanity(chosen: Chosen) -> Chapter:
    """Build the chapter; the check itself begins with a click, and goes on in a job."""
    seed, job = _answered(chosen)
    check = forgetting.kept(chosen, seed).check
    trained = _trained(chosen)
    # Counted, because the browser is not told again what it has been told already.
    answers = st.session_state[_ANSWERS] = st.session_state.get(_ANSWERS, 0) + 1
    data = {
        "answer": answers if job else 0,
        **_photo(chosen, next(iter(trained.values()))),
        **_progress(job, check),
        "layer": chosen.layer.name,
        "label": chosen.label,
        "method": chosen.method if chosen.method in trained else next(iter(trained)),
        "methods": [{"id": name, "title": METHODS[name].title} for name in trained]
        + [{"id": EDGES, "title": "Edges"}],
        "runs": RUNS,
        **(_found(check) if check else {"blocks": [], "curves": {}, "states": []}),
        **_conclusions(check),
    }
    arrays: dict[str, Floats | bytes] = {
        "photo": photo_jpeg(chosen.picture.opened),
        **{f"trained/{name}": _small(found.values) for name, found in trained.items()},
        f"trained/{EDGES}": _edges(chosen),
        **(_maps(check) if check else {}),
    }
    return Chapter("sanity", (_step(chosen, check),), data, arrays)


def _press(name: str) -> Callable[[object], None]:
    def act(_: object) -> None:
        st.session_state[_PRESSED] = name

    return act


# "look" asks how far the job is, which building the chapter tells.
ON: Mapping[str, Callable[[object], None]] = {
    name: _press(name) for name in ("start", "again", "stop", "look")
}


def _answered(chosen: Chosen) -> tuple[int, Job | None]:
    """Do what was clicked last; return the first run's seed and this visitor's job, if any."""
    pressed = st.session_state.pop(_PRESSED, "")
    seeds: dict[Hashable, int] = st.session_state.setdefault(_SEEDS, {})
    about = forgetting.key_of(chosen, 0)
    if pressed == "again":
        seeds[about] = seeds.get(about, 0) + RUNS
    seed = seeds.get(about, 0)
    visitor, job = state.visitor(), st.session_state.get(_JOB)
    if job is not None and job.key != forgetting.key_of(chosen, seed):
        job.leave(visitor)
        job = None
    if pressed in ("start", "again"):
        job = forgetting.begin(chosen, seed, visitor)
    elif job is not None and pressed == "stop":
        job.leave(visitor)
    elif job is not None:
        job.look(visitor)
    st.session_state[_JOB] = job
    return seed, job


def _progress(job: Job | None, check: SanityCheck | None) -> dict[str, Any]:
    """Return where the check stands: ready, running, stopped, failed or done."""
    status, said = "done" if check is not None and check.complete else "ready", ""
    if job is not None and status != "done":
        if job.cancelled_by(state.visitor()):
            status = "stopped"
        elif not job.ended.is_set():
            status, line = "running", queued(job, state.visitor())
            said = line[:1].upper() + line[1:]
        elif job.error is not None:
            status, said = "failed", sentence(job.error)
    return {
        "status": status,
        "said": said,
        "done": len(check.states) if check else 0,
        "total": check.total if check else 0,
        "left": job.seconds_left if job and status == "running" else None,
    }


def _trained(chosen: Chosen) -> dict[str, SaliencyMap]:
    """Return the trained network's map by each method that the check will compare."""
    found = {}
    for name in (*USUAL, GUIDED):
        try:
            found[name] = _explained(chosen, name).maps[0]
        except MethodError:
            continue  # not made for this network, as the check will find too
    return found or {chosen.clf.usual_method: _explained(chosen, chosen.clf.usual_method).maps[0]}


def _explained(chosen: Chosen, method: str) -> Explanation:
    request = Request((chosen.layer.name,), method, classes=(chosen.index,))
    return engine.explain(chosen.clf, chosen.picture, request).result


def _edges(chosen: Chosen) -> Floats:
    """Return the edges of what the model sees of the photo."""
    clf, picture = chosen.clf, chosen.picture
    found: Floats = engine.findings().get(
        ("edges", engine.identity(clf), picture.digest),
        lambda: _small(edges(seen(picture.opened.pixels, clf.preprocessing))),
        engine.owner(clf, picture),
    )
    return found


def _photo(chosen: Chosen, found: SaliencyMap) -> dict[str, Any]:
    (height, width), window = found.photo_size, found.window
    return {
        "photo": payload_id(chosen.picture.opened),
        "name": chosen.picture.name,
        "size": [width, height],
        "window": [window.left, window.top, window.right, window.bottom],
    }


def _found(check: SanityCheck) -> dict[str, Any]:
    """Return the curves, and what is known of each state of the first run."""
    first = [one for one in check.states if one.run == 0]
    return {
        "blocks": [block.name for block in check.blocks],
        "layers": [len(block.layers) for block in check.blocks],
        "features": sum(one.features_trained for one in first) - 1,
        "curves": {
            name: {
                measure: [_point(point) for point in check.curve(name, measure)]
                for measure in ("rank", "ssim")
            }
            for name in (*check.methods, EDGES)
        },
        "states": [_state(one) for one in first],
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "mean": point.mean,
        "error": point.error if math.isfinite(point.error) else None,
        "values": list(point.values),
    }


def _state(one: SanityState) -> dict[str, Any]:
    return {
        "probability": one.probability if math.isfinite(one.probability) else None,
        "dead": {name: likeness.dead for name, likeness in one.maps.items()},
    }


def _maps(check: SanityCheck) -> dict[str, Floats | bytes]:
    return {
        f"{name}/{one.depth}": _small(likeness.values)
        for one in check.states
        if one.run == 0 and one.depth
        for name, likeness in one.maps.items()
        if name != EDGES
    }


def _small(values: Floats) -> Floats:
    """Return a map with at most `_SIDE` cells a side; what is not finite counts as nothing."""
    finite = np.where(np.isfinite(values), values, 0).astype(np.float32)
    height, width = finite.shape
    scale = min(1, _SIDE / max(height, width))
    if scale == 1:
        return finite
    return resize(finite, (max(1, round(height * scale)), max(1, round(width * scale))))


def _conclusions(check: SanityCheck | None) -> dict[str, Any]:
    """Return what follows from the runs that are whole, once there are enough of them."""
    whole = check.whole() if check else None
    if whole is None or len(whole.at(len(whole.blocks))) < _ENOUGH:
        return {"conclusion": "", "sentences": {}, "after": 0}
    names = (*whole.methods, EDGES)
    return {
        "conclusion": whole.conclusion,
        "sentences": {name: whole.sentence(name) for name in names},
        "after": len(whole.at(len(whole.blocks))),
    }


def _step(chosen: Chosen, check: SanityCheck | None) -> Step:
    label, layer = plain(chosen.label), plain(chosen.layer.name)
    text = (
        "A map can look convincing and still say nothing about the network. So make a copy of it "
        "*forget*: give its weights random values, block by block from the output down. If the map "
        f"of *{label}* stays as it was, it never depended on what the network had learnt.",
        f"First only what lies above *{layer}* is random. The features there are still the trained "
        "ones, and Grad-CAM mixes them with random weights: the map may land on the same places or "
        f"come out upside down. From *{layer}*’s own block on, the features are random too.",
        "*Rank correlation* is 1 if all positions keep their order from cold to hot, 0 without any "
        "relation, −1 upside down; *SSIM* compares the pictures as drawn. Each line is the mean of "
        f"{RUNS} random networks, for a single one may be lucky. *Edges* of the photo know of no "
        "network: they cannot notice.",
    )
    notes = (
        "Before you press the button, ask: which of these maps will change, and how soon?",
        "Press it, and let the class watch the lines fall. Edges stay at 1: a map that looked "
        "like this would have proved nothing.",
        f"Point at the first step, where only the last layer has forgotten{_first_step(check)}.",
        "Passing this test does not make a map right; failing it is reason enough not to trust it.",
    )
    return Step(
        "sanity",
        "Would the map notice if the network forgot?",
        text,
        notes,
        ("photo", "class", "layer", "model"),
        "Adebayo et al. 2018, section 3.1, https://arxiv.org/abs/1810.03292",
    )


def _first_step(check: SanityCheck | None) -> str:
    """Say how far two methods with the same features already differ, if it is known."""
    if check is None or not check.complete or not {"gradcam", "layercam"} <= set(check.methods):
        return ""
    said = [
        f"{title(name)} {point.mean:.2f}".replace("-", "−")
        for name in ("gradcam", "layercam")
        if (point := check.curve(name)[1]).mean is not None
    ]
    return f": {' and '.join(said)} on the same features"
