"""Write docs/evaluation.md from the rows that studies.evaluation has kept, as far as it came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from gradcam.evaluation import files
from gradcam.evaluation.results import Evaluation, Setting, Standing, gathered
from gradcam.evaluation.summary import FEWEST, Interval
from gradcam.evaluation.words import conclusion, name, number
from gradcam.metrics import METRICS
from gradcam.metrics.table import Metric
from gradcam.text import count, listed
from tools.make_api import DOCS, table

if TYPE_CHECKING:
    from studies.evaluation import Kept

PAGE = DOCS / "evaluation.md"
DEFAULT = "gradcam"
# A better method would have to be better by this much to be worth another default.
MATTERS = 0.02

INTRO = """# How faithful the methods are

Every method that suits the network, scored on many photos beside two maps that know nothing of the
model: a random one, as coarse as the layer's, and a blob in the centre. `make evaluation` measures
and writes this page; `python -m gradcam evaluate FOLDER` and the page Evaluate do the same with
your photos and model.

- **Numbers** are means over photos. **±** is half of the 95 % bootstrap interval (percentile, 2,000
  draws over photos, seeded). In bold: the best method, and those that cannot be told apart from it
  by their differences photo by photo.
- **The class** is the same for every method and step: on ImageNet photos the one that the network
  predicts, on Tiny ImageNet the one that the photo is labelled with, whose box it has.
- **Deletion and insertion** take 28 steps. Every metric orders pixels in the same way, ties
  included; how each is measured stands below, and who else measures it so in
  [correctness.md](correctness.md).
- Photos are worked on in a shuffled order, so the numbers of a part of them are those of all, with
  wider intervals.
"""


@dataclass(frozen=True)
class Part:
    """A section of the page. runs : names in studies.evaluation.RUNS, whose rows it joins."""

    title: str
    lead: str
    runs: tuple[str, ...]


PARTS = (
    Part(
        "ImageNet photos, EfficientNet-Lite0",
        "`bundled/efficientnet-lite0`, which the dashboard begins with, at its recommended layer.",
        ("imagenet", "imagenet-scorecam"),
    ),
    Part(
        "Tiny ImageNet photos, PhotoNet in PyTorch",
        "`bundled/photos`: ten validation photos of each of its 100 classes, each with a box.",
        ("photos",),
    ),
    Part(
        "Tiny ImageNet photos, PhotoNet in Keras",
        "`bundled/photos-keras`: the same network and photos. Numbers that depend on chance, such "
        "as those of Smooth Grad-CAM++, need not be the same to the last digit.",
        ("photos-keras",),
    ),
    Part(
        "Layers of PhotoNet",
        "`bundled/photos`: three quick methods at the last layer of each resolution.",
        ("photos-layers",),
    ),
    Part(
        "Layers of EfficientNet-Lite0",
        "`bundled/efficientnet-lite0`: the same at three of its stages.",
        ("imagenet-layers",),
    ),
)


def write(found: Mapping[str, Kept]) -> None:
    """Write the page about the runs that have rows."""
    if found:
        PAGE.write_text(page(found), encoding="utf-8", newline="\n")
        print(
            f"{PAGE} tells of {', '.join(f'{k.table.num_rows} ({n})' for n, k in found.items())}."
        )


def page(found: Mapping[str, Kept]) -> str:
    """Return the page's Markdown."""
    evaluations = {
        part: evaluation_of([found[run] for run in part.runs if run in found])
        for part in PARTS
        if part.runs[0] in found
    }
    return "\n".join(
        [
            INTRO,
            "## What follows\n",
            *_follows(evaluations),
            "## How each number is measured\n",
            *_protocols(list(evaluations.values())),
            *(_section(part, evaluation, found) for part, evaluation in evaluations.items()),
        ]
    )


def evaluation_of(runs: Sequence[Kept]) -> Evaluation:
    """Return what several runs on the same photos say together."""
    rows: dict[str, dict[str, object]] = {}
    for row in chain.from_iterable(files.photos(run.table) for run in runs):
        known = rows.setdefault(row["file"], {**row, "scores": []})
        if row["error"]:
            known["error"] = row["error"]
            continue
        have = {(one["layer"], one["method"]) for one in known["scores"]}  # type: ignore[attr-defined]
        new = [one for one in row["scores"] if (one["layer"], one["method"]) not in have]
        known["scores"] = [*known["scores"], *new]  # type: ignore[misc]
    metrics = [m for m in METRICS if all(m in run.run.metrics for run in runs)]
    return gathered(rows.values(), metrics)


def _follows(evaluations: Mapping[Part, Evaluation]) -> Iterator[str]:
    """Yield the paragraphs on what to choose, from the numbers."""
    enough = {part: one for part, one in evaluations.items() if len(one.files) >= FEWEST}
    methods = {part: one for part, one in enough.items() if len(one.layers) == 1}
    layers = {part: one for part, one in enough.items() if len(one.layers) > 1}
    if methods:
        yield "**Which method?** " + _which_method(methods) + "\n"
    if layers:
        yield "**Which layer?** " + _which_layer(layers) + "\n"
    if methods:
        yield "**The page's default.** " + _default(methods, layers) + "\n"
    yield (
        "**What none of it says.** A faithful map is one that the network's own answer follows. It "
        "need not lie where a person would point, and it does not make the network right. Altered "
        "photos are unlike any that it was trained on, so trust what several metrics agree on.\n"
    )


def _which_method(methods: Mapping[Part, Evaluation]) -> str:
    sentences = []
    for part, evaluation in methods.items():
        curves = _curves(evaluation)
        level = {
            setting: sum(_standing(evaluation, m, setting).level for m in curves)
            for setting in evaluation.settings
            if not setting.baseline
        }
        most = max(level.values())
        best = [one.title for one, times in level.items() if times == most]
        never = [one.title for one, times in level.items() if not times]
        text = (
            f"On {part.title} ({count(len(evaluation.files), 'photo')}): {listed(best)} "
            f"{'is' if len(best) == 1 else 'are'} the best, or not to be told apart from it, by "
            f"{most} of {listed([METRICS[m].title for m in curves])}"
        )
        sentences.append(f"{text}; {listed(never)} by none." if never and most else f"{text}.")
    return " ".join(sentences)


def _which_layer(layers: Mapping[Part, Evaluation]) -> str:
    sentences = []
    for part, evaluation in layers.items():
        found = [
            f"by {METRICS[metric].title} {name(_best(evaluation, metric).setting, evaluation)}"
            for metric in _curves(evaluation)
        ]
        photos = count(len(evaluation.files), "photo")
        sentences.append(f"{part.title} ({photos}): first comes {listed(found)}.")
    return " ".join(sentences)


def _default(methods: Mapping[Part, Evaluation], layers: Mapping[Part, Evaluation]) -> str:
    """Say how far Grad-CAM at the recommended layer is behind the best, and whether it stays."""
    by_method = [one for part in methods.items() for one in _behind(*part, _every)]
    by_layer = [one for part in layers.items() for one in _behind(*part, _elsewhere)]
    return " ".join(
        [
            "The dashboard begins with Grad-CAM at the recommended layer, the last that still "
            "knows where things are.",
            _judged("Against the other methods at that layer", methods, by_method),
            _judged("Against maps of earlier layers", layers, by_layer) if layers else "",
            _verdict([size for _, size in (*by_method, *by_layer)]),
        ]
    )


def _judged(
    against: str, parts: Mapping[Part, Evaluation], behind: Sequence[tuple[str, float]]
) -> str:
    every = sum(len(_curves(evaluation)) for evaluation in parts.values())
    if not behind:
        return (
            f"{against}, nothing is better by more than chance, in {every} of {every} comparisons."
        )
    worse = "; ".join(text for text, _ in behind)
    return f"{against}, it is behind in {len(behind)} of {every} comparisons: {worse}."


def _verdict(sizes: Sequence[float]) -> str:
    far = sum(size > MATTERS for size in sizes)
    if not sizes:
        return "So method and layer stay."
    if not far:
        return f"None of it is more than {MATTERS}, which hardly shows. So method and layer stay."
    return (
        f"In {far} of these it is more than {MATTERS}, so the default is not the most faithful map "
        "everywhere. It stays for what it is cheap and known for; where it matters, score your own "
        "model and photos, and choose by that."
    )


def _every(one: Setting, usual: Setting) -> bool:
    return not one.baseline and one != usual


def _elsewhere(one: Setting, usual: Setting) -> bool:
    return not one.baseline and one.layer != usual.layer


def _behind(
    part: Part, evaluation: Evaluation, rival: Callable[[Setting, Setting], bool]
) -> Iterator[tuple[str, float]]:
    """Yield by which metrics a rival is better than the default, the best such rival each."""
    usual = Setting(evaluation.layers[-1], DEFAULT)
    for metric in _curves(evaluation):
        better = {
            other: sign * interval.mean
            for other, sign, interval in _against(evaluation, metric, usual)
            if rival(other, usual) and interval.apart and sign * interval.mean > 0
        }
        if better:
            best = max(better, key=better.__getitem__)
            title = f"{part.title}, {METRICS[metric].title}"
            yield f"{title}: {number(better[best])} behind {name(best, evaluation)}", better[best]


def _against(
    evaluation: Evaluation, metric: str, usual: Setting
) -> Iterator[tuple[Setting, int, Interval]]:
    """Yield every other setting, its difference to `usual`, and the sign that makes it better."""
    good = 1 if METRICS[metric].better == "higher" else -1
    for one in evaluation.differences(metric):
        if one.interval is None:
            continue
        if one.second == usual:
            yield one.first, good, one.interval
        elif one.first == usual:
            yield one.second, -good, one.interval


def _section(part: Part, evaluation: Evaluation, found: Mapping[str, Kept]) -> str:
    runs = [found[run] for run in part.runs if run in found]
    done = ", ".join(f"{run.table.num_rows} of {run.photos}" for run in runs)
    which = "" if len(runs) == 1 else " (the second number is that of Score-CAM)"
    metrics = list(evaluation.scores)
    head = ("method", *(_headed(METRICS[metric]) for metric in metrics))
    rows = [
        (name(setting, evaluation), *(_cell(evaluation, metric, setting) for metric in metrics))
        for setting in evaluation.settings
        if any(_standing(evaluation, metric, setting).mean for metric in metrics)
    ]
    said = [f"- {conclusion(m, evaluation.standings(m), evaluation)}" for m in metrics]
    reasons = [
        f"- {name(setting, evaluation)} has no number for {count(photos, 'photo')}: {why}"
        for setting, counts in evaluation.reasons.items()
        for why, photos in counts.items()
    ]
    return "\n".join(
        [f"## {part.title}\n", f"{part.lead} Photos: {done}{which}.\n", table(head, rows), "",
         *said, *reasons, ""]
    )  # fmt: skip


def _protocols(evaluations: Iterable[Evaluation]) -> Iterator[str]:
    for metric in METRICS:
        if any(metric in one.scores for one in evaluations):
            row = METRICS[metric]
            yield f"- **{row.title}** ({row.source}; {row.better} is better): {row.protocol}"
    yield (
        "\nAverage drop and increase reward maps that cover much, and on Tiny ImageNet's photos of "
        "64 pixels the pointing game's 15 pixels reach nearly everywhere. So what follows is drawn "
        "from insertion, deletion and ROAD.\n"
    )


def _curves(evaluation: Evaluation) -> list[str]:
    return [metric for metric in evaluation.scores if METRICS[metric].curves]


def _best(evaluation: Evaluation, metric: str) -> Standing:
    return next(one for one in evaluation.standings(metric) if not one.setting.baseline)


def _standing(evaluation: Evaluation, metric: str, setting: Setting) -> Standing:
    return next(one for one in _standings(evaluation, metric) if one.setting == setting)


@cache
def _standings(evaluation: Evaluation, metric: str) -> tuple[Standing, ...]:
    return evaluation.standings(metric)


def _headed(metric: Metric) -> str:
    return f"{metric.title} {'↑' if metric.better == 'higher' else '↓'}"


def _cell(evaluation: Evaluation, metric: str, setting: Setting) -> str:
    one = _standing(evaluation, metric, setting)
    if one.mean is None:
        return "–"
    text = f"{number(one.mean.mean)} ± {number((one.mean.high - one.mean.low) / 2)}"
    told = one.mean.photos >= FEWEST and one.level and not setting.baseline
    return f"**{text}**" if told else text
