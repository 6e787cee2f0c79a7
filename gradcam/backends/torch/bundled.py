"""The network behind bundled/photos. Imported on loading only: this is where torch comes in.

N images of h × w pixels go (N, 3, h, w) → stem (32, h/2) → layer1 (32, h/2) → layer2 (80, h/4)
→ layer3 (176, h/8) → pool (176) → fc (classes). At 80 px, layer3 is a 10 × 10 map.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from gradcam.bundled import PHOTOS, WEIGHTS, labels
from gradcam.errors import WeightsError


class BasicBlock(nn.Module):
    """Two 3×3 convolutions plus the input (He et al. 2015, arXiv:1512.03385, fig. 2).

    (N, c_in, h, w) → (N, c_out, h/stride, w/stride); where those differ, `down` fits the input.
    """

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.down = _fit(c_in, c_out, stride) if stride != 1 or c_in != c_out else nn.Identity()
        self.relu2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """(N, c_in, h, w) → (N, c_out, h/stride, w/stride)."""
        out = self.relu1(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out)) + self.down(x)
        result: Tensor = self.relu2(out)
        return result


def _fit(c_in: int, c_out: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))


class PhotoNet(nn.Module):
    """A small residual network, made for photos of 64–96 px."""

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
        """(N, 3, h, w), normalised → logits (N, classes)."""
        features = self.layer3(self.layer2(self.layer1(self.stem(x))))
        logits: Tensor = self.fc(self.pool(features).flatten(1))
        return logits


def load(weights: Path = WEIGHTS) -> PhotoNet:
    """The network with its weights: float32, evaluation mode, on the CPU.

    Raises
    ------
    WeightsError : the file is missing, cut short, or of another network.
    """
    # On "meta" nothing is drawn at random: loading is quicker and leaves torch's seed alone.
    with torch.device("meta"):
        net = PhotoNet(len(labels()))
    try:
        halves = load_file(weights)
        # strict, yet without num_batches_tracked: batch norm fills that in itself.
        net.load_state_dict({name: t.float() for name, t in halves.items()}, assign=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise WeightsError(
            f"The weights of {PHOTOS.title} ({weights.name}) cannot be read.",
            hint="Get the project's files again: they ship with it.",
        ) from error
    return net.eval()
