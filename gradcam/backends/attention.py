"""What the backends share in reading a transformer's attention: refusals, and where patches lie."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from gradcam.backends.layouts import Layout
from gradcam.errors import MethodError

NO_ATTENTION = "has no attention between patches"
PARTIAL = "attends to windows of the photo, or to fewer tokens in later blocks"
NO_BLOCKS = "is not a sequence of blocks that hand on nothing but their tokens"


def refusal(title: str, what: str) -> MethodError:
    """The error that says why the model called `title` has no LeGrad."""
    return MethodError(
        f"LeGrad needs a plain Vision Transformer, and {title} {what}.",
        hint="Choose another method, or a model such as torchvision/vit_b_16, DeiT, DINOv2 or "
        "CLIP.",
    )


def patches(layouts: Iterable[Layout], tokens: int, title: str) -> NDArray[np.intp]:
    """Which of so many tokens lies where on the photo, (h, w).

    layouts : of the model's layers; MethodError if the tokens of none are laid out on a grid.
    """
    for layout in layouts:
        _, height, width = layout.shape
        if (
            layout.order.startswith("tokens")
            and layout.prefix + height * width + layout.suffix == tokens
        ):
            return layout.prefix + np.arange(height * width).reshape(height, width)
    raise MethodError(
        f"LeGrad needs to know where on the photo each of the {tokens} tokens of {title} lies.",
        hint="Tell wrap(…, layers={name: (height, width)}) for one of its blocks.",
    )
