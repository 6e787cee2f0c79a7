"""What is left of the class when the model sees the photo through the map."""

from __future__ import annotations

import numpy as np

from gradcam.types import Floats, Photo


def masked(pixels: Photo, heat: Floats) -> Photo:
    """Return map ⊙ photo, uint8 (h, w, 3): black where the map is 0, the photo where it is 1.

    Chattopadhay et al. 2018, arXiv:1710.11063. The photo's own pixels are multiplied,
    before the normalisation.
    """
    shown = pixels * np.clip(heat, 0, 1)[..., None]
    return np.asarray(np.rint(shown), np.uint8)


def drop(whole: float, through: float) -> float:
    """Return max(0, Y − O) / Y, with Y the probability of the class and O that through the map.

    >>> drop(0.5, 0.125)
    0.75
    """
    return max(0.0, whole - through) / whole


def increase(whole: float, through: float) -> float:
    """Return 1 if Y < O, else 0; its mean over photos is the paper's share of photos."""
    return float(whole < through)
