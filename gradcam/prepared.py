"""Photos read and fitted to a model ahead of time, so that their full size need not be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradcam.backends import Classifier
from gradcam.images import ImageSource, Opened, open_image, shrink
from gradcam.preprocess import preprocess
from gradcam.types import Fit, ModelInput, Photo


@dataclass(frozen=True, eq=False, repr=False)
class Prepared:
    """A photo fitted to a model. Pass it on in place of the photo to read and fit it elsewhere.

    photo : what the maps are drawn on, uint8 (h, w, 3), or a smaller copy of it.
    size : its own (H, W), which the smaller copy stands for.
    digest : the SHA-256 that identifies it, as in `Opened`.
    """

    photo: Photo
    size: tuple[int, int]
    digest: str
    input: ModelInput

    def small(self, longest: int) -> Prepared:
        """Return the same with a copy of the photo of at most `longest` pixels a side."""
        return replace(self, photo=shrink(self.photo, longest))


def prepare(clf: Classifier, image: ImageSource, fit: Fit) -> Prepared:
    """Read an image, and fit it to the model's input. Raises as `open_image` does."""
    opened = open_image(image)
    pixels = opened.pixels  # asked for once: they may be read from their file now
    found = preprocess(pixels, clf.preprocessing, fit)
    if found.view is None:
        return Prepared(pixels, opened.size, opened.digest, found)
    # Drawn on the model's own view, because nothing else is known.
    shown = Opened(found.view, opened.notes)
    return Prepared(shown.pixels, shown.size, shown.digest, found)
