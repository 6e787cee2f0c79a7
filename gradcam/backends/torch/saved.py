"""Reads what transformers saved in a folder: settings, weights and processor, and no code.

A folder holds config.json, preprocessor_config.json (or processor_config.json) and safetensors: as
`save_pretrained` writes it, and as the Hugging Face hub has it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from gradcam.backends.torch.compat import before_torchvision
from gradcam.errors import GradcamError, ModelError, WeightsError
from gradcam.transforms import as_preprocessing
from gradcam.types import AnyPreprocessing
from gradcam.weights.hub_files import CONFIG, INDEX, PROCESSOR, PROCESSORS, WEIGHTS
from gradcam.weights.known import file_hash


def config_in(folder: Path, title: str) -> Any:
    """The settings of the model in `folder`.

    Raises WeightsError if there are no safetensors, ModelError if it would need code of its own.
    """
    if not ((folder / WEIGHTS).is_file() or (folder / INDEX).is_file()):
        raise WeightsError(
            f"{folder.name} has no {WEIGHTS}.",
            hint="Other formats may hold code and are not read. Save it as safetensors.",
        )
    before_torchvision()
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    except Exception as error:  # what it raises depends on the model
        raise ModelError(
            f"{title} cannot be built from its {CONFIG} ({first_line(error)}).",
            hint="It may need code of its own, which is not run, or another transformers. "
            "Build it in Python and pass it to gradcam.wrap.",
        ) from error


def preprocessing_in(folder: Path, title: str) -> AnyPreprocessing:
    """What the folder's image processor does to a photo; ModelError if that is not known."""
    there = next((name for name in PROCESSORS if (folder / name).is_file()), "")
    if not there:
        raise ModelError(
            f"{title} comes without a {PROCESSOR}, so how its photos are prepared is not known.",
            hint="Pass preprocessing=, or save the image processor beside the model.",
        )
    from transformers import AutoImageProcessor

    try:
        with quiet():
            processor = AutoImageProcessor.from_pretrained(
                folder, trust_remote_code=False, local_files_only=True
            )
    except Exception as error:  # what it raises depends on the model
        raise ModelError(
            f"The {there} of {title} cannot be read ({first_line(error)}).",
            hint="Pass preprocessing=, or save the image processor again.",
        ) from error
    return as_preprocessing(processor)


def filled(architecture: Any, folder: Path, config: Any, title: str, what: str) -> nn.Module:
    """A model of transformers with the folder's weights.

    Parameters
    ----------
    architecture : the class, or Auto class, to build.
    what : what that is, for the message about a model that was saved as something else.

    Raises WeightsError if the weights cannot be read, ModelError if some of them are missing.
    """
    try:
        with quiet():
            module, found = architecture.from_pretrained(
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
            f"The weights of {title} cannot be read ({first_line(error)}).",
            hint="Download or save them again.",
        ) from error
    _require_all(found, config, title, what)
    complete: nn.Module = module.eval()
    return complete


def digest_of(folder: Path) -> str:
    """SHA-256 of the settings and of every file of weights."""
    sha = hashlib.sha256()
    for file in (folder / CONFIG, *sorted(folder.glob("*.safetensors"))):
        sha.update(f"{file.name} {file_hash(file)}\n".encode())
    return sha.hexdigest()


def first_line(error: Exception) -> str:
    """What an error of transformers says, in short."""
    if isinstance(error, GradcamError):
        return error.message
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")


@contextmanager
def quiet() -> Iterator[None]:
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


def _require_all(found: Mapping[str, Any], config: Any, title: str, what: str) -> None:
    """Refuse weights that transformers made up, as it does for a model without a head."""
    missing = sorted({*found["missing_keys"], *(key for key, *_ in found["mismatched_keys"])})
    if missing:
        saved_as = ", ".join(config.architectures or ["another model"])
        raise ModelError(
            f"{title} was not saved as {what} but as {saved_as}: "
            f"{len(missing)} of its weights are missing, such as {missing[0]}.",
            hint="Choose a model that was trained for image classification.",
        )
