"""Weights drawn anew on a copy: by PyTorch's own rules, block by block, the original untouched."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

import gradcam
from gradcam.errors import ModelError

SIZE = gradcam.Preprocessing(16, (16, 16))


class Scaled(nn.Module):
    """A layer of one's own, which knows no rule for its weights."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.arange(8.0))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale[:, None, None]


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.scaled = Scaled()
        self.fc = nn.Linear(8, 4)
        self.unused = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.scaled(torch.relu(self.norm(self.stem(x))))
        return self.fc(x.mean(dim=(2, 3)))


@pytest.fixture
def net() -> Net:
    torch.manual_seed(0)
    net = Net().eval()
    for tensor in (*net.stem.parameters(), *net.fc.parameters()):
        tensor.data.fill_(7)
    net.norm.running_mean.fill_(7)
    net.norm.running_var.fill_(7)
    net.norm.weight.data.fill_(7)
    return net


def digest(module: nn.Module) -> str:
    tensors = module.state_dict().values()
    return hashlib.sha256(b"".join(t.numpy().tobytes() for t in tensors)).hexdigest()


def test_only_the_block_is_drawn_and_only_in_the_copy(net: Net) -> None:
    before = digest(net)
    copy = gradcam.wrap(net, preprocessing=SIZE).random_copy()
    # A norm and what only scales go with the layer before; what is never called has no block.
    assert [block.name for block in copy.blocks] == ["fc", "stem"]
    assert copy.blocks[1].layers == ("stem", "", "norm", "scaled")
    copy.randomise(copy.blocks[0], seed=0)
    mine = copy.classifier.module
    assert (mine.stem.weight == 7).all()
    assert not (mine.fc.weight == 7).any()
    assert (mine.unused.weight == net.unused.weight).all()
    assert digest(net) == before


def test_weights_are_those_of_a_new_layer(net: Net) -> None:
    """A new linear layer's weights lie within ±1/√8 = 0.354, a convolution's within ±1/√27."""
    copy = gradcam.wrap(net, preprocessing=SIZE).random_copy()
    for block in copy.blocks:
        copy.randomise(block, seed=1)
    mine = copy.classifier.module
    assert 0.25 < mine.fc.weight.abs().max() <= 1 / np.sqrt(8)
    assert 0.15 < mine.stem.weight.abs().max() <= 1 / np.sqrt(27)
    assert (mine.norm.running_mean == 0).all()
    assert (mine.norm.running_var == 1).all()
    assert (mine.norm.weight == 1).all()


def test_what_has_no_rule_keeps_its_values_in_another_order(net: Net) -> None:
    copy = gradcam.wrap(net, preprocessing=SIZE).random_copy()
    copy.randomise(copy.blocks[1], seed=0)
    mine = copy.classifier.module
    assert mine.scaled.scale.tolist() != list(range(8))
    assert sorted(mine.scaled.scale.tolist()) == list(range(8))


def test_restored_it_is_the_original_as_it_is_now(net: Net) -> None:
    copy = gradcam.wrap(net, preprocessing=SIZE).random_copy()
    for block in copy.blocks:
        copy.randomise(block, seed=0)
    assert digest(copy.classifier.module) != digest(net)
    net.fc.weight.data.fill_(5)
    copy.restore()
    assert digest(copy.classifier.module) == digest(net)


def test_equal_seeds_give_equal_weights(net: Net) -> None:
    def drawn(seed: int) -> Tensor:
        copy = gradcam.wrap(net, preprocessing=SIZE).random_copy()
        copy.randomise(copy.blocks[0], seed)
        return copy.classifier.module.fc.weight.detach()

    assert torch.equal(drawn(3), drawn(3))
    assert not torch.equal(drawn(3), drawn(4))


def test_parametrised_weights_are_shuffled() -> None:
    torch.manual_seed(0)
    conv = weight_norm(nn.Conv2d(3, 4, 3, padding=1))
    net = nn.Sequential(conv, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
    copy = gradcam.wrap(net.eval(), preprocessing=SIZE).random_copy()
    for block in copy.blocks:
        copy.randomise(block, seed=0)
    assert not torch.equal(copy.classifier.module[0].weight, net[0].weight)


def test_a_module_that_cannot_be_copied_is_refused(net: Net) -> None:
    net.generator = (n for n in range(3))
    with pytest.raises(ModelError, match=r"cannot be copied.*generator"):
        gradcam.wrap(net, preprocessing=SIZE).random_copy()
