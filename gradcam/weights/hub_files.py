"""Which files of a model on the Hugging Face hub are needed, and what is refused before them.

The hub's list of files and the settings are small and say all that is asked here, so that no
weights are fetched for a model that could not be loaded.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcam.errors import ModelError, WeightsError
from gradcam.text import megabytes

CONFIG, PROCESSOR = "config.json", "preprocessor_config.json"
# Where newer versions of transformers keep the same, for a model that reads texts too.
PROCESSOR_OF_ALL = "processor_config.json"
PROCESSORS = (PROCESSOR, PROCESSOR_OF_ALL)
WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
TOKENIZER, TOKENIZER_CONFIG = "tokenizer.json", "tokenizer_config.json"
# A model that reads texts has the first of these, or the older last two.
TOKENIZERS = (TOKENIZER, TOKENIZER_CONFIG, "special_tokens_map.json", "vocab.json", "merges.txt")
LARGEST = 8_000_000_000  # bytes of all files together: far more than any image classifier there
_LARGEST_SETTING = 50_000_000  # bytes; the largest tokenizers have 34 MB
_CLASSIFIER = "ForImageClassification"  # in the name of each such class of transformers
_TEXT_IMAGE = ("clip", "siglip")


@dataclass(frozen=True)
class HubFile:
    """A file in the hub's list; `sha256` is "" for small ones, which are no large files there."""

    name: str
    size: int
    sha256: str


def is_text_image_kind(model_type: str, architectures: Sequence[str] | None) -> bool:
    """Return whether the settings are those of a CLIP or SigLIP, whole and without a head."""
    saved_as = architectures or ["CLIPModel"]
    return model_type in _TEXT_IMAGE and saved_as[0].endswith("Model")


def first_needed(listed: Mapping[str, HubFile], repo: str, *, timm: bool) -> list[HubFile]:
    """Return the small files that say what the others are: the settings, the index of weights.

    Raises
    ------
    WeightsError : there are no weights in safetensors, no settings, or settings of absurd size.
    """
    if WEIGHTS not in listed and INDEX not in listed:
        raise WeightsError(
            f"{repo} has no {WEIGHTS}.",
            hint="Other formats may hold code and are not read. Load it in Python and save it "
            "with model.save_pretrained(folder), then load that folder.",
        )
    if not timm and CONFIG not in listed:
        raise WeightsError(
            f"{repo} has no {CONFIG}, so what network its weights belong to is not known.",
            hint="Choose a model that transformers or timm saved.",
        )
    names = [*([] if timm else [CONFIG]), *([] if WEIGHTS in listed else [INDEX])]
    return _small([listed[name] for name in names], repo)


def require_supported(settings: Path, listed: Mapping[str, HubFile], repo: str) -> None:
    """Raise unless the model is one that can be loaded: by its config.json, `settings`.

    Raises
    ------
    ModelError : it is neither timm's, nor an image classifier of transformers, nor a CLIP or
        SigLIP with its tokenizer.
    """
    saved = _json(settings, repo)
    if "architecture" in saved:  # timm's own settings
        return
    architectures = _names(saved.get("architectures"))
    if is_text_image_kind(str(saved.get("model_type")), architectures):
        if not has_tokenizer(listed):
            raise ModelError(
                f"{repo} comes without a tokenizer, so phrases cannot be read.",
                hint=f"Choose a copy of it with a {TOKENIZER}.",
            )
        return
    # Settings that do not say what they were saved from are judged when the model is built.
    if architectures and not any(_CLASSIFIER in name for name in architectures):
        raise ModelError(
            f"{repo} is no image classifier but was saved as {', '.join(architectures)[:200]}.",
            hint="Choose a model for image classification, or a CLIP or SigLIP.",
        )


def all_needed(
    listed: Mapping[str, HubFile], index: Path | None, repo: str, *, timm: bool
) -> list[HubFile]:
    """Return all files to download, weights last; `index` names them where they are several.

    Raises
    ------
    WeightsError : the index is damaged or names a file that is not there; the files are larger
        than `LARGEST` together.
    """
    names = (CONFIG, *PROCESSORS, *TOKENIZERS)
    settings = [] if timm else _small([listed[name] for name in names if name in listed], repo)
    shards = [WEIGHTS] if index is None else [INDEX, *shards_in(index, repo)]
    for name in shards:
        if name not in listed:
            raise WeightsError(
                f"{repo} lacks {name[:100]}, a part of its weights.",
                hint="Choose another copy of the model.",
            )
    files = [*settings, *(listed[name] for name in shards)]
    total = sum(file.size for file in files)
    if not timm and total > LARGEST:
        raise WeightsError(
            f"{repo} is {megabytes(total)} large; up to {megabytes(LARGEST)} are downloaded.",
            hint="Choose a smaller model, or download it yourself and load its folder in Python.",
        )
    return files


def require_room(missing: int, cache: Path, repo: str) -> None:
    """Raise WeightsError unless the disk that holds the folder `cache` has so many bytes left."""
    there = next(path for path in (cache, *cache.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    if missing > free:
        raise WeightsError(
            f"{repo} needs {megabytes(missing)}, and {megabytes(free)} are free on the disk.",
            hint="Free some space there or set HF_HOME to another folder, then try again.",
        )


def shards_in(index: Path, repo: str) -> list[str]:
    """Return the names of the files that an index of weights lists, in order.

    Raises
    ------
    WeightsError : it is not readable, or names anything but safetensors in its own folder.
    """
    found = _json(index, repo).get("weight_map")
    names = sorted({str(n) for n in found.values()}) if isinstance(found, dict) else []
    if not names or not all(_is_plain(name) for name in names):
        raise WeightsError(
            f"The {INDEX} of {repo} is damaged.", hint="Choose another copy of the model."
        )
    return names


def has_tokenizer(names: Iterable[str]) -> bool:
    """Return whether the files include a tokenizer, of the newer kind or of the older one."""
    there = set(names)
    return TOKENIZER in there or {"vocab.json", "merges.txt"} <= there


def _small(files: list[HubFile], repo: str) -> list[HubFile]:
    for file in files:
        if file.size > _LARGEST_SETTING:
            raise WeightsError(
                f"{file.name} of {repo} is {megabytes(file.size)} large, which no settings are.",
                hint="Choose another copy of the model.",
            )
    return files


def _is_plain(name: str) -> bool:
    return name.endswith(".safetensors") and not set(name) & set("/\\")


def _names(value: Any) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def _json(file: Path, repo: str) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise WeightsError(
            f"The {file.name} of {repo} cannot be read.", hint="Choose another copy of the model."
        ) from error
    return found if isinstance(found, dict) else {}
