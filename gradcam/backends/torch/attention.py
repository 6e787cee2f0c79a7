"""How the class scores of a Vision Transformer change with its attention, as LeGrad asks for.

Attention is watched where every implementation of it ends up: in one of torch's functions. Fused
attention never makes its weights A, but it returns O = A·V, so ∂s/∂A = ∂s/∂O · Vᵀ.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from gradcam.backends.torch import graph
from gradcam.backends.torch.blocks import Blocks, Forward, Places, find
from gradcam.backends.torch.calls import Calls

_FUSED = functional.scaled_dot_product_attention
_PACKED = functional.multi_head_attention_forward
_SOFTMAX: tuple[Callable[..., Any], ...] = (functional.softmax, torch.softmax, Tensor.softmax)
_ARGUMENTS = inspect.signature(_PACKED)


@dataclass(frozen=True)
class Attended:
    """One attention: its weights (rows, heads, queries, keys), or its output (…, queries, d).

    values : V (rows, heads, keys, d) if `tensor` is the output, None if it is the weights.
    """

    tensor: Tensor
    values: Tensor | None

    @property
    def size(self) -> tuple[int, int]:
        """How many queries attend to how many keys."""
        of_keys = self.tensor.shape[-1] if self.values is None else self.values.shape[-2]
        return self.tensor.shape[-2], of_keys

    def share(self, gradient: Tensor) -> Tensor:
        """ReLU(∂s/∂A) averaged over heads and queries, (K, rows, keys), from ∂s/∂`tensor` (K, …).

        A head that reads the class token alone gives one query a gradient; the others are zero.
        """
        rows, queries = len(self.tensor), self.size[0]
        gradient = gradient.reshape(len(gradient), rows, -1, *gradient.shape[-2:]).float()
        heads = gradient.shape[2]
        gradient = gradient[..., gradient.abs().amax(dim=(0, 1, 2, 4)) > 0, :]
        sums = [self._weights(of_class).clamp(min=0).sum(dim=(1, 2)) for of_class in gradient]
        return torch.stack(sums) / (heads * queries)

    def _weights(self, gradient: Tensor) -> Tensor:
        """∂s/∂A (rows, heads, queries, keys) of one class."""
        if self.values is None:
            return gradient
        values = self.values.reshape(len(gradient), -1, *self.values.shape[-2:]).float()
        # Grouped queries: several heads share one head's values.
        values = values.repeat_interleave(gradient.shape[1] // values.shape[1], dim=1)
        return gradient @ values.transpose(-2, -1)


class Watching(TorchFunctionMode):
    """Calls `seen` with every attention while active, and goes on with the tensor it returns."""

    def __init__(self, seen: Callable[[Attended], Tensor]) -> None:
        super().__init__()
        self._seen = seen

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Called by torch instead of each of its functions; passes all others through."""
        kwargs = kwargs or {}
        if func is _PACKED:
            return self._packed(_ARGUMENTS.bind(*args, **kwargs).arguments)
        output = func(*args, **kwargs)
        if func is _FUSED:
            value = kwargs["value"] if "value" in kwargs else args[2]
            return self._seen(Attended(output, value.detach()))
        if func in _SOFTMAX and _over_the_last(output, args, kwargs):
            return self._seen(Attended(output, None))
        return output

    def _packed(self, given: dict[str, Any]) -> tuple[Tensor, Tensor | None]:
        """`nn.MultiheadAttention`, whose output projection is left out and made up for here."""
        weight, bias = given["out_proj_weight"], given["out_proj_bias"]
        given |= {"out_proj_weight": torch.eye(len(weight)).to(weight), "out_proj_bias": None}
        output, weights = _PACKED(**given)
        if output.ndim != 3:
            return functional.linear(output, weight, bias), weights
        queries, rows, width = output.shape
        heads = given["num_heads"]
        attended = output.view(queries, rows, heads, -1).permute(1, 2, 0, 3)
        values = _values(given).view(-1, rows, heads, width // heads).permute(1, 2, 0, 3)
        output = self._seen(Attended(attended, values.detach())).permute(2, 0, 1, 3)
        return functional.linear(output.reshape(queries, rows, width), weight, bias), weights


def find_blocks(
    forward: Forward, modules: Mapping[str, nn.Module], photos: Tensor, title: str
) -> Blocks:
    """The blocks of a plain Vision Transformer, found by a few forward passes.

    Parameters
    ----------
    forward : x → logits.
    modules : all modules by name, the whole one as "".
    photos : (2, 3, H, W), any two.
    title : the model's name, for messages.

    Raises MethodError if the model is something else; see `blocks.find`.
    """
    recorded = Calls()

    def seen(attended: Attended) -> Tensor:
        recorded.attend(attended.size)
        return attended.tensor

    with torch.no_grad():
        with ExitStack() as stack:
            recorded.watch({name: module for name, module in modules.items() if name}, stack)
            stack.enter_context(Watching(seen))
            forward(photos[:1])
        return find(recorded, forward, (photos[:1], photos[1:]), title)


def relevance(forward: Forward, x: Tensor, blocks: Blocks, classes: Tensor) -> Tensor:
    """ReLU(∂s/∂A) averaged over heads and queries, (K, B, keys), for each of the B blocks.

    A block's score s is what the rest of the network, from the last block's end on, makes of that
    block's own tokens. So the tokens of all blocks are handed on as one batch, and the network runs
    once. Where the network pools its tokens by attention, A is that of the pooling.

    Parameters
    ----------
    forward : x → logits.
    x : (1, 3, H, W).
    classes : (K,), indices.
    """
    run = _Run(forward, x, blocks)
    every = classes[:, None].expand(-1, len(run.logits))
    if blocks.pooling is not None:
        pooling = run.kept[blocks.pooling]
        (gradient,) = graph.backward(run.logits, [pooling.tensor], every)
        return pooling.share(gradient)
    # First to the tokens of all blocks at once, then from each block's tokens to its attention:
    # in one go, the gradient of a block would pass through all the later ones too.
    (gradient,) = graph.backward(run.logits, [run.batch], every)
    shares: list[list[Tensor]] = [[] for _ in blocks.names]
    for n, attended in run.kept.items():
        at = blocks.attentions[n]
        of_block = gradient.narrow(1 + blocks.axis, at, 1)
        (slope,) = graph.pulled_back(run.tokens[at], [attended.tensor], of_block)
        shares[at].append(attended.share(slope))
    return torch.cat([torch.stack(found).mean(dim=0) for found in shares], dim=1)


class _Run:
    """One forward pass on x (1, 3, H, W): every block's tokens, and what the rest makes of them.

    tokens : of each block.
    batch : all of them, one after another, as a leaf of the graph.
    logits : (B, K_all), a row for each.
    kept : the attentions that are needed, by number.
    """

    def __init__(self, forward: Forward, x: Tensor, blocks: Blocks) -> None:
        self.kept: dict[int, Attended] = {}
        self._needed = blocks.attentions if blocks.pooling is None else (blocks.pooling,)
        self._numbers = count()
        self._axis = blocks.axis
        with torch.no_grad(), ExitStack() as stack:
            self._beginning = graph.Beginning(stack)
            stack.enter_context(Watching(self._seen))
            self.tokens = stack.enter_context(Places(blocks.places, self._merge)).tokens
            self.logits = forward(x)

    def _merge(self, tokens: Sequence[Tensor]) -> Tensor:
        self._beginning.begin()
        self.batch = torch.cat(list(tokens), dim=self._axis).detach().requires_grad_()
        return self.batch.clone()

    def _seen(self, attended: Attended) -> Tensor:
        tensor, n = attended.tensor, next(self._numbers)
        if n not in self._needed:
            return tensor
        self._beginning.begin()
        tensor = tensor if tensor.requires_grad else tensor.detach().requires_grad_()
        self.kept[n] = Attended(tensor, attended.values)
        return tensor.clone()


def _values(given: dict[str, Any]) -> Tensor:
    """The values of `nn.MultiheadAttention`, (keys, rows, width)."""
    bias = given.get("in_proj_bias")
    bias = None if bias is None else bias.chunk(3)[2]
    if given.get("use_separate_proj_weight"):
        return functional.linear(given["value"], given["v_proj_weight"], bias)
    return functional.linear(given["value"], given["in_proj_weight"].chunk(3)[2], bias)


def _over_the_last(output: Tensor, args: Any, kwargs: Any) -> bool:
    """Whether a softmax may be that of an attention."""
    dim = kwargs.get("dim", args[1] if len(args) > 1 else None)
    return output.ndim >= 3 and dim in (-1, output.ndim - 1)
