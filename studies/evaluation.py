"""Measure how faithful the methods are on the bundled networks, and write docs/evaluation.md.

    python -m studies.evaluation [RUN …] [--kept FOLDER] [--only-page]

It takes a day of both cores, so it can be stopped at any time and goes on where it was, in the
folder of --kept or GRADCAM_EVALUATION (default: build/evaluation). All runs grow together, and
photos come in a shuffled order: the page is written from as many as are done, and says how many.
The photos are in ../shared/data, which does not ship; a run whose photos lack is left out.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from math import ceil
from pathlib import Path
from types import MappingProxyType

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))
import gradcam
from gradcam.backends import Classifier
from gradcam.evaluation.asking import Of, asked_of
from gradcam.evaluation.files import Table
from gradcam.evaluation.scoring import Scorer, ScoreRows, rows_of
from gradcam.memory import keep_freed
from gradcam.metrics.pointing import Box
from gradcam.photos import Given, collect, shuffled
from gradcam.rows import done_so_far, work_out
from gradcam.watch import Watch
from studies.evaluation_page import write

ROOT = Path(__file__).resolve().parent.parent
LITE0 = "bundled/efficientnet-lite0"
KEPT = Path(os.environ.get("GRADCAM_EVALUATION", ROOT / "build" / "evaluation"))
DATA = Path(os.environ.get("GRADCAM_SHARED", ROOT.parent / "shared")) / "data"
SHARES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)  # of each run's photos, one after another
OF_A_CLASS = 10  # of the 50 validation photos of each of Tiny ImageNet's 100 classes
# Named one by one, so that what is kept stays good when a metric or method is added.
CURVES = ("insertion", "deletion", "road")
WITHOUT_BOXES = (*CURVES, "average_drop", "increase")
WITH_BOXES = (*WITHOUT_BOXES, "pointing", "energy")
FAST = (
    "gradcam", "gradcam++", "hirescam", "layercam", "xgradcam", "finercam", "eigencam",
    "eigengradcam", "ablationcam", "smoothgradcam++", "guidedgradcam",
)  # fmt: skip
EVERY = (*FAST, "scorecam")
AT_LAYERS = ("gradcam", "hirescam", "layercam")
Photos = tuple[Sequence[Given], Mapping[str, tuple[Box, ...]]]


@dataclass(frozen=True)
class Run:
    """One model on one set of photos.

    photos : returns the photos and the boxes on them; no photos where the data lack.
    of : which class is explained.
    layers : None stands for the recommended one.
    """

    model: str
    photos: Callable[[], Photos]
    of: Of
    methods: Sequence[str]
    metrics: Sequence[str]
    layers: Sequence[str] | None = None


@cache
def imagenet() -> Photos:
    """Return the 250 ImageNet photos, which have no boxes."""
    folder = DATA / "imagenet-250"
    return (shuffled(collect([folder])) if folder.is_dir() else (), {})


@cache
def tiny() -> Photos:
    """Return ten validation photos of each class of Tiny ImageNet, and their boxes."""
    file = DATA / "tiny-imagenet-100.zip"
    if not file.is_file():
        return (), {}
    with zipfile.ZipFile(file) as archive:
        names = (n for n in archive.namelist() if "/val/" in n and n.endswith(".JPEG"))
        every = [Given("/".join(n.split("/")[-2:]), n.encode()) for n in sorted(names)]
        chosen = [
            one
            for _, of_class in groupby(every, key=lambda one: one.name.split("/")[0])
            for one in shuffled(list(of_class))[:OF_A_CLASS]
        ]
        inside = f"{archive.namelist()[0].split('/')[0]}/val"
        given = [Given(one.name, archive.read(f"{inside}/{one.name}")) for one in chosen]
        lines = archive.read(f"{inside.removesuffix('/val')}/val_boxes.csv").decode()
    return shuffled(given), dict(_boxes(lines))


RUNS: Mapping[str, Run] = MappingProxyType(
    {
        "imagenet": Run(LITE0, imagenet, "predicted", FAST, WITHOUT_BOXES),
        "photos": Run("bundled/photos", tiny, "labelled", EVERY, WITH_BOXES),
        "photos-keras": Run("bundled/photos-keras", tiny, "labelled", EVERY, WITH_BOXES),
        "photos-layers": Run(
            "bundled/photos", tiny, "labelled", AT_LAYERS, WITH_BOXES,
            ("layer1", "layer2", "layer3"),
        ),
        # As slow as all the others together, so its numbers come later.
        "imagenet-scorecam": Run(LITE0, imagenet, "predicted", ("scorecam",), WITHOUT_BOXES),
        "imagenet-layers": Run(
            LITE0, imagenet, "predicted", AT_LAYERS, CURVES, ("stage3", "stage5", "head")
        ),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A run's rows so far.

    photos : how many there are to be.
    """

    run: Run
    clf: Classifier
    table: Table
    photos: int


def grow(names: Sequence[str], kept: Path) -> None:
    """Work on the runs in turn, each a share of its photos further, until all are done."""
    for share in SHARES:
        for name in names:
            run = RUNS[name]
            given, boxes = run.photos()
            first = given[: ceil(share * len(given))]
            if first:
                _work(name, run, first, boxes, kept)


def so_far(name: str, kept: Path) -> Kept | None:
    """Return what there is of a run; None where its photos or rows lack."""
    run = RUNS[name]
    given, boxes = run.photos()
    if not given:
        return None
    clf = _model(run.model)
    table = done_so_far(_rows(run, clf, boxes), kept / f"{name}.parquet")
    return Kept(run, clf, table, len(given)) if table.num_rows else None


def _work(
    name: str, run: Run, given: Sequence[Given], boxes: Mapping[str, tuple[Box, ...]], kept: Path
) -> None:
    clf = _model(run.model)
    rows = _rows(run, clf, boxes)
    kept.mkdir(parents=True, exist_ok=True)
    with tqdm(total=len(given), desc=name, unit="photo", mininterval=30) as bar:
        watch = Watch(lambda done, _: bar.update(done - bar.n) and None)
        work_out(
            given, rows, kept / f"{name}.parquet", jobs=1, watch=watch,
            worker=Scorer(clf, rows.asked),
        )  # fmt: skip


def _rows(run: Run, clf: Classifier, boxes: Mapping[str, tuple[Box, ...]]) -> ScoreRows:
    asked = asked_of(clf, run.methods, run.layers, run.metrics, of=run.of, boxes=boxes or None)
    return rows_of(clf, partial(gradcam.load_model, run.model), asked)


@cache
def _model(name: str) -> Classifier:
    return gradcam.load_model(name)


def _boxes(lines: str) -> Iterator[tuple[str, tuple[Box, ...]]]:
    """Yield the box of each photo by name; the file's last columns and rows belong to the box."""
    for row in csv.DictReader(io.StringIO(lines)):
        left, top, right, bottom = (float(row[k]) for k in ("x_min", "y_min", "x_max", "y_max"))
        yield f"{row['wnid']}/{row['file']}", ((left, top, right + 1, bottom + 1),)


def main() -> None:
    """Work on the runs named, or all, until they are done or it is stopped; write the page."""
    parser = argparse.ArgumentParser(description="Measure how faithful the methods are.")
    parser.add_argument("runs", nargs="*", metavar="RUN", help=f"of {', '.join(RUNS)}")
    parser.add_argument("--kept", type=Path, default=KEPT, help="where the numbers are kept")
    parser.add_argument("--only-page", action="store_true", help="write the page, measure nothing")
    options = parser.parse_args()
    keep_freed()
    unknown = sorted(set(options.runs) - set(RUNS))
    if unknown:
        parser.error(f"{unknown[0]!r} is no run; there are {', '.join(RUNS)}")
    if not any(run.photos()[0] for run in RUNS.values()):
        print(f"{DATA} has no photos to measure on, so docs/evaluation.md stays as it is.")
        return
    try:
        if not options.only_page:
            grow(options.runs or list(RUNS), options.kept)
    finally:
        write({name: found for name in RUNS if (found := so_far(name, options.kept))})


if __name__ == "__main__":
    main()
