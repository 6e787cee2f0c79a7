"""A folder: which method and which layer are the most faithful over many photos?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from gradcam import GradcamError
from gradcam.backends import Classifier
from gradcam.evaluation import files
from gradcam.evaluation.asking import Of, asked_of, facts_of
from gradcam.evaluation.page import page
from gradcam.evaluation.plots import scale_of
from gradcam.evaluation.results import Evaluation, Standing
from gradcam.evaluation.summary import Interval
from gradcam.evaluation.words import READING, conclusion, photos_of
from gradcam.metrics import METRICS
from gradcam.text import count

from .. import errors, state
from ..chooser import chooser
from ..jobs import folders
from ..pickers.layer import layer_options
from ..pickers.method import method_options
from ..view import MAX_COLUMNS
from ..waiting import progress
from .faithful import methods_of
from .scoring import Study
from .sending import send
from .sources import Chosen, Photos, class_asked

_KIND, _WANTED = "scored_class", "scores_wanted"
_TICK = 4.0  # seconds between two looks at what has been scored
_INTRO = (
    "One photo proves little: the best map of one is the worst of the next. Over many photos, the "
    "mean says which method to trust with this model, and its interval how sure that is."
)
_TITLE = "Which method, which layer?"


def folder_methods(clf: Classifier, chosen: Chosen) -> None:
    """Draw the section."""
    st.markdown(_INTRO)
    with st.container(horizontal=True, gap="large"):
        photos = chosen.photos()
        if not photos.given:
            st.info("There are no photos yet. Drop some, or a whole folder, into the sidebar.")
            return
        of = class_asked(photos, _KIND)
    study = _asked(clf, chosen, photos, of)
    running = _followed(study)
    st.fragment(_results, run_every=_TICK if running else None)(study)


def _asked(clf: Classifier, chosen: Chosen, photos: Photos, of: Of) -> Study:
    """Ask which methods and layers to compare; return the question."""
    view, known = chosen.view, {layer.name for layer in clf.layers()}
    methods = methods_of(view, clf)
    layers = tuple(name for name in view.layers if name in known) or (chosen.layer.name,)
    first, second = st.columns(2)
    with first:
        chooser(
            "Methods", method_options(clf), methods, key="scored_methods",
            on_choose=lambda ids: state.change(lambda v: replace(v, methods=ids)), most=MAX_COLUMNS,
            help="Each is scored on every photo, beside a random map and a blob in the centre.",
        )  # fmt: skip
    with second:
        chooser(
            "Layers", layer_options(tuple(clf.layers())), layers, key="scored_layers",
            on_choose=lambda ids: state.change(lambda v: replace(v, layers=ids)), most=MAX_COLUMNS,
            help="Each method is scored at each of them. Early layers show fine detail, late "
            "layers whole objects.",
        )  # fmt: skip
    return Study.of(clf, asked_of(clf, methods, layers, of=of, fit=view.fit), photos)


def _followed(study: Study) -> bool:
    """Offer to score the photos, or show how far it is; return whether it goes on."""
    done = len(study.so_far().files) + len(study.so_far().failed)
    left = len(study.given) - done
    if st.session_state.get(_WANTED) == study.key:
        job, visitor = study.job(), state.visitor()
        if not job.ended.is_set() and not job.cancelled_by(visitor):
            progress([job])
            return True
        st.session_state.pop(_WANTED, None)
        if job.error is not None and not job.cancelled_by(visitor):
            errors.show(job.error)
    if left:
        with st.container(horizontal=True, vertical_alignment="center"):
            verb = "Score" if not done else "Go on with"
            st.button(
                f"{verb} {count(left, 'photo')}", type="primary", icon=":material/play_arrow:",
                key="scores_start", on_click=_start, args=(study,),
            )  # fmt: skip
            maps = (len(study.asked.methods) + 2) * len(study.asked.layers)
            st.caption(
                f"{maps} maps of each photo, and about a hundred altered copies for each map. What "
                "is done is kept, also if you cancel.",
                width="content",
            )
    return False


def _start(study: Study) -> None:
    folders().forget([study.key], state.visitor())
    st.session_state[_WANTED] = study.key


def _results(study: Study) -> None:
    """Draw what the photos that are done say."""
    with errors.reported():
        evaluation = study.so_far()
        if not evaluation.files and not evaluation.failed:
            return
        if evaluation.files:
            send("standings", _header(study, evaluation), key="standings_part")
        if evaluation.failed:
            errors.show_all((file, GradcamError(why)) for file, why in evaluation.failed[:8])
        _files(study, evaluation)


def _header(study: Study, evaluation: Evaluation) -> Mapping[str, Any]:
    done, every = len(evaluation.files), len(study.given)
    whole = photos_of(evaluation)
    more = "" if done + len(evaluation.failed) >= every else f" of {every}, in a shuffled order"
    return {
        "about": f"Means over {whole}{more}.",
        "layers": len(evaluation.layers),
        "reading": READING,
        "metrics": [_metric(metric, evaluation) for metric in evaluation.scores],
    }


def _metric(metric: str, evaluation: Evaluation) -> Mapping[str, Any]:
    row, standings = METRICS[metric], evaluation.standings(metric)
    drawn = [one.mean for one in standings if one.mean]
    scale = scale_of(drawn) if drawn else None
    return {
        "id": metric,
        "title": row.title,
        "better": row.better,
        "protocol": row.protocol,
        "source": row.source,
        "sentence": conclusion(metric, standings, evaluation),
        "ticks": scale.ticks if scale else [],
        "rows": [_standing(one, evaluation) for one in standings],
    }


def _standing(one: Standing, evaluation: Evaluation) -> Mapping[str, Any]:
    reasons = evaluation.reasons.get(one.setting, {})
    return {
        "method": one.setting.method,
        "title": one.setting.title,
        "layer": one.setting.layer,
        "blind": one.setting.baseline,
        "level": one.level,
        "mean": _ends(one.mean),
        "behind": _ends(one.behind) if one.behind and one.behind.apart else None,
        "missing": one.missing,
        "why": max(reasons, key=reasons.__getitem__, default=""),
    }


def _ends(interval: Interval | None) -> Sequence[float] | None:
    return None if interval is None else (interval.mean, interval.low, interval.high)


def _files(study: Study, evaluation: Evaluation) -> None:
    """Offer the same as files, made when they are asked for."""
    done = len(evaluation.files) + len(evaluation.failed)
    facts = facts_of(study.clf, study.asked, done, len(study.given))
    kinds = (
        ("Page with plots", "evaluation.html", "text/html",
         lambda: page(evaluation, _TITLE, facts).encode(errors="replace")),
        ("Means", "summary.csv", "text/csv", lambda: files.summary_csv(evaluation).encode()),
        ("Differences", "differences.csv", "text/csv",
         lambda: files.differences_csv(evaluation).encode()),
    )  # fmt: skip
    with st.container(horizontal=True):
        for title, name, mime, data in kinds:
            st.download_button(
                title, data, name, mime, icon=":material/download:", key=f"save {name}",
                on_click="ignore", type="tertiary",
            )  # fmt: skip
