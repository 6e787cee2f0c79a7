"""What is asked of every photo alike, and how a batch of photos is asked it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gradcam
from gradcam.backends import Classifier
from gradcam.errors import ClassError, LayerError, MethodError, ModelError
from gradcam.merging import Fusion
from gradcam.methods import find_method
from gradcam.types import Activation, Explanation, Fit, Photo


@dataclass(frozen=True)
class Request:
    """The parameters of `gradcam.explain`."""

    layer: tuple[str, ...] | None = None
    method: str = "gradcam"
    classes: tuple[int | str, ...] | None = None
    top_k: int = 5
    fit: Fit = "crop"
    activation: Activation = "relu"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    augment: bool = False
    fuse: Fusion | None = None

    @classmethod
    def of(cls, options: argparse.Namespace) -> Request:
        """The one typed on the command line. Raises MethodError for options it cannot have."""
        return cls(
            tuple(options.layer) if options.layer else None,
            options.method,
            tuple(options.classes) if options.classes else None,
            options.top_k,
            options.fit,
            options.activation,
            find_method(options.method).parse(dict(options.parameter)),
            options.augment,
            options.fuse,
        )

    def explain(
        self, clf: Classifier, photos: Sequence[Photo]
    ) -> Sequence[Explanation | Exception]:
        """One explanation for each photo, or why there is none; one forward if all goes well.

        Raises
        ------
        LayerError, ClassError, MethodError, ModelError : what is true for every photo.
        """
        try:
            return self._explain(clf, photos)
        except (LayerError, ClassError, MethodError, ModelError):
            raise
        except Exception as error:
            # One photo must not spoil its batch, nor a batch that is too large for the memory.
            if len(photos) == 1:
                return [error]
            return [one for photo in photos for one in self.explain(clf, [photo])]

    def _explain(self, clf: Classifier, photos: Sequence[Photo]) -> Sequence[Explanation]:
        return gradcam.explain_batch(
            clf, photos, self.layer, self.method, self.classes, self.top_k, self.fit,
            activation=self.activation, parameters=self.parameters, augment=self.augment,
            fuse=self.fuse,
        )  # fmt: skip


def look(options: argparse.Namespace) -> Mapping[str, Any]:
    """How the pictures are drawn: the fields of a `Look`."""
    return {name: getattr(options, name) for name in ("colormap", "alpha", "threshold", "scale")}
