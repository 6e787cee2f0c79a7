"""What training does to a batch of photos, on whatever device they lie: one resampling for all.

Photos are float (N, 3, h, w) in [0, 1]; every photo gets its own crop, flip, light and hole.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

AREA = (0.55, 1.0)
LOG_ASPECT = (math.log(3 / 4), math.log(4 / 3))
LIGHT = 0.25


def crop_and_flip(photos: Tensor, size: int, generator: torch.Generator) -> Tensor:
    """A random crop of each photo (area 55–100 %), half of them mirrored → (N, 3, size, size)."""
    count = len(photos)
    area = _uniform(count, *AREA, generator)
    aspect = _uniform(count, *LOG_ASPECT, generator).exp()
    width, height = (area * aspect).sqrt().clamp(max=1), (area / aspect).sqrt().clamp(max=1)
    # In affine_grid's frame the photo reaches from -1 to 1, so a crop of width w may move by 1 - w.
    x = _uniform(count, -1, 1, generator) * (1 - width)
    y = _uniform(count, -1, 1, generator) * (1 - height)
    mirror = _uniform(count, -1, 1, generator).sign()
    zero = torch.zeros(count)
    theta = torch.stack([width * mirror, zero, x, zero, height, y], 1).view(count, 2, 3)
    grid = functional.affine_grid(
        theta.to(photos.device), [count, 3, size, size], align_corners=False
    )
    return functional.grid_sample(photos, grid, padding_mode="reflection", align_corners=False)


def change_light(photos: Tensor, generator: torch.Generator) -> Tensor:
    """Each photo's brightness times 0.75–1.25, kept within [0, 1]."""
    factor = _uniform(len(photos), 1 - LIGHT, 1 + LIGHT, generator).to(photos.device)
    return (photos * factor.view(-1, 1, 1, 1)).clamp(0, 1)


def cut_out(photos: Tensor, generator: torch.Generator) -> Tensor:
    """A square hole of a quarter side in each (DeVries and Taylor 2017, arXiv:1708.04552).

    Expects normalised photos: the hole is filled with 0, the mean colour.
    """
    count, _, height, width = photos.shape
    half = min(height, width) / 8
    device = photos.device
    y = _uniform(count, 0, height, generator).to(device).view(-1, 1, 1)
    x = _uniform(count, 0, width, generator).to(device).view(-1, 1, 1)
    rows = (torch.arange(height, device=device).view(1, -1, 1) + 0.5 - y).abs() < half
    columns = (torch.arange(width, device=device).view(1, 1, -1) + 0.5 - x).abs() < half
    return photos.masked_fill((rows & columns).unsqueeze(1), 0)


def _uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    # Drawn on the CPU, so that a seed means the same on every device.
    return torch.rand(count, generator=generator) * (high - low) + low
