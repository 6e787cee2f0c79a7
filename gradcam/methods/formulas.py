"""Methods that need one forward and one backward, each as its formula.

A : activations, float (N, C, h, w).
G : gradients d logit / d A, float (N, K, C, h, w), one slice per class.
Each returns signed maps, float (N, K, h, w); nothing is rectified or scaled here, but for the ReLUs
that a formula has inside.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from gradcam.types import Floats

# Sums are einsum's, not matrix products: NumPy's BLAS threads would fight the framework's.


def weighted(weights: Floats, A: Floats) -> Floats:
    """Σ_c weights (N, K, C) · A: the sum that most methods end with, (N, K, h, w)."""
    maps: Floats = np.einsum("nkc,nchw->nkhw", weights, A)
    return maps


def grad_cam(A: Floats, G: Floats) -> Floats:
    """Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391, eq. 1 and 2 before its ReLU).

    α_c = mean over positions of G_c;  map = Σ_c α_c A_c.
    """
    return weighted(G.mean(axis=(-2, -1)), A)


def grad_cam_plus_plus(A: Floats, G: Floats) -> Floats:
    """Grad-CAM++ (Chattopadhay et al. 2018, arXiv:1710.11063, eq. 5 and 19, with Y = exp(logit)).

    α = G² / (2 G² + G³ ΣA) = 1 / (2 + G ΣA) where G ≠ 0;  w_c = Σ α ReLU(G);  map = Σ_c w_c A_c.
    The factor Y > 0 that all weights share is left out.
    """
    # float64: with negative activations the divisor comes near 0, and rounding would show.
    below = 2 + G * A.sum(axis=(-2, -1), dtype=np.float64)[:, None, :, None, None]
    positive = np.maximum(G, 0)
    shares = np.divide(positive, below, out=np.zeros_like(below), where=below != 0)
    return weighted(np.asarray(shares.sum(axis=(-2, -1)), np.float32), A)


def plus_plus_weights(A: Floats, D1: Floats, D2: Floats, D3: Floats) -> Floats:
    """Σ over positions of D2 / (2 D2 + D3 ΣA) · ReLU(D1): (N, K, C) from (N, K, C, h, w).

    For derivatives that are averages, where nothing cancels. In float64 and scaled: the squares of
    small gradients are below what float32 can hold.
    """
    top = np.abs(D1).max(axis=(-3, -2, -1), keepdims=True).astype(np.float64)
    top[top == 0] = 1
    d1, d2, d3 = D1 / top, D2 / top**2, D3 / top**2
    below = 2 * d2 + d3 * A.sum(axis=(-2, -1), dtype=np.float64)[:, None, :, None, None]
    alpha = np.divide(d2, below, out=np.zeros_like(d2), where=below != 0)
    weights = (alpha * np.maximum(d1, 0)).sum(axis=(-2, -1)) * top[..., 0, 0]
    return np.asarray(weights, np.float32)


def hires_cam(A: Floats, G: Floats) -> Floats:
    """HiResCAM (Draelos & Carin 2020, arXiv:2011.08891, eq. 5): map = Σ_c G_c ⊙ A_c."""
    maps: Floats = np.einsum("nkchw,nchw->nkhw", G, A)
    return maps


def layer_cam(A: Floats, G: Floats) -> Floats:
    """LayerCAM (Jiang et al. 2021, IEEE TIP 30, eq. 5 and 6 before its ReLU).

    Each position is weighted by its own positive gradient: map = Σ_c ReLU(G_c) ⊙ A_c.
    """
    maps: Floats = np.einsum("nkchw,nchw->nkhw", np.maximum(G, 0), A)
    return maps


def x_grad_cam(A: Floats, G: Floats) -> Floats:
    """XGrad-CAM (Fu et al. 2020, arXiv:2008.02312, eq. 8): w_c = Σ (G_c ⊙ A_c) / Σ A_c.

    A channel that sums to nothing has no share to give, and weighs 0.
    """
    over = np.einsum("nkchw,nchw->nkc", G, A)
    # float64: positive and negative activations may all but cancel.
    below = np.broadcast_to(A.sum(axis=(-2, -1), dtype=np.float64)[:, None], over.shape)
    return weighted(np.divide(over, below, out=np.zeros_like(over), where=below != 0), A)


def uniform(G: Floats) -> bool:
    """Whether the gradient is the same at every position, as before a global average and a line.

    Then Grad-CAM, HiResCAM and XGrad-CAM are one and the same map (DESIGN 5.8).
    """
    spread = np.abs(G - G.mean(axis=(-2, -1), keepdims=True)).max()
    return bool(G.any() and spread <= 1e-4 * np.abs(G).max())


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
