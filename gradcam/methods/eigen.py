"""The direction in which a layer varies most: EigenCAM and its class-specific sibling.

A : activations, float (N, C, h, w).  G : gradients, float (N, K, C, h, w).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from gradcam.types import Floats


def eigen_cam(A: Floats, G: Floats) -> Floats:
    """EigenCAM (Muhammad & Yeasin 2020, arXiv:2008.00299, eq. 4): O = A as (h·w, C), map = O v₁.

    v₁ is the first right singular vector of O, not centred, as in the paper. It knows no class:
    every class gets the same map. Returns (N, K, h, w).
    """
    maps = np.stack([_projected(one) for one in A])
    return np.repeat(maps[:, None], G.shape[1], axis=1)


def eigen_grad_cam(A: Floats, G: Floats) -> Floats:
    """EigenGradCAM: EigenCAM of G ⊙ A in place of A, which makes it a class's own."""
    return np.stack([np.stack([_projected(g * a) for g in of_one]) for a, of_one in zip(A, G,
                     strict=True)])  # fmt: skip


def _projected(maps: Floats) -> Floats:
    """(C, h, w) onto its first singular vector: (h, w); its sign agrees with the channels' sum.

    A singular vector has no sign of its own. The smaller of the two Gram matrices has the same
    vectors as the whole, and is quick to take apart.
    """
    channels, height, width = maps.shape
    O = maps.reshape(channels, height * width).astype(np.float64)  # noqa: E741 - the paper's name
    # One thread: NumPy's own would fight the framework's over the cores.
    with _blas().limit(limits=1, user_api="blas"):
        if channels <= height * width:
            projected = _first_vector(O @ O.T) @ O
        else:
            gram = O.T @ O
            first = _first_vector(gram)
            # O = U s Vᵀ: projecting onto u₁ gives s₁ v₁.
            projected = first * np.sqrt(max(float(first @ gram @ first), 0.0))
    if projected @ O.sum(axis=0) < 0:
        projected = -projected
    return np.asarray(projected.reshape(height, width), np.float32)


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def _first_vector(gram: NDArray[np.float64]) -> NDArray[np.float64]:
    vectors: NDArray[np.float64] = np.linalg.eigh(gram)[1]
    return vectors[:, -1]
