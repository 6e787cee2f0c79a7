"""`gradcam prefetch MODEL…`: weights for later, when there is no network."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from fnmatch import fnmatchcase
from typing import Any

from gradcam import fetch
from gradcam.cli.load import download_bar
from gradcam.errors import GradcamError, ModelError, nearest
from gradcam.models import find_model, is_downloaded, list_models
from gradcam.types import ModelSpec

_SAID = {
    "downloaded": "downloaded",
    "present": "here already",
    "failed": "failed",
}


def run(options: argparse.Namespace) -> int:
    """Download each model that is not here; one that fails does not stop the others."""
    # All names first: a slip of the pen should not show only after an hour of downloads.
    specs = dict.fromkeys(spec for name in options.models for spec in _named(name))
    counts: Counter[str] = Counter()
    for spec in specs:
        row = _prefetch(spec)
        counts[row["status"]] += 1
        if options.json:
            print(json.dumps(row), flush=True)
        else:
            what = row["error"] or row["path"] or "ships with the project"
            print(f"{spec.id:38} {_SAID[row['status']]:13} {what}", flush=True)
    if options.json:
        summary = {status: counts[status] for status in _SAID}
        print(json.dumps({"summary": summary}))
    if counts["failed"] == len(specs):
        return 2
    return 1 if counts["failed"] else 0


def _named(pattern: str) -> list[ModelSpec]:
    if not set(pattern) & set("*?["):
        return [find_model(pattern)]
    found = [spec for spec in list_models() if fnmatchcase(spec.id, pattern)]
    if not found:
        ids = [spec.id for spec in list_models()]
        raise ModelError(f"No model matches {pattern!r}.", hint=nearest(pattern.strip("*"), ids))
    return found


def _prefetch(spec: ModelSpec) -> dict[str, Any]:
    """A row of the answer: id, status, path, error."""
    row: dict[str, Any] = {"id": spec.id, "status": "present", "path": None, "error": None}
    if is_downloaded(spec):
        path = fetch.find(spec)
        return row | {"path": str(path) if path else None}
    try:
        with download_bar(spec) as progress:
            path = fetch.fetch_weights(spec, progress=progress)
    except GradcamError as error:
        return row | {"status": "failed", "error": str(error)}
    return row | {"status": "downloaded", "path": str(path)}
