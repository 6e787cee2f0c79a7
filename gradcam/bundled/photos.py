"""PhotoNet: its rows of the catalogue, its classes and its weights, which are in this folder.

photos.md is the model's card.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path

from gradcam.types import ModelSpec, Preprocessing

_HERE = Path(__file__).parent
WEIGHTS = _HERE / "photos.safetensors"
CLASSES = _HERE / "photos-classes.csv"

PHOTOS = ModelSpec(
    id="bundled/photos",
    title="PhotoNet (100 everyday things)",
    framework="torch",
    source="bundled",
    parameters=1_215_300,
    preprocessing=Preprocessing(resize=80, crop=(80, 80)),
    labels="photos100",
    top1=62.26,
    top5=85.62,
    note="Small enough to read every number of it and to train it yourself; often wrong.",
)
PHOTOS_KERAS = replace(
    PHOTOS,
    id="bundled/photos-keras",
    title="PhotoNet in Keras",
    framework="keras",
    note="The same network with the same weights, in Keras.",
)


def labels() -> tuple[str, ...]:
    """Return the class labels, all different, in the order of the model's outputs."""
    return tuple(label for _, label in _classes())


def wnids() -> tuple[str, ...]:
    """Return the classes' WordNet ids, which name the training folders, in the same order."""
    return tuple(wnid for wnid, _ in _classes())


@cache
def _classes() -> tuple[tuple[str, str], ...]:
    with CLASSES.open(encoding="utf-8", newline="") as file:
        return tuple((row["wnid"], row["label"]) for row in csv.DictReader(file))
