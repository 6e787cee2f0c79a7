"""Builds timm's models and fills them from safetensors, from the catalogue or a saved folder."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor, nn

from gradcam import catalogue
from gradcam.backends.torch.catalogue import classifier
from gradcam.backends.torch.compat import before_torchvision
from gradcam.backends.torch.model import TorchClassifier
from gradcam.backends.torch.saved import digest_of, first_line
from gradcam.errors import GradcamError, ModelError, WeightsError
from gradcam.transforms import as_preprocessing
from gradcam.types import AnyPreprocessing, ModelSpec, TooLargeError
from gradcam.weights.hub_files import CONFIG, WEIGHTS
from gradcam.weights.known import file_hash

_IMAGENET = 1000


def load_timm(spec: ModelSpec, folder: Path, labels: Sequence[str]) -> TorchClassifier:
    """A catalogue model with the weights in `folder`; raises WeightsError if they do not fit."""
    weights = folder / WEIGHTS
    name = spec.id.removeprefix("timm/")
    module = _filled(name, weights)
    names = labels or label_names(spec.labels)
    # One file of weights may fit several networks.
    digest = hashlib.sha256(f"{name} {file_hash(weights)}".encode()).hexdigest()
    return classifier(module, spec, names, digest)


def is_timm_folder(folder: Path) -> bool:
    """Return whether the folder's settings are those of timm, not of transformers."""
    return "architecture" in settings(folder)


def load_timm_folder(
    spec: ModelSpec,
    folder: Path,
    labels: Sequence[str] | None,
    preprocessing: Any,
) -> TorchClassifier:
    """A model that timm saved or pushed to the hub: config.json and model.safetensors.

    Raises
    ------
    ModelError : it is no classifier, or its network is none of the installed timm's.
    WeightsError : the weights are missing or do not fit.
    """
    saved = settings(folder)
    cfg = {**saved, **saved.get("pretrained_cfg", {})}
    classes = saved.get("num_classes", cfg.get("num_classes"))
    if not classes:
        raise ModelError(
            f"{spec.title} has no classes: it computes features.",
            hint="Choose a model that was trained as a classifier.",
        )
    module = _filled(f"local-dir:{folder.resolve()}", folder / WEIGHTS)
    _require_head(module, classes, folder / WEIGHTS)
    how = as_preprocessing(preprocessing, lambda: preprocessing_of(cfg))
    names = labels or saved.get("label_names") or cfg.get("label_names") or _usual_names(classes)
    described = replace(spec, preprocessing=how)
    return classifier(module, described, names, digest_of(folder))


def settings(folder: Path) -> dict[str, Any]:
    """Return the folder's config.json.

    Raises
    ------
    WeightsError : it is missing or not a JSON object.
    """
    try:
        found = json.loads((folder / CONFIG).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"{folder.name} has no readable {CONFIG}.",
            hint="Choose a folder that save_pretrained wrote.",
        ) from error
    if not isinstance(found, dict):
        raise WeightsError(f"{CONFIG} in {folder.name} is not a JSON object.")
    return found


def label_names(subset: str) -> tuple[str, ...]:
    """Return the class names of one of ImageNet's subsets as timm calls it; () if it has none."""
    if not subset:
        return ()
    if subset in catalogue.LABEL_LISTS:
        return catalogue.labels(subset)
    before_torchvision()
    from timm.data import ImageNetInfo

    # The first of several synonyms, as in our own list: "electric ray, crampfish, numbfish".
    described = ImageNetInfo(subset).label_descriptions()
    return tuple(names.split(",")[0] for names in described)


def preprocessing_of(cfg: Mapping[str, Any]) -> AnyPreprocessing:
    """Return what timm's own evaluation transform does for `cfg`, a model's pretrained_cfg."""
    before_torchvision()
    from timm.data import create_transform, resolve_data_config

    config = resolve_data_config(pretrained_cfg=cfg)
    try:
        return as_preprocessing(config)
    except TooLargeError:
        raise
    except GradcamError:  # a mode that no field describes: the transform itself is measured
        return as_preprocessing(create_transform(**config))


def _filled(name: str, weights: Path) -> nn.Module:
    """timm's network `name` with weights; timm adapts them where their names have changed since."""
    if not weights.is_file():
        raise WeightsError(
            f"{weights.parent.name} has no {weights.name}.",
            hint="Other formats may hold code and are not read. Save it as safetensors.",
        )
    before_torchvision()
    import timm

    # timm's own way to load a file here in place of its download. Original JAX files would need
    # its custom loading; what the hub has is always converted.
    overlay = {"file": str(weights), "custom_load": False}
    local = name.startswith("local-dir:")
    try:
        module: nn.Module = timm.create_model(
            name, pretrained=True, pretrained_cfg_overlay=None if local else overlay
        )
    except RuntimeError as error:
        if "Unknown model" in str(error):
            raise ModelError(
                f"{error}.", hint="This network is not part of the installed timm."
            ) from error
        raise WeightsError(
            f"{weights.name} does not fit {name.rsplit('/', 1)[-1]} ({_said(error, weights)}).",
            hint="Download or save it again.",
        ) from error
    except Exception as error:
        raise WeightsError(
            f"{weights.name} of {name.rsplit('/', 1)[-1]} cannot be read "
            f"({_said(error, weights)}).",
            hint="Download or save it again.",
        ) from error
    return module.eval()


def _said(error: Exception, weights: Path) -> str:
    """What an error of timm says, without where the file lies on this machine."""
    said = first_line(error).rstrip(":")
    for folder in (weights.parent.resolve(), weights.parent):
        said = said.replace(f"{folder}/", "").replace(str(folder), folder.name)
    return said


def _require_head(module: Any, classes: int, weights: Path) -> None:
    """Raise WeightsError if timm filled the head at random, as it does for other classes."""
    head = module.get_classifier()
    heads = head if isinstance(head, (tuple, list)) else (head,)
    values = [value.detach() for one in heads for value in one.parameters()]
    if module.num_classes != classes or not all(_holds(weights, value) for value in values):
        raise WeightsError(
            f"{weights.name} holds no weights for the {module.num_classes} classes that "
            f"{CONFIG} asks for.",
            hint="Save the model again as it was trained.",
        )


def _holds(weights: Path, value: Tensor) -> bool:
    """Whether the file has these numbers, by whatever name and in whatever shape."""
    with safe_open(weights, "pt") as file:
        for name in file.keys():  # noqa: SIM118 - it is no dictionary
            if math.prod(file.get_slice(name).get_shape()) == value.numel():
                found = file.get_tensor(name).reshape(value.shape).to(value.dtype)
                if torch.equal(found, value):
                    return True
    return False


def _usual_names(classes: int) -> tuple[str, ...]:
    """The class names of ImageNet or of the subset with as many classes, else none."""
    if classes == _IMAGENET:
        return catalogue.labels("imagenet")
    from timm.data import infer_imagenet_subset

    return label_names(infer_imagenet_subset({"num_classes": classes}) or "")
