"""`gradcam explain IMAGE…`: write a folder of files for each photo.

Each result is written to a hidden folder that is renamed when complete, so a photo's folder is
either complete or absent. A killed process leaves at most hidden folders, which the next run
removes.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
import re
import shutil
from collections.abc import Generator, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from gradcam.answer import resolve
from gradcam.backends import Classifier
from gradcam.cli import photos
from gradcam.cli.folder import Outcome, Steps, Tally, work_through
from gradcam.cli.models import load
from gradcam.cli.parser import look_of, request_of
from gradcam.cli.photos import Task
from gradcam.cli.spread import cluster_of, take_process, work_on
from gradcam.drawing.render import Look
from gradcam.explanation import Explanation
from gradcam.files import MANIFEST
from gradcam.files.manifest import provenance
from gradcam.images import Opened
from gradcam.many import explain_photos
from gradcam.prepared import Prepared, prepare
from gradcam.request import Request

Manifest = Mapping[str, Any]
_OURS = re.compile(r"\d{2,}-.+\.png|maps\.npz")


def explain(options: argparse.Namespace) -> int:
    """Write a folder for each photo, and print a summary."""
    take_process(options)
    tasks = photos.tasks(options.images, options.out)
    tally = Tally(options)
    if tasks:
        request_of(options)  # what is wrong with it should not show only once the model is there
        look_of(options)
        _clear_unfinished(task.folder for task in tasks)
        for _ in tally.watch(_outcomes(tasks, options, load(options)), len(tasks)):
            pass
        _clear_unfinished(task.folder for task in tasks)  # of workers that were lost
    tally.summary(options.out)
    return tally.status


def _outcomes(
    tasks: Sequence[Task], options: argparse.Namespace, clf: Classifier
) -> Generator[Outcome]:
    """Explain the photos here, or on the cluster that was asked for."""
    todo = steps_of(options, clf)
    if (cluster := cluster_of(options)) is not None:
        return work_on(cluster, tasks, options, clf.digest, steps_of)
    return work_through(tasks, todo, batch=options.batch, jobs=options.jobs)


def steps_of(options: argparse.Namespace, clf: Classifier) -> Steps:
    """Return how the photos of a command are processed."""
    request = request_of(options, clf.usual_method)
    look = None if options.only_raw else look_of(options)
    return steps(clf, request, look, overwrite=options.overwrite)


def steps(clf: Classifier, request: Request, look: Look | None, *, overwrite: bool) -> Steps:
    """Return how each photo is processed; if `look` is None, no pictures are written."""
    request = resolve(request, clf)
    done = None if overwrite else partial(finished, clf, clf.digest, request, look)

    def read(task: Task) -> Prepared | Outcome:
        photo = photos.read(task)
        manifest = done(task.folder, photo) if done else None
        if manifest is None:
            return prepare(clf, photo, request.fit)
        return Outcome(task, "skipped", predictions=manifest["predictions"])

    def write(task: Task, explanation: Explanation) -> Outcome:
        _write(explanation, task.folder, look)
        best = [dataclasses.asdict(p) for p in explanation.predictions]
        return Outcome(task, "done", predictions=best)

    return Steps(read, partial(explain_photos, clf, request), write)


def finished(
    clf: Classifier,
    model_digest: str,
    request: Request,
    look: Look | None,
    folder: Path,
    photo: Opened,
) -> Manifest | None:
    """Return the manifest in `folder` if it is the result of `request` for `photo`, else None.

    The manifest is written last, so a folder that has one is complete.
    """
    found = _read_manifest(folder / MANIFEST)
    if found is None:
        return None
    wanted = provenance(clf.id, model_digest, request, clf.preprocessing, clf.architecture)
    try:
        same = (
            all(found[key] == value for key, value in wanted.items())
            and found["photo"]["sha256"] == photo.digest
            and all(clf.labels[p["index"]] == p["label"] for p in found["predictions"])
            # The look is null in the manifest if no pictures were written.
            and (look is None or found["look"] == dataclasses.asdict(look))
            and all((folder / name).is_file() for name in found["files"])
        )
    except (KeyError, TypeError, IndexError):  # written by another version, or edited
        return None
    return found if same else None


def _write(explanation: Explanation, folder: Path, look: Look | None) -> None:
    """Write the result to `folder`, replacing an older one; without pictures if `look` is None."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.parent / _part_name(folder)
    shutil.rmtree(part, ignore_errors=True)
    try:
        explanation.save(part, look, pictures=look is not None)
        _publish(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _clear_unfinished(folders: Iterable[Path]) -> None:
    """Remove what killed runs left next to `folders`."""
    for parent in {folder.parent for folder in folders}:
        for part in parent.glob(".gradcam-*.part"):
            shutil.rmtree(part, ignore_errors=True)


def _part_name(folder: Path) -> str:
    # A hash, because the name itself may already be as long as the file system allows.
    name = hashlib.sha256(os.fsencode(folder.name)).hexdigest()[:16]
    return f".gradcam-{name}-{os.getpid()}.part"


def _publish(part: Path, folder: Path) -> None:
    """Rename `part` to `folder`; if that exists, delete its manifest first and write it last."""
    if not folder.exists():
        part.rename(folder)
        return
    (folder / MANIFEST).unlink(missing_ok=True)
    for old in folder.iterdir():
        if _OURS.fullmatch(old.name) and old.is_file():
            old.unlink()
    for new in sorted(part.iterdir(), key=lambda file: file.name == MANIFEST):
        new.replace(folder / new.name)


def _read_manifest(file: Path) -> Manifest | None:
    try:
        decoded = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return decoded if isinstance(decoded, dict) else None
