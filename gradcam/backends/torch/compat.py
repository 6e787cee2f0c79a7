"""Wraps every undocumented interface and error message of PyTorch that we rely on.

Each wrapper says what happens should the interface go; tests/gradcam/backends/torch/test_compat.py
has a test for each, so that an upgrade that breaks one fails by name.
"""

from __future__ import annotations

import sys
import warnings

import torch
from torch import Tensor

# Parts of what torch.func.vmap says about an operation that it cannot batch.
_NO_BATCHING_RULE = (
    "batching rule", "vmap", "functorch", "that doesn't have storage", "the broadcast shape",
)  # fmt: skip
# Parts of what torch says about tensors whose sizes do not fit together.
_SIZES_DISAGREE = (
    "must match", "do not match", "doesn't match", "equal size", "Expected size", "broadcast",
    "is invalid for input of size", "cannot be multiplied", "don't multiply up", "sum exactly",
)  # fmt: skip

# What `torch.no_grad` calls (`torch._C._set_grad_enabled`); if it goes, maps of a backbone that
# runs under no_grad become zero, with the reason "zero gradient".
SET_GRAD_ENABLED = getattr(torch._C, "_set_grad_enabled", None)


def before_torchvision() -> None:
    """Make torch do without triton, if TensorFlow was imported first.

    torchvision imports torch's compiler, which imports triton. Both triton and TensorFlow carry a
    copy of LLVM, and loading triton's after TensorFlow's kills the process.
    `gradcam.backends.keras.before_tensorflow` sees to the better order where it can.
    """
    if "tensorflow" in sys.modules and "triton" not in sys.modules:
        sys.modules["triton"] = None  # type: ignore[assignment]


def state_of(tensor: Tensor) -> int:
    """A number that changes when a tensor's values do (`Tensor._version`); else their hash.

    Tensors made in inference mode do not count their versions, and are hashed as well.
    """
    try:
        return tensor._version
    except (AttributeError, RuntimeError):
        return hash(
            tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes()
        )


def rows_times(rows: Tensor, weight: Tensor) -> Tensor:
    """rows · weight by oneDNN (`mkldnn._linear_pointwise`); else by matmul, which is slower.

    matmul repacks a large weight each time, which takes longer than multiplying it by a few rows.
    """
    operation = getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if operation is None:
        return rows @ weight
    product: Tensor = operation(rows, weight.t(), None, "none", [], "")
    return product


def silence_vmap() -> None:
    """Ignore vmap's warning that an operation is batched by a loop; else users would see it."""
    # Attention's backward is such an operation, and warns at every call.
    message = "There is a performance drop because we have not yet implemented the batching rule"
    warnings.filterwarnings("ignore", message=message)


def has_no_batching_rule(error: RuntimeError) -> bool:
    """Whether vmap gave up on an operation (by its message); if unrecognised, the error is raised.

    Running out of memory is never that.
    """
    if isinstance(error, torch.OutOfMemoryError):
        return False
    return any(part in str(error) for part in _NO_BATCHING_RULE)


def sizes_disagree(error: RuntimeError) -> bool:
    """Whether tensors did not fit together (by the message); if unrecognised, the error is raised.

    Running out of memory is never that.
    """
    if isinstance(error, torch.OutOfMemoryError):
        return False
    return any(part in str(error) for part in _SIZES_DISAGREE)


def cannot_view(error: RuntimeError) -> bool:
    """Whether `Tensor.view` refused a memory format (by its message); else the error is raised."""
    return "view size is not compatible" in str(error)
