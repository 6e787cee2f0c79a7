"""Our computation with each peer's departure from the paper made on purpose, in float64.

Where one of these gives the peer's map, the departure is the whole reason why the peer's differs
from ours. Each takes a Subject and gives (K, h, w).
"""

from __future__ import annotations

import numpy as np

from studies.reference import closest
from studies.subjects import Array, Subject


def weighted(weights: Array, A: Array) -> Array:
    """Σ_c weights (K, C) · A (C, h, w)."""
    return np.einsum("kc,chw->khw", weights, A)


def plus_plus_with_epsilon(s: Subject) -> Array:
    """Grad-CAM++ with α = G² / (2 G² + ΣA G³ + 10⁻⁶)."""
    G, whole = s.G, s.A.sum(axis=(1, 2))[:, None, None]
    alpha = G**2 / (2 * G**2 + whole * G**3 + 1e-6)
    return weighted((alpha * np.maximum(G, 0)).sum(axis=(2, 3)), s.A)


def plus_plus_undivided(s: Subject) -> Array:
    """Grad-CAM++ with α = G²: the division is done to a copy, and lost."""
    return weighted((s.G**2 * np.maximum(s.G, 0)).sum(axis=(2, 3)), s.A)


def plus_plus_of_shares(s: Subject) -> Array:
    """Grad-CAM++ with α divided by Σα over the channel's positions; rectified, times exp(y).

    α also counts where G is negative; 2 + G ΣA comes near 0 there, or is negative.
    """
    G, whole = s.G, s.A.sum(axis=(1, 2))[:, None, None]
    below = 2 * G**2 + whole * G**3
    alpha = np.divide(G**2, below, out=np.zeros_like(G), where=below != 0)
    total = alpha.sum(axis=(2, 3), keepdims=True)
    shares = np.divide(alpha, total, out=np.zeros_like(G), where=total != 0)
    maps = weighted((shares * np.maximum(G, 0)).sum(axis=(2, 3)), s.A)
    return np.maximum(maps, 0) * np.exp(s.logits[list(s.classes)])[:, None, None]


def grad_cam_of_probabilities(s: Subject) -> Array:
    """Grad-CAM of the softmax instead of the logit: ∂p_k = p_k (G_k − Σ_j p_j G_j)."""
    everyone = s.gradients(tuple(range(len(s.logits))))
    p = np.exp(s.logits - s.logits.max())
    p /= p.sum()
    chosen = list(s.classes)
    of_p = p[chosen, None, None, None] * (everyone[chosen] - np.einsum("k,kchw->chw", p, everyone))
    return weighted(of_p.mean(axis=(2, 3)), s.A)


def eigen_centred(s: Subject) -> Array:
    """EigenCAM of A less each channel's mean, its sign left to LAPACK."""
    return np.repeat(_first_component(s.A)[None], len(s.classes), axis=0)


def eigen_grad_centred(s: Subject) -> Array:
    """The same of G ⊙ A."""
    return np.stack([_first_component(g * s.A) for g in s.G])


def _first_component(maps: Array) -> Array:
    # In float32 and by the same routine as the peer, or the sign may be another.
    O = maps.reshape(len(maps), -1).T.astype(np.float32)  # noqa: E741 - the paper's name
    O = O - O.mean(axis=0)  # noqa: E741
    first = np.linalg.svd(O, full_matrices=True)[2][0]
    return (O @ first).reshape(maps.shape[1:]).astype(np.float64)


def ablation_by_signed_logit(s: Subject) -> Array:
    """Ablation-CAM divided by y instead of |y|."""
    signs = np.sign(s.logits[list(s.classes)])[:, None, None]
    return s.ours("ablationcam") * signs


def ablation_far_below(s: Subject) -> Array:
    """Ablation-CAM with a channel set 10⁷ below the layer's minimum instead of to 0."""
    A = s.A.astype(np.float32)
    without = np.repeat(A[None], len(A), axis=0)
    without[np.arange(len(A)), np.arange(len(A))] = A.min() - 1e7
    y = s.logits[list(s.classes)][:, None]
    left = s.clf.resume(s.x, s.layer, without)[:, list(s.classes)].T
    return weighted((y - left) / y, s.A)


def noisy_copies(s: Subject, k: int) -> tuple[Array, Array]:
    """A and G (copies, C, h, w) of class k for the noisy copies that torch-cam's default makes."""
    import torch

    torch.manual_seed(k)
    drawn = torch.distributions.Normal(0, 0.3)
    noise = np.concatenate([drawn.sample(s.tensor.size()).numpy() for _ in range(4)])
    capture = s.clf.capture(s.x + noise.transpose(0, 2, 3, 1), [s.layer])
    G = capture.gradients(np.full((4, 1), k))[s.layer][:, 0]
    return capture.activations[s.layer].astype(np.float64), G.astype(np.float64)


def smooth_of_the_same_noise(s: Subject) -> Array:
    """Smooth Grad-CAM++ by the paper, over torch-cam's noise: no departure, but a fair start."""
    return np.stack([_smooth_by_the_paper(s.A, noisy_copies(s, k)[1]) for k in s.classes])


def _smooth_by_the_paper(A: Array, G: Array) -> Array:
    D1, D2, D3 = ((G**power).mean(axis=0) for power in (1, 2, 3))
    below = 2 * D2 + D3 * A.sum(axis=(1, 2))[:, None, None]
    alpha = np.divide(D2, below, out=np.zeros_like(D2), where=below != 0)
    return np.einsum("c,chw->hw", (alpha * np.maximum(D1, 0)).sum(axis=(1, 2)), A)


def smooth_of_the_last_copy(s: Subject) -> Array:
    """With Σ(D3 ⊙ A) for D3 ΣA, 10⁻⁸ in the divisor, and the last copy's G and A for D1 and A."""
    maps = []
    for k in s.classes:
        noisy, G = noisy_copies(s, k)
        D2, D3 = ((G**power).mean(axis=0) for power in (2, 3))
        alpha = D2 / (2 * D2 + (D3 * s.A).sum(axis=(1, 2))[:, None, None] + 1e-8)
        weights = (alpha * np.maximum(G[-1], 0)).sum(axis=(1, 2))
        maps.append(np.einsum("c,chw->hw", weights, noisy[-1]))
    return np.stack(maps)


def finer_by_probability(s: Subject) -> Array:
    """Grad-CAM of y_c − 0.6 Σ_d q_d y_d, with q the rivals' softmax, which has a gradient too."""
    return np.stack([_against_likely_rivals(s, k, 0.6) for k in s.classes])


def _against_likely_rivals(s: Subject, k: int, gamma: float) -> Array:
    rivals = closest(s.logits, k, 3)
    y = s.logits[rivals]
    q = np.exp(y - y.max())
    q /= q.sum()
    G, of_rivals = s.gradients((k,))[0], s.gradients(tuple(rivals))
    mean = np.einsum("d,dchw->chw", q, of_rivals)
    of_q = q[:, None, None, None] * (of_rivals - mean)
    difference = G - gamma * (mean + np.einsum("d,dchw->chw", y, of_q))
    return np.einsum("c,chw->hw", difference.mean(axis=(1, 2)), s.A)
