"""LeGrad's gradients against autograd on attention written out, for every kind of ViT."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import gradcam
from tests.gradcam.backends.torch.state import snapshot

SIZE, PATCH, CLASSES = 32, 8, 5
HOW = gradcam.Preprocessing(SIZE, (SIZE, SIZE))


@dataclass
class Written:
    """A network taken apart: its tokens, its blocks and what follows, each a function of tokens.

    weights : one function per block, to its new tokens and the weights A of its attention.
    """

    net: nn.Module
    embed: Callable[[Tensor], Tensor]
    weights: list[Callable[[Tensor], tuple[Tensor, Tensor]]]
    head: Callable[[Tensor], Tensor]
    prefix: int


def by_hand(taken: Written, x: Tensor, k: int) -> np.ndarray:
    """ReLU(∂s_b/∂A_b) averaged over heads and queries, (B, 4, 4), with s_b = head(tokens of b)."""
    tokens, maps = taken.embed(x), []
    for block in taken.weights:
        tokens, A = block(tokens)
        (gradient,) = torch.autograd.grad(taken.head(tokens)[0, k], A, retain_graph=True)
        keys = gradient.clamp(min=0).flatten(0, -2).mean(dim=0)
        maps.append(keys[taken.prefix :].reshape(4, 4))
    return torch.stack(maps).numpy()


def randomised(net: nn.Module) -> nn.Module:
    """Weights of size 1, since what libraries begin with gives hardly any gradient."""
    torch.manual_seed(0)
    for parameter in net.parameters():
        nn.init.normal_(parameter, std=0.3)
    return net.eval()


def written_attention(attention: nn.MultiheadAttention, x: Tensor) -> tuple[Tensor, Tensor]:
    """Self-attention of x (1, T, C) as in the textbook, and its weights (1, heads, T, T)."""
    q, k, v = (
        t.unflatten(-1, (attention.num_heads, -1)).transpose(1, 2)
        for t in (x @ attention.in_proj_weight.T + attention.in_proj_bias).chunk(3, dim=-1)
    )
    A = (q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5).softmax(dim=-1)
    return attention.out_proj((A @ v).transpose(1, 2).flatten(2)), A


def torchvision_vit() -> Written:
    from torchvision.models import VisionTransformer

    net = randomised(VisionTransformer(SIZE, PATCH, 3, 2, 16, 32, num_classes=CLASSES))

    def embed(x: Tensor) -> Tensor:
        return torch.cat([net.class_token, net._process_input(x)], 1) + net.encoder.pos_embedding

    def run(block: nn.Module) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
        def call(x: Tensor) -> tuple[Tensor, Tensor]:
            attended, A = written_attention(block.self_attention, block.ln_1(x))
            x = x + attended
            return x + block.mlp(block.ln_2(x)), A

        return call

    blocks = [run(block) for block in net.encoder.layers]
    return Written(net, embed, blocks, lambda x: net.heads(net.encoder.ln(x)[:, 0]), 1)


def hooked(block: nn.Module, inner: nn.Module, which: int | None) -> Callable[..., Any]:
    """Run a block whose module `inner` returns A, alone or as output number `which`."""

    def call(x: Tensor) -> tuple[Tensor, Tensor]:
        found: list[Any] = []
        with inner.register_forward_hook(lambda _m, _i, output: found.append(output)):
            x = block(x)
        x = x if isinstance(x, Tensor) else x[0]
        return x, found[0] if which is None else found[0][which]

    return call


def small_timm(name: str, **how: Any) -> nn.Module:
    timm = pytest.importorskip("timm")
    sizes = {"img_size": SIZE, "patch_size": PATCH, "embed_dim": 16, "depth": 3, "num_heads": 2}
    return randomised(timm.create_model(name, num_classes=CLASSES, **sizes, **how))


def timm_vit(name: str, **how: Any) -> Written:
    net, eager = small_timm(name, **how), small_timm(name, **how)
    for block in eager.blocks:
        block.attn.fused_attn = False
    blocks = [hooked(block, block.attn.attn_drop, None) for block in eager.blocks]
    return Written(
        net,
        lambda x: tokens_of(eager, x),
        blocks,
        lambda x: eager.forward_head(eager.norm(x)),
        eager.num_prefix_tokens,
    )


def tokens_of(net: nn.Module, x: Tensor) -> Tensor:
    """A timm ViT's tokens before its first block."""
    tokens: Tensor = net.norm_pre(net._pos_embed(net.patch_embed(x)))
    return tokens


def transformers_vit(kind: str) -> Written:
    transformers = pytest.importorskip("transformers")
    made = []
    for attention in ("sdpa", "eager"):
        config = getattr(transformers, f"{kind}Config")(
            hidden_size=16, num_hidden_layers=3, num_attention_heads=2, intermediate_size=32,
            image_size=SIZE, patch_size=PATCH, num_labels=CLASSES, attn_implementation=attention,
        )  # fmt: skip
        made.append(randomised(getattr(transformers, f"{kind}ForImageClassification")(config)))
    net, eager = made
    trunk = getattr(eager, kind.casefold())
    blocks = trunk.encoder.layer if kind == "Dinov2" else trunk.layers

    def head(x: Tensor) -> Tensor:
        x = trunk.layernorm(x)
        if kind == "Beit":
            x = trunk.pooler.layernorm(x[:, 1:].mean(dim=1))
        elif kind == "Dinov2":
            x = torch.cat([x[:, 0], x[:, 1:].mean(dim=1)], dim=1)
        else:
            x = x[:, 0]
        return eager.classifier(x)

    run = [hooked(block, block.attention, 1) for block in blocks]
    return Written(net, trunk.embeddings, run, head, 2 if kind == "DeiT" else 1)


class Patches(nn.Module):
    """A ViT as people write them: patches, `blocks`, and the mean of the tokens into a head."""

    def __init__(self, blocks: nn.Module) -> None:
        super().__init__()
        self.embed = nn.Conv2d(3, 16, PATCH, PATCH)
        self.blocks = blocks
        self.norm = nn.LayerNorm(16)
        self.classify = nn.Linear(16, CLASSES)

    def tokens(self, x: Tensor) -> Tensor:
        return self.embed(x).flatten(2).transpose(1, 2)

    def head(self, x: Tensor) -> Tensor:
        return self.classify(self.norm(x).mean(dim=1))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.blocks(self.tokens(x)))


class OneHead(nn.Module):
    """Attention written out: weights (N, T, T), by torch.softmax, torch.bmm."""

    def __init__(self) -> None:
        super().__init__()
        self.norm, self.qkv, self.out = nn.LayerNorm(16), nn.Linear(16, 48), nn.Linear(16, 16)

    def weighing(self, x: Tensor) -> tuple[Tensor, Tensor]:
        q, k, v = self.qkv(self.norm(x)).chunk(3, dim=-1)
        A = torch.softmax(torch.bmm(q, k.transpose(1, 2)) / 4, dim=-1)
        return self.out(torch.bmm(A, v)), A

    def forward(self, x: Tensor) -> Tensor:
        return self.weighing(x)[0]


class Residuals(nn.Module):
    """`x = attend(x) + x; x = feed(x) + x` in one loop: no module gives a block's tokens."""

    def __init__(self) -> None:
        super().__init__()
        feed = lambda: nn.Sequential(nn.LayerNorm(16), nn.Linear(16, 16), nn.GELU())  # noqa: E731
        self.layers = nn.ModuleList(nn.ModuleList([OneHead(), feed()]) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        for attend, feed in self.layers:
            x = attend(x) + x
            x = feed(x) + x
        return x


def in_a_loop() -> Written:
    net = randomised(Patches(Residuals()))

    def run(attend: OneHead, feed: nn.Module) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
        def call(x: Tensor) -> tuple[Tensor, Tensor]:
            attended, A = attend.weighing(x)
            x = attended + x
            return feed(x) + x, A

        return call

    return Written(net, net.tokens, [run(*pair) for pair in net.blocks.layers], net.head, 0)


class TokensFirst(nn.Module):
    """A module on tokens (T, N, C), torch's older order."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: Tensor) -> Tensor:
        return self.module(x.transpose(0, 1)).transpose(0, 1)


def encoder(blocks: int = 3, *, batch_first: bool) -> Written:
    layer = nn.TransformerEncoderLayer(16, 2, 32, norm_first=True, batch_first=batch_first)
    inner = nn.TransformerEncoder(layer, blocks, enable_nested_tensor=False)
    net = randomised(Patches(inner if batch_first else TokensFirst(inner)))

    def run(block: nn.TransformerEncoderLayer) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
        def call(x: Tensor) -> tuple[Tensor, Tensor]:
            attended, A = written_attention(block.self_attn, block.norm1(x))
            x = x + attended
            return x + block.linear2(functional.relu(block.linear1(block.norm2(x)))), A

        return call

    return Written(net, net.tokens, [run(block) for block in inner.layers], net.head, 0)


def one_block() -> Written:
    return encoder(1, batch_first=True)


NETWORKS: dict[str, Callable[[], Written]] = {
    "torchvision": torchvision_vit,
    "timm, class token": lambda: timm_vit("vit_tiny_patch16_224"),
    "timm, average": lambda: timm_vit("vit_tiny_patch16_224", global_pool="avg", class_token=False),
    "timm, registers": lambda: timm_vit("vit_tiny_patch16_224", reg_tokens=4),
    "timm, distilled": lambda: timm_vit("deit_tiny_distilled_patch16_224"),
    "transformers, ViT": lambda: transformers_vit("ViT"),
    "transformers, DeiT": lambda: transformers_vit("DeiT"),
    "transformers, DINOv2": lambda: transformers_vit("Dinov2"),
    "transformers, BEiT": lambda: transformers_vit("Beit"),
    "nn.TransformerEncoder": lambda: encoder(batch_first=True),
    "nn.TransformerEncoder, tokens first": lambda: encoder(batch_first=False),
    "one block": one_block,
    "residuals in a loop": in_a_loop,
}


@pytest.fixture
def inputs() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((2, SIZE, SIZE, 3), np.float32)


@pytest.mark.parametrize("name", NETWORKS)
def test_it_is_autograd_s_gradient_of_the_weights(name: str, inputs: np.ndarray) -> None:
    taken = NETWORKS[name]()
    classes = np.array([[4, 0], [1, 2]])
    found = gradcam.wrap(taken.net, preprocessing=HOW).attention(inputs, classes).maps
    assert found.shape == (2, 2, len(taken.weights), 4, 4)
    assert (found > 0).any()
    for n in range(2):
        for k in range(2):
            expected = by_hand(taken, to_tensor(inputs[n : n + 1]), classes[n, k])
            np.testing.assert_allclose(found[n, k], expected, atol=1e-5 * expected.max())


def test_pooling_by_attention_is_what_counts_where_there_is_one(inputs: np.ndarray) -> None:
    """The paper's section on attentional pooling: A is the pooling's, on each block's tokens."""
    net = small_timm("vit_base_patch16_siglip_224")
    found = gradcam.wrap(net, preprocessing=HOW).attention(inputs[:1], np.array([[3, 1]])).maps
    tokens, pool = tokens_of(net, to_tensor(inputs[:1])), net.attn_pool
    for b, block in enumerate(net.blocks):
        tokens = block(tokens)
        q = pool.q(pool.latent).unflatten(-1, (2, 8)).transpose(1, 2)
        k, v = (
            t.unflatten(-1, (2, 8)).transpose(1, 2)
            for t in pool.kv(net.norm(tokens)).chunk(2, dim=-1)
        )
        A = (q @ k.transpose(-2, -1) / 8**0.5).softmax(dim=-1)
        pooled = pool.proj((A @ v).transpose(1, 2).flatten(2))
        logits = net.head((pooled + pool.mlp(pool.norm(pooled)))[:, 0])
        for at, c in enumerate((3, 1)):
            (gradient,) = torch.autograd.grad(logits[0, c], A, retain_graph=True)
            expected = gradient.clamp(min=0).mean(dim=(0, 1, 2)).reshape(4, 4).numpy()
            np.testing.assert_allclose(found[0, at, b], expected, atol=1e-5 * expected.max())


def test_two_attentions_in_a_block_are_averaged(inputs: np.ndarray) -> None:
    """As if their heads were one attention's."""
    net = small_timm("vit_small_patch16_18x2_224")
    found = gradcam.wrap(net, preprocessing=HOW).attention(inputs[:1], np.array([[3]])).maps
    weights: list[Tensor] = []
    for branch in (branch for block in net.blocks for branch in block.attns):
        branch.attn.fused_attn = False
        branch.attn.attn_drop.register_forward_hook(lambda _m, _i, A: weights.append(A))
    tokens = tokens_of(net, to_tensor(inputs[:1]))
    for b, block in enumerate(net.blocks):
        tokens = block(tokens)
        logits = net.forward_head(net.norm(tokens))
        gradients = torch.autograd.grad(logits[0, 3], weights[-2:], retain_graph=True)
        keys = torch.stack(gradients).clamp(min=0).mean(dim=(0, 1, 2, 3))
        expected = keys[1:].reshape(4, 4).numpy()
        np.testing.assert_allclose(found[0, 0, b], expected, atol=1e-5 * expected.max())


def test_the_model_is_left_as_it_was_found(inputs: np.ndarray) -> None:
    net = torchvision_vit().net.train()
    net.heads.requires_grad_(False)
    net(to_tensor(inputs)).sum().backward()
    before = snapshot(net)
    gradcam.wrap(net, preprocessing=HOW).attention(inputs, np.array([[0], [1]]))
    assert snapshot(net) == before
    assert torch.is_grad_enabled()


def test_a_frozen_network_gives_the_same(inputs: np.ndarray) -> None:
    net = torchvision_vit().net
    clf, classes = gradcam.wrap(net, preprocessing=HOW), np.array([[0, 3], [1, 2]])
    before = clf.attention(inputs, classes).maps
    net.requires_grad_(False)
    np.testing.assert_array_equal(clf.attention(inputs, classes).maps, before)


def test_half_precision_is_close(inputs: np.ndarray) -> None:
    taken = torchvision_vit()
    classes = np.array([[0, 3], [1, 2]])
    exact = gradcam.wrap(taken.net, preprocessing=HOW).attention(inputs, classes).maps
    half = gradcam.wrap(taken.net.bfloat16(), preprocessing=HOW).attention(inputs, classes).maps
    assert half.dtype == np.float32
    assert np.corrcoef(exact.ravel(), half.ravel())[0, 1] > 0.98


def test_a_new_head_of_zeros_does_not_hide_the_blocks(inputs: np.ndarray) -> None:
    """As torchvision makes them: no class has any evidence, which is a map of zeros, no error."""
    from torchvision.models import VisionTransformer

    net = VisionTransformer(SIZE, PATCH, 3, 2, 16, 32, num_classes=CLASSES)
    maps = gradcam.wrap(net, preprocessing=HOW).attention(inputs, np.array([[0], [1]])).maps
    assert maps.shape == (2, 1, 3, 4, 4)
    assert not maps.any()


def to_tensor(inputs: np.ndarray) -> Tensor:
    return torch.from_numpy(inputs).permute(0, 3, 1, 2)
