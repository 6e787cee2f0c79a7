"""Every CAM method as one small pure function, and the table of them.

A : activations, float (N, C, h, w).
G : gradients d logit / d A, float (N, K, C, h, w), one slice per class.
Each returns signed maps, float (N, K, h, w); nothing is rectified or scaled here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from gradcam.errors import MethodError, nearest
from gradcam.types import Floats


def grad_cam(A: Floats, G: Floats) -> Floats:
    """Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391, eq. 1 and 2 before its ReLU).

    α_k = mean over positions of G_k;  map = Σ_k α_k A_k.
    """
    # Not as a matrix product: NumPy's BLAS threads would fight the framework's over the cores.
    maps: Floats = np.einsum("nkc,nchw->nkhw", G.mean(axis=(-2, -1)), A)
    return maps


def hires_cam(A: Floats, G: Floats) -> Floats:
    """HiResCAM (Draelos & Carin 2020, arXiv:2011.08891, eq. 5): map = Σ_c G_c ⊙ A_c."""
    maps: Floats = np.einsum("nkchw,nchw->nkhw", G, A)
    return maps


@dataclass(frozen=True)
class Method:
    """One row of METHODS.

    good_for : one line for people who must choose.
    cost : what it adds to one forward.
    """

    title: str
    function: Callable[[Floats, Floats], Floats]
    source: str
    good_for: str
    cost: str


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "gradcam": Method(
            "Grad-CAM",
            grad_cam,
            "arXiv:1610.02391",
            "The standard: each channel weighted by how much the class depends on it on average.",
            "1 backward",
        ),
        "hirescam": Method(
            "HiResCAM",
            hires_cam,
            "arXiv:2011.08891",
            "Faithful where Grad-CAM blurs: shows only positions that raised the class score.",
            "1 backward",
        ),
    }
)


def find_method(name: str) -> Method:
    """The METHODS row called `name`. Raises MethodError listing the nearest names."""
    try:
        return METHODS[name]
    except KeyError:
        raise MethodError(f"{name!r} is not a method.", hint=nearest(name, METHODS)) from None
