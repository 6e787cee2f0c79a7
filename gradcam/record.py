"""The data of a `gradcam.Explanation`, without the methods that save it.

Code that draws, saves or reports explanations uses Record, so that Explanation can import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gradcam.request import Request
from gradcam.saliency import SaliencyMap
from gradcam.types import AnyPreprocessing, Fit, Photo, Prediction


@dataclass(frozen=True)
class Record:
    """The maps of one photo, and how they were made.

    photo : uint8 (H, W, 3), upright; `photo_digest` is the SHA-256 of its shape and pixels.
    model, model_digest : the classifier's id, and the SHA-256 of its architecture and weights.
    request : the request that was answered, with its layers named and its classes given by index.
    preprocessing : how the photo was turned into model input; custom code is described, not kept.
    predictions : the most probable classes, best first.
    maps : one per layer and class, grouped by layer, both in the order requested
        (classes: most probable first when none were named).
    versions : versions of Python and of the installed packages that affect the maps.
    """

    photo: Photo = field(repr=False)
    photo_digest: str
    model: str
    model_digest: str
    request: Request
    preprocessing: AnyPreprocessing
    predictions: tuple[Prediction, ...]
    maps: tuple[SaliencyMap, ...]
    versions: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def fit(self) -> Fit:
        """How the photo was fitted to the model's input."""
        return self.request.fit

    @property
    def photo_size(self) -> tuple[int, int]:
        """(H, W) of the photo that was explained, even if `photo` is a smaller copy of it."""
        if self.maps:
            return self.maps[0].photo_size
        return self.photo.shape[0], self.photo.shape[1]

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """The layers the maps come from, in the order requested."""
        return tuple(dict.fromkeys(m.layer for m in self.maps))
