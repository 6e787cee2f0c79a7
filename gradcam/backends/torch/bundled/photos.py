"""The network behind bundled/photos, in PyTorch.

Layers and their (channels, height): the image (3, h) → stem (32, h/2) → layer1 (32, h/2) →
layer2 (80, h/4) → layer3 (176, h/8) → pool (176) → fc (classes). At 80 px, layer3 is 10 × 10.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from gradcam.bundled.photos import PHOTOS, WEIGHTS, labels
from gradcam.errors import WeightsError


class BasicBlock(nn.Module):
    """Two 3×3 convolutions plus the input (He et al. 2015, arXiv:1512.03385, fig. 2).

    (N, c_in, h, w) → (N, c_out, h/stride, w/stride); if these differ, `down` adapts the input.
    """

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        same = stride == 1 and c_in == c_out
        self.down = nn.Identity() if same else _downsample(c_in, c_out, stride)
        self.relu2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """(N, c_in, h, w) → (N, c_out, h/stride, w/stride)."""
        out = self.relu1(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out)) + self.down(x)
        result: Tensor = self.relu2(out)
        return result


def _downsample(c_in: int, c_out: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))


class PhotoNet(nn.Module):
    """A small residual network for photos of 64–96 px."""

    def __init__(self, classes: int = 100) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 32, 3, 2, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU()
        )
        self.layer1 = BasicBlock(32, 32)
        self.layer2 = nn.Sequential(BasicBlock(32, 80, 2), BasicBlock(80, 80))
        self.layer3 = nn.Sequential(BasicBlock(80, 176, 2), BasicBlock(176, 176))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(176, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Normalised photos (N, 3, h, w) → logits (N, classes)."""
        features = self.layer3(self.layer2(self.layer1(self.stem(x))))
        logits: Tensor = self.fc(self.pool(features).flatten(1))
        return logits


def load(weights: Path = WEIGHTS) -> PhotoNet:
    """Load the network with its weights: float32, in evaluation mode, on the CPU.

    Raises
    ------
    WeightsError : the file is missing, truncated, or from another network.
    """
    # "meta" skips random initialisation, which is faster and leaves torch's random state alone.
    with torch.device("meta"):
        net = PhotoNet(len(labels()))
    try:
        halves = load_file(weights)
        # Strict loading accepts the missing num_batches_tracked, which batch norm fills in itself.
        net.load_state_dict({name: t.float() for name, t in halves.items()}, assign=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise WeightsError(
            f"The weights of {PHOTOS.title} ({weights.name}) cannot be read.",
            hint="Download the project again; the weights are part of it.",
        ) from error
    return net.eval()
