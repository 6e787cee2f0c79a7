"""Which parts of a network are made random together, one after another from the output down.

Adebayo et al. 2018 (arXiv:1810.03292) call it cascading randomisation. Layer by layer it would take
a hundred steps; by the network's outermost parts alone, a VGG would have two. So its layers are put
into blocks by their names, which in both frameworks tell what they are a part of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby, pairwise

MOST = 16  # blocks
_TO = " – "
_SHARE = 4  # a part that holds more than a quarter of all layers is taken apart


@dataclass(frozen=True)
class Weights:
    """A layer with weights of its own.

    parameters : how many numbers those are.
    scales_only : it only scales and shifts channels, as a normalisation does.
    """

    name: str
    parameters: int
    scales_only: bool = False


@dataclass(frozen=True)
class Block:
    """Layers that are made random in one step: what they are called together, and their names."""

    name: str
    layers: tuple[str, ...]
    parameters: int


def blocks(layers: Sequence[Weights], separators: str) -> tuple[Block, ...]:
    """Return the blocks of a network from the output down.

    Parameters
    ----------
    layers : in the order in which they compute.
    separators : the characters that separate the parts of a name, "." in PyTorch.

    Parts of a name that follow one another and begin alike are one block; a part with more than a
    quarter of all layers is taken apart in turn. A normalisation goes with the layer before it, and
    if there are more than `MOST` blocks, neighbours are joined.
    """
    found: list[Block] = []
    for depth, run in _opened(list(layers), 0, max(1, len(layers) // _SHARE), separators):
        block = _block(run, depth, separators)
        if found and all(layer.scales_only for layer in run):
            found[-1] = _together(found[-1], block, found[-1].name)
        else:
            found.append(block)
    return tuple(reversed(_joined(found)))


def _opened(
    run: list[Weights], depth: int, limit: int, separators: str
) -> Iterator[tuple[int, list[Weights]]]:
    """Yield the runs of layers to keep together, each with how many parts of a name they share."""
    if depth and (len(run) <= limit or not _part(run[0], depth - 1, separators)):
        yield depth, run
        return
    for _, part in groupby(run, lambda layer: _part(layer, depth, separators)):
        yield from _opened(list(part), depth + 1, limit, separators)


def _part(layer: Weights, depth: int, separators: str) -> str:
    parts = re.split(f"[{re.escape(separators)}]", layer.name)
    return parts[depth] if depth < len(parts) else ""


def _block(run: Sequence[Weights], depth: int, separators: str) -> Block:
    names = tuple(layer.name for layer in run)
    return Block(_name(names, depth, separators), names, sum(layer.parameters for layer in run))


def _name(names: Sequence[str], depth: int, separators: str) -> str:
    """Return the first `depth` parts of the names, or a single name as it is."""
    if len(names) == 1:
        return names[0]
    pieces = re.split(f"([{re.escape(separators)}])", names[0])
    return "".join(pieces[: 2 * depth - 1])


def _joined(found: Sequence[Block]) -> list[Block]:
    count = min(MOST, len(found))
    ends = [round(n * len(found) / count) for n in range(count + 1)] if found else []
    return [
        reduce(lambda a, b: _together(a, b, f"{a.name.split(_TO)[0]}{_TO}{b.name}"), found[a:b])
        for a, b in pairwise(ends)
    ]


def _together(one: Block, other: Block, name: str) -> Block:
    return Block(name, one.layers + other.layers, one.parameters + other.parameters)
