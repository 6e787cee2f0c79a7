"""The models that are downloaded on first use, and the label lists: data, read from files.

tools/make_catalogue.py writes those files; nothing here imports torch or torchvision.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from gradcam.errors import ModelError, nearest
from gradcam.types import ModelSpec, Preprocessing

LABEL_LISTS = ("imagenet",)


@cache
def torchvision_specs() -> tuple[ModelSpec, ...]:
    """Every torchvision classifier, family by family, smallest first."""
    return tuple(_spec(row) for row in json.loads(_read("torchvision.json")))


@cache
def labels(name: str) -> tuple[str, ...]:
    """The class labels called `name`, in the order of the model's outputs.

    Raises
    ------
    ModelError : no such list.
    """
    if name not in LABEL_LISTS:
        raise ModelError(f"There is no label list {name!r}.", hint=nearest(name, LABEL_LISTS))
    return tuple(_read(f"{name}.txt").splitlines())


def _read(filename: str) -> str:
    return resources.files(__name__).joinpath(filename).read_text(encoding="utf-8")


def _spec(row: dict[str, Any]) -> ModelSpec:
    how = row["preprocessing"]
    height, width = how["crop"]
    return ModelSpec(
        id=row["id"],
        title=row["title"],
        framework="torch",
        source="torchvision",
        parameters=row["parameters"],
        preprocessing=Preprocessing(
            resize=how["resize"],
            crop=(height, width),
            mean=tuple(how["mean"]),
            std=tuple(how["std"]),
            interpolation=how["interpolation"],
        ),
        labels=row["labels"],
        top1=row["top1"],
        top5=row["top5"],
        download_bytes=row["download_bytes"],
        url=row["url"],
        note=row["note"],
    )
