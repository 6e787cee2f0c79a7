"""`gradcam report IMAGE…`: one page, document or presentation on all of them."""

from __future__ import annotations

import argparse
import dataclasses
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from gradcam.cli import photos
from gradcam.cli.folder import Outcome, Steps, Tally, work_through
from gradcam.cli.models import load
from gradcam.cli.photos import Task
from gradcam.cli.request import Request, look
from gradcam.drawing.pictures import thin
from gradcam.errors import GradcamError
from gradcam.report import Look, Report, html, pdf, slides
from gradcam.types import Explanation

WRITERS: dict[str, Callable[[Report], str | bytes]] = {".html": html, ".pdf": pdf, ".pptx": slides}


def report(options: argparse.Namespace) -> int:
    """Explain every photo and write one report on those that could be."""
    writer = _writer(options.out)
    tasks = photos.tasks(options.images, options.out)
    tally = Tally(options)
    if tasks:
        request = Request.of(options)
        steps = Steps(photos.read, partial(request.explain, load(options)), _keep)
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
            f"A report cannot be written as {out.name!r}.", hint=f"End it in {', '.join(WRITERS)}."
        )
    return WRITERS[suffix]


def _keep(task: Task, explanation: Explanation) -> Outcome:
    best = [dataclasses.asdict(p) for p in explanation.predictions]
    return Outcome(task, "done", predictions=best, explanation=thin(explanation))


def _report(options: argparse.Namespace, outcomes: list[Outcome]) -> Report:
    explanations = tuple(o.explanation for o in outcomes if o.explanation)
    names = tuple(o.task.name for o in outcomes)
    return Report(options.title, options.notes, explanations, Look(**look(options)), names)


def _write(out: Path, content: str | bytes) -> None:
    """All of it or nothing."""
    data = content.encode(errors="replace") if isinstance(content, str) else content
    part = out.with_name(f".gradcam-{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(out)
    except OSError as error:
        raise GradcamError(
            f"{out} cannot be written ({error.strerror or error}).", hint="Choose another --out."
        ) from error
    finally:
        part.unlink(missing_ok=True)
