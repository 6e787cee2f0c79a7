"""Augment a batch of photos on any device, with a single resampling for crop, flip and resize.

Photos are float (N, 3, h, w) in [0, 1]; each gets its own crop, flip, brightness and hole.
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
    """Crop each photo at random (55–100 % of its area) and mirror half → (N, 3, size, size)."""
    count = len(photos)
    area = _uniform(count, *AREA, generator)
    aspect = _uniform(count, *LOG_ASPECT, generator).exp()
    width, height = (area * aspect).sqrt().clamp(max=1), (area / aspect).sqrt().clamp(max=1)
    # In affine_grid's coordinates a photo spans -1 to 1, so a crop of width w can move by ±(1 - w).
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
    """Multiply each photo's brightness by 0.75–1.25 and clip to [0, 1]."""
    factor = _uniform(len(photos), 1 - LIGHT, 1 + LIGHT, generator).to(photos.device)
    return (photos * factor.view(-1, 1, 1, 1)).clamp(0, 1)


def cut_out(photos: Tensor, generator: torch.Generator) -> Tensor:
    """Cut a square hole with a quarter of the side (DeVries and Taylor 2017, arXiv:1708.04552).

    Photos must be normalised, because the hole is filled with 0, the mean colour.
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
    # Draw on the CPU, so that a seed gives the same numbers for every device.
    return torch.rand(count, generator=generator) * (high - low) + low
