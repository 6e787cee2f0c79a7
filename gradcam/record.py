"""What came of a request: the maps and predictions of one photo, with all that made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.types import Fit, Photo, Prediction, Preprocessing


@dataclass(frozen=True)
class Record:
    """The data of a `gradcam.Explanation`, for those who draw, write or report it.

    photo : uint8 (H, W, 3), upright; `photo_digest` is the SHA-256 of its shape and pixels.
    model, model_digest : the classifier's id, and the SHA-256 of its architecture and weights.
    request : what was asked, with the layers and classes it turned out to mean.
    preprocessing : how the photo became the model's input.
    predictions : the most probable classes, best first.
    maps : one per layer and class, layers outermost, each in the order asked
        (classes: most probable first when none were named).
    versions : of Python and of the packages at hand.
    """

    photo: Photo = field(repr=False)
    photo_digest: str
    model: str
    model_digest: str
    request: Request
    preprocessing: Preprocessing
    predictions: tuple[Prediction, ...]
    maps: tuple[SaliencyMap, ...]
    versions: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def fit(self) -> Fit:
        """How the photo was fitted to the model's input."""
        return self.request.fit

    @property
    def photo_size(self) -> tuple[int, int]:
        """(H, W) of the photo that was explained, also where `photo` is a smaller copy of it."""
        if self.maps:
            return self.maps[0].photo_size
        return self.photo.shape[0], self.photo.shape[1]

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """The layers the maps come from, in the order asked."""
        return tuple(dict.fromkeys(m.layer for m in self.maps))
