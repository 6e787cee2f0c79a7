"""`gradcam explain IMAGE…`: a folder of files for each photo.

Each result is written into a hidden folder and then renamed, so a photo's folder is either complete
or not there. A process that is killed leaves at most the hidden folder, which the next run removes.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from gradcam.backends import Classifier
from gradcam.cli import photos
from gradcam.cli.folder import Outcome, Steps, Tally, work_through
from gradcam.cli.models import load
from gradcam.cli.parser import look_of, request_of
from gradcam.cli.photos import Task
from gradcam.drawing.render import Look
from gradcam.errors import ClassError, LayerError, MethodError, ModelError
from gradcam.explain import answer, resolve
from gradcam.explanation import Explanation
from gradcam.files import MANIFEST
from gradcam.files.manifest import of_making
from gradcam.images import ImageSource, Opened
from gradcam.request import Request

Manifest = Mapping[str, Any]
_OURS = re.compile(r"\d{2,}-.+\.png|maps\.npz")


def explain(options: argparse.Namespace) -> int:
    """Write a folder for each photo, and say what became of them all."""
    tasks = photos.tasks(options.images, options.out)
    tally = Tally(options)
    if tasks:
        request = request_of(options)
        look = None if options.only_raw else look_of(options)
        _clear_unfinished(task.folder for task in tasks)
        todo = steps(load(options), request, look, overwrite=options.overwrite)
        outcomes = work_through(tasks, todo, batch=options.batch, jobs=options.jobs)
        for _ in tally.watch(outcomes, len(tasks)):
            pass
    tally.summary(options.out)
    return tally.status


def steps(clf: Classifier, request: Request, look: Look | None, *, overwrite: bool) -> Steps:
    """What is done with each photo; `look` None leaves the pictures out."""
    request = resolve(request, clf)
    done = None if overwrite else partial(finished, clf, clf.digest, request, look)

    def read(task: Task) -> Opened | Outcome:
        photo = photos.read(task)
        manifest = done(task.folder, photo) if done else None
        if manifest is None:
            return photo
        return Outcome(task, "skipped", predictions=manifest["predictions"])

    def write(task: Task, explanation: Explanation) -> Outcome:
        _write(explanation, task.folder, look)
        best = [dataclasses.asdict(p) for p in explanation.predictions]
        return Outcome(task, "done", predictions=best)

    return Steps(read, partial(explain_photos, clf, request), write)


def explain_photos(
    clf: Classifier, request: Request, opened: Sequence[ImageSource]
) -> Sequence[Explanation | Exception]:
    """One explanation for each photo, or why there is none; one forward if all goes well.

    Raises
    ------
    LayerError, ClassError, MethodError, ModelError : what is wrong for every photo.
    """
    try:
        return answer(clf, opened, request)
    except (LayerError, ClassError, MethodError, ModelError):
        raise
    except Exception as error:
        # One photo must not spoil its batch, nor a batch that is too large for the memory.
        if len(opened) == 1:
            return [error]
        return [one for photo in opened for one in explain_photos(clf, request, [photo])]


def finished(
    clf: Classifier,
    model_digest: str,
    request: Request,
    look: Look | None,
    folder: Path,
    photo: Opened,
) -> Manifest | None:
    """The manifest in `folder`, if it holds what `request` would give for `photo` now.

    A manifest is written last, so where there is one the result is complete.
    """
    said = _read(folder / MANIFEST)
    if said is None:
        return None
    wanted = of_making(clf.id, model_digest, request, clf.preprocessing)
    try:
        same = (
            all(said[key] == value for key, value in wanted.items())
            and said["photo"]["sha256"] == photo.digest
            and all(clf.labels[p["index"]] == p["label"] for p in said["predictions"])
            # Numbers without pictures say that their look is null.
            and (look is None or said["look"] == dataclasses.asdict(look))
            and all((folder / name).is_file() for name in said["files"])
        )
    except (KeyError, TypeError, IndexError):  # written by another version, or edited
        return None
    return said if same else None


def _write(explanation: Explanation, folder: Path, look: Look | None) -> None:
    """Put the result into `folder`, replacing an older one; `look` None leaves the pictures out."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.parent / _part_name(folder)
    shutil.rmtree(part, ignore_errors=True)
    try:
        explanation.save(part, look, pictures=look is not None)
        _publish(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _clear_unfinished(folders: Iterable[Path]) -> None:
    """Remove what killed runs left beside `folders`."""
    for parent in {folder.parent for folder in folders}:
        for part in parent.glob(".gradcam-*.part"):
            shutil.rmtree(part, ignore_errors=True)


def _part_name(folder: Path) -> str:
    # A hash, since names may be as long as the file system allows already.
    name = hashlib.sha256(os.fsencode(folder.name)).hexdigest()[:16]
    return f".gradcam-{name}-{os.getpid()}.part"


def _publish(part: Path, folder: Path) -> None:
    """Rename `part` to `folder`; if that exists, its manifest goes first and comes back last."""
    if not folder.exists():
        part.rename(folder)
        return
    (folder / MANIFEST).unlink(missing_ok=True)
    for old in folder.iterdir():
        if _OURS.fullmatch(old.name) and old.is_file():
            old.unlink()
    for new in sorted(part.iterdir(), key=lambda file: file.name == MANIFEST):
        new.replace(folder / new.name)


def _read(file: Path) -> Manifest | None:
    try:
        decoded = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return decoded if isinstance(decoded, dict) else None
