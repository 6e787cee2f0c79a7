"""Records which modules one forward pass calls, the tokens they exchange, and where it attends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

Size = tuple[int, int]


@dataclass
class Call:
    """One call of a module: the calls around it, and the tokens it was given and gave, if any.

    attentions : the numbers of the attentions computed in it.
    """

    name: str
    module: nn.Module
    around: tuple[Call, ...]
    given: Tensor | None
    gave: Tensor | None = None
    attentions: list[int] = field(default_factory=list)

    def later(self, recorded: Calls) -> list[Call]:
        """The calls that begin after this one has ended."""
        calls = recorded.begun
        return [c for c in calls[calls.index(self) :] if self not in (c, *c.around)]

    # Dataclasses compare by value, and these hold tensors.
    __eq__ = object.__eq__
    __hash__ = object.__hash__


class Calls:
    """The calls of one forward pass in the order they begin and end, and its attentions.

    attentions : for each, the calls around it and how many queries attend to how many keys.
    """

    def __init__(self) -> None:
        self.begun: list[Call] = []
        self.ended: list[Call] = []
        self.attentions: list[tuple[tuple[Call, ...], Size]] = []
        self._open: list[Call] = []

    def watch(self, modules: Mapping[str, nn.Module], stack: ExitStack) -> None:
        """Record the calls of these modules until `stack` closes."""
        for name, module in modules.items():
            begin = self._beginning(name)
            handle = module.register_forward_pre_hook(begin, with_kwargs=True)
            stack.callback(handle.remove)
            stack.callback(module.register_forward_hook(self._end).remove)

    def attend(self, size: Size) -> None:
        """Record an attention of so many queries to so many keys."""
        for call in self._open:
            call.attentions.append(len(self.attentions))
        self.attentions.append((tuple(self._open), size))

    def _beginning(self, name: str) -> Callable[..., None]:
        def begin(module: nn.Module, args: Any, kwargs: Any) -> None:
            key = where(args, kwargs)
            given = None if key is None else kwargs[key] if isinstance(key, str) else args[key]
            call = Call(name, module, tuple(self._open), given)
            self.begun.append(call)
            self._open.append(call)

        return begin

    def _end(self, _module: nn.Module, _inputs: Any, output: Any) -> None:
        call = self._open.pop()
        first = output[0] if isinstance(output, (tuple, list)) and output else output
        call.gave = first if _are_tokens(first) else None
        self.ended.append(call)


def where(args: Any, kwargs: Any) -> int | str | None:
    """The position or name of a call's first argument that holds tokens (N, T, C)."""
    at = next((n for n, arg in enumerate(args) if _are_tokens(arg)), None)
    return at if at is not None else next((k for k, v in kwargs.items() if _are_tokens(v)), None)


def _are_tokens(tensor: Any) -> bool:
    return isinstance(tensor, Tensor) and tensor.ndim == 3
