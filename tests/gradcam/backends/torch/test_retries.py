"""What is tried again another way, and what is not: breakages and lack of memory come through."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import gradcam
from gradcam.backends.torch.model import TorchClassifier

SMALL = gradcam.Preprocessing(8, (8, 8))
OUT_OF_MEMORY = "DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes."
BREAKAGES = [RuntimeError(OUT_OF_MEMORY), torch.OutOfMemoryError("out of memory"), KeyError("gone")]


@pytest.fixture
def inputs() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((1, 8, 8, 3), np.float32)


class Odd(torch.autograd.Function):
    """The identity, whose backward counts its calls and does what `after` says."""

    calls = 0
    after: object = None

    @staticmethod
    def forward(_ctx, x: Tensor) -> Tensor:
        return x.clone()

    @staticmethod
    def backward(_ctx, gradient: Tensor) -> Tensor:
        Odd.calls += 1
        if isinstance(Odd.after, Exception):
            raise Odd.after
        return gradient if gradient.sum().item() > 99 else gradient * 2  # .item() has no batching


class Net(nn.Module):
    """A convolution, then whatever `joined` makes of it and the input, then a linear head."""

    def __init__(self, joined) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.early = nn.Conv2d(3, 4, 1)
        self.late = nn.Conv2d(4, 4, 1)
        self.joined = joined
        self.head = nn.LazyLinear(3)
        self.forwards = 0

    def forward(self, x: Tensor) -> Tensor:
        self.forwards += 1
        return self.head(self.joined(self.early(x), self.late).mean((2, 3)))


def classifier(joined) -> TorchClassifier:
    clf = gradcam.wrap(Net(joined), preprocessing=SMALL)
    Odd.after = None
    clf.layers()
    Odd.calls = clf.module.forwards = 0
    return clf


def test_a_backward_that_cannot_be_batched_goes_class_by_class(inputs) -> None:
    capture = classifier(lambda a, late: Odd.apply(late(a))).capture(inputs, ["late"])
    G = capture.gradients(np.array([[0, 2]]))["late"]
    one_by_one = [capture.gradients(np.array([[k]]))["late"][:, 0] for k in (0, 2)]
    np.testing.assert_array_equal(G, np.stack(one_by_one, 1))


@pytest.mark.parametrize("error", BREAKAGES, ids=lambda e: type(e).__name__)
def test_a_backward_that_breaks_is_not_tried_again(error: Exception, inputs) -> None:
    capture = classifier(lambda a, late: Odd.apply(late(a))).capture(inputs, ["late"])
    Odd.after = error
    with pytest.raises(type(error), match=str(error.args[0])[:20]):
        capture.gradients(np.array([[0, 2]]))
    assert Odd.calls == 1


def test_a_concatenation_with_the_bypass_runs_the_whole_model_from_then_on(inputs) -> None:
    clf = classifier(lambda a, late: torch.cat([a, late(a)], 1))
    maps = np.random.default_rng(1).random((3, 4, 8, 8), np.float32)
    together = clf.resume(inputs, "late", maps)
    assert clf.module.forwards == 2  # one attempt
    one_by_one = [clf.resume(inputs, "late", maps[i : i + 1]) for i in range(3)]
    np.testing.assert_allclose(together, np.concatenate(one_by_one), atol=1e-6)
    clf.module.forwards = 0
    clf.resume(inputs, "late", maps)
    assert clf.module.forwards == 1


@pytest.mark.parametrize("error", BREAKAGES, ids=lambda e: type(e).__name__)
def test_a_rest_that_breaks_is_not_run_again(error: Exception, inputs) -> None:
    broken = False

    def joined(a: Tensor, late: nn.Module) -> Tensor:
        if broken:
            raise error
        return late(a)

    clf = classifier(joined)
    broken = True
    with pytest.raises(type(error), match=str(error.args[0])[:20]):
        clf.resume(inputs, "late", np.zeros((3, 4, 8, 8), np.float32))
    assert clf.module.forwards == 1
