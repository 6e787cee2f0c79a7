"""Measure a model's accuracy: python -m training.evaluate FOLDER [--model ID] [--size 80].

It uses the product's own image reading, preprocessing and weights, so the numbers in the models'
cards hold for what users run. A second table says how often the model is right, by how far its best
answer is ahead of the next one: the margin of `gradcam.certainty` comes from there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import gradcam
from gradcam.bundled import cheat, efficientnet_lite0, photos
from gradcam.errors import GradcamError
from gradcam.images import read_image
from gradcam.preprocess import preprocess
from gradcam.types import Floats, Preprocessing
from training.data import Sample, find_samples

Predict = Callable[[Floats], Floats]
"""Model input (N, h, w, 3), normalised → logits (N, classes)."""
Targets = NDArray[np.intp]

MODELS = (
    efficientnet_lite0.TORCH,
    efficientnet_lite0.KERAS,
    photos.PHOTOS,
    photos.PHOTOS_KERAS,
    cheat.CHEAT,
    cheat.CHEAT_KERAS,
)
_POINTS = (0, 10, 20, 30, 40, 50, 60, 80, 100)


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

    @classmethod
    def of(cls, logits: Floats, targets: Targets) -> Score:
        """Count the right answers among logits (N, K)."""
        ranks = rank(logits, targets)
        return cls(int((ranks == 0).sum()), int((ranks < 5).sum()), len(targets))


def answers(
    predict: Predict, samples: Sequence[Sample], how: Preprocessing, *, batch: int = 50
) -> tuple[Floats, Targets]:
    """Return the logits (N, K) and the right classes (N,) of the samples, `batch` at a time."""
    found = []
    for start in range(0, len(samples), batch):
        group = (read_image(sample.path) for sample in samples[start : start + batch])
        found.append(predict(np.stack([preprocess(photo, how).values for photo in group])))
    return np.concatenate(found), np.array([sample.target for sample in samples])


def rank(logits: Floats, targets: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Floats:
    """Return how many classes rank above the right one (N,); ties count against the model."""
    own = np.take_along_axis(logits, targets[:, None], axis=1)
    return np.asarray((logits >= own).sum(axis=1) - 1)


def by_margin(logits: Floats, targets: Targets) -> Iterator[tuple[int, int, int, int]]:
    """Count by how far the best answer is ahead: (points from, to, photos, right answers)."""
    wide = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    shares = np.sort(wide / wide.sum(axis=1, keepdims=True), axis=1)
    ahead = 100 * (shares[:, -1] - shares[:, -2])
    right = rank(logits, targets) == 0
    for low, high in pairwise(_POINTS):
        inside = (low <= ahead) & ((ahead < high) | (high == 100))
        yield low, high, int(inside.sum()), int((inside & right).sum())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    arguments = _parser().parse_args(argv)
    spec = next(spec for spec in MODELS if spec.id == arguments.model)
    how = spec.preprocessing
    if arguments.size:
        how = replace(how, resize=arguments.size, crop=(arguments.size, arguments.size))
    try:
        samples = find_samples(arguments.folder, _wnids(spec.labels))
        clf = gradcam.load_model(spec.id, preprocessing=how)
        found, targets = answers(lambda values: clf.capture(values, ()).logits, samples, how)
    except GradcamError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{spec.id} at {how.crop[0]} px: {Score.of(found, targets)}")
    for low, high, count, right in by_margin(found, targets):
        print(f"ahead by {low:3} to {high:3} points: {right:4} of {count:4} right")
    return 0


def _wnids(labels: str) -> Sequence[str]:
    """Return the WordNet ids of a list of classes, in the order of the outputs."""
    if labels == photos.PHOTOS.labels:
        return photos.wnids()
    from timm.data import ImageNetInfo

    return ImageNetInfo("imagenet-1k").label_names()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="photos, by WordNet id")
    parser.add_argument(
        "--model", choices=[spec.id for spec in MODELS], default=photos.PHOTOS.id, help="which one"
    )
    parser.add_argument("--size", type=int, help="another input size in pixels")
    return parser


if __name__ == "__main__":
    sys.exit(main())
