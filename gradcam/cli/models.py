"""`gradcam models`, `layers` and `prefetch`, and loading the model named on the command line."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tqdm import tqdm

from gradcam.backends import Classifier
from gradcam.cli.terminal import on_a_line
from gradcam.errors import GradcamError, GradcamWarning, ModelError, nearest
from gradcam.labels import as_labels
from gradcam.models import (
    Progress,
    find_model,
    is_downloaded,
    list_models,
    load_model,
    spec_of,
)
from gradcam.types import ModelSpec
from gradcam.weights import cache

# How `prefetch` prints each status of a row.
_STATUSES = {
    "downloaded": "downloaded",
    "present": "already here",
    "failed": "failed",
}


def models(options: argparse.Namespace) -> int:
    """Print the models, one per line: id, size, accuracy, and whether it is downloaded."""
    found = _matching_any(options.models) if options.models else list_models()
    if options.json:
        rows = [dataclasses.asdict(s) | {"downloaded": is_downloaded(s)} for s in found]
        print(json.dumps(rows, indent=1))
        return 0
    for spec in found:
        accuracy = f"{spec.top1:5.1f} %" if spec.top1 is not None else " " * 7
        mark = "here" if is_downloaded(spec) else f"{spec.download_bytes / 1e6:.0f} MB"
        print(f"{spec.id:42} {spec.parameters / 1e6:7.1f} M  {accuracy}  {mark}")
    return 0


def layers(options: argparse.Namespace) -> int:
    """Print every layer from input to output, one per line: name, C×h×w, kind, mark."""
    found = load(options).layers()
    if options.json:
        print(json.dumps([dataclasses.asdict(layer) for layer in found], indent=1))
        return 0
    for layer in found:
        mark = "recommended" if layer.recommended else "stage" if layer.stage else ""
        name, kind = on_a_line(layer.name), on_a_line(layer.kind)
        print(f"{name:48} {'×'.join(map(str, layer.shape)):>14}  {kind:20} {mark}")
    return 0


def prefetch(options: argparse.Namespace) -> int:
    """Download each model that is missing; if one fails, the others are still downloaded."""
    # Resolve all names first: a typo should not show up only after an hour of downloads.
    specs = _matching_any(options.models)
    counts: Counter[str] = Counter()
    for spec in specs:
        row = _prefetch(spec)
        counts[row["status"]] += 1
        if options.json:
            print(json.dumps(row), flush=True)
        else:
            detail = row["error"] or row["path"] or "ships with the project"
            print(f"{spec.id:38} {_STATUSES[row['status']]:13} {detail}", flush=True)
    if options.json:
        summary = {status: counts[status] for status in _STATUSES}
        print(json.dumps({"summary": summary}))
    if counts["failed"] == len(specs):
        return 2
    return 1 if counts["failed"] else 0


def load(options: argparse.Namespace) -> Classifier:
    """Load the classifier given by MODEL and its options.

    What had to be assumed about it is printed to stderr.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GradcamWarning)
        clf = _loaded(options)
    for one in caught:
        if issubclass(one.category, GradcamWarning):
            print(f"Note: {on_a_line(one.message)}", file=sys.stderr)
        else:
            warnings.showwarning(one.message, one.category, one.filename, one.lineno)
    return clf


def _loaded(options: argparse.Namespace) -> Classifier:
    given: dict[str, Any] = {"preprocessing": options.range, "labels": as_labels(options.labels)}
    if options.preprocessing:
        given["preprocessing"] = _read_fields(options.preprocessing)
    if options.architecture:
        return load_model(Path(options.model), architecture=options.architecture, **given)
    spec = spec_of(options.model)
    if spec is None or is_downloaded(spec):
        return load_model(options.model, **given)
    with _download_bar(spec) as progress:
        return load_model(options.model, progress=progress, **given)


def _read_fields(file: Path) -> dict[str, Any]:
    """Read the JSON of `--preprocessing`; what its fields mean is checked on loading the model."""
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise GradcamError(
            f"{file} cannot be read as JSON ({error}).",
            hint='Write a file such as {"crop": 224, "mean": 0.5, "std": 0.5}.',
        ) from error
    if not isinstance(found, dict):
        raise GradcamError(
            f"{file} does not hold the fields of a preprocessing.",
            hint='Write a file such as {"crop": 224, "mean": 0.5, "std": 0.5}.',
        )
    return found


def _matching_any(patterns: Sequence[str]) -> list[ModelSpec]:
    return list(dict.fromkeys(spec for pattern in patterns for spec in _matching(pattern)))


def _matching(pattern: str) -> list[ModelSpec]:
    """Return the models whose id matches `pattern`; a plain id must exist."""
    if not set(pattern) & set("*?["):
        return [find_model(pattern)]
    found = [spec for spec in list_models() if fnmatchcase(spec.id, pattern)]
    if not found:
        ids = [spec.id for spec in list_models()]
        raise ModelError(f"No model matches {pattern!r}.", hint=nearest(pattern.strip("*"), ids))
    return found


def _prefetch(spec: ModelSpec) -> dict[str, Any]:
    """Download one model if it is missing, and return its row: id, status, path, error."""
    row: dict[str, Any] = {"id": spec.id, "status": "present", "path": None, "error": None}
    if is_downloaded(spec):
        path = cache.find(spec)
        return row | {"path": str(path) if path else None}
    try:
        with _download_bar(spec) as progress:
            path = cache.fetch_weights(spec, progress=progress)
    except GradcamError as error:
        return row | {"status": "failed", "error": str(error)}
    return row | {"status": "downloaded", "path": str(path)}


@contextmanager
def _download_bar(spec: ModelSpec) -> Iterator[Progress]:
    """Show a progress bar on stderr; the yielded function advances it."""
    with tqdm(
        total=spec.download_bytes, unit="B", unit_scale=True, desc=spec.filename,
        file=sys.stderr, disable=None, leave=False,
    ) as bar:  # fmt: skip

        def advance(done: int, total: int | None) -> None:
            bar.total = total or bar.total
            bar.update(done - bar.n)

        yield advance
