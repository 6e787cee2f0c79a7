"""Measure how far our maps are from the reference, between frameworks, and from the peers.

Every difference is a share of the second map's largest absolute value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from studies import network, peers, reference, subjects
from studies.comparison import Comparison
from studies.reference import difference
from studies.subjects import Array, Subject

CLOSE = 1e-4  # maps agree up to this difference
APART = 1e-2  # maps visibly differ from this difference on


@dataclass(frozen=True)
class Measured:
    """The largest differences over all subjects and classes of a Comparison.

    difference : between values if the row says that they agree; otherwise between shapes, with
        each map divided by its largest absolute value first, since a picture shows no scale.
    unexplained : between values, after ours makes the peer's departure too; None without one.
    """

    difference: float
    unexplained: float | None


def compared(row: Comparison) -> Measured:
    """Compare our maps with the peer's."""
    apart, unexplained = [], []
    by_shape = row.rescaled or row.departure is not None
    for about in row.on:
        s = about()
        theirs = row.theirs(s)
        ours = row.ours(s) if row.ours else s.ours(row.method)
        apart.append(of_shapes(ours, theirs) if by_shape else of_values(ours, theirs))
        if row.departure:
            unexplained.append(of_values(row.departure.made(s), theirs))
    return Measured(max(apart), max(unexplained, default=None))


def of_values(ours: Array, theirs: Array) -> float:
    """Return the largest difference between any two of the maps (K, h, w)."""
    assert ours.shape == theirs.shape
    return max(difference(*pair) for pair in zip(ours, theirs, strict=True))


def of_shapes(ours: Array, theirs: Array) -> float:
    """Return the same for maps divided by their own largest absolute values."""
    return of_values(_normalised(ours), _normalised(theirs))


def _normalised(maps: Array) -> Array:
    most = np.abs(maps).max(axis=(1, 2), keepdims=True)
    return maps / np.where(most == 0, 1, most)


def from_the_reference(method: str, layers: Sequence[str]) -> float:
    """Compare ours in PyTorch with the reference, for two images and three classes each."""
    net, inputs = network.make(), network.images()
    maps = network.answer(network.in_torch(net), inputs, method).maps
    return max(
        difference(
            maps[layer][n, k],
            reference.answer(
                method, net, inputs[n].astype(np.float64), int(layer), network.CLASSES[n, k]
            ),
        )
        for layer in layers
        for n, k in np.ndindex(*network.CLASSES.shape)
    )


def between_frameworks(method: str, layer: str) -> float:
    """Compare the bundled model's maps in Keras and in PyTorch."""
    torch_s = subjects.photos(layer)
    keras_s = replace(subjects.keras_photos(layer), classes=torch_s.classes)
    return of_values(keras_s.ours(method), torch_s.ours(method))


# If a global average and a linear layer follow, these equal CAM up to the number of positions.
SAME_AS_CAM = ("gradcam", "hirescam", "xgradcam")


def from_cam(s: Subject) -> Mapping[str, float]:
    """Compare ours with CAM, Σ_c W_kc A_c with the last layer's weights W, for each method."""
    weights = _last_weights(s)[list(s.classes)]
    cam = np.einsum("kc,chw->khw", weights, s.A)
    return {method: of_shapes(s.ours(method), cam) for method in SAME_AS_CAM}


def peer_from_cam(s: Subject) -> float:
    """Compare torch-cam's CAM with ours, which shows that the weights are the right ones."""
    cam = np.einsum("kc,chw->khw", _last_weights(s)[list(s.classes)], s.A)
    return of_values(peers.torchcam("CAM", fc_layer="fc")(s), cam)


def _last_weights(s: Subject) -> Array:
    """Return the weights (K_all, C) of the layer called "fc"."""
    if hasattr(s.model, "get_layer"):
        return np.asarray(s.model.get_layer("fc").kernel, np.float64).T
    return s.model.fc.weight.detach().numpy().astype(np.float64)
