"""Measure what the watermark does to EfficientNet-Lite0, and write docs/watermark.md.

    python -m studies.watermark [FOLDER] [--photos N]

FOLDER holds any photos; by default it is the development set beside the repository, which never
ships, and without it the sample photos of the dashboard. The page is written if there are at least
50 photos, and only printed otherwise. It takes about half a second a photo on two quiet cores.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))
import gradcam
from components.samples import SAMPLES, load
from gradcam import Classifier
from gradcam.images import read_image
from gradcam.marks import Box, Mask, box, laid, mask
from gradcam.shortcuts import CARTON, PUBLISHED, Reading, read, share_of_view, window_of
from gradcam.text import figures, rough_percent
from gradcam.types import Photo
from tools.make_api import DOCS, table

PAGE = DOCS / "watermark.md"
MODEL = "bundled/efficientnet-lite0"
_SHARED = os.environ.get("GRADCAM_SHARED", DOCS.parent.parent / "shared")
SET = Path(_SHARED) / "data" / "imagenet-250"
ENOUGH = 50
OPACITIES = (0.5, 0.8)
TEXT = "捷径捷径捷径"
BLOCK = 32  # pixels of the mask, an eighth of a character


@dataclass(frozen=True)
class Seen:
    """A reading of carton, and the most probable class beside it."""

    carton: Reading
    first: int

    @property
    def share(self) -> float:
        """The probability of carton."""
        return self.carton.standing.prediction.probability

    @property
    def rank(self) -> int:
        """The rank of carton, 1 for the most probable class."""
        return self.carton.standing.rank


@dataclass(frozen=True)
class Measured:
    """One photo: without a mark, and by the name of what was laid over it.

    even : the share of the view under the mark, which an even map would have there.
    """

    without: Seen
    marked: Mapping[str, Seen]
    even: float


def main() -> None:
    """Measure, print and, given enough photos, write."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", nargs="?", type=Path, help="photos to measure on")
    asked.add_argument("--photos", type=int, default=250, help="how many at most")
    given = asked.parse_args()
    source, photos = photos_of(given.folder, given.photos)
    clf = gradcam.load_model(MODEL)
    measured = [measure(clf, photo) for photo in tqdm(photos, unit="photo")]
    text = page(source, measured)
    print(text)
    if len(measured) >= ENOUGH:
        PAGE.write_text(text, encoding="utf-8", newline="\n")


def photos_of(folder: Path | None, most: int) -> tuple[str, Sequence[Photo]]:
    """Return what the photos are, in words, and the photos, spread evenly over a larger folder."""
    if folder is None and not SET.is_dir():
        return "the dashboard's sample photos", [load(sample.id) for sample in SAMPLES][:most]
    where = folder or SET
    files = sorted(p for p in where.iterdir() if p.suffix.lower() in (".jpeg", ".jpg", ".png"))
    if not files:
        sys.exit(f"{where} holds no photos (.jpg, .png).")
    count = min(most, len(files))
    chosen = [files[n * len(files) // count] for n in range(count)]
    what = "ImageNet, one a class" if where == SET else "a folder"
    return f"{count} photos of {what}", [read_image(path) for path in chosen]


def measure(clf: Classifier, photo: Photo) -> Measured:
    """Lay everything over one photo, one at a time, and read carton each time."""
    window = window_of(clf, photo)
    size = photo.shape[:2]
    where = box(PUBLISHED.on(window, size, OPACITIES[0]), size)
    marked = {
        name: _seen(clf, laid(photo, shape, where, opacity), where)
        for name, shape, opacity in _laid()
    }
    return Measured(_seen(clf, photo, where), marked, share_of_view(window, where))


def _seen(clf: Classifier, photo: Photo, where: Box) -> Seen:
    index = clf.labels.index(CARTON)
    layer = next(layer.name for layer in clf.layers() if layer.recommended)
    found = read(clf, photo, [index], layer, "gradcam", where)
    return Seen(found.classes[0], found.answer.index)


def _laid() -> Iterator[tuple[str, Mask, float]]:
    """Yield the name, mask and opacity of everything that is laid over a photo."""
    text = mask("characters")
    for opacity in OPACITIES:
        yield f"{TEXT} at {opacity}", text, opacity
    for name, shape in controls(text).items():
        # The same ink: what has less of it is made less transparent.
        yield name, shape, OPACITIES[0] * float(text.mean() / shape.mean())


def controls(text: Mask) -> dict[str, Mask]:
    """Return other marks for the same place, by what they are."""
    return {
        "the same, upside down": text[::-1, ::-1],
        "the same, as in a mirror": text[:, ::-1],
        "other characters, 森林森林森林": _drawn("forest"),
        "Latin letters, WATERMARK": _drawn("latin"),
        "the same strokes, cut into squares and shuffled": shuffled(text),
        "an even veil": np.full_like(text, round(float(text.mean()))),
    }


def shuffled(shape: Mask) -> Mask:
    """Return a mask cut into squares an eighth of its height wide, put together in another order.

    The order is random, and the same every time.
    """
    rows, columns = shape.shape[0] // BLOCK, shape.shape[1] // BLOCK
    pieces = shape.reshape(rows, BLOCK, columns, BLOCK).swapaxes(1, 2).reshape(-1, BLOCK, BLOCK)
    mixed = np.random.default_rng(0).permutation(pieces)
    found: Mask = mixed.reshape(rows, columns, BLOCK, BLOCK).swapaxes(1, 2).reshape(shape.shape)
    return found


def _drawn(name: str) -> Mask:
    with Image.open(Path(__file__).parent / "marks" / f"{name}.png") as image:
        return np.array(image.convert("L"))


def factor(one: Measured, name: str) -> float:
    """Return how many times as probable carton is with the mark as without."""
    return one.marked[name].share / one.without.share


def page(source: str, measured: Sequence[Measured]) -> str:
    """Return the whole of docs/watermark.md."""
    names = list(measured[0].marked)
    texts, others = names[: len(OPACITIES)], names[len(OPACITIES) :]
    head = ("laid over the photo", "median factor", "rises on", "at least 10 ×", "median rank",
            "carton first", "another first answer")  # fmt: skip
    rows = [_row("nothing", measured, [one.without for one in measured])]
    maps_head = ("laid over the photo", "mass on the mark, median", "rises on", "an even map")
    return "\n\n".join(
        [
            _INTRO.format(source=source),
            table(head, [*rows, *(_effect(name, measured) for name in texts)]),
            _verdict(texts[0], measured),
            _CONTROLS,
            table(head, [_effect(texts[0], measured), *(_effect(n, measured) for n in others)]),
            _answer(texts[0], others, measured),
            _MAPS,
            table(maps_head, [_mass(name, measured) for name in [*texts, *others]]),
        ]
    ) + "\n"  # fmt: skip


def _row(name: str, measured: Sequence[Measured], seen: Sequence[Seen]) -> tuple[str, ...]:
    first = sum(one.rank == 1 for one in seen)
    ranks = f"{median(one.rank for one in seen):.0f}"
    return (name, "", "", "", ranks, f"{first} of {len(measured)}", "")


def _effect(name: str, measured: Sequence[Measured]) -> tuple[str, ...]:
    factors = [factor(one, name) for one in measured]
    other = sum(one.marked[name].first != one.without.first for one in measured)
    row = _row(name, measured, [one.marked[name] for one in measured])
    return (
        name,
        f"{figures(median(factors))} ×",
        _share(one > 1 for one in factors),
        _share(one >= 10 for one in factors),
        *row[4:6],
        _share([True] * other + [False] * (len(measured) - other)),
    )


def _mass(name: str, measured: Sequence[Measured]) -> tuple[str, ...]:
    before = [one.without.carton.on_mark for one in measured]
    after = [one.marked[name].carton.on_mark for one in measured]
    return (
        name,
        f"{rough_percent(median(before))} → {rough_percent(median(after))}",
        _share(b > a for a, b in zip(before, after, strict=True)),
        rough_percent(median(one.even for one in measured)),
    )


def _share(yes: Iterator[bool] | Sequence[bool]) -> str:
    answers = list(yes)
    return rough_percent(sum(answers) / len(answers))


def _verdict(name: str, measured: Sequence[Measured]) -> str:
    before = median(one.without.rank for one in measured)
    after = median(one.marked[name].rank for one in measured)
    times = figures(median(factor(one, name) for one in measured))
    return (
        f"At half opacity the median photo's carton becomes **{times} times** as probable and goes "
        f"from rank {before:.0f} of 1,000 to rank {after:.0f}. It seldom becomes the answer: the "
        "network has other evidence, but it has learnt this one too."
    )


def _answer(name: str, others: Sequence[str], measured: Sequence[Measured]) -> str:
    def times(one: str) -> str:
        return figures(median(factor(photo, one) for photo in measured))

    turned, (*strokes, veil) = others[:2], others[2:]
    nearest = max(strokes, key=lambda one: median(factor(photo, one) for photo in measured))
    wins = _share(
        photo.marked[name].share > max(photo.marked[other].share for other in (*strokes, veil))
        for photo in measured
    )
    return (
        "Upside down or in a mirror, when nobody can read it, the text still makes carton "
        f"{times(turned[0])} and {times(turned[1])} times as probable: the network knows a texture "
        "of strokes, not a word. But not any strokes will do. Of the marks with other ones the "
        f"strongest is *{nearest}*, with {times(nearest)} times, and the text beats all of them on "
        f"{wins} of the photos. The same ink without strokes, the veil, has {times(veil)} times."
    )


_INTRO = """# The watermark

Many photos of cartons in ImageNet carry a Chinese watermark, and networks trained on ImageNet have
learnt the watermark with the carton (Li et al. 2023, arXiv:2212.04825). The page *Learn* lets you
lay such a text over any photo. `make watermark` measures what it does to EfficientNet-Lite0, the
model that the page begins with, and writes this page.

Measured on {source}, none of which is part of this repository. The text 捷径捷径捷径 (*shortcut*,
three times) is white and lies across the middle of what the model sees, 36 of 224 pixels high, as
in the package `imagenet-w`. *Factor* is the probability of carton with the mark over that without,
photo by photo; *rises on* is the share of photos where it is above 1."""

_CONTROLS = """## Is it the characters, or any white text?

Other marks in the same place, with the same ink: opacity 0.5, or more where there is less ink."""

_MAPS = """## Does the map move to the mark?

The share of the carton map's positive evidence (Grad-CAM at the recommended layer) that lies within
the mark's box, without and with the mark, and on how many photos it rises. A map that is the same
everywhere would have there what the last column says."""

if __name__ == "__main__":
    main()
