"""CLIP and SigLIP: classifiers of whatever phrases one types."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from gradcam.backends.lock import FairLock
from gradcam.backends.torch.model import TorchClassifier
from gradcam.backends.torch.saved import digest_of, filled
from gradcam.backends.torch.words import Words
from gradcam.errors import ClassError
from gradcam.types import ModelSpec
from gradcam.weights.hub_files import is_text_image_kind

MOST = 100  # phrases
EXAMPLES = ("a cat", "a dog", "a cup of coffee", "a car")
# Compared by Bousselham et al. 2024, arXiv:2404.03214, and by Li et al. 2023, arXiv:2304.05653.
_WHY = "it weighs whole channels, and on the ViT of a CLIP that is known to mark the background"
_BY_CHANNEL = ("gradcam", "gradcam++", "xgradcam", "smoothgradcam++", "guidedgradcam")


def is_text_image(config: Any) -> bool:
    """Whether these are the settings of a model that compares images with texts."""
    return is_text_image_kind(config.model_type, config.architectures)


def load_text_image(
    spec: ModelSpec, folder: Path, config: Any, phrases: Sequence[str] | None = None
) -> TextImageClassifier:
    """Load the CLIP or SigLIP in `folder` for these phrases, or for a few examples.

    Raises ModelError, WeightsError or ClassError, as `saved`, `Words` and `with_phrases` do.
    """
    from transformers import CLIPModel, SiglipModel

    is_clip = config.model_type == "clip"
    what = "a model of images and texts"
    model = filled(CLIPModel if is_clip else SiglipModel, folder, config, spec.title, what)
    longest = config.text_config.max_position_embeddings
    words = Words(folder, longest=longest, padded=not is_clip, title=spec.title)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    towers = _Towers(model.requires_grad_(False).to(device), words, digest_of(folder), is_clip)
    return TextImageClassifier(towers, spec, tuple(phrases or EXAMPLES))


@dataclass(frozen=True)
class _Towers:
    """A model of images and texts, its tokenizer, its digest, and whether it is a CLIP."""

    model: Any
    words: Words
    digest: str
    is_clip: bool
    # Classifiers of other phrases hook into the same modules.
    lock: Any = field(default_factory=FairLock)

    @torch.no_grad()
    def embed(self, phrases: Sequence[str]) -> Tensor:
        """The phrases as unit vectors (phrases, D)."""
        device = next(self.model.parameters()).device
        given = {name: t.to(device) for name, t in self.words.tokens(phrases).items()}
        found = self.model.get_text_features(**given)
        return functional.normalize(getattr(found, "pooler_output", found), dim=-1)


class Similarity(nn.Module):
    """(N, 3, H, W) to (N, phrases): how alike the image and each phrase are, scaled as in training.

    With phrases against: by how much more it is like a phrase than like any of those,
    z − log Σ exp(z against), whose sigmoid is a softmax over the phrase and those.
    """

    phrases: Tensor
    against: Tensor

    def __init__(self, towers: _Towers, phrases: Tensor, against: Tensor) -> None:
        super().__init__()
        model = towers.model
        self.vision = model.vision_model
        self.project = model.visual_projection if towers.is_clip else nn.Identity()
        self.scale = model.logit_scale
        self.bias = None if towers.is_clip else model.logit_bias
        self.register_buffer("phrases", phrases)
        self.register_buffer("against", against)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, phrases)."""
        pooled = self.project(self.vision(pixel_values=x).pooler_output)
        image = functional.normalize(pooled, dim=-1)
        alike = self._scaled(image @ self.phrases.T)
        if not len(self.against):
            return alike
        return alike - self._scaled(image @ self.against.T).logsumexp(dim=1, keepdim=True)

    def _scaled(self, cosines: Tensor) -> Tensor:
        scaled: Tensor = cosines * self.scale.exp()
        return scaled if self.bias is None else scaled + self.bias


class TextImageClassifier(TorchClassifier):
    """A CLIP or SigLIP whose classes are phrases; they can be changed by `with_phrases`.

    Probabilities are CLIP's softmax over the phrases, or SigLIP's sigmoid for each. With phrases
    `against`, each is compared with those alone: exp(z) / (exp(z) + Σ exp(z against)).

    Parameters
    ----------
    template : put around each phrase before it is read, such as "a photo of a {}".

    Raises ClassError if a phrase is empty, too long or there twice, or if CLIP has nothing to
    compare the only one with.
    """

    def __init__(
        self,
        towers: _Towers,
        spec: ModelSpec,
        phrases: Sequence[str],
        against: Sequence[str] = (),
        template: str = "{}",
    ) -> None:
        self.phrases = tuple(phrase.strip() for phrase in phrases)
        self.against = tuple(phrase.strip() for phrase in against)
        self.template = template
        self._towers, self._spec = towers, spec
        _require_distinct((*self.phrases, *self.against), template)
        if towers.is_clip and len(self.phrases) == 1 and not self.against:
            raise ClassError(
                f"{spec.title} compares phrases with each other, and there is only "
                f"{self.phrases[0]!r}.",
                hint="Type a second one, or one to compare it with, such as 'a photo'.",
            )
        texts = [template.format(phrase) for phrase in (*self.phrases, *self.against)]
        embedded, count = towers.embed(texts), len(self.phrases)
        said = "\n".join((towers.digest, *texts, str(len(self.against))))
        super().__init__(
            Similarity(towers, embedded[:count], embedded[count:]).eval(),
            id=spec.id,
            title=spec.title,
            preprocessing=spec.preprocessing,
            labels=self.phrases,
            multi_label=bool(self.against) or not towers.is_clip,
            digest=hashlib.sha256(said.encode()).hexdigest(),
            activation="none",
        )
        self._lock = towers.lock
        self.usual_method = "legrad"
        self.unsuited = dict.fromkeys(_BY_CHANNEL, _WHY) if towers.is_clip else {}

    def with_phrases(
        self, phrases: Sequence[str], against: Sequence[str] = (), template: str = "{}"
    ) -> TextImageClassifier:
        """The same model for other phrases; nothing is loaded again."""
        return TextImageClassifier(self._towers, self._spec, phrases, against, template)


def _require_distinct(phrases: Sequence[str], template: str) -> None:
    if not phrases or not all(phrases):
        raise ClassError("A phrase is empty.", hint="Type at least a word.")
    if len(phrases) > MOST:
        raise ClassError(f"There are {len(phrases)} phrases.", hint=f"Give at most {MOST}.")
    folded = [" ".join(phrase.casefold().split()) for phrase in phrases]
    twice = next((p for p, one in zip(phrases, folded, strict=True) if folded.count(one) > 1), "")
    if twice:
        raise ClassError(f"{twice!r} is there twice.", hint="Give every phrase once.")
    if "{}" not in template:
        raise ClassError(
            f"The template {template!r} has no place for a phrase.",
            hint="Write one such as 'a photo of a {}'.",
        )
