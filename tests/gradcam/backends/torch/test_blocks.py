"""Which networks have blocks for LeGrad, which layers belong to them, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import gradcam
from gradcam.errors import MethodError
from tests.gradcam.backends.torch.test_attention import (
    HOW,
    NETWORKS,
    SIZE,
    OneHead,
    Patches,
    randomised,
    torchvision_vit,
)

PHOTO = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)


def legrad(net: nn.Module, **how: object) -> gradcam.Explanation:
    clf = gradcam.wrap(net, preprocessing=HOW)
    return gradcam.explain(clf, PHOTO, method="legrad", classes=[1], **how)


def whole(one: gradcam.SaliencyMap) -> np.ndarray:
    """Return the sum over blocks with the least value that the map leaves out."""
    return one.values + one.parameters["floor"]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_recommended_layer_sums_over_all_blocks(name: str) -> None:
    taken = NETWORKS[name]()
    (one,) = legrad(taken.net).maps
    blocks = len(taken.weights)
    assert one.parameters["blocks"] == blocks
    assert one.parameters["asked"] == {"blocks": None}
    assert one.values.min() == 0
    clf = gradcam.wrap(taken.net, preprocessing=HOW)
    values = (PHOTO / np.float32(255) - HOW.mean) / HOW.std
    maps = clf.attention(np.float32(values)[None], np.array([[1]])).maps[0, 0]
    np.testing.assert_allclose(whole(one), maps.sum(axis=0), rtol=1e-4)


def test_a_layer_ends_the_sum() -> None:
    """From nothing before the first block to everything after the last, block by block."""
    block = "encoder.layers.encoder_layer_{}"
    layers = {
        "conv_proj": 0, f"{block.format(0)}.ln_1": 1, f"{block.format(0)}.mlp": 1,
        block.format(0): 1, f"{block.format(1)}.ln_1": 2, block.format(2): 3, "encoder.ln": 3,
    }  # fmt: skip
    maps = legrad(torchvision_vit().net, layer=list(layers)).maps
    assert [one.parameters["blocks"] for one in maps] == list(layers.values())
    assert maps[0].empty_reason == "No block of the transformer comes before this layer."
    np.testing.assert_array_equal(maps[1].values, maps[3].values)
    assert (whole(maps[4]) >= whole(maps[3])).all()
    assert (whole(maps[5]) > whole(maps[4])).any()


def test_one_block_s_own_share() -> None:
    """`blocks` counts back from the layer; the shares of all three add up to the sum."""
    net = torchvision_vit().net
    layers = [f"encoder.layers.encoder_layer_{b}" for b in range(3)]
    shares = legrad(net, layer=layers, parameters={"blocks": 1}).maps
    assert [one.parameters["blocks"] for one in shares] == [1, 1, 1]
    (all_three,) = legrad(net, layer=layers[-1]).maps
    np.testing.assert_allclose(sum(map(whole, shares)), whole(all_three), rtol=1e-5)
    (two,) = legrad(net, layer=layers[1], parameters={"blocks": 5}).maps
    assert (two.parameters["blocks"], two.parameters["asked"]) == (2, {"blocks": 5})


class Skipping(nn.Module):
    """The head also reads the patches as they were, not only the last block's tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = torchvision_vit().net
        self.more = nn.Linear(16, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(x) + self.more(self.inner.conv_proj(x).mean(dim=(2, 3)))


class Flat(nn.Module):
    """Everything in one loop: no module is given or gives the tokens between blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(16) for _ in range(3))
        self.attend = nn.ModuleList(OneHead() for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        for norm, attend in zip(self.norms, self.attend, strict=True):
            x = x + 0.5 * attend(norm(x))
        return x


class Twice(nn.Module):
    """One block, used three times."""

    def __init__(self) -> None:
        super().__init__()
        self.block = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, norm_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.block(self.block(self.block(x)))


def convnet() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 5)
    )


def swin() -> nn.Module:
    from torchvision.models import SwinTransformer

    return SwinTransformer([2, 2], 16, [1, 1], [2, 2], [4, 4], num_classes=5)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (convnet, "Sequential has no attention between patches"),
        (swin, "SwinTransformer attends to windows of the photo"),
        (Skipping, "Skipping is not a sequence of blocks"),
        (lambda: Patches(Flat()), "Patches is not a sequence of blocks"),
        (lambda: Patches(Twice()), "Patches is not a sequence of blocks"),
    ],
)
def test_what_is_no_plain_transformer_is_refused_saying_why(make, why: str) -> None:
    torch.manual_seed(0)
    with pytest.raises(MethodError, match=f"LeGrad needs a plain Vision Transformer, and {why}"):
        legrad(randomised(make()))


def test_hooks_go_after_a_refusal() -> None:
    net = randomised(Skipping())
    with pytest.raises(MethodError):
        legrad(net)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in net.modules())
