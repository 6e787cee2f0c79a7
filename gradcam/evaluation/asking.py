"""What to score, and how: checked against the model before any photo is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gradcam.answer import require_suited
from gradcam.backends import Classifier
from gradcam.errors import GradcamError, require_known
from gradcam.evaluation.boxes import Boxes
from gradcam.layers import layer_names, require_layers
from gradcam.methods import METHODS, method_key
from gradcam.metrics import METRICS
from gradcam.metrics.curves import COARSE, Steps
from gradcam.metrics.faithful import suiting
from gradcam.preprocess import in_words
from gradcam.text import listed
from gradcam.types import Fit
from gradcam.versions import __version__

Of = Literal["predicted", "labelled"]
OF: tuple[Of, ...] = ("predicted", "labelled")


@dataclass(frozen=True)
class Asked:
    """What to score, and how; `asked_of` checks it.

    methods, layers : keys of METHODS, and names of the model's layers.
    metrics : keys of METRICS.
    steps : in how many steps the pixels are changed, as for `faithfulness`.
    of : which class is explained: the one predicted, or the one that the photo's folder, or its
        file's name, says it shows.
    seed : of ties, noise and the random map.
    boxes : where the objects are, by photo.
    """

    methods: tuple[str, ...]
    layers: tuple[str, ...]
    metrics: tuple[str, ...]
    steps: Steps = COARSE
    of: Of = "predicted"
    fit: Fit = "crop"
    seed: int = 0
    boxes: Boxes = field(default_factory=dict)


def asked_of(
    clf: Classifier,
    methods: Sequence[str] | None = None,
    layers: Any = None,
    metrics: Sequence[str] | None = None,
    *,
    steps: Steps = COARSE,
    of: Of = "predicted",
    fit: Fit = "crop",
    boxes: Boxes | None = None,
) -> Asked:
    """Return what to score with a model.

    Parameters
    ----------
    methods : keys or titles; None uses all that suit the model.
    layers : in any form that `gradcam.explain` takes; None uses the recommended one.
    metrics : keys of METRICS; None uses all, those that need boxes only if there are any.
    steps, of, fit, boxes : see `Asked`.

    Raises GradcamError for names that do not exist, and for metrics that need boxes without any.
    """
    keys = suiting(clf) if methods is None else tuple(dict.fromkeys(map(method_key, methods)))
    for key in keys:
        require_suited(clf, key)
    names = layer_names(clf, layers)
    if names is None:
        names = tuple(one.name for one in clf.layers() if one.recommended)
    require_layers(clf, names)
    chosen = suited(boxes) if metrics is None else tuple(dict.fromkeys(metrics))
    for name in chosen:
        require_known("a metric", name, METRICS)
        if METRICS[name].needs_boxes and not boxes:
            raise GradcamError(
                f"{METRICS[name].title} needs to know where the objects are.",
                hint="Give a file with their boxes.",
            )
    return Asked(keys, tuple(dict.fromkeys(names)), chosen, steps, of, fit, boxes=boxes or {})


def suited(boxes: Boxes | None) -> tuple[str, ...]:
    """Return the metrics that can be told: without boxes, none that needs them."""
    return tuple(name for name, metric in METRICS.items() if boxes or not metric.needs_boxes)


def facts_of(clf: Classifier, asked: Asked, done: int, photos: int) -> list[tuple[str, str]]:
    """Return how scores were made, as rows of name and value for a page.

    done, photos : how many photos were worked on, of how many.
    """
    class_of = {
        "predicted": "the one that the model finds most probable",
        "labelled": "the one that the photo's folder or name says it shows",
    }
    part = "" if done >= photos else ", in a shuffled order: more can be done by running it again"
    steps = {"fine": "a row's worth of pixels at a time", "coarse": f"{COARSE} steps"}
    return [
        ("Model", f"{clf.title} ({clf.id})"),
        ("Photos", f"{done} of {photos}{part}"),
        ("Class", f"{class_of[asked.of]}, the same for every method and step"),
        ("Methods", listed([METHODS[name].title for name in asked.methods])),
        ("Layers" if len(asked.layers) > 1 else "Layer", listed(asked.layers)),
        ("Deletion, insertion", steps.get(str(asked.steps), f"{asked.steps} steps")),
        ("Preprocessing", in_words(clf.preprocessing, asked.fit)),
        ("Intervals", "percentile bootstrap over photos, 2,000 draws, seed 0"),
        ("Seed of ties, noise and the random map", str(asked.seed)),
        ("Version", f"gradcam {__version__}"),
    ]
