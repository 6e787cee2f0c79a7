"""`gradcam evaluate FOLDER…`: score methods and layers over photos, and write tables and a page."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tqdm import tqdm

from gradcam.backends import Classifier
from gradcam.cli.models import load
from gradcam.cli.spread import spread_of, take_process
from gradcam.cli.terminal import on_a_line
from gradcam.errors import GradcamError
from gradcam.evaluation import files
from gradcam.evaluation.asking import Asked, asked_of, facts_of
from gradcam.evaluation.boxes import read_boxes
from gradcam.evaluation.page import page
from gradcam.evaluation.results import Evaluation, gathered
from gradcam.evaluation.scoring import Scorer, ScoreRows, rows_of
from gradcam.evaluation.words import conclusion, photos_of
from gradcam.photos import Given, collect, shuffled
from gradcam.rows import done_so_far, work_out
from gradcam.watch import Watch

PHOTOS = "photos.parquet"
TITLE = "Which method, which layer?"
NOTHING_DONE = 2


def evaluate(options: argparse.Namespace) -> int:
    """Score every photo and write the results; what was done is found again the next time."""
    take_process(options)
    given = shuffled(collect(options.images, options.out))
    if not given:
        print("No images were found. Use JPEG, PNG, WebP, GIF, BMP or TIFF files.", file=sys.stderr)
        return NOTHING_DONE
    boxes = read_boxes(options.boxes) if options.boxes else {}
    clf = load(options)
    asked = asked_of(
        clf, options.methods, options.layers, options.metrics, steps=options.steps,
        of=options.classes, fit=options.fit, boxes=boxes,
    )  # fmt: skip
    rows = rows_of(clf, partial(load, options), asked)
    try:
        table = _worked(given, rows, Scorer(clf, asked), options)
    except KeyboardInterrupt:
        # Photos come in a shuffled order, so those that are done stand for all of them.
        _write(options, clf, asked, done_so_far(rows, options.out / PHOTOS), len(given))
        raise
    evaluation = _write(options, clf, asked, table, len(given))
    return NOTHING_DONE if not evaluation.files else 1 if evaluation.failed else 0


def _worked(
    given: Sequence[Given], rows: ScoreRows, worker: Scorer, options: argparse.Namespace
) -> files.Table:
    with tqdm(total=len(given), unit="image", file=sys.stderr, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return work_out(
            given, rows, _folder(options.out) / PHOTOS, jobs=options.jobs, watch=Watch(progress),
            worker=worker, spread=spread_of(options),
        )  # fmt: skip


def _folder(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GradcamError(
            f"{out} cannot be written to ({error.strerror or error}).",
            hint="Choose another folder with --out.",
        ) from error
    return out


def _write(
    options: argparse.Namespace, clf: Classifier, asked: Asked, table: files.Table, photos: int
) -> Evaluation:
    """Write all files on the photos that are done, and print what follows from them."""
    evaluation = gathered(files.photos(table), asked.metrics)
    html = page(evaluation, TITLE, facts_of(clf, asked, table.num_rows, photos))
    written = files.write(_folder(options.out), table, evaluation, html)
    for file, why in evaluation.failed:
        print(f"{on_a_line(file)}: {on_a_line(why)}", file=sys.stderr)
    if options.json:
        print(json.dumps({"summary": _summary(evaluation, written, photos)}))
        return evaluation
    for metric in evaluation.scores:
        print(conclusion(metric, evaluation.standings(metric), evaluation))
    print(f"{photos_of(evaluation)} of {photos}, in {on_a_line(options.out / 'index.html')}.")
    return evaluation


def _summary(evaluation: Evaluation, written: Sequence[Path], photos: int) -> dict[str, object]:
    return {
        "done": len(evaluation.files),
        "failed": len(evaluation.failed),
        "photos": photos,
        "files": [str(file) for file in written],
        "means": [
            {
                "metric": metric,
                "layer": one.setting.layer,
                "method": one.setting.method,
                "mean": one.mean and one.mean.mean,
                "low": one.mean and one.mean.low,
                "high": one.mean and one.mean.high,
            }
            for metric in evaluation.scores
            for one in evaluation.standings(metric)
        ],
    }
