"""Everything of torch that is undocumented, or known by the text of a message only.

Each function says what it is for and what happens if torch changes underneath;
tests/gradcam/backends/torch/test_compat.py fails by name when that happens.
"""

from __future__ import annotations

import re
import sys
import warnings

import torch
from torch import Tensor

# The fallback for operations without a batching rule gives the right numbers; torch warns each
# time. If the text changes, the warning shows.
warnings.filterwarnings("ignore", message="There is a performance drop because we have not yet")

_ABOUT_BATCHING = re.compile(r"vmap|functorch|batching rule", re.IGNORECASE)
_ABOUT_SHAPES = re.compile(r"\b(sizes?|shapes?|dimensions?)\b", re.IGNORECASE)


def before_torchvision() -> None:
    """Keep triton out if TensorFlow came first: together they would end the process.

    torchvision imports torch's compiler, which imports triton where that is installed; its library
    and TensorFlow's both carry LLVM, and only triton first is safe. Without the compiler torch
    works as before. If torch no longer imports triton there, this does nothing.
    """
    if "tensorflow" in sys.modules and "triton" not in sys.modules:
        sys.modules["triton"] = None  # type: ignore[assignment]


def version_of(tensor: Tensor) -> tuple[int, int]:
    """Where a tensor's values lie and how often they were changed in place.

    The count is `_version`; if it goes, changes in place are no longer seen, and the place alone
    tells.
    """
    return tensor.data_ptr(), getattr(tensor, "_version", 0)


def has_onednn_rows() -> bool:
    """Whether `onednn_rows` can be used; without it the ordinary product is, which is slower."""
    available: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return available and hasattr(torch.ops.mkldnn, "_linear_pointwise")


def onednn_rows(rows: Tensor, weight: Tensor) -> Tensor:
    """rows (N, out) · weight (out, in) by oneDNN, which does not repack a large weight first."""
    product: Tensor = torch.ops.mkldnn._linear_pointwise(rows, weight.t(), None, "none", [], "")
    return product


def has_no_batching_rule(error: RuntimeError) -> bool:
    """Whether `torch.func.vmap` failed because some operation cannot be batched.

    torch has no type for it, so its words decide. If they change, the error is raised instead of
    the classes being taken one after another.
    """
    return not isinstance(error, torch.OutOfMemoryError) and bool(
        _ABOUT_BATCHING.search(str(error))
    )


def is_about_shapes(error: RuntimeError) -> bool:
    """Whether an operation refused tensors of these sizes, as a concatenation of 1 and N does.

    torch has no type for it, so its words decide. If they change, the error is raised instead of
    the network being run for the whole batch.
    """
    return _says(error, _ABOUT_SHAPES)


def _says(error: RuntimeError, words: re.Pattern[str]) -> bool:
    return not isinstance(error, torch.OutOfMemoryError) and bool(words.search(str(error)))
