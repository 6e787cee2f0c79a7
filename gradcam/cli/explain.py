"""`gradcam explain IMAGE…`: maps for files and folders, as files."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from functools import partial
from typing import Any

from gradcam.backends import Classifier
from gradcam.cli import files, output
from gradcam.cli.files import Task
from gradcam.cli.folder import Outcome, Steps, work_through
from gradcam.cli.load import load
from gradcam.cli.request import Request, look
from gradcam.cli.resume import Resume
from gradcam.cli.tell import Tally
from gradcam.types import Explanation, Photo


def run(options: argparse.Namespace) -> int:
    """Write a folder for each photo, and say what became of them all."""
    tasks = files.tasks(options.images, options.out)
    tally = Tally(options)
    if tasks:
        request = Request.of(options)
        output.clear_unfinished(task.folder for task in tasks)
        todo = steps(
            load(options),
            request,
            None if options.only_raw else look(options),
            overwrite=options.overwrite,
        )
        outcomes = work_through(tasks, todo, batch=options.batch, jobs=options.jobs)
        for _ in tally.watch(outcomes, len(tasks)):
            pass
    tally.summary(options.out)
    return tally.status


def steps(
    clf: Classifier, request: Request, look: Mapping[str, Any] | None, *, overwrite: bool
) -> Steps:
    """What is done with each photo; `look` None leaves the pictures out."""
    resume = None if overwrite else Resume(clf, request, look).prepare()
    return Steps(partial(_read, resume), partial(request.explain, clf), partial(_write, look))


def _read(resume: Resume | None, task: Task) -> Photo | Outcome:
    photo = files.read(task)
    manifest = resume.finished(task.folder, photo) if resume else None
    if manifest is None:
        return photo
    return Outcome(task, "skipped", predictions=manifest["predictions"])


def _write(look: Mapping[str, Any] | None, task: Task, explanation: Explanation) -> Outcome:
    output.write(explanation, task.folder, look)
    best = [dataclasses.asdict(p) for p in explanation.predictions]
    return Outcome(task, "done", predictions=best)
