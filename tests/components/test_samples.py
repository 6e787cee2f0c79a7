"""Every sample loads, and the first one shows what it is there to show."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from components.samples import SAMPLES, load
from gradcam.bundled import PHOTOS, labels
from gradcam.bundled import network as bundled
from gradcam.errors import ImageError
from gradcam.preprocess import preprocess

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.id)
def test_each_is_rgb_and_large_enough_to_look_at(sample) -> None:
    photo = load(sample.id)
    assert photo.dtype == np.uint8
    assert photo.ndim == 3
    assert photo.shape[2] == 3
    assert min(photo.shape[:2]) >= 300
    assert sample.title
    assert sample.credit
    assert load(sample.id) is photo


def test_ids_are_unique_and_fit_a_link() -> None:
    ids = [sample.id for sample in SAMPLES]
    assert len(set(ids)) == len(ids)
    assert all(id.replace("-", "").isalnum() and id.islower() for id in ids)
    assert ids[0] == "two-things"


def test_nobody_can_change_the_shared_array() -> None:
    with pytest.raises(ValueError, match="read-only"):
        load("coffee")[0, 0] = 0


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(ImageError, match="Nearest: coffee"):
        load("cofee")


def test_reading_costs_no_import_of_the_packages() -> None:
    code = (
        "import sys; from components.samples import load; load('two-things');"
        "heavy = {'skimage', 'matplotlib', 'torch', 'streamlit'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@dataclass(frozen=True)
class Seen:
    """The two best classes, and how much of each one's Grad-CAM map lies in the left half."""

    names: list[str]
    probabilities: list[float]
    left: dict[str, float]


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Grad-CAM at layer3 by its definition: mean gradient times activation, rectified."""
    network = bundled.load()
    values = preprocess(load("two-things"), PHOTOS.preprocessing).values
    kept: list[torch.Tensor] = []
    hook = network.layer3.register_forward_hook(lambda _, __, output: kept.append(output))
    logits = network(torch.from_numpy(values).permute(2, 0, 1)[None])
    hook.remove()
    best = logits.softmax(1)[0].topk(3)
    shares = {}
    for index in best.indices[:2].tolist():
        (gradient,) = torch.autograd.grad(logits[0, index], kept[0], retain_graph=True)
        heat = (gradient.mean((2, 3), keepdim=True) * kept[0]).sum(1)[0].relu()
        shares[labels()[index]] = float(heat[:, :5].sum() / heat.sum())
    names = [labels()[index] for index in best.indices.tolist()]
    return Seen(names, best.values.tolist(), shares)


def test_two_things_are_the_two_best_classes(seen: Seen) -> None:
    assert set(seen.names[:2]) == {"bow tie", "espresso"}
    assert seen.probabilities[1] > 0.25
    assert seen.probabilities[2] < 0.1


def test_each_map_keeps_to_its_own_half(seen: Seen) -> None:
    assert seen.left["bow tie"] >= 0.85
    assert seen.left["espresso"] <= 0.15


def test_the_seam_lies_in_the_middle_and_the_model_sees_both_sides() -> None:
    height, width, _ = load("two-things").shape
    window = preprocess(load("two-things"), PHOTOS.preprocessing).window
    assert window.left + window.right == pytest.approx(width, abs=width / 80)
    assert window.bottom - window.top == pytest.approx(height)
