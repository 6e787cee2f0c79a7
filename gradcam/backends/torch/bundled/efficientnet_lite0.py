"""EfficientNet-Lite0 in PyTorch.

Layers and their (channels, height) at 224 px: stem (32, 112) → stage1 (16, 112) → stage2 (24, 56) →
stage3 (40, 28) → stage4 (80, 14) → stage5 (112, 14) → stage6 (192, 7) → stage7 (320, 7) →
head (1280, 7) → pool (1280) → fc (1000).
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from gradcam.bundled.efficientnet_lite0 import CLASSES, EPSILON, HEAD, STAGES, STEM, Stage, weights


class SamePadConv2d(nn.Conv2d):
    """A convolution padded as TensorFlow pads for "same": what is odd goes to the right and below.

    (N, c_in, h, w) → (N, c_out, ⌈h / stride⌉, ⌈w / stride⌉).
    """

    def forward(self, x: Tensor) -> Tensor:
        """Pad and convolve."""
        (top, bottom), (left, right) = (
            _padding(side, kernel, stride)
            for side, kernel, stride in zip(
                x.shape[-2:], self.kernel_size, self.stride, strict=True
            )
        )
        if (top, left) == (bottom, right):  # the convolution pads without a copy of its input
            return functional.conv2d(
                x, self.weight, self.bias, self.stride, (top, left), self.dilation, self.groups
            )
        return super().forward(functional.pad(x, (left, right, top, bottom)))


def _padding(side: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return how many zeros go before and after a side of so many pixels."""
    total = max(0, (-(-side // stride) - 1) * stride + kernel - side)
    return total // 2, total - total // 2


class Block(nn.Module):
    """Widen, convolve each channel alone, narrow (arXiv:1801.04381), plus the input if it fits.

    (N, c_in, h, w) → (N, stage.channels, ⌈h / stride⌉, ⌈w / stride⌉).
    """

    def __init__(self, c_in: int, stage: Stage, stride: int) -> None:
        super().__init__()
        inside = c_in * stage.expansion
        self.expand = _conv(c_in, inside) if stage.expansion > 1 else nn.Identity()
        self.depthwise = _conv(inside, inside, stage.kernel, stride, groups=inside)
        self.project = _conv(inside, stage.channels)[:-1]  # no activation
        self.skips = stride == 1 and c_in == stage.channels

    def forward(self, x: Tensor) -> Tensor:
        """(N, c_in, h, w) → (N, stage.channels, ⌈h / stride⌉, ⌈w / stride⌉)."""
        out: Tensor = self.project(self.depthwise(self.expand(x)))
        return x + out if self.skips else out


def _conv(
    c_in: int, c_out: int, kernel: int = 1, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    return nn.Sequential(
        SamePadConv2d(c_in, c_out, kernel, stride, groups=groups, bias=False),
        nn.BatchNorm2d(c_out, eps=EPSILON),
        nn.ReLU6(),
    )


def efficient_net() -> nn.Sequential:
    """Build the network: normalised photos (N, 3, h, w) → logits (N, 1000)."""
    parts: OrderedDict[str, nn.Module] = OrderedDict(stem=_conv(3, STEM, 3, 2))
    widths = pairwise((STEM, *(stage.channels for stage in STAGES)))
    for n, (stage, (c_in, c_out)) in enumerate(zip(STAGES, widths, strict=True), 1):
        parts[f"stage{n}"] = nn.Sequential(
            Block(c_in, stage, stage.stride),
            *(Block(c_out, stage, 1) for _ in range(stage.blocks - 1)),
        )
    parts["head"] = _conv(STAGES[-1].channels, HEAD)
    parts["pool"] = nn.AdaptiveAvgPool2d(1)
    parts["flat"] = nn.Flatten()
    parts["fc"] = nn.Linear(HEAD, CLASSES)
    return nn.Sequential(parts)


def load() -> nn.Sequential:
    """Load the network with its weights: float32, in evaluation mode, on the CPU.

    Raises
    ------
    WeightsError : the file is missing, or is not the one that was published.
    """
    # "meta" skips random initialisation, which is faster and leaves torch's random state alone.
    with torch.device("meta"):
        net = efficient_net()
    published = cast(
        "dict[str, Tensor]", torch.load(weights(), map_location="cpu", weights_only=True)
    )
    # The file's names are another program's; its order is the network's, as is ours.
    net.load_state_dict(dict(zip(net.state_dict(), published.values(), strict=True)), assign=True)
    return net.eval()
