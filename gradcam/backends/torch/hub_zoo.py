"""Builds image classifiers that transformers or timm saved in a folder; runs no code from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gradcam.backends.torch.catalogue import classifier
from gradcam.backends.torch.model import TorchClassifier
from gradcam.backends.torch.saved import config_in, digest_of, filled, preprocessing_in
from gradcam.backends.torch.text_image import is_text_image, load_text_image
from gradcam.backends.torch.timm_zoo import is_timm_folder, load_timm_folder, settings
from gradcam.errors import ModelError
from gradcam.transforms import as_preprocessing
from gradcam.types import ModelSpec
from gradcam.vault import Budget, sandbox

_MULTI_LABEL = {"multi_label_classification": True, "single_label_classification": False}


def load_folder(
    spec: ModelSpec,
    folder: Path,
    labels: Sequence[str] | None = None,
    preprocessing: Any = None,
    budget: Budget | None = None,
) -> TorchClassifier:
    """Load the classifier in `folder`; `spec` gives its id and title.

    Parameters
    ----------
    labels : one per class; by default those in the folder. For CLIP and SigLIP, any phrases.
    preprocessing : in any form that `gradcam.wrap` takes; by default the folder's own processor.
    budget : what it may cost, which another process finds out first.

    Raises
    ------
    ModelError : it is no image classifier, has a head that was never trained, would need code of
        its own, or its preprocessing is missing or cannot be followed.
    WeightsError : its settings or weights are missing, damaged, or do not fit.
    """
    _require_affordable(folder, spec.title, preprocessing, budget or Budget())
    if is_timm_folder(folder):
        return load_timm_folder(spec, folder, labels, preprocessing)
    config = config_in(folder, spec.title)
    how = as_preprocessing(preprocessing, lambda: preprocessing_in(folder, spec.title))
    if is_text_image(config):
        return load_text_image(replace(spec, preprocessing=how), folder, config, labels)
    _require_classifier(config, spec.title)
    from transformers import AutoModelForImageClassification

    what = "an image classifier"
    module = filled(AutoModelForImageClassification, folder, config, spec.title, what)
    return classifier(
        module,
        replace(spec, preprocessing=how),
        labels or _labels(config),
        digest_of(folder),
        multi_label=_MULTI_LABEL.get(config.problem_type),
        output="logits",
    )


def _require_affordable(folder: Path, title: str, preprocessing: Any, budget: Budget) -> None:
    """Raise ModelError or WeightsError if the model is damaged or over the budget."""
    given = preprocessing.get("crop") if isinstance(preprocessing, Mapping) else None
    crop = given or getattr(preprocessing, "crop", None)
    crop = (crop, crop) if isinstance(crop, int) else crop
    settings(folder)  # says what is missing, at once
    sandbox.asked("gradcam.backends.torch.sketch:folder", folder, budget, title, crop=crop)


def _require_classifier(config: Any, title: str) -> None:
    """Raise ModelError unless the settings are those of an image classifier."""
    from transformers import MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING

    if type(config) not in MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING:
        raise ModelError(
            f"{title} is no image classifier (its type is {config.model_type!r}).",
            hint="Choose a model for image classification.",
        )
    one_number = config.problem_type is None and config.num_labels == 1
    if config.problem_type == "regression" or one_number:
        raise ModelError(
            f"{title} predicts a number, not classes.",
            hint="Choose a model for image classification.",
        )


def _labels(config: Any) -> tuple[str, ...]:
    """The class names in index order; "class 0" for transformers' own placeholder LABEL_0."""
    named = config.id2label
    if all(named.get(index) == f"LABEL_{index}" for index in range(config.num_labels)):
        named = {}
    return tuple(str(named.get(index, f"class {index}")) for index in range(config.num_labels))
