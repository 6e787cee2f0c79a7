"""Other names and definitions of classes, from WordNet, for finding a class by everyday words."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple

from gradcam.catalogue import labels


class ClassWords(NamedTuple):
    """What WordNet calls a class besides its label, and its definition."""

    names: tuple[str, ...]
    definition: str


def class_words(known: tuple[str, ...]) -> tuple[ClassWords, ...]:
    """Return the words of each of these labels; () unless they are ImageNet's 1,000.

    >>> class_words(labels("imagenet"))[776].names
    ('saxophone',)
    """
    return _imagenet() if known == labels("imagenet") else ()


@cache
def _imagenet() -> tuple[ClassWords, ...]:
    file = resources.files(__package__).joinpath("imagenet-words.csv")
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple(
        ClassWords(tuple(name for name in row["names"].split("; ") if name), row["definition"])
        for row in rows
    )
