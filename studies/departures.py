"""Each peer's departure from the paper, reproduced on purpose in our own float64 computation.

If one of these gives the peer's map, the departure is the whole difference between the peer's map
and ours. Each takes a Subject and returns maps (K, h, w), except for Guided Grad-CAM's (K, H, W).
"""

from __future__ import annotations

import numpy as np

from gradcam.methods.channels import softmax
from gradcam.saliency import resize
from studies.reference import closest
from studies.subjects import Array, Subject

# Grad-CAM and Grad-CAM++


def grad_cam_of_probabilities(s: Subject) -> Array:
    """Grad-CAM of the softmax instead of the logit: ∂p_k = p_k (G_k − Σ_j p_j G_j)."""
    of_all = s.gradients(tuple(range(len(s.logits))))
    p = np.exp(s.logits - s.logits.max())
    p /= p.sum()
    chosen = list(s.classes)
    of_p = p[chosen, None, None, None] * (of_all[chosen] - np.einsum("k,kchw->chw", p, of_all))
    return _weighted(of_p.mean(axis=(2, 3)), s.A)


def plus_plus_with_epsilon(s: Subject) -> Array:
    """Grad-CAM++ with α = G² / (2 G² + ΣA G³ + 10⁻⁶)."""
    G, whole = s.G, s.A.sum(axis=(1, 2))[:, None, None]
    alpha = G**2 / (2 * G**2 + whole * G**3 + 1e-6)
    return _weighted((alpha * np.maximum(G, 0)).sum(axis=(2, 3)), s.A)


def plus_plus_undivided(s: Subject) -> Array:
    """Grad-CAM++ with α = G², because the division is applied to a copy and lost."""
    return _weighted((s.G**2 * np.maximum(s.G, 0)).sum(axis=(2, 3)), s.A)


def plus_plus_of_shares(s: Subject) -> Array:
    """Grad-CAM++ with α divided by Σα over the channel's positions; rectified, times exp(y).

    Σα includes positions of negative G, where 2 + G ΣA comes near 0 or is negative.
    """
    G, whole = s.G, s.A.sum(axis=(1, 2))[:, None, None]
    below = 2 * G**2 + whole * G**3
    alpha = np.divide(G**2, below, out=np.zeros_like(G), where=below != 0)
    total = alpha.sum(axis=(2, 3), keepdims=True)
    shares = np.divide(alpha, total, out=np.zeros_like(G), where=total != 0)
    maps = _weighted((shares * np.maximum(G, 0)).sum(axis=(2, 3)), s.A)
    return np.maximum(maps, 0) * np.exp(s.logits[list(s.classes)])[:, None, None]


# Smooth Grad-CAM++


def smooth_of_the_same_noise(s: Subject) -> Array:
    """Smooth Grad-CAM++ as in the paper, over torch-cam's noise: a fair baseline, no departure."""
    return np.stack([_smooth_by_the_paper(s.A, _noisy_copies(s, k)[1]) for k in s.classes])


def smooth_of_the_last_copy(s: Subject) -> Array:
    """Σ(D3 ⊙ A) for D3 ΣA, 10⁻⁸ added to the divisor, and the last copy's G and A for D1 and A."""
    maps = []
    for k in s.classes:
        noisy, G = _noisy_copies(s, k)
        D2, D3 = ((G**power).mean(axis=0) for power in (2, 3))
        alpha = D2 / (2 * D2 + (D3 * s.A).sum(axis=(1, 2))[:, None, None] + 1e-8)
        weights = (alpha * np.maximum(G[-1], 0)).sum(axis=(1, 2))
        maps.append(np.einsum("c,chw->hw", weights, noisy[-1]))
    return np.stack(maps)


def _noisy_copies(s: Subject, k: int) -> tuple[Array, Array]:
    """Return A and G (copies, C, h, w) of class k for the noisy copies of torch-cam's defaults."""
    import torch

    torch.manual_seed(k)
    drawn = torch.distributions.Normal(0, 0.3)
    noise = np.concatenate([drawn.sample(s.tensor.size()).numpy() for _ in range(4)])
    capture = s.clf.capture(s.x + noise.transpose(0, 2, 3, 1), [s.layer])
    G = capture.gradients(np.full((4, 1), k))[s.layer][:, 0]
    return capture.activations[s.layer].astype(np.float64), G.astype(np.float64)


def _smooth_by_the_paper(A: Array, G: Array) -> Array:
    D1, D2, D3 = ((G**power).mean(axis=0) for power in (1, 2, 3))
    below = 2 * D2 + D3 * A.sum(axis=(1, 2))[:, None, None]
    alpha = np.divide(D2, below, out=np.zeros_like(D2), where=below != 0)
    return np.einsum("c,chw->hw", (alpha * np.maximum(D1, 0)).sum(axis=(1, 2)), A)


# Finer-CAM


def finer_by_probability(s: Subject) -> Array:
    """Grad-CAM of y_c − 0.6 Σ_d q_d y_d, with the rivals' softmax q differentiated too."""
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


# EigenCAM and EigenGradCAM


def eigen_centred(s: Subject) -> Array:
    """EigenCAM of A minus each channel's mean, with LAPACK's arbitrary sign."""
    return np.repeat(_first_component(s.A)[None], len(s.classes), axis=0)


def eigen_grad_centred(s: Subject) -> Array:
    """EigenCAM of G ⊙ A minus each channel's mean, with LAPACK's arbitrary sign."""
    return np.stack([_first_component(g * s.A) for g in s.G])


def _first_component(maps: Array) -> Array:
    # The sign can differ unless precision and routine are the peer's.
    O = maps.reshape(len(maps), -1).T.astype(np.float32)  # noqa: E741 - the paper's name
    O = O - O.mean(axis=0)  # noqa: E741
    first = np.linalg.svd(O, full_matrices=True)[2][0]
    return (O @ first).reshape(maps.shape[1:]).astype(np.float64)


# Ablation-CAM


def ablation_by_signed_logit(s: Subject) -> Array:
    """Ablation-CAM divided by y instead of |y|."""
    signs = np.sign(s.logits[list(s.classes)])[:, None, None]
    return s.ours("ablationcam") * signs


def ablation_far_below(s: Subject) -> Array:
    """Ablation-CAM with each channel set to 10⁷ below the layer's minimum instead of to 0."""
    A = s.A.astype(np.float32)
    without = np.repeat(A[None], len(A), axis=0)
    without[np.arange(len(A)), np.arange(len(A))] = A.min() - 1e7
    y = s.logits[list(s.classes)][:, None]
    left = s.clf.resume(s.x, s.layer, without)[:, list(s.classes)].T
    return _weighted((y - left) / y, s.A)


# Score-CAM


def score_of_aligned_corners(s: Subject) -> Array:
    """Score-CAM with masks upsampled so that corner pixels coincide with the layer's."""
    logits = _masked_logits(s, _scaled(_upsampled_to_corners(s.A, s.size)))
    return _weighted(softmax(logits), s.A)


def score_scaled_before(s: Subject) -> Array:
    """Score-CAM with channels scaled to [0, 1] before upsampling: Up(s(A)), not s(Up(A))."""
    logits = _masked_logits(s, resize(_scaled(s.A), s.size))
    return _weighted(softmax(logits), s.A)


def score_by_probability(s: Subject) -> Array:
    """Score-CAM with aligned corners, its channels weighted by the softmax over classes."""
    masked = s.x * _scaled(_upsampled_to_corners(s.A, s.size))[..., None]
    return _weighted(softmax(s.scores(masked))[:, list(s.classes)].T, s.A)


def score_by_probability_twice(s: Subject) -> Array:
    """The same for a network that already ends in a softmax, so that there are two."""
    masked = s.x * _scaled(_upsampled_to_corners(s.A, s.size))[..., None]
    return _weighted(softmax(softmax(s.scores(masked)))[:, list(s.classes)].T, s.A)


def _masked_logits(s: Subject, masks: Array) -> Array:
    """Return the classes' logits (K, C) for the input seen through each mask."""
    return s.scores(s.x * masks[..., None])[:, list(s.classes)].T


def _upsampled_to_corners(maps: Array, size: tuple[int, int]) -> Array:
    """Upsample (C, h, w) to (C, *size) bilinearly; first and last pixels coincide."""
    down, right = (_shares(*pair) for pair in zip(size, maps.shape[1:], strict=True))
    return np.einsum("Hh,chw,Ww->cHW", down, maps, right, optimize=True)


def _shares(size: int, cells: int) -> Array:
    """Return each cell's share of each pixel along one axis, (size, cells)."""
    place = np.arange(size)[:, None] * (cells - 1) / (size - 1)
    return np.maximum(1 - np.abs(place - np.arange(cells)), 0)


# Guided Grad-CAM


def guided_by_stretched(s: Subject) -> Array:
    """Guided Grad-CAM with the map stretched to [0, 1] before and after upsampling."""
    where = np.maximum(s.ours("gradcam"), 0)
    return _scaled(resize(_scaled(where), s.size)) * _edges(s)


def guided_by_nearest(s: Subject) -> Array:
    """Guided Grad-CAM with the map upsampled by repeating pixels."""
    where = np.maximum(s.ours("gradcam"), 0)
    rows, columns = (
        (np.arange(size) * cells) // size
        for size, cells in zip(s.size, where.shape[1:], strict=True)
    )
    return where[:, rows][:, :, columns] * _edges(s)


def _edges(s: Subject) -> Array:
    """Return guided backpropagation (K, H, W), summed over colours."""
    return s.clf.guided(s.x, np.array([s.classes]))[0].sum(axis=-1)


# Shared by several


def _weighted(weights: Array, A: Array) -> Array:
    """Return Σ_c weights (K, C) · A (C, h, w)."""
    return np.einsum("kc,chw->khw", weights, A)


def _scaled(maps: Array) -> Array:
    """Scale each of (C, h, w) to [0, 1]; a constant map becomes 0."""
    low = maps.min(axis=(1, 2), keepdims=True)
    height = maps.max(axis=(1, 2), keepdims=True) - low
    return (maps - low) / np.where(height == 0, 1, height)
