"""Measure the shipped model's accuracy: python -m training.evaluate VAL_FOLDER [--size 80].

It uses the product's own image reading, preprocessing and weights, so the numbers in CARD.md and in
the catalogue hold for what users run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gradcam.bundled.photos import PHOTOS, wnids
from gradcam.errors import GradcamError
from gradcam.images import read_image
from gradcam.preprocess import preprocess
from gradcam.types import Floats, Preprocessing
from training.data import Sample, find_samples

Predict = Callable[[Floats], Floats]
"""Model input (N, h, w, 3), normalised → logits (N, classes)."""


@dataclass(frozen=True)
class Score:
    """How many of `count` photos had the right class first, and among the top five."""

    first: int
    five: int
    count: int

    @property
    def top1(self) -> float:
        """The accuracy in percent."""
        return 100 * self.first / self.count

    @property
    def top5(self) -> float:
        """The accuracy in percent."""
        return 100 * self.five / self.count

    def __str__(self) -> str:
        return (
            f"top-1 {self.top1:.2f} % ({self.first} of {self.count}), "
            f"top-5 {self.top5:.2f} % ({self.five} of {self.count})"
        )


def evaluate(
    predict: Predict, samples: Sequence[Sample], how: Preprocessing, *, batch: int = 100
) -> Score:
    """Count right answers over the samples, `batch` photos at a time."""
    first = five = count = 0
    for start in range(0, len(samples), batch):
        group = samples[start : start + batch]
        photos = (read_image(sample.path) for sample in group)
        logits = predict(np.stack([preprocess(photo, how).values for photo in photos]))
        targets = np.array([sample.target for sample in group])
        ranks = rank(logits, targets)
        first += int((ranks == 0).sum())
        five += int((ranks < 5).sum())
        count += len(group)
    return Score(first, five, count)


def rank(logits: Floats, targets: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Floats:
    """Return how many classes rank above the right one (N,); ties count against the model."""
    own = np.take_along_axis(logits, targets[:, None], axis=1)
    return np.asarray((logits >= own).sum(axis=1) - 1)


def shipped() -> Predict:
    """Load the bundled network as a function from numpy to numpy."""
    import torch

    from gradcam.backends.torch.bundled.photos import load

    network = load()

    def predict(values: Floats) -> Floats:
        with torch.inference_mode():
            logits = network(torch.from_numpy(values).permute(0, 3, 1, 2))
        return np.asarray(logits.numpy())

    return predict


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    arguments = _parser().parse_args(argv)
    how = replace(
        PHOTOS.preprocessing, resize=arguments.size, crop=(arguments.size, arguments.size)
    )
    try:
        samples = find_samples(arguments.folder, wnids())
        score = evaluate(shipped(), samples, how)
    except GradcamError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{PHOTOS.id} at {arguments.size} px: {score}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="VAL_FOLDER")
    parser.add_argument(
        "--size", type=int, default=PHOTOS.preprocessing.resize, help="input size in pixels"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
