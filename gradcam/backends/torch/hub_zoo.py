"""Builds image classifiers that transformers or timm saved in a folder; runs no code from it.

A folder holds config.json, preprocessor_config.json and safetensors: as `save_pretrained` writes
it, and as the Hugging Face hub has it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from gradcam.backends.torch.catalogue import classifier
from gradcam.backends.torch.compat import before_torchvision
from gradcam.backends.torch.model import TorchClassifier
from gradcam.backends.torch.timm_zoo import is_timm_folder, load_timm_folder
from gradcam.errors import GradcamError, ModelError, WeightsError
from gradcam.transforms import as_preprocessing
from gradcam.types import AnyPreprocessing, ModelSpec
from gradcam.weights.download import file_hash
from gradcam.weights.hub import CONFIG, INDEX, PROCESSOR, WEIGHTS


def load_folder(
    spec: ModelSpec,
    folder: Path,
    labels: Sequence[str] | None = None,
    preprocessing: Any = None,
) -> TorchClassifier:
    """Load the classifier in `folder`; `spec` gives its id and title.

    Parameters
    ----------
    labels : one per class; by default those in the folder.
    preprocessing : in any form that `gradcam.wrap` takes; by default the folder's own processor.

    Raises
    ------
    ModelError : it is no image classifier, has a head that was never trained, would need code of
        its own, or its preprocessing is missing or cannot be followed.
    WeightsError : its settings or weights are missing, damaged, or do not fit.
    """
    if is_timm_folder(folder):
        return load_timm_folder(spec, folder, labels, preprocessing)
    if not ((folder / WEIGHTS).is_file() or (folder / INDEX).is_file()):
        raise WeightsError(
            f"{folder.name} has no {WEIGHTS}.",
            hint="Other formats may hold code and are not read. Save it as safetensors.",
        )
    config = _config(folder, spec.title)
    how = as_preprocessing(preprocessing, lambda: _preprocessing(folder, spec.title))
    module = _filled(folder, config, spec.title)
    return classifier(
        module,
        replace(spec, preprocessing=how),
        labels or _labels(config),
        _digest(folder),
        multi_label=config.problem_type == "multi_label_classification",
    )


def _config(folder: Path, title: str) -> Any:
    """The settings, if they are those of an image classifier."""
    before_torchvision()
    from transformers import MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING, AutoConfig

    try:
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    except Exception as error:  # what it raises depends on the model
        raise ModelError(
            f"{title} cannot be built from its {CONFIG} ({_first_line(error)}).",
            hint="It may need code of its own, which is not run, or another transformers. "
            "Build it in Python and pass it to gradcam.wrap.",
        ) from error
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
    return config


def _preprocessing(folder: Path, title: str) -> AnyPreprocessing:
    """What the folder's image processor does to a photo."""
    if not (folder / PROCESSOR).is_file():
        raise ModelError(
            f"{title} comes without a {PROCESSOR}, so how its photos are prepared is not known.",
            hint="Pass preprocessing=, or save the image processor beside the model.",
        )
    from transformers import AutoImageProcessor

    try:
        with _quiet():
            processor = AutoImageProcessor.from_pretrained(
                folder, trust_remote_code=False, local_files_only=True
            )
    except Exception as error:  # what it raises depends on the model
        raise ModelError(
            f"The {PROCESSOR} of {title} cannot be read ({_first_line(error)}).",
            hint="Pass preprocessing=, or save the image processor again.",
        ) from error
    return as_preprocessing(processor)


def _filled(folder: Path, config: Any, title: str) -> nn.Module:
    from transformers import AutoModelForImageClassification

    try:
        with _quiet():
            module, found = AutoModelForImageClassification.from_pretrained(
                folder,
                config=config,
                trust_remote_code=False,
                use_safetensors=True,
                local_files_only=True,
                dtype=torch.float32,
                output_loading_info=True,
            )
    except Exception as error:  # what it raises depends on the model
        raise WeightsError(
            f"The weights of {title} cannot be read ({_first_line(error)}).",
            hint="Download or save them again.",
        ) from error
    _require_all(found, config, title)
    filled: nn.Module = module.eval()
    return filled


def _require_all(found: Mapping[str, Any], config: Any, title: str) -> None:
    """Refuse weights that transformers made up, as it does for a model without a head."""
    missing = sorted({*found["missing_keys"], *(key for key, *_ in found["mismatched_keys"])})
    if missing:
        saved_as = ", ".join(config.architectures or ["another model"])
        raise ModelError(
            f"{title} was not saved as an image classifier but as {saved_as}: "
            f"{len(missing)} of its weights are missing, such as {missing[0]}.",
            hint="Choose a model that was trained for image classification.",
        )


def _labels(config: Any) -> tuple[str, ...]:
    """The class names in index order; "class 0" for transformers' own placeholder LABEL_0."""
    named = config.id2label
    if all(named.get(index) == f"LABEL_{index}" for index in range(config.num_labels)):
        named = {}
    return tuple(str(named.get(index, f"class {index}")) for index in range(config.num_labels))


def _digest(folder: Path) -> str:
    """SHA-256 of the settings and of every file of weights."""
    sha = hashlib.sha256()
    for file in (folder / CONFIG, *sorted(folder.glob("*.safetensors"))):
        sha.update(f"{file.name} {file_hash(file)}\n".encode())
    return sha.hexdigest()


def _first_line(error: Exception) -> str:
    if isinstance(error, GradcamError):
        return error.message
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from drawing a progress bar and a table of weights on the terminal."""
    from transformers.utils import logging as theirs

    level, bars = theirs.get_verbosity(), theirs.is_progress_bar_enabled()
    theirs.set_verbosity(logging.ERROR)
    theirs.disable_progress_bar()
    try:
        yield
    finally:
        theirs.set_verbosity(level)
        if bars:
            theirs.enable_progress_bar()
