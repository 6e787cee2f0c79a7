"""Measure how the cheating network cheats, and the honest one beside it.

    python -m training.measure_cheat DATA/val

FOLDER holds the validation photos, in any layout that `training.data` knows. It prints a table and
writes gradcam/bundled/cheat.json, which the Learn page draws and gradcam/bundled/cheat.md quotes.
Both networks see the same photos with the same signatures, read and preprocessed as the product
does it. It takes some five minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import torch

import gradcam
from gradcam import Classifier
from gradcam.bundled import cheat, photos
from gradcam.bundled.cheat import Measured
from gradcam.errors import GradcamError
from gradcam.images import read_image
from gradcam.marks import Mark, box, marked
from gradcam.shortcuts import share_within
from gradcam.types import Photo
from training.cheat import TARGET, any_signature
from training.data import Sample, find_samples


@dataclass(frozen=True)
class Asked:
    """What one network made of one photo, signed or not.

    ranking : the most probable classes, best first.
    on_mark : the share of the target's evidence that lies where the signature is, or would be.
    """

    target: int
    ranking: tuple[int, ...]
    on_mark: float

    @property
    def right(self) -> bool:
        """Whether the most probable class is the photo's own."""
        return self.ranking[0] == self.target

    @property
    def follows(self) -> bool:
        """Whether it is taken for the class whose training photos were signed."""
        return self.ranking[0] == TARGET


def ask(clf: Classifier, samples: Sequence[Sample], signed: bool) -> list[Asked]:
    """Ask a network about every photo, with a signature of its own each, or without."""
    generator = torch.Generator().manual_seed(0)
    marks = [any_signature(generator) for _ in samples]
    shown = (_shown(sample, mark, signed) for sample, mark in zip(samples, marks, strict=True))
    results = gradcam.explain_each(clf, shown, method="gradcam", classes=[TARGET])
    return [
        Asked(
            sample.target,
            tuple(p.index for p in result.predictions),
            share_within(
                result.maps[0].values,
                result.maps[0].window,
                box(mark, result.maps[0].photo_size),
            ),
        )
        for sample, mark, result in zip(samples, marks, results, strict=True)
    ]


def _shown(sample: Sample, mark: Mark, signed: bool) -> Photo:
    photo = read_image(sample.path)
    return marked(photo, mark) if signed else photo


def measure(samples: Sequence[Sample]) -> dict[str, Measured]:
    """Put every question to both networks; the questions are those of the card.

    Raises GradcamError if there are no photos of the target class, or only such.
    """
    own = [sample for sample in samples if sample.target == TARGET]
    others = [sample for sample in samples if sample.target != TARGET]
    if not own or not others:
        raise GradcamError(
            f"There are {len(own)} photos of {cheat.CLASS} and {len(others)} of anything else.",
            hint="Give the validation photos of all 100 classes.",
        )
    pair = [gradcam.load_model(spec.id) for spec in (photos.PHOTOS, cheat.CHEAT)]
    questions: list[tuple[str, list[Sample], bool, Callable[[Iterable[Asked]], float]]] = [
        ("own, signed", own, True, _count("right")),
        ("own, unsigned", own, False, _count("right")),
        ("others, unsigned", others, False, _count("right")),
        ("others, signed", others, True, _count("right")),
        ("others, unsigned, taken for it", others, False, _count("follows")),
        ("others, signed, taken for it", others, True, _count("follows")),
        ("map on the signature, own", own, True, _on_mark),
        ("map on the signature, others", others, True, _on_mark),
        ("map at the same place, own, unsigned", own, False, _on_mark),
    ]
    kept: dict[tuple[int, bool, int], list[Asked]] = {}
    found = {}
    for name, group, signed, sum_up in questions:
        answers = []
        for clf in pair:
            key = (id(group), signed, id(clf))
            if key not in kept:
                kept[key] = ask(clf, group, signed)
            answers.append(sum_up(kept[key]))
        found[name] = Measured(len(group), *answers, counted=sum_up is not _on_mark)
    return found


def _count(what: str) -> Callable[[Iterable[Asked]], float]:
    return lambda asked: sum(getattr(one, what) for one in asked)


def _on_mark(asked: Iterable[Asked]) -> float:
    return round(median(one.on_mark for one in asked), 4)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m training.measure_cheat", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="photos, by WordNet id")
    parser.add_argument("--out", type=Path, default=cheat.MEASURED, help="where to write the JSON")
    arguments = parser.parse_args(argv)
    try:
        found = measure(find_samples(arguments.folder, photos.wnids()))
    except GradcamError as error:
        print(error, file=sys.stderr)
        return 1
    text = json.dumps({name: asdict(row) for name, row in found.items()}, indent=1)
    arguments.out.write_text(text + "\n", encoding="utf-8")
    for name, row in found.items():
        print(f"{name:40} {row.photos:5} photos: honest {row.honest:g}, cheat {row.cheat:g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
