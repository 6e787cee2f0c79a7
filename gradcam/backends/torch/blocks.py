"""Finds the blocks of a Vision Transformer, and hands on the tokens of all of them at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import torch
from torch import Tensor, nn

from gradcam.backends.attention import NO_ATTENTION, NO_BLOCKS, PARTIAL, refusal
from gradcam.backends.torch.calls import Call, Calls, Size, where

_TRIED = 6  # modules after the last block whose input may be the last block's tokens
_CLOSE = 0.05  # of the difference between two photos' logits

Merge = Callable[[Sequence[Tensor]], Tensor]
Forward = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Place:
    """Where a block's tokens pass: the output of a module, or what the next one is given."""

    module: nn.Module
    before: bool


@dataclass(frozen=True)
class Blocks:
    """The blocks of a transformer, in order.

    names : of the modules.
    places : where the tokens of each pass; what follows the last place depends on nothing else.
    axis : along which photos are stacked there: 0 for (N, T, C), 1 for (T, N, C).
    tokens : how many there are, those that are no patches included.
    attentions : number of an attention → number of the block it belongs to.
    pooling : the number of the attention that pools the tokens in the end, if there is one.
    until : layer → how many blocks have begun once it is computed.
    """

    names: tuple[str, ...]
    places: tuple[Place, ...]
    axis: int
    tokens: int
    attentions: Mapping[int, int]
    pooling: int | None
    until: Mapping[str, int]


class Places(ExitStack):
    """Collects the tokens that pass at `places`, and puts `merge(all of them)` at the last."""

    def __init__(self, places: Sequence[Place], merge: Merge) -> None:
        super().__init__()
        self._places = places
        self._merge = merge
        self.tokens: list[Tensor] = []

    def __enter__(self) -> Places:
        for place in self._places:
            if place.before:
                handle = place.module.register_forward_pre_hook(self._before, with_kwargs=True)
            else:
                handle = place.module.register_forward_hook(self._after)
            self.callback(handle.remove)
        return self

    def _pass(self, tokens: Tensor) -> Tensor:
        self.tokens.append(tokens)
        return self._merge(self.tokens) if len(self.tokens) == len(self._places) else tokens

    def _before(self, _module: nn.Module, args: Any, kwargs: Any) -> Any:
        key = where(args, kwargs)
        if isinstance(key, str):
            return args, {**kwargs, key: self._pass(kwargs[key])}
        assert key is not None
        return (*args[:key], self._pass(args[key]), *args[key + 1 :]), kwargs

    def _after(self, _module: nn.Module, _inputs: Any, output: Any) -> Any:
        if isinstance(output, Tensor):
            return self._pass(output)
        return type(output)((self._pass(output[0]), *output[1:]))


def find(recorded: Calls, forward: Forward, photos: tuple[Tensor, Tensor], title: str) -> Blocks:
    """The blocks of the transformer whose forward pass on the first of two photos was recorded.

    Raises MethodError if there is no attention, or the network is no plain transformer: all
    attention sees all tokens, the tokens stay the same from block to block, and what comes after
    the last block depends on its tokens alone. The last is tried out with the tokens of the second
    photo, since a module's output need not be all that is handed on.
    """
    sizes = [size for _, size in recorded.attentions]
    own = [n for n, (queries, keys) in enumerate(sizes) if queries == keys]
    if not own:
        raise refusal(title, NO_ATTENTION)
    tokens = sizes[own[0]][1]
    if any(keys != tokens for _, keys in sizes) or not _see_all(recorded, own, tokens):
        raise refusal(title, PARTIAL)
    pooling = [n for n in range(len(sizes)) if n not in own]
    if pooling not in ([], [len(sizes) - 1]):
        raise refusal(title, "has attention of several kinds")
    axis = int(any(_fits(call.gave, (tokens, 1)) for call in recorded.begun))
    for blocks, places in _candidates(recorded, own, (tokens, 1) if axis else (1, tokens)):
        if _cuts(places, axis, forward, photos):
            return Blocks(
                tuple(call.name for call in blocks), places, axis, tokens,
                {n: at for at, call in enumerate(blocks) for n in call.attentions},
                pooling[0] if pooling else None, _until(recorded, blocks),
            )  # fmt: skip
    raise refusal(title, NO_BLOCKS)


def _candidates(
    recorded: Calls, own: Sequence[int], tokens: Size
) -> Iterator[tuple[list[Call], tuple[Place, ...]]]:
    """What the blocks may be, and where their tokens may pass.

    They are what the innermost call around all attention calls itself, if that attends. Their
    tokens are what they give, or else what the calls after them are given.
    """
    stacks = [recorded.attentions[n][0] for n in own]
    if len(own) == 1:
        for call in stacks[0]:
            if _fits(call.gave, tokens):
                yield [call], (Place(call.module, before=False),)
    levels = zip(*stacks, strict=False)
    shared = len(list(takewhile(lambda calls: len(set(calls)) == 1, levels)))
    inside = [stack[shared:] for stack in stacks]
    if len(own) == 1 or not all(inside):
        return
    blocks = list(dict.fromkeys(calls[0] for calls in inside))
    if all(_fits(call.gave, tokens) for call in blocks):
        yield blocks, tuple(Place(call.module, before=False) for call in blocks)
    after = [[c for c in b.later(recorded) if _fits(c.given, tokens)] for b in blocks]
    if all(map(_is_residual, blocks, after)):
        for call in after[-1][:_TRIED]:
            yield blocks, tuple(Place(c.module, before=True) for c in (*blocks[1:], call))


def _see_all(recorded: Calls, own: Sequence[int], tokens: int) -> bool:
    """Whether each attention is part of a call that gives as many tokens as it attends to."""
    return all(
        any(_fits(call.gave, (1, tokens)) or _fits(call.gave, (tokens, 1)) for call in around)
        for around, _ in (recorded.attentions[n] for n in own)
    )


def _fits(tensor: Tensor | None, size: Size) -> bool:
    return tensor is not None and tuple(tensor.shape[:2]) == size


def _is_residual(block: Call, after: Sequence[Call]) -> bool:
    """Whether the block's output was added to its input outside it, as in `x = block(x) + x`."""
    if block.given is None or block.gave is None or not after or after[0].given is None:
        return False
    return torch.allclose(after[0].given, block.given + block.gave, rtol=1e-3, atol=1e-5)


def _cuts(
    places: tuple[Place, ...], axis: int, forward: Forward, photos: tuple[Tensor, Tensor]
) -> bool:
    """Whether the logits depend on the tokens at the last of `places` alone, and at the first.

    The first cannot be tried where the blocks' input is added to their output outside them.
    """
    if len({id(place.module) for place in places}) < len(places):
        return False
    with Places(places, lambda tokens: tokens[-1]) as passed:
        second = forward(photos[1])
    if len(passed.tokens) != len(places):
        return False
    tried = places[-1:] if places[0].before else (places[0], places[-1])
    for place in tried:
        merge = _between(passed.tokens[places.index(place)], axis)
        try:
            with Places((place,), merge):
                logits = forward(photos[0])
        except (RuntimeError, ValueError):
            return False  # three sets of tokens do not fit what else is handed on
        if len(logits) != 3:
            return False
        apart = (logits[0] - second).abs().max()
        if max((logits[1] - second).abs().max(), (logits[2] - logits[0]).abs().max()) > (
            _CLOSE * apart
        ):
            return False
    return True


def _between(others: Tensor, axis: int) -> Merge:
    return lambda tokens: torch.cat([tokens[0], others, tokens[0]], dim=axis)


def _until(recorded: Calls, blocks: Sequence[Call]) -> dict[str, int]:
    found: dict[str, int] = {}
    done = 0
    for call in recorded.ended:
        done += call in blocks
        found[call.name] = done + any(block in call.around for block in blocks)
    return found
