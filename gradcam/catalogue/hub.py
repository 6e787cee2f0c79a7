"""The models that lie on the Hugging Face hub: timm's, listed in a file, and any other by name."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import Any

from gradcam.errors import ModelError
from gradcam.types import ModelSpec, Preprocessing

HUGGING_FACE = "hf/"  # begins our ids
SCHEME = "hf://"  # begins the addresses of what lies there
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?(?:hf\.co|huggingface\.co)/")


@cache
def timm_specs() -> tuple[ModelSpec, ...]:
    """List timm's classifiers by family, smallest first."""
    text = resources.files(__package__).joinpath("timm.json").read_text(encoding="utf-8")
    saved = json.loads(text)
    hows = [Preprocessing(**_tuples(how)) for how in saved["preprocessing"]]
    return tuple(_spec(row, saved, hows) for row in saved["models"])


def hub_spec(id: str) -> ModelSpec:
    """Describe the model `hf/ORG/NAME`, of which nothing else is known before it is downloaded.

    Raises
    ------
    ModelError : `id` has another form.
    """
    repo = id.removeprefix(HUGGING_FACE)
    if not id.startswith(HUGGING_FACE) or not _NAME.fullmatch(repo):
        raise ModelError(
            f"{id!r} is not the name of a model on the Hugging Face hub.",
            hint="Write it as hf/ORG/NAME, such as hf/microsoft/resnet-50.",
        )
    return ModelSpec(
        id=id,
        title=repo.split("/")[1],
        framework="torch",
        source="huggingface",
        parameters=0,
        preprocessing=Preprocessing(),
        labels="",
        url=f"{SCHEME}{repo}",
    )


def hub_id(text: str) -> str | None:
    """Return the id for what people type or paste for a model on the hub; None if it is none.

    >>> hub_id("https://huggingface.co/microsoft/resnet-50/tree/main")
    'hf/microsoft/resnet-50'
    >>> hub_id("microsoft/resnet-50")
    'hf/microsoft/resnet-50'
    """
    name = text.strip().strip("/")
    if address := _ADDRESS.match(name):
        name = "/".join(name[address.end() :].split("/")[:2])
    name = name.removeprefix(SCHEME).removeprefix(HUGGING_FACE)
    return HUGGING_FACE + name if _NAME.fullmatch(name) else None


def _spec(row: list[Any], saved: dict[str, Any], hows: list[Preprocessing]) -> ModelSpec:
    name, family, parameters, size, labels, top1, note, how, *repo = row
    return ModelSpec(
        id=f"timm/{name}",
        title=name,
        framework="torch",
        source="timm",
        parameters=parameters,
        preprocessing=hows[how],
        labels=saved["labels"][labels],
        top1=top1,
        download_bytes=size,
        url=SCHEME + (repo[0] if repo else f"timm/{name}"),
        note=saved["note"][note],
        family=saved["family"][family],
    )


def _tuples(how: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in how.items()}
