"""The formulae on numbers small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam.errors import MethodError
from gradcam.methods import METHODS, find_method, grad_cam, hires_cam

# One image, two channels of 2×2; one class with weights 1 and -2 on average.
A = np.array([[[[3, 0], [1, 2]], [[1, 4], [0, 0]]]], np.float32)
G = np.array([[[[[1, 1], [1, 1]], [[-8, 0], [0, 0]]]]], np.float32)


def test_gradcam_by_hand() -> None:
    """Weights 1 and -2 give [[1*3 - 2*1, 1*0 - 2*4], [1*1, 1*2]]."""
    np.testing.assert_array_equal(grad_cam(A, G), [[[[1, -8], [1, 2]]]])


def test_hirescam_by_hand() -> None:
    """Products position by position: the -8 meets only the 1 it stands on."""
    np.testing.assert_array_equal(hires_cam(A, G), [[[[3 - 8, 0], [1, 2]]]])


@pytest.mark.parametrize("name", METHODS)
def test_images_and_classes_do_not_mix(name: str) -> None:
    """A batch of images and classes gives what each gives alone."""
    rng = np.random.default_rng(0)
    a = rng.standard_normal((3, 5, 4, 6), np.float32)
    g = rng.standard_normal((3, 2, 5, 4, 6), np.float32)
    together = METHODS[name].formula(a, g)
    assert together.shape == (3, 2, 4, 6)
    for n in range(3):
        for k in range(2):
            alone = METHODS[name].formula(a[n : n + 1], g[n : n + 1, k : k + 1])
            np.testing.assert_allclose(together[n, k], alone[0, 0], atol=1e-5)


def test_constant_gradients_make_the_two_agree() -> None:
    """Where G is the same everywhere, its mean is itself (DESIGN 5.8)."""
    flat = np.broadcast_to(G.mean(axis=(-2, -1), keepdims=True), G.shape)
    np.testing.assert_allclose(grad_cam(A, flat), hires_cam(A, flat))


def test_a_wrong_name_lists_the_nearest() -> None:
    with pytest.raises(MethodError, match=r"Nearest: gradcam"):
        find_method("grad-cam")
