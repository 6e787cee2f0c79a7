"""The model that was asked for, with a bar while its weights are downloaded."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

import gradcam
from gradcam.backends import Classifier
from gradcam.errors import ModelError
from gradcam.models import Progress, is_downloaded
from gradcam.types import ModelSpec


def load(options: argparse.Namespace) -> Classifier:
    """The classifier of `--model`, `--architecture` and `--labels`."""
    labels = _labels(options.labels) if options.labels else None
    if options.architecture:
        path = Path(options.model)
        return gradcam.load_model(path, architecture=options.architecture, labels=labels)
    spec = next((s for s in gradcam.list_models() if s.id == options.model), None)
    if spec is None or is_downloaded(spec):
        return gradcam.load_model(options.model, labels=labels)
    with download_bar(spec) as progress:
        return gradcam.load_model(options.model, labels=labels, progress=progress)


@contextmanager
def download_bar(spec: ModelSpec) -> Iterator[Progress]:
    """A bar on stderr, moved by what is yielded."""
    with tqdm(
        total=spec.download_bytes, unit="B", unit_scale=True, desc=spec.filename,
        file=sys.stderr, disable=None, leave=False,
    ) as bar:  # fmt: skip

        def move(done: int, total: int | None) -> None:
            bar.total = total or bar.total
            bar.update(done - bar.n)

        yield move


def _labels(file: Path) -> list[str]:
    """One label a line; blank lines at the end are none."""
    try:
        lines = file.read_text(encoding="utf-8-sig").rstrip().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"{file} cannot be read as a list of labels.",
            hint="Give a text file, one label a line.",
        ) from error
    return [line.strip() for line in lines]
