"""`gradcam report IMAGE…`: write one page, document or presentation on all photos."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path

from gradcam.cli import photos
from gradcam.cli.folder import Outcome, Steps, Tally, work_through
from gradcam.cli.models import load
from gradcam.cli.parser import look_of, request_of
from gradcam.cli.photos import Task
from gradcam.drawing.pictures import thin
from gradcam.errors import GradcamError
from gradcam.explanation import Explanation
from gradcam.files.write import atomic_write
from gradcam.many import explain_photos
from gradcam.prepared import Prepared, prepare
from gradcam.report import Report, html, pdf, slides

WRITERS: dict[str, Callable[[Report], str | bytes]] = {".html": html, ".pdf": pdf, ".pptx": slides}


def report(options: argparse.Namespace) -> int:
    """Explain every photo, write one report on those that succeed, and print a summary."""
    writer = _writer(options.out)
    tasks = photos.tasks(options.images, options.out)
    tally = Tally(options)
    if tasks:
        request_of(options)  # what is wrong with it should not show only once the model is there
        clf = load(options)
        request = request_of(options, clf.usual_method)

        def read(task: Task) -> Prepared:
            return prepare(clf, photos.read(task), request.fit)

        steps = Steps(read, partial(explain_photos, clf, request), _keep)
        outcomes = work_through(tasks, steps, batch=options.batch, jobs=options.jobs)
        explained = [o for o in tally.watch(outcomes, len(tasks)) if o.explanation]
        if explained:
            _write(options.out, writer(_report(options, explained)))
    tally.summary(options.out)
    return tally.status


def _writer(out: Path) -> Callable[[Report], str | bytes]:
    suffix = out.suffix.lower()
    if suffix not in WRITERS:
        raise GradcamError(
            f"A report cannot be written as {out.name!r}.",
            hint=f"Use a file name ending in {', '.join(WRITERS)}.",
        )
    return WRITERS[suffix]


def _keep(task: Task, explanation: Explanation) -> Outcome:
    best = [dataclasses.asdict(p) for p in explanation.predictions]
    return Outcome(task, "done", predictions=best, explanation=thin(explanation))


def _report(options: argparse.Namespace, outcomes: list[Outcome]) -> Report:
    explanations = tuple(o.explanation for o in outcomes if o.explanation)
    names = tuple(o.task.name for o in outcomes)
    return Report(options.title, options.notes, explanations, look_of(options), names)


def _write(out: Path, content: str | bytes) -> None:
    """Write the whole file or nothing."""
    data = content.encode(errors="replace") if isinstance(content, str) else content
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(out) as file:
            file.write(data)
    except OSError as error:
        raise GradcamError(
            f"{out} cannot be written ({error.strerror or error}).",
            hint="Choose another file with --out.",
        ) from error
