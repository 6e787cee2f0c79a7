"""Departures in how a layer's maps are brought to the input's size: Score-CAM and Guided Grad-CAM.

As in departures.py: ours, but with what a peer does otherwise done on purpose.
"""

from __future__ import annotations

import numpy as np

from gradcam.methods.channels import softmax
from gradcam.saliency import resize
from studies.departures import weighted
from studies.subjects import Array, Subject


def score_of_aligned_corners(s: Subject) -> Array:
    """Score-CAM with masks whose corner pixels lie on the layer's, and not half a pixel inside."""
    logits = _masked_logits(s, scaled(_onto_corners(s.A, s.size)))
    return weighted(softmax(logits), s.A)


def score_scaled_before(s: Subject) -> Array:
    """Score-CAM with channels scaled to [0, 1] first and upsampled then: Up(s(A)), not s(Up(A))."""
    logits = _masked_logits(s, resize(scaled(s.A), s.size))
    return weighted(softmax(logits), s.A)


def score_by_probability(s: Subject) -> Array:
    """Score-CAM with masks of aligned corners, weighted by the softmax over the classes."""
    masked = s.x * scaled(_onto_corners(s.A, s.size))[..., None]
    return weighted(softmax(s.scores(masked))[:, list(s.classes)].T, s.A)


def score_by_probability_twice(s: Subject) -> Array:
    """The same, of a network that ends in a softmax already."""
    masked = s.x * scaled(_onto_corners(s.A, s.size))[..., None]
    return weighted(softmax(softmax(s.scores(masked)))[:, list(s.classes)].T, s.A)


def guided_by_stretched(s: Subject) -> Array:
    """Guided Grad-CAM with the map stretched to [0, 1] before and after it is upsampled."""
    where = np.maximum(s.ours("gradcam"), 0)
    return scaled(resize(scaled(where), s.size)) * _edges(s)


def guided_by_nearest(s: Subject) -> Array:
    """Guided Grad-CAM with the map upsampled in blocks."""
    where = np.maximum(s.ours("gradcam"), 0)
    rows, columns = (
        (np.arange(size) * cells) // size
        for size, cells in zip(s.size, where.shape[1:], strict=True)
    )
    return where[:, rows][:, :, columns] * _edges(s)


def _edges(s: Subject) -> Array:
    """Guided backpropagation (K, H, W), its colours added up."""
    return s.clf.guided(s.x, np.array([s.classes]))[0].sum(axis=-1)


def scaled(maps: Array) -> Array:
    """Each of (C, h, w) to [0, 1]; one that is the same everywhere to 0."""
    low = maps.min(axis=(1, 2), keepdims=True)
    height = maps.max(axis=(1, 2), keepdims=True) - low
    return (maps - low) / np.where(height == 0, 1, height)


def _masked_logits(s: Subject, masks: Array) -> Array:
    """(K, C): the classes' logits for the input seen through each mask."""
    return s.scores(s.x * masks[..., None])[:, list(s.classes)].T


def _onto_corners(maps: Array, size: tuple[int, int]) -> Array:
    """Bilinear, the first and last pixels on top of each other: (C, h, w) to (C, *size)."""
    down, right = (_hats(*pair) for pair in zip(size, maps.shape[1:], strict=True))
    return np.einsum("Hh,chw,Ww->cHW", down, maps, right, optimize=True)


def _hats(size: int, cells: int) -> Array:
    """(size, cells): what share each cell has in each place."""
    place = np.arange(size)[:, None] * (cells - 1) / (size - 1)
    return np.maximum(1 - np.abs(place - np.arange(cells)), 0)
