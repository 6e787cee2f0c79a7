"""Notices changes of a module: its weights, its plain attributes, and the modules it is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Hashable, Iterator

import torch
from torch import nn

from gradcam.backends.torch.compat import state_of

_PLAIN = frozenset({bool, int, float, str, type(None)})
# What every module has; "training" among them, which we set ourselves.
_USUAL = frozenset(vars(nn.Module()))
# A module's attribute, by the module's id and the attribute's name.
Place = tuple[int, str]


def attributes(module: nn.Module) -> dict[Place, object]:
    """The plain attributes of the module and all within it."""
    return {
        (id(m), name): value
        for m in _inside(module)
        for name, value in vars(m).items()
        if name not in _USUAL and _is_plain(value)
    }


def structure(module: nn.Module, passing: Collection[Place]) -> int:
    """A number that changes when a submodule is replaced or a plain attribute set.

    passing : attributes that a forward pass sets itself, such as a counter; they do not count.
    """
    found = attributes(module)
    for place in passing:
        found.pop(place, None)
    return hash((tuple(found.items()), tuple(id(m) for m in _inside(module))))


def counters(module: nn.Module) -> int:
    """A number that changes with most writes to weights and buffers; cheaper than `weights`."""
    tensors = (*module.parameters(), *module.buffers())
    return hash(tuple((t.data_ptr(), state_of(t)) for t in tensors))


def weights(module: nn.Module) -> Hashable:
    """A value that changes with the weights and buffers.

    torch counts writes to a tensor, but not those through `.data`, as an exponential moving average
    or clipping makes them. Those change the sum of a tensor's values.
    """
    tensors = [t.detach() for t in (*module.parameters(), *module.buffers())]
    with torch.inference_mode(False), torch.no_grad():
        sums = [t.sum() for t in tensors]
        on_cpu = torch.stack([s.abs().cpu().double() for s in sums]).numpy() if sums else None
    values = b"" if on_cpu is None else on_cpu.tobytes()
    return hash((tuple((t.data_ptr(), state_of(t)) for t in tensors), values))


def module_digest(module: nn.Module, passing: Collection[Place]) -> str:
    """SHA-256 over the architecture's text, plain attributes, and every weight and buffer.

    passing : as for `structure`.
    """
    sha = hashlib.sha256(repr(module).encode())
    for place, value in attributes(module).items():
        if place not in passing:
            sha.update(f"{place[1]} {value!r}".encode())
    for name, tensor in module.state_dict().items():
        sha.update(name.encode())
        sha.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return sha.hexdigest()


def _inside(module: nn.Module) -> Iterator[nn.Module]:
    """The module and all within it; cheaper than `modules()`, which looks out for repetitions."""
    yield module
    for child in module._modules.values():
        if child is not None:
            yield from _inside(child)


def _is_plain(value: object) -> bool:
    # By exact type, because this runs for every attribute before every call.
    kind = type(value)
    return kind in _PLAIN or (
        isinstance(value, tuple) and all(type(item) in _PLAIN for item in value)
    )
