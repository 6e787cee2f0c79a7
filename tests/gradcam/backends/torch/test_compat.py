"""One canary for each undocumented interface or message of PyTorch: an upgrade fails it by name."""

from __future__ import annotations

import sys
import types
import warnings

import pytest
import torch
from torch import Tensor, nn

from gradcam.backends.torch import compat


def raised_by(function) -> RuntimeError:
    with pytest.raises(RuntimeError) as caught:
        function()
    return caught.value


def test_tensor_version_counts_writes() -> None:
    tensor = torch.zeros(3)
    before = compat.state_of(tensor)
    assert tensor._version == before
    tensor.add_(1)
    assert compat.state_of(tensor) != before


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int64])
def test_tensors_without_a_version_are_hashed(dtype: torch.dtype) -> None:
    with torch.inference_mode():
        one, same, other = torch.zeros((), dtype=dtype), torch.zeros((), dtype=dtype), torch.ones(2)
    assert compat.state_of(one) == compat.state_of(same) != compat.state_of(other)


@pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="torch without oneDNN")
def test_onednn_linear_pointwise_is_there_and_multiplies() -> None:
    assert hasattr(torch.ops.mkldnn, "_linear_pointwise")
    rows, weight = torch.randn(2, 5), torch.randn(5, 7)
    torch.testing.assert_close(compat.rows_times(rows, weight), rows @ weight)


def test_without_linear_pointwise_matmul_multiplies(monkeypatch) -> None:
    monkeypatch.setattr(torch.ops, "mkldnn", types.SimpleNamespace())
    rows, weight = torch.randn(2, 5), torch.randn(5, 7)
    assert torch.equal(compat.rows_times(rows, weight), rows @ weight)


def test_vmap_s_performance_warning_is_silenced() -> None:
    """Attention's backward has no batching rule."""
    q = torch.randn(1, 1, 4, 8, requires_grad=True)
    out = nn.functional.scaled_dot_product_attention(q, q, q)
    rows = torch.stack([torch.ones_like(out), torch.zeros_like(out)])

    def pull(row: Tensor) -> Tensor:
        return torch.autograd.grad(out, q, row, retain_graph=True)[0]

    with warnings.catch_warnings(record=True) as loud:
        warnings.simplefilter("always")
        torch.func.vmap(pull)(rows)
    assert any("performance drop" in str(one.message) for one in loud)
    with warnings.catch_warnings(record=True) as quiet:
        warnings.simplefilter("always")
        compat.silence_vmap()
        torch.func.vmap(pull)(rows)
    assert not quiet


class Unbatched(torch.autograd.Function):
    """An operation that does not say how to batch it."""

    @staticmethod
    def forward(x: Tensor) -> Tensor:
        return x.clone()

    @staticmethod
    def setup_context(ctx, inputs, output) -> None: ...


UNBATCHED = {
    "custom function": Unbatched.apply,
    "item": lambda x: torch.tensor(x.sum().item()),
    "control flow": lambda x: x if x.sum() > 0 else -x,
    "in place": lambda x: torch.zeros(2).copy_(x),
    "in place, arithmetic": lambda x: torch.zeros(2).add_(x),
    "dynamic shape": torch.nonzero,
    "numpy": lambda x: torch.from_numpy(x.numpy()),
}


@pytest.mark.parametrize("name", UNBATCHED)
def test_vmap_s_refusals_are_recognised(name: str) -> None:
    error = raised_by(lambda: torch.func.vmap(UNBATCHED[name])(torch.randn(3, 2)))
    assert compat.has_no_batching_rule(error)


ONE, TWO, MANY = torch.zeros(1, 4), torch.zeros(2, 4), torch.zeros(3, 4)
MISFITS = {
    "cat": lambda: torch.cat([ONE, MANY], 1),
    "stack": lambda: torch.stack([ONE, MANY]),
    "add": lambda: TWO + MANY,
    "copy": lambda: TWO.copy_(MANY),
    "view": lambda: MANY.view(len(ONE), 4),
    "unflatten": lambda: MANY.unflatten(0, (len(ONE), 2)),
    "expand": lambda: MANY.expand(2, 4),
    "matmul": lambda: MANY @ MANY,
    "bmm": lambda: torch.bmm(ONE[:, None], MANY[..., None]),
    "einsum": lambda: torch.einsum("bi,bj->bij", TWO, MANY),
    "split": lambda: MANY.split([len(ONE)]),
    "bilinear": lambda: nn.Bilinear(4, 4, 2)(TWO, MANY),
}


@pytest.mark.parametrize("name", MISFITS)
def test_tensors_that_do_not_fit_are_recognised(name: str) -> None:
    error = raised_by(MISFITS[name])
    assert compat.sizes_disagree(error)


def test_running_out_of_memory_is_neither() -> None:
    errors = [
        raised_by(lambda: torch.empty(2**50)),
        torch.OutOfMemoryError("CUDA out of memory. Sizes of tensors must match. vmap"),
    ]
    for error in errors:
        assert not compat.has_no_batching_rule(error)
        assert not compat.sizes_disagree(error)


@pytest.mark.parametrize("first", [True, False])
def test_triton_is_left_out_only_after_tensorflow(first: bool, monkeypatch) -> None:
    monkeypatch.delitem(sys.modules, "triton", raising=False)
    if first:
        monkeypatch.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    else:
        monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    compat.before_torchvision()
    assert ("triton" in sys.modules) == first
    monkeypatch.delitem(sys.modules, "triton", raising=False)
