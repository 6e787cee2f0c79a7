"""The models that can be downloaded, and their label lists, read from data files.

tools/make_catalogue.py and tools/make_keras_catalogue.py write the files. Reading them imports no
framework.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import Any

from gradcam.errors import ModelError, nearest
from gradcam.types import Framework, ModelSpec, Preprocessing, Source

LABEL_LISTS = ("imagenet",)


@cache
def torchvision_specs() -> tuple[ModelSpec, ...]:
    """List torchvision's classifiers by family, smallest first."""
    return _specs("torchvision.json", "torch", "torchvision")


@cache
def keras_specs() -> tuple[ModelSpec, ...]:
    """List the Keras applications with ImageNet weights by family, smallest first."""
    return _specs("keras.json", "keras", "keras")


@cache
def labels(name: str) -> tuple[str, ...]:
    """Return the class labels called `name`, in the order of the model's outputs.

    Raises
    ------
    ModelError : there is no such list.
    """
    if name not in LABEL_LISTS:
        raise ModelError(f"There is no label list {name!r}.", hint=nearest(name, LABEL_LISTS))
    return tuple(_read(f"{name}.txt").splitlines())


@cache
def wordnet_ids() -> tuple[str, ...]:
    """Return the WordNet ids of the classes of "imagenet", such as n02123045, in the same order.

    Folders of ImageNet's photos are called so. The list is timm's `imagenet_synsets.txt`.
    """
    return tuple(_read("wordnet.txt").split())


def _read(filename: str) -> str:
    return resources.files(__name__).joinpath(filename).read_text(encoding="utf-8")


def _specs(filename: str, framework: Framework, source: Source) -> tuple[ModelSpec, ...]:
    return tuple(_spec(row, framework, source) for row in json.loads(_read(filename)))


def _spec(row: dict[str, Any], framework: Framework, source: Source) -> ModelSpec:
    how = row["preprocessing"]
    height, width = how["crop"]
    return ModelSpec(
        id=row["id"],
        title=row["title"],
        framework=framework,
        source=source,
        parameters=row["parameters"],
        preprocessing=Preprocessing(
            resize=how["resize"],
            crop=(height, width),
            mean=tuple(how["mean"]),
            std=tuple(how["std"]),
            interpolation=how["interpolation"],
            channels=how.get("channels", "rgb"),
        ),
        labels=row["labels"],
        top1=row["top1"],
        top5=row["top5"],
        download_bytes=row["download_bytes"],
        url=row["url"],
        checksum=row.get("checksum", _checksum_in(row["url"])),
        cached_as=row.get("cached_as", ""),
        note=row["note"],
    )


def _checksum_in(url: str) -> str:
    # torchvision's file names end in the first hex digits of the file's SHA-256.
    match = re.search(r"-([0-9a-f]{8,64})\.[^./]+$", url)
    return f"sha256:{match[1]}" if match else ""
