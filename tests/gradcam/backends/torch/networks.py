"""Networks as people write them: those of well-known tutorials, and variations on them.

Each row of `NETWORKS` is a network, the side of its input, and the layer a person would choose.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional


class LeNet(nn.Module):
    """The CIFAR network of the 60-minute tutorial, flattened with `view` as it used to be."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(functional.relu(self.conv1(x)))
        x = self.pool(functional.relu(self.conv2(x)))
        x = x.view(-1, 16 * 5 * 5)
        return self.fc3(functional.relu(self.fc2(functional.relu(self.fc1(x)))))


class Mnist(nn.Module):
    """The MNIST example: one channel, and log_softmax at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 1)
        self.dropout1 = nn.Dropout(0.25)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.max_pool2d(functional.relu(self.conv2(functional.relu(self.conv1(x)))), 2)
        x = torch.flatten(self.dropout1(x), 1)
        return functional.log_softmax(self.fc2(functional.relu(self.fc1(x))), dim=1)


class SpatialTransformer(nn.Module):
    """The tutorial's: a small localisation network comes before the large maps."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, 5)
        self.conv2 = nn.Conv2d(10, 20, 5)
        self.conv2_drop = nn.Dropout2d()
        self.fc1 = nn.Linear(320, 50)
        self.fc2 = nn.Linear(50, 10)
        self.localization = nn.Sequential(
            nn.Conv2d(1, 8, 7), nn.MaxPool2d(2, 2), nn.ReLU(True),
            nn.Conv2d(8, 10, 5), nn.MaxPool2d(2, 2), nn.ReLU(True),
        )  # fmt: skip
        self.fc_loc = nn.Sequential(nn.Linear(90, 32), nn.ReLU(True), nn.Linear(32, 6))
        nn.init.normal_(self.fc_loc[2].weight, 0, 0.01)
        self.fc_loc[2].bias.data.copy_(torch.tensor([1.0, 0, 0, 0, 1, 0]))

    def forward(self, x: Tensor) -> Tensor:
        theta = self.fc_loc(self.localization(x).view(-1, 90)).view(-1, 2, 3)
        x = functional.grid_sample(
            x, functional.affine_grid(theta, x.size(), False), align_corners=False
        )
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.conv2_drop(self.conv2(x)), 2))
        x = functional.dropout(functional.relu(self.fc1(x.view(-1, 320))), training=self.training)
        return functional.log_softmax(self.fc2(x), dim=1)


class UNetClassifier(nn.Module):
    """A U-Net whose full-size features are pooled: the maps shrink, and grow again."""

    def __init__(self) -> None:
        super().__init__()
        self.down1, self.down2, self.middle = _double(3, 8), _double(8, 16), _double(16, 32)
        self.up2 = nn.ConvTranspose2d(32, 16, 2, 2)
        self.fuse2 = _double(32, 16)
        self.up1 = nn.ConvTranspose2d(16, 8, 2, 2)
        self.fuse1 = _double(16, 8)
        self.head = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        a = self.down1(x)
        b = self.down2(functional.max_pool2d(a, 2))
        c = self.middle(functional.max_pool2d(b, 2))
        b = self.fuse2(torch.cat([self.up2(c), b], 1))
        a = self.fuse1(torch.cat([self.up1(b), a], 1))
        return self.head(a.mean((2, 3)))


def _double(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(inplace=True),
        nn.Conv2d(after, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(inplace=True),
    )  # fmt: skip


class LinearPatches(nn.Module):
    """A ViT from scratch: patches by reshaping and a linear layer, nn.TransformerEncoder inside."""

    def __init__(self, batch_first: bool) -> None:
        super().__init__()
        self.batch_first = batch_first
        self.embed = nn.Linear(3 * 4 * 4, 32)
        self.token = nn.Parameter(torch.randn(1, 1, 32))
        self.position = nn.Parameter(0.1 * torch.randn(1, 65, 32))
        block = nn.TransformerEncoderLayer(32, 4, 64, batch_first=batch_first)
        self.encoder = nn.TransformerEncoder(block, 2, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(32)
        self.head = nn.Linear(32, 5)

    def forward(self, x: Tensor) -> Tensor:
        n = len(x)
        patches = x.unfold(2, 4, 4).unfold(3, 4, 4).permute(0, 2, 3, 1, 4, 5).reshape(n, 64, 48)
        tokens = torch.cat([self.token.expand(n, -1, -1), self.embed(patches)], 1) + self.position
        if not self.batch_first:
            return self.head(self.norm(self.encoder(tokens.transpose(0, 1)))[0])
        return self.head(self.norm(self.encoder(tokens))[:, 0])


class Mixer(nn.Module):
    """One MLP-Mixer block from scratch."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Conv2d(3, 16, 4, 4)
        self.norm1, self.norm2 = nn.LayerNorm(16), nn.LayerNorm(16)
        self.tokens = nn.Sequential(nn.Linear(64, 32), nn.GELU(), nn.Linear(32, 64))
        self.channels = nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16))
        self.head = nn.Linear(16, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x).flatten(2).transpose(1, 2)
        x = x + self.tokens(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        x = x + self.channels(self.norm2(x))
        return self.head(x.mean(1))


class Beside(nn.Module):
    """A transformer beside a small convolutional network, as hybrids are built."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(3, 8, 3, 4, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 4, 1), nn.ReLU()
        )
        self.patches = LinearPatches(batch_first=True)
        self.head = nn.Linear(21, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(torch.cat([self.conv(x).mean((2, 3)), self.patches(x)], 1))


class FrozenBackbone(nn.Module):
    """Transfer learning with the backbone under no_grad."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = _double(3, 8)
        self.conv = nn.Conv2d(8, 8, 3, 2)
        self.head = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            x = self.backbone(x)
        return self.head(functional.relu(self.conv(x)).mean((2, 3)))


class Recurrent(nn.Module):
    """Features read column by column by an LSTM."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 3, 2, 1))
        self.lstm = nn.LSTM(64, 16, batch_first=True)
        self.head = nn.Linear(16, 4)

    def forward(self, x: Tensor) -> Tensor:
        columns = self.features(x).permute(0, 3, 1, 2).flatten(2)
        return self.head(self.lstm(columns)[0][:, -1])


class OnePhoto(nn.Module):
    """Written for one photo at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, 2)
        self.head = nn.Linear(4 * 15 * 15, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(functional.relu(self.conv(x)).view(1, -1))


class TwoHeads(nn.Module):
    """Class scores and a box, by name; the box comes first."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Conv2d(3, 8, 3, 2)
        self.box = nn.Linear(8, 4)
        self.score = nn.Linear(8, 6)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        pooled = functional.relu(self.features(x)).mean((2, 3))
        return {"boxes": self.box(pooled), "scores": self.score(pooled)}


class Siamese(nn.Module):
    """Compares two images: no classifier of one."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, 2)
        self.head = nn.Linear(8, 2)

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        return self.head((self.conv(one) - self.conv(other)).abs().mean((2, 3)))


def sequential(*ending: nn.Module, outputs: int = 4) -> nn.Sequential:
    """A plain stack, with whatever it ends with."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU(inplace=True),
        nn.Conv2d(8, 8, 3, 2, 1), nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, outputs), *ending,
    )  # fmt: skip


NETWORKS: dict[str, tuple[Callable[[], nn.Module], int, str]] = {
    "LeNet with view": (LeNet, 32, "pool"),
    "MNIST example": (Mnist, 28, "conv2"),
    "Spatial transformer": (SpatialTransformer, 28, "conv2"),
    "U-Net encoder and decoder + head": (UNetClassifier, 32, "fuse1"),
    "ViT from scratch, batch first": (lambda: LinearPatches(True), 32, "encoder.layers.0"),
    "ViT from scratch, sequence first": (lambda: LinearPatches(False), 32, "encoder.layers.0"),
    "MLP-Mixer from scratch": (Mixer, 32, "channels"),
    "ViT beside a CNN": (Beside, 32, "patches.encoder.layers.0"),
    "Backbone under no_grad": (FrozenBackbone, 32, "conv"),
    "CNN + LSTM": (Recurrent, 32, "features"),
    "One photo at a time": (OnePhoto, 32, "conv"),
    "Sequential": (sequential, 32, "4"),
    "Sequential + softmax": (lambda: sequential(nn.Softmax(dim=1)), 32, "4"),
    "Sequential + sigmoid, one unit": (lambda: sequential(nn.Sigmoid(), outputs=1), 32, "4"),
    "Sequential + sigmoid, multi-label": (lambda: sequential(nn.Sigmoid()), 32, "4"),
}


def build(name: str) -> nn.Module:
    """The network of this row, with repeatable random weights."""
    torch.manual_seed(0)
    return NETWORKS[name][0]().eval()
