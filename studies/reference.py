"""Reference implementations of every method in float64, straight from the papers' equations.

They share no code with `gradcam` and are deliberately plain: one image and one class at a time,
with loops over channels and positions. The fast code must agree with this slow, simple code.

A : activations (C, h, w).  G : d logit / d A (C, h, w).  x : input (H, W, 3).
Maps are (h, w), signed, before the ReLU that draws them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Formula = Callable[[Array, Array], Array]


def positions(A: Array) -> Iterator[tuple[int, int]]:
    """Yield every (i, j) of a map's height and width."""
    yield from np.ndindex(A.shape[-2], A.shape[-1])


def combined(weights: Sequence[float], A: Array) -> Array:
    """Return Σ_c w_c A_c."""
    total = np.zeros(A.shape[1:])
    for w, channel in zip(weights, A, strict=True):
        total += w * channel
    return total


def grad_cam(A: Array, G: Array) -> Array:
    """arXiv:1610.02391, eq. 1: w_c = 1/Z Σ_ij G_c,ij; eq. 2: Σ_c w_c A_c."""
    Z = A.shape[1] * A.shape[2]
    return combined([sum(g[i, j] for i, j in positions(g)) / Z for g in G], A)


def grad_cam_plus_plus(A: Array, G: Array) -> Array:
    """arXiv:1710.11063, eq. 19 for α and eq. 5 for w with Y = exp(S), without the factor exp(S)."""
    return combined([plus_plus_weight(a, g, g**2, g**3) for a, g in zip(A, G, strict=True)], A)


def plus_plus_weight(a: Array, D1: Array, D2: Array, D3: Array) -> float:
    """Σ_ij α_ij ReLU(D1_ij), α_ij = D2_ij / (2 D2_ij + D3_ij Σ_ab a_ab), or 0 where D2_ij = 0."""
    weight = 0.0
    for i, j in positions(a):
        if D2[i, j] != 0:
            alpha = D2[i, j] / (2 * D2[i, j] + D3[i, j] * a.sum())
            weight += alpha * max(D1[i, j], 0.0)
    return weight


def hires_cam(A: Array, G: Array) -> Array:
    """arXiv:2011.08891: Σ_c G_c ⊙ A_c."""
    total = np.zeros(A.shape[1:])
    for a, g in zip(A, G, strict=True):
        total += g * a
    return total


def layer_cam(A: Array, G: Array) -> Array:
    """IEEE TIP 30, eq. 5 and 6: Σ_c ReLU(G_c) ⊙ A_c."""
    total = np.zeros(A.shape[1:])
    for a, g in zip(A, G, strict=True):
        for i, j in positions(a):
            total[i, j] += max(g[i, j], 0.0) * a[i, j]
    return total


def x_grad_cam(A: Array, G: Array) -> Array:
    """arXiv:2008.02312, eq. 8: w_c = Σ_ij A_c,ij / ΣA_c · G_c,ij, or 0 where ΣA_c = 0."""
    weights = []
    for a, g in zip(A, G, strict=True):
        whole = a.sum()
        share = sum(a[i, j] / whole * g[i, j] for i, j in positions(a)) if whole else 0.0
        weights.append(share)
    return combined(weights, A)


def eigen_cam(A: Array, G: Array) -> Array:  # noqa: ARG001 - not class-specific
    """arXiv:2008.00299, eq. 3 and 4: O = U Σ Vᵀ, map = O v₁.

    The sign is Bro, Acar & Kolda's (2008): the rows' signed squares along v₁ sum to at least 0.
    """
    projected = first_component(A)
    return -projected if (np.sign(projected) * projected**2).sum() < 0 else projected


def eigen_grad_cam(A: Array, G: Array) -> Array:
    """EigenCAM of G ⊙ A, with the sign that agrees with Σ G ⊙ A."""
    projected = first_component(G * A)
    return -projected if (projected * (G * A).sum(axis=0)).sum() < 0 else projected


def first_component(A: Array) -> Array:
    """O v₁ with either sign, where O = U Σ Vᵀ has a row for each position."""
    O = np.stack([[A[c, i, j] for c in range(len(A))] for i, j in positions(A)])  # noqa: E741
    first = np.linalg.svd(O, full_matrices=False)[2][0]
    return (O @ first).reshape(A.shape[1:])


FORMULAS: dict[str, Formula] = {
    "gradcam": grad_cam,
    "gradcam++": grad_cam_plus_plus,
    "hirescam": hires_cam,
    "layercam": layer_cam,
    "xgradcam": x_grad_cam,
    "eigencam": eigen_cam,
    "eigengradcam": eigen_grad_cam,
}


@dataclass(frozen=True)
class Convolution:
    """A convolution, zero-padded by half its kernel.

    kernel : (C_out, C_in, k, k). bias : (C_out,).
    """

    kernel: Array
    bias: Array
    stride: int = 1

    def forward(self, x: Array) -> Array:
        """Convolve: (C_in, h, w) → (C_out, ⌈h/stride⌉, ⌈w/stride⌉)."""
        margin = self.kernel.shape[2] // 2
        padded = np.pad(x, ((0, 0), (margin, margin), (margin, margin)))
        size = [-(-n // self.stride) for n in x.shape[1:]]
        out = np.zeros((len(self.kernel), *size))
        for c, i, j in np.ndindex(out.shape):
            out[c, i, j] = (self._seen(padded, i, j) * self.kernel[c]).sum() + self.bias[c]
        return out

    def backward(self, x: Array, gradient: Array) -> Array:
        """Return d/dx from d/dout: every output passes its gradient back to the inputs it saw."""
        margin = self.kernel.shape[2] // 2
        back = np.zeros((x.shape[0], x.shape[1] + 2 * margin, x.shape[2] + 2 * margin))
        for c, i, j in np.ndindex(gradient.shape):
            self._seen(back, i, j)[...] += gradient[c, i, j] * self.kernel[c]
        return back[:, margin : margin + x.shape[1], margin : margin + x.shape[2]]

    def _seen(self, padded: Array, i: int, j: int) -> Array:
        k, top, left = self.kernel.shape[2], i * self.stride, j * self.stride
        return padded[:, top : top + k, left : left + k]


@dataclass(frozen=True)
class Network:
    """Convolutions, each with a ReLU, then logit_k = Σ head[k] ⊙ features + bias[k].

    Layer 2i is convolution i, layer 2i + 1 its ReLU. head : (K, C, h, w); a head that is the same
    at every position equals a global average followed by a linear layer.
    """

    convolutions: tuple[Convolution, ...]
    head: Array
    bias: Array

    def layers(self, x: Array) -> list[Array]:
        """Return every layer's output for x (H, W, 3)."""
        found, passed = [], np.moveaxis(x, 2, 0)
        for convolution in self.convolutions:
            found += [convolution.forward(passed)]
            found += [np.maximum(found[-1], 0)]
            passed = found[-1]
        return found

    def logits(self, x: Array) -> Array:
        """Return the logits (K,)."""
        return self.resumed(len(self.convolutions) * 2 - 1, self.layers(x)[-1])

    def resumed(self, layer: int, A: Array) -> Array:
        """Return the logits (K,) if the output of `layer` were A."""
        if layer % 2 == 0:
            return self.resumed(layer + 1, np.maximum(A, 0))
        if layer // 2 + 1 < len(self.convolutions):
            return self.resumed(layer + 1, self.convolutions[layer // 2 + 1].forward(A))
        return np.array([(row * A).sum() for row in self.head]) + self.bias

    def gradient(self, x: Array, layer: int, cotangent: Array, *, guided: bool = False) -> Array:
        """Return d (Σ_k cotangent_k · logit_k) / d layer; layer -1 is the input, (3, H, W).

        guided : ReLUs also block negative gradients on the way back (arXiv:1412.6806).
        """
        known = [np.moveaxis(x, 2, 0), *self.layers(x)]
        back = sum(share * row for share, row in zip(cotangent, self.head, strict=True))
        for at in range(len(known) - 2, layer, -1):
            if at % 2:
                back = (np.maximum(back, 0) if guided else back) * (known[at] > 0)
            else:
                back = self.convolutions[at // 2].backward(known[at], back)
        return np.asarray(back)


def one(k: int, count: int) -> Array:
    """Return the cotangent of class k alone."""
    return np.eye(count)[k]


def resized(a: Array, size: tuple[int, int]) -> Array:
    """Resize bilinearly: pixel i samples at (i + ½) h/H − ½, clamped to the outermost pixels."""
    out = np.zeros(size)
    for i, j in positions(out):
        y = min(max((i + 0.5) * a.shape[0] / size[0] - 0.5, 0), a.shape[0] - 1)
        x = min(max((j + 0.5) * a.shape[1] / size[1] - 0.5, 0), a.shape[1] - 1)
        top, left = math.floor(y), math.floor(x)
        bottom, right = math.ceil(y), math.ceil(x)
        upper = a[top, left] * (1 - x + left) + a[top, right] * (x - left)
        lower = a[bottom, left] * (1 - x + left) + a[bottom, right] * (x - left)
        out[i, j] = upper * (1 - y + top) + lower * (y - top)
    return out


def score_cam(net: Network, x: Array, layer: int, k: int, among: Sequence[int] = ()) -> Array:
    """arXiv:1910.01279: H_c = s(Up(A_c)), w = softmax_c(f_k(x ⊙ H_c) − f_k(0)), Σ_c w_c A_c.

    s(M) = (M − min M) / (max M − min M) is undefined for a constant channel, which gets no weight.
    """
    A = net.layers(x)[layer]
    scores = {}
    for c in among or range(len(A)):
        up = resized(A[c], (x.shape[0], x.shape[1]))
        if up.max() > up.min():
            H = (up - up.min()) / (up.max() - up.min())
            scores[c] = (net.logits(x * H[..., None]) - net.logits(np.zeros_like(x)))[k]
    whole = sum(math.exp(score) for score in scores.values())
    return combined([math.exp(scores[c]) / whole if c in scores else 0 for c in range(len(A))], A)


def ablation_cam(net: Network, x: Array, layer: int, k: int, among: Sequence[int] = ()) -> Array:
    """WACV 2020, eq. 3: w_c = (y − y without A_c) / y, but divided by |y| to keep the sign."""
    A, y = net.layers(x)[layer], net.logits(x)[k]
    weights = [0.0] * len(A)
    for c in among or range(len(A)):
        without = A.copy()
        without[c] = 0
        weights[c] = (y - net.resumed(layer, without)[k]) / abs(y)
    return combined(weights, A)


def smooth_grad_cam_plus_plus(
    net: Network, x: Array, layer: int, k: int, noise: Sequence[Array]
) -> Array:
    """arXiv:1908.01224: Grad-CAM++ with D1, D2, D3 = the means of G, G², G³ over noisy copies."""
    A = net.layers(x)[layer]
    D = [np.zeros_like(A) for _ in range(3)]
    for added in noise:
        G = net.gradient(x + added, layer, one(k, len(net.head)))
        for power, total in enumerate(D, 1):
            total += G**power / len(noise)
    return combined([plus_plus_weight(*maps) for maps in zip(A, *D, strict=True)], A)


def finer_cam(
    net: Network, x: Array, layer: int, k: int, *, against: Sequence[int], gamma: float
) -> Array:
    """arXiv:2501.11309: Grad-CAM of y_k − γ · mean_d(y_d)."""
    cotangent = one(k, len(net.head))
    for d in against:
        cotangent = cotangent - gamma / len(against) * one(d, len(net.head))
    return grad_cam(net.layers(x)[layer], net.gradient(x, layer, cotangent))


def closest(logits: Array, k: int, count: int) -> list[int]:
    """Return the classes whose logits are nearest to that of k."""
    others = [d for d in range(len(logits)) if d != k]
    return sorted(others, key=lambda d: abs(logits[d] - logits[k]))[:count]


def guided_grad_cam(net: Network, x: Array, layer: int, k: int) -> Array:
    """arXiv:1610.02391, section 3.2: ReLU(Grad-CAM), upsampled, ⊙ guided backpropagation."""
    this = one(k, len(net.head))
    where = np.maximum(grad_cam(net.layers(x)[layer], net.gradient(x, layer, this)), 0)
    edges = net.gradient(x, -1, this, guided=True).sum(axis=0)
    return resized(where, (x.shape[0], x.shape[1])) * edges


def answer(method: str, net: Network, x: Array, layer: int, k: int) -> Array:
    """Return any method's map of class k with the engine's default options."""
    if method in FORMULAS:
        G = net.gradient(x, layer, one(k, len(net.head)))
        return FORMULAS[method](net.layers(x)[layer], G)
    if method == "finercam":
        rivals = closest(net.logits(x), k, 3)
        return finer_cam(net, x, layer, k, against=rivals, gamma=0.6)
    if method == "smoothgradcam++":
        drawn = np.random.default_rng(0).standard_normal((8, *x.shape), np.float32)
        spread = 0.15 * (x.max() - x.min())
        return smooth_grad_cam_plus_plus(net, x, layer, k, [spread * n for n in drawn])
    others = {"scorecam": score_cam, "ablationcam": ablation_cam, "guidedgradcam": guided_grad_cam}
    return others[method](net, x, layer, k)


def difference(ours: NDArray[np.floating], theirs: NDArray[np.floating]) -> float:
    """Return the largest difference as a share of the largest absolute value of `theirs`."""
    most = float(np.abs(theirs).max())
    return float(np.abs(ours.astype(np.float64) - theirs).max()) / (most or 1.0)
