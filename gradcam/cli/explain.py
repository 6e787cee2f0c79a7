"""`gradcam explain IMAGE…`: a folder of files for each photo.

Each result is written into a hidden folder and then renamed, so a photo's folder is either complete
or not there. A process that is killed leaves at most the hidden folder, which the next run removes.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from gradcam.backends import Classifier
from gradcam.cli import explain as output
from gradcam.cli import photos
from gradcam.cli.folder import Outcome, Steps, Tally, work_through
from gradcam.cli.models import load
from gradcam.cli.photos import Task
from gradcam.cli.request import Request, look
from gradcam.cli.resume import Resume
from gradcam.files.write import MANIFEST
from gradcam.types import Explanation, Photo

_OURS = re.compile(r"\d{2,}-.+\.png|maps\.npz")


def write(explanation: Explanation, folder: Path, look: Mapping[str, Any] | None) -> None:
    """Put the result into `folder`, replacing an older one; `look` None leaves the pictures out."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.parent / _part_name(folder)
    shutil.rmtree(part, ignore_errors=True)
    try:
        explanation.save(part, **(look or {}), pictures=look is not None)
        _publish(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def clear_unfinished(folders: Iterable[Path]) -> None:
    """Remove what killed runs left beside `folders`."""
    for parent in {folder.parent for folder in folders}:
        for part in parent.glob(".gradcam-*.part"):
            shutil.rmtree(part, ignore_errors=True)


def _part_name(folder: Path) -> str:
    # A hash, since names may be as long as the file system allows already.
    name = hashlib.sha256(os.fsencode(folder.name)).hexdigest()[:16]
    return f".gradcam-{name}-{os.getpid()}.part"


def _publish(part: Path, folder: Path) -> None:
    """Make `part` to `folder`, the manifest gone first and there last if there is one already."""
    if not folder.exists():
        part.rename(folder)
        return
    (folder / MANIFEST).unlink(missing_ok=True)
    for old in folder.iterdir():
        if _OURS.fullmatch(old.name) and old.is_file():
            old.unlink()
    for new in sorted(part.iterdir(), key=lambda file: file.name == MANIFEST):
        new.replace(folder / new.name)


def explain(options: argparse.Namespace) -> int:
    """Write a folder for each photo, and say what became of them all."""
    tasks = photos.tasks(options.images, options.out)
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
    photo = photos.read(task)
    manifest = resume.finished(task.folder, photo) if resume else None
    if manifest is None:
        return photo
    return Outcome(task, "skipped", predictions=manifest["predictions"])


def _write(look: Mapping[str, Any] | None, task: Task, explanation: Explanation) -> Outcome:
    output.write(explanation, task.folder, look)
    best = [dataclasses.asdict(p) for p in explanation.predictions]
    return Outcome(task, "done", predictions=best)
