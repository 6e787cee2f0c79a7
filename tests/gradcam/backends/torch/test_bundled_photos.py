"""The shipped weights, their network and their catalogue row agree."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open

from gradcam.backends.torch.bundled.photos import PhotoNet, load
from gradcam.bundled.photos import PHOTOS, WEIGHTS, labels, wnids
from gradcam.errors import WeightsError
from gradcam.images import read_image
from gradcam.preprocess import preprocess
from tests.shared import shared

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def network() -> PhotoNet:
    return load()


def test_loads_as_float32_in_evaluation_mode(network: PhotoNet) -> None:
    tensors = [*network.parameters(), *(b for b in network.buffers() if b.is_floating_point())]
    assert {t.dtype for t in tensors} == {torch.float32}
    assert {t.device.type for t in tensors} == {"cpu"}
    assert not any(module.training for module in network.modules())
    assert all(p.requires_grad for p in network.parameters())


def test_the_catalogue_row_is_exact(network: PhotoNet) -> None:
    assert sum(p.numel() for p in network.parameters()) == PHOTOS.parameters
    assert PHOTOS.preprocessing.crop == (80, 80)


def test_shapes_at_80_pixels(network: PhotoNet) -> None:
    shapes: dict[str, tuple[int, ...]] = {}
    children = dict(network.named_children())
    hooks = [
        module.register_forward_hook(lambda _, __, out, name=name: shapes.update({name: out.shape}))
        for name, module in children.items()
    ]
    with torch.inference_mode():
        network(torch.zeros(2, 3, 80, 80))
    for hook in hooks:
        hook.remove()
    assert list(shapes) == ["stem", "layer1", "layer2", "layer3", "pool", "fc"]
    assert shapes["stem"] == shapes["layer1"] == (2, 32, 40, 40)
    assert shapes["layer2"] == (2, 80, 20, 20)
    assert shapes["layer3"] == (2, 176, 10, 10)
    assert shapes["fc"] == (2, 100)


def test_weights_are_stored_in_half_precision() -> None:
    with safe_open(WEIGHTS, "pt") as file:
        names = list(file.keys())
        assert {file.get_slice(name).get_dtype() for name in names} == {"F16"}
        assert file.metadata()["format"] == "pt"
    assert not [name for name in names if "num_batches_tracked" in name]
    assert WEIGHTS.stat().st_size < 3_000_000


def test_loading_leaves_the_random_state_alone() -> None:
    torch.manual_seed(0)
    before = torch.get_rng_state()
    load()
    assert torch.equal(before, torch.get_rng_state())


def test_two_loads_share_nothing() -> None:
    one, two = load(), load()
    with torch.no_grad():
        one.fc.bias.zero_()
    assert two.fc.bias.abs().sum() > 0


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_damaged_weights_are_named(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "photos.safetensors"
    if damage == "cut":
        file.write_bytes(WEIGHTS.read_bytes()[:1000])
    if damage == "other":
        from safetensors.torch import save_file

        save_file({"fc.weight": torch.zeros(2, 2)}, file)
    with pytest.raises(WeightsError, match=r"photos\.safetensors"):
        load(file)


def test_there_are_a_hundred_different_single_name_labels() -> None:
    assert len(labels()) == len(set(labels())) == len(set(wnids())) == 100
    assert not [label for label in labels() if "," in label or label != label.strip()]
    assert labels()[99] == "espresso"
    assert wnids()[19] == "n02123045"
    assert labels()[19] == "tabby"


def test_reading_labels_imports_no_torch_and_loading_no_torchvision() -> None:
    code = (
        "import sys, gradcam.bundled.photos as b; b.labels(); assert 'torch' not in sys.modules;"
        "from gradcam.backends.torch.bundled.photos import load; load();"
        "assert 'torchvision' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_half_precision_hardly_changes_the_logits(network: PhotoNet) -> None:
    """They stay within 0.02 of those of the original float32 weights."""
    from safetensors.torch import load_file

    full = PhotoNet()
    full.load_state_dict(load_file(shared("photos100.safetensors")))
    full.eval()
    inputs = torch.randn(4, 3, 80, 80, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(network(inputs), full(inputs), atol=0.02, rtol=0)


def test_classes_are_in_training_order() -> None:
    with shared("photos100-classes.csv").open(encoding="utf-8", newline="") as file:
        assert [row["wnid"] for row in csv.DictReader(file)] == list(wnids())


def test_validation_photos_are_mostly_recognised(network: PhotoNet) -> None:
    """About 62 of 100 photos, one per class, should be right; at least 46 must be."""
    with zipfile.ZipFile(shared("tiny-imagenet-100.zip")) as archive:
        first: dict[str, str] = {}
        for name in sorted(archive.namelist()):
            if "/val/" in name and name.endswith(".JPEG"):
                first.setdefault(name.split("/")[-2], name)
        photos = [_photo(archive.read(first[wnid])) for wnid in wnids()]
    inputs = torch.from_numpy(np.stack(photos)).permute(0, 3, 1, 2)
    with torch.inference_mode():
        right = (network(inputs).argmax(1) == torch.arange(100)).sum()
    assert right > 45


def _photo(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return preprocess(read_image(Image.open(io.BytesIO(data))), PHOTOS.preprocessing).values
