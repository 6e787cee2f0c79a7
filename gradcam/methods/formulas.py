"""Methods that need one forward and one backward pass, each written as its formula.

A : activations, float (N, C, h, w).
G : gradients d logit / d A, float (N, K, C, h, w), one slice per class.
Each returns signed maps, float (N, K, h, w), neither rectified nor scaled; a ReLU appears only
where the method's formula has one inside.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from gradcam.types import Floats

_ROUNDING = 1e-5  # of a sum over channels, as a share of the norm of what is summed


def grad_cam(A: Floats, G: Floats) -> Floats:
    """Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391, eq. 1 and 2 before its ReLU).

    α_c = mean over positions of G_c;  map = Σ_c α_c A_c.
    """
    return weighted(grad_cam_weights(A, G), A)


def grad_cam_weights(A: Floats, G: Floats) -> Floats:  # noqa: ARG001 - one signature for all
    """Grad-CAM's α_c, the mean of G_c over positions: (N, K, C)."""
    means: Floats = G.mean(axis=(-2, -1))
    return means


def grad_cam_plus_plus(A: Floats, G: Floats) -> Floats:
    """Grad-CAM++ (Chattopadhay et al. 2018, arXiv:1710.11063, eq. 5 and 19, with Y = exp(logit)).

    α = G² / (2 G² + G³ ΣA) = 1 / (2 + G ΣA) where G ≠ 0;  w_c = Σ α ReLU(G);  map = Σ_c w_c A_c.
    The factor Y > 0, common to all weights, is left out.
    """
    return weighted(grad_cam_plus_plus_weights(A, G), A)


def grad_cam_plus_plus_weights(A: Floats, G: Floats) -> Floats:
    """Grad-CAM++'s w_c = Σ over positions of ReLU(G) / (2 + G ΣA): (N, K, C)."""
    # In float64: with negative activations the divisor may come near 0 and amplify rounding.
    divisor = 2 + G * A.sum(axis=(-2, -1), dtype=np.float64)[:, None, :, None, None]
    positive = np.maximum(G, 0)
    shares = np.divide(positive, divisor, out=np.zeros_like(divisor), where=divisor != 0)
    return np.asarray(shares.sum(axis=(-2, -1)), np.float32)


def hires_cam(A: Floats, G: Floats) -> Floats:
    """HiResCAM (Draelos & Carin 2020, arXiv:2011.08891, eq. 5): map = Σ_c G_c ⊙ A_c."""
    return weighted(hires_cam_weights(A, G), A)


def hires_cam_weights(A: Floats, G: Floats) -> Floats:  # noqa: ARG001 - one signature for all
    """HiResCAM's weights, one for each position: the gradients themselves, (N, K, C, h, w)."""
    return G


def layer_cam(A: Floats, G: Floats) -> Floats:
    """LayerCAM (Jiang et al. 2021, IEEE TIP 30, eq. 5 and 6 before its ReLU).

    Each position is weighted by its own positive gradient: map = Σ_c ReLU(G_c) ⊙ A_c.
    """
    return weighted(layer_cam_weights(A, G), A)


def layer_cam_weights(A: Floats, G: Floats) -> Floats:  # noqa: ARG001 - one signature for all
    """LayerCAM's weights, one for each position: ReLU(G), (N, K, C, h, w)."""
    positive: Floats = np.maximum(G, 0)
    return positive


def x_grad_cam(A: Floats, G: Floats) -> Floats:
    """XGrad-CAM (Fu et al. 2020, arXiv:2008.02312, eq. 8): w_c = Σ (G_c ⊙ A_c) / Σ A_c.

    A channel whose activations sum to 0 gets weight 0.
    """
    return weighted(x_grad_cam_weights(A, G), A)


def x_grad_cam_weights(A: Floats, G: Floats) -> Floats:
    """XGrad-CAM's w_c = Σ (G_c ⊙ A_c) / Σ A_c: (N, K, C)."""
    products = np.einsum("nkchw,nchw->nkc", G, A)
    # In float64: positive and negative activations may almost cancel.
    sums = A.sum(axis=(-2, -1), dtype=np.float64)
    divisor = np.broadcast_to(sums[:, None], products.shape)
    weights: Floats = np.divide(products, divisor, out=np.zeros_like(products), where=divisor != 0)
    return weights


def eigen_cam(A: Floats, G: Floats) -> Floats:
    """EigenCAM (Muhammad & Yeasin 2020, arXiv:2008.00299, eq. 4): O = A as (h·w, C), map = O v₁.

    v₁ is the first right singular vector of O, which is not centred, as in the paper. Its sign is
    arbitrary in a decomposition, and no paper on EigenCAM settles it; here v₁ points the way of
    most positions, counted by the squares of their projections: Σ m |m| ≥ 0 for the map m (Bro,
    Acar & Kolda 2008, J. Chemometrics 22, p. 135, for rows as data vectors). What responds most
    strongly is then positive, even after a LayerNorm, where ΣA is only rounding. After a ReLU all
    of m has one sign. The method is not class-specific: every class gets the same map. Returns
    (N, K, h, w).
    """
    maps = np.stack([_towards_most(_project(one)) for one in A])
    return np.repeat(maps[:, None], G.shape[1], axis=1)


def eigen_grad_cam(A: Floats, G: Floats) -> Floats:
    """EigenGradCAM: EigenCAM of G ⊙ A instead of A, which makes it class-specific.

    G ⊙ A has a sign that means something, for or against the class, so the map takes the one that
    agrees with its sum over channels (HiResCAM); where that is only rounding, EigenCAM's.
    """
    return np.stack(
        [np.stack([_with_evidence(g * a) for g in of_one]) for a, of_one in zip(A, G, strict=True)]
    )


def weighted(weights: Floats, A: Floats) -> Floats:
    """Return Σ_c weights · A, the weighted sum most methods end with: (N, K, h, w).

    weights : (N, K, C), or (N, K, C, h, w) where each position has its own.
    """
    # einsum, not a matrix product: NumPy's BLAS threads would compete with the framework's.
    each = "nkc" if weights.ndim == 3 else "nkchw"
    maps: Floats = np.einsum(f"{each},nchw->nkhw", weights, A)
    return maps


def plus_plus_weights(A: Floats, D1: Floats, D2: Floats, D3: Floats) -> Floats:
    """Return Σ over positions of D2 / (2 D2 + D3 ΣA) · ReLU(D1): (N, K, C) from (N, K, C, h, w).

    For averaged derivatives, where the fraction does not simplify as in Grad-CAM++. Computed in
    float64 and scaled, because powers of small gradients underflow in float32.
    """
    top = np.abs(D1).max(axis=(-3, -2, -1), keepdims=True).astype(np.float64)
    top[top == 0] = 1
    d1, d2, d3 = D1 / top, D2 / top**2, D3 / top**2
    divisor = 2 * d2 + d3 * A.sum(axis=(-2, -1), dtype=np.float64)[:, None, :, None, None]
    alpha = np.divide(d2, divisor, out=np.zeros_like(d2), where=divisor != 0)
    weights = (alpha * np.maximum(d1, 0)).sum(axis=(-2, -1)) * top[..., 0, 0]
    return np.asarray(weights, np.float32)


def uniform(G: Floats) -> bool:
    """Return whether the gradient is the same at every position.

    This holds at a layer followed only by global average pooling and a linear layer. Grad-CAM,
    HiResCAM and XGrad-CAM then give the same map (DESIGN 5.8).
    """
    lowest, highest = G.min(axis=(-2, -1)), G.max(axis=(-2, -1))
    peak = max(-lowest.min(), highest.max())
    return bool(peak > 0 and (highest - lowest).max() <= 1e-4 * peak)


def _with_evidence(products: Floats) -> Floats:
    """Project G ⊙ A (C, h, w), with the sign of its sum over channels: (h, w)."""
    projected = _project(products)
    evidence = products.sum(axis=0, dtype=np.float64)
    if np.linalg.norm(evidence) <= _ROUNDING * np.linalg.norm(products):
        return _towards_most(projected)
    return -projected if (projected * evidence).sum() < 0 else projected


def _towards_most(projected: Floats) -> Floats:
    """Return the map with the sign of Σ m |m|."""
    return -projected if (projected * np.abs(projected)).sum(dtype=np.float64) < 0 else projected


def _project(maps: Floats) -> Floats:
    """Project (C, h, w) onto its first singular vector, of either sign: (h, w)."""
    channels, height, width = maps.shape
    O = maps.reshape(channels, height * width).astype(np.float64)  # noqa: E741 - the paper's name
    # One thread: NumPy's BLAS threads would compete with the framework's for the cores.
    with _blas().limit(limits=1, user_api="blas"):
        # The smaller of the two Gram matrices is cheaper to decompose and gives the same map.
        if channels <= height * width:
            projected = _first_vector(O @ O.T) @ O
        else:
            gram = O.T @ O
            first = _first_vector(gram)
            # O = U s Vᵀ: projecting onto u₁ gives s₁ v₁.
            projected = first * np.sqrt(max(float(first @ gram @ first), 0.0))
    return np.asarray(projected.reshape(height, width), np.float32)


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def _first_vector(gram: NDArray[np.float64]) -> NDArray[np.float64]:
    vectors: NDArray[np.float64] = np.linalg.eigh(gram)[1]
    return vectors[:, -1]
