"""Builds what a folder's settings describe, without numbers, to learn what it will cost.

Runs in a process of its own: see `gradcam.vault.sandbox`. That imports this module once, with all
that every question needs, and then splits off a child for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import (
    register_module_module_registration_hook,
    register_module_parameter_registration_hook,
)

from gradcam.backends.torch.compat import before_torchvision
from gradcam.backends.torch.costs import cost_of
from gradcam.backends.torch.saved import config_in, first_line, preprocessing_in
from gradcam.backends.torch.text_image import is_text_image
from gradcam.backends.torch.timm_zoo import is_timm_folder, preprocessing_of, settings
from gradcam.backends.torch.words import Words
from gradcam.errors import GradcamError, ModelError
from gradcam.vault import safetensors
from gradcam.vault.budget import Budget

before_torchvision()
import torchvision  # noqa: E402, F401 - what transformers and timm import
from transformers import (  # noqa: E402
    MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING,
    AutoConfig,  # noqa: F401
    AutoImageProcessor,  # noqa: F401
    AutoModelForImageClassification,
    CLIPModel,
    SiglipModel,
)

_MAX_SETTINGS = 4_000_000


def folder(path: Path, name: str, budget: Budget, said: Mapping[str, Any]) -> dict[str, Any]:
    """What the model in a folder of transformers or timm will cost.

    Parameters
    ----------
    said : "crop" is the size that was asked for, or None for the model's own.

    Raises
    ------
    ModelError, WeightsError : its weights or settings are damaged, or it is over the budget.
    """
    for file in sorted(path.glob("*.safetensors")):
        with file.open("rb") as stream:
            safetensors.header_of(stream, file.stat().st_size, file.name, budget)
    for file in path.glob("*config.json"):
        if file.stat().st_size > _MAX_SETTINGS:
            raise ModelError(f"{file.name} of {name} is larger than 4 MB.")
    timm = is_timm_folder(path)
    network, crop = (_timm if timm else _transformers)(path, name, budget, said["crop"])
    named = not timm and not isinstance(network, nn.Identity)
    call = (lambda values: network(pixel_values=values)) if named else None
    cost = cost_of(network, crop, call)
    budget.require_activations(name, cost.activations, cost.largest, crop)
    return {"parameters": cost.parameters, "activations": cost.activations, "crop": crop}


_Sketched = tuple[nn.Module, tuple[int, int]]


def _timm(path: Path, name: str, budget: Budget, crop: Any) -> _Sketched:
    import timm

    saved = settings(path)
    _require_plain(saved, name)
    cfg = {**saved, **saved.get("pretrained_cfg", {})}
    network = _built(lambda: timm.create_model(f"local-dir:{path}", pretrained=False), name, budget)
    return network, tuple(crop) if crop else preprocessing_of(cfg).crop


def _transformers(path: Path, name: str, budget: Budget, crop: Any) -> _Sketched:
    config = config_in(path, name)
    size = tuple(crop) if crop else preprocessing_in(path, name).crop
    if not is_text_image(config):
        if type(config) not in MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING:
            return nn.Identity(), size  # the server says so in its own words
        build = AutoModelForImageClassification.from_config
        return _built(lambda: build(config), name, budget), size
    kind = CLIPModel if config.model_type == "clip" else SiglipModel
    network = _built(lambda: kind(config), name, budget)
    words = Words(path, longest=10_000, padded=False, title=name)
    words.tokens(["a photo of a cat"])
    tower: nn.Module = network.vision_model  # type: ignore[assignment]
    return tower, size


def _built(build: Callable[[], nn.Module], name: str, budget: Budget) -> nn.Module:
    """The network on the meta device, where numbers take no room."""
    _count(name, budget)
    try:
        try:
            with torch.device("meta"):
                network = build()
        except (NotImplementedError, RuntimeError):  # its numbers are needed to build it
            network = build().to("meta")
    except (GradcamError, MemoryError):
        raise
    except Exception as error:  # what it raises depends on the model
        raise ModelError(
            f"{name} cannot be built from its config.json ({first_line(error)}).",
            hint="Save the model again, or build it in Python and pass it to gradcam.wrap.",
        ) from error
    budget.require_parameters(name, sum(value.numel() for value in network.parameters()))
    return network


def _count(name: str, budget: Budget) -> None:
    """Stop a network while it is built, once it is too large; for the rest of this process."""
    parts, held, most = 0, 0, 10 * budget.layers

    def part(*_: Any) -> None:
        nonlocal parts
        parts += 1
        if parts > most:
            raise ModelError(
                f"{name} would have more than {most:,} parts.",
                hint="Save the model again, or build it in Python and pass it to gradcam.wrap.",
            )

    def values(_module: Any, _name: str, value: Any) -> None:
        nonlocal held
        part()
        held += 0 if value is None else value.numel()
        budget.require_parameters(name, held, more=True)

    register_module_module_registration_hook(part)
    register_module_parameter_registration_hook(values)


# What timm would take from the settings in place of the folder's weights.
_ELSEWHERE = {
    "pretrained", "pretrained_cfg", "pretrained_cfg_overlay", "checkpoint_path", "cache_dir",
}  # fmt: skip


def _require_plain(saved: Mapping[str, Any], name: str) -> None:
    """Raise ModelError for settings that timm would follow elsewhere, such as to another file."""
    given = saved.get("model_args") or {}
    odd = sorted(_ELSEWHERE & set(given)) if isinstance(given, dict) else ["model_args"]
    if odd:
        raise ModelError(
            f"The settings of {name} name something besides the network ({', '.join(odd)}).",
            hint="Save the model again with timm.models.save_for_hf.",
        )
