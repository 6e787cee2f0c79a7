"""A module's whole state, to prove that explaining it changed nothing."""

from __future__ import annotations

from torch import nn


def hooks(module: nn.Module) -> int:
    """All hooks on all submodules."""
    kinds = (
        "_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks",
    )  # fmt: skip
    return sum(len(getattr(m, kind)) for m in module.modules() for kind in kinds)


def snapshot(module: nn.Module) -> dict[str, object]:
    """Everything DESIGN 5.6 says must be left as it was found."""
    return {
        "hooks": hooks(module),
        "training": [m.training for m in module.modules()],
        "requires_grad": [p.requires_grad for p in module.parameters()],
        "grad": [None if p.grad is None else p.grad.sum().item() for p in module.parameters()],
        "versions": [t._version for t in module.state_dict().values()],
        "places": [t.data_ptr() for t in module.state_dict().values()],
        "dtypes": [t.dtype for t in module.state_dict().values()],
        "sums": [t.double().sum().item() for t in module.state_dict().values()],
    }
