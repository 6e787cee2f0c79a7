"""Turns phrases into the numbers that a text tower takes, as the model was trained on them."""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from gradcam.backends.torch.saved import first_line, quiet
from gradcam.errors import ClassError, ModelError
from gradcam.weights.hub_files import TOKENIZER, TOKENIZER_CONFIG

_PUNCTUATION = str.maketrans("", "", string.punctuation)


class Words:
    """The tokenizer in a folder.

    Parameters
    ----------
    longest : how many tokens the text tower takes.
    padded : whether it takes that many always, as SigLIP does, which marks no padding.
    title : the model's name, for messages.

    Raises ModelError if there is no tokenizer, or it would need code of its own.
    """

    def __init__(self, folder: Path, *, longest: int, padded: bool, title: str) -> None:
        self._longest = longest
        self._padded = padded
        self._title = title
        self._plain = _trained_on(folder)
        self._tokenizer = _tokenizer(folder, title)

    def tokens(self, phrases: Sequence[str]) -> dict[str, Tensor]:
        """What the text tower takes; ClassError if a phrase has no words, or too many."""
        written = [self._written(phrase) for phrase in phrases]
        for phrase, one in zip(phrases, written, strict=True):
            count = len(self._tokenizer(one)["input_ids"])
            within = self._tokenizer(one, add_special_tokens=False)["input_ids"]
            if set(within) == {self._tokenizer.unk_token_id}:
                raise ClassError(
                    f"{self._title} knows no part of {_short(phrase)}.",
                    hint="Say it in the language the model was trained on.",
                )
            if count > self._longest:
                raise ClassError(
                    f"{_short(phrase)} is {count} tokens long, and {self._title} reads "
                    f"{self._longest}.",
                    hint="Say it in fewer words.",
                )
        how = {"padding": "max_length", "max_length": self._longest} if self._padded else {}
        found: dict[str, Tensor] = dict(
            self._tokenizer(written, return_tensors="pt", **{"padding": True, **how})
        )
        if self._padded:
            found.pop("attention_mask", None)
        return found

    def _written(self, phrase: str) -> str:
        """The phrase without what the model never saw in training."""
        written = phrase
        if self._plain in ("lower", "words"):
            written = written.lower()
        if self._plain == "words":
            written = written.translate(_PUNCTUATION)
        written = " ".join(written.split())
        if not written:
            raise ClassError(f"{_short(phrase)} has no words.", hint="Type a word or a phrase.")
        return written


def _trained_on(folder: Path) -> str:
    """ "words" if the model was trained on lower case without punctuation, "lower" or "" else.

    SigLIP's own tokenizer changes the text before its file's rules begin. SigLIP 2 has Gemma's,
    and lower case; CLIP's file says all.
    """
    try:
        saved = json.loads((folder / TOKENIZER_CONFIG).read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    kind = str(saved.get("tokenizer_class", "")).removesuffix("Fast")
    return {"SiglipTokenizer": "words", "GemmaTokenizer": "lower"}.get(kind, "")


def _tokenizer(folder: Path, title: str) -> Any:
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    if not _is_there(folder):
        raise ModelError(  # transformers would make one up that knows no word
            f"{title} comes without a tokenizer, so phrases cannot be read.",
            hint=f"Save the tokenizer beside the model, so that there is a {TOKENIZER}.",
        )
    # From its own file if there is one, since SigLIP's class needs a package of its own.
    kind = PreTrainedTokenizerFast if (folder / TOKENIZER).is_file() else AutoTokenizer
    try:
        with quiet():
            return kind.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    except Exception as error:  # what it raises depends on the model
        raise ModelError(
            f"The tokenizer of {title} cannot be read ({first_line(error)}).",
            hint="Save it beside the model again.",
        ) from error


def _is_there(folder: Path) -> bool:
    older = all((folder / name).is_file() for name in ("vocab.json", "merges.txt"))
    return older or (folder / TOKENIZER).is_file()


def _short(phrase: str) -> str:
    return repr(phrase if len(phrase) <= 60 else phrase[:59] + "…")
