"""One canary for each undocumented part of torch: an upgrade that breaks one fails by name."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch import nn

from gradcam.backends.layers import Layout
from gradcam.backends.torch import compat, graph
from gradcam.backends.torch.rerun import resume


class NoRule(torch.autograd.Function):
    """The square, whose backward passes a function without a rule for batches."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, gradient):
        return 2 * ctx.saved_tensors[0] * _Unbatched.apply(gradient)


class _Unbatched(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):  # noqa: ARG004
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):  # noqa: ARG004
        return gradient


class Joined(nn.Module):
    """What the layer gives, beside what goes round it: 1 and N will not be concatenated."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 2, 1)

    def forward(self, x):
        return torch.cat([self.layer(x), x], dim=1).mean(dim=(2, 3))


def test_a_change_in_place_is_counted() -> None:
    tensor = torch.zeros(2)
    before = compat.version_of(tensor)
    tensor += 1
    assert compat.version_of(tensor) != before
    assert compat.version_of(tensor) == compat.version_of(tensor)


def test_onednn_multiplies_a_few_rows() -> None:
    if not torch.backends.mkldnn.is_available():
        pytest.skip("this torch is built without oneDNN")
    assert compat.has_onednn_rows()
    rows, weight = torch.rand(3, 5), torch.rand(5, 7)
    torch.testing.assert_close(compat.onednn_rows(rows, weight), rows @ weight)


def test_the_warning_about_batching_is_known() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        torch.func.vmap(lambda x: torch.linalg.lu(x)[0])(torch.rand(2, 3, 3, 3))
        known = "There is a performance drop because we have not yet"
        assert all(known in str(one.message) for one in told if "batching" in str(one.message))


def test_a_missing_batching_rule_is_known_by_its_words() -> None:
    """d x² / dx at 3 is 6, for both classes, though no batch can go back through it."""
    leaf = torch.full((1, 1), 3.0, requires_grad=True)
    logits = torch.cat([NoRule.apply(leaf), NoRule.apply(leaf)], dim=1)
    (found,) = graph.backward(logits, [leaf], torch.tensor([[0], [1]]))
    assert found.flatten().tolist() == [6, 6]


def test_a_mixed_batch_is_known_by_its_words() -> None:
    """The channels' means: the layer's own replaced by 1 and 5, and x, which is 2, as it was."""
    maps = torch.tensor([1.0, 5.0]).view(2, 1, 1, 1).expand(2, 2, 4, 4)
    x = torch.full((1, 3, 4, 4), 2.0)
    module = Joined()
    logits = resume(module, module.layer, 1, Layout("nchw", (2, 4, 4)), x, maps)
    assert logits.tolist() == [[1, 1, 2, 2, 2], [5, 5, 2, 2, 2]]


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory, sizes and shapes and vmap notwithstanding."),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes."),
        RuntimeError("something in torch is broken"),
    ],
)
def test_other_errors_are_never_a_reason_to_try_again(error, monkeypatch) -> None:
    assert not compat.has_no_batching_rule(error)
    assert not compat.is_about_shapes(error)
    tries = []

    class Failing(Joined):
        def forward(self, x):
            tries.append(len(x))
            raise error

    module = Failing()
    with pytest.raises(RuntimeError) as caught:
        resume(module, module.layer, 1, Layout("nchw", (2, 4, 4)), torch.zeros(1, 3, 4, 4),
               torch.zeros(2, 2, 4, 4))  # fmt: skip
    assert caught.value is error
    assert tries == [1]

    def failing(*_arguments, **_options):
        tries.append(0)
        raise error

    leaf = torch.ones(1, 2, requires_grad=True)
    monkeypatch.setattr(torch.autograd, "grad", failing)
    with pytest.raises(RuntimeError) as caught:
        graph.backward(leaf * 2, [leaf], torch.tensor([[0], [1]]))
    assert caught.value is error
    assert tries == [1, 0]
