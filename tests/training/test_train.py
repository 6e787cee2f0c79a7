"""Training on synthetic photos of three classes (red, green, blue) that are learnt in seconds."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from gradcam.backends.torch.bundled.photos import PhotoNet
from training import augment
from training.data import DataError, find_samples, find_wnids, read_wnids
from training.train import Recipe, Stage, main, one_cycle, plan, read_photos, train

WNIDS = ["n01", "n02", "n03"]
QUICK = Recipe(
    stages=(Stage(20, 16), Stage(10, 24, holes=True), Stage(5, 32, holes=True, fine=True)),
    batch=12,
    peak=0.05,
    source_size=32,
)


def photo(path: Path, channel: int, rng: np.random.Generator) -> None:
    """Write noise with one bright channel, which is its class."""
    pixels = rng.integers(0, 120, (32, 32, 3), dtype=np.uint8)
    pixels[..., channel] += 120
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, "JPEG", quality=95)


def make(root: Path, *, published: bool) -> Path:
    """Write 12 training and 4 validation photos per class, in either layout."""
    rng = np.random.default_rng(0)
    notes = []
    for channel, wnid in enumerate(WNIDS):
        folder = root / "train" / wnid / ("images" if published else "")
        for k in range(12):
            photo(folder / f"{wnid}_{k}.JPEG", channel, rng)
        for k in range(4):
            name = f"val_{channel * 4 + k}.JPEG"
            photo(root / "val" / ("images" if published else wnid) / name, channel, rng)
            notes.append(f"{name}\t{wnid}\t0\t0\t31\t31\n")
    if published:
        (root / "val" / "val_annotations.txt").write_text("".join(notes))
        (root / "train" / WNIDS[0] / f"{WNIDS[0]}_boxes.txt").write_text("not a photo")
    return root


@pytest.fixture(params=[True, False], ids=["published", "repacked"])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return make(tmp_path, published=request.param)


def test_both_layouts_hold_the_same_photos(data: Path) -> None:
    assert find_wnids(data / "train") == WNIDS
    for split, count in (("train", 12), ("val", 4)):
        samples = find_samples(data / split, WNIDS)
        assert [sum(s.target == c for s in samples) for c in range(3)] == [count] * 3
        assert all(s.path.is_file() for s in samples)


def test_other_classes_are_left_out(data: Path) -> None:
    for split in ("train", "val"):
        assert {s.target for s in find_samples(data / split, ["n03", "n01"])} == {0, 1}
    names = [s.path.name for s in find_samples(data / "val", ["n03"])]
    assert sorted(names) == ["val_10.JPEG", "val_11.JPEG", "val_8.JPEG", "val_9.JPEG"]


def test_a_folder_without_photos_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no photos of the 3 classes"):
        find_samples(tmp_path, WNIDS)
    with pytest.raises(DataError, match="no class folders"):
        find_wnids(tmp_path / "nothing")


def test_the_command_writes_a_file_that_loads(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "net.safetensors"
    arguments = [str(data), "--out", str(out), "--steps", "4", "--batch", "12", "--device", "cpu"]
    assert main(arguments) == 0
    state = load_file(out)
    assert {t.dtype for t in state.values()} == {torch.float16}
    assert all(t.isfinite().all() for t in state.values())
    net = PhotoNet(3)
    net.load_state_dict({name: t.float() for name, t in state.items()})
    assert net.eval()(torch.zeros(1, 3, 80, 80)).shape == (1, 3)


def test_a_wrong_folder_is_a_one_line_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "--out", str(tmp_path / "x.safetensors")]) == 1
    assert "no class folders" in capsys.readouterr().err


def test_a_seeded_run_learns_and_is_repeatable(tmp_path: Path) -> None:
    make(tmp_path, published=False)
    photos = read_photos(find_samples(tmp_path / "train", WNIDS), 32)
    net, losses = train(photos, 3, QUICK, steps=45, seed=1)
    assert all(math.isfinite(loss) for loss in losses)
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])
    assert not net.training
    _, again = train(photos, 3, QUICK, steps=3, seed=1)
    _, other = train(photos, 3, QUICK, steps=3, seed=2)
    assert again != other
    _, same = train(photos, 3, QUICK, steps=3, seed=1)
    assert same == pytest.approx(again)


def test_the_plan_is_the_recipe() -> None:
    """1,280 photos make 10 steps per epoch: a cycle of 70, 40 and 30, then 20 falling to zero."""
    steps = plan(Recipe(), 1280)
    assert [step.stage.size for step in steps] == [40] * 70 + [52] * 40 + [64] * 30 + [80] * 20
    assert max(step.rate for step in steps) == pytest.approx(0.25)
    assert steps[28].rate == pytest.approx(0.25)  # 20 % of 140
    assert steps[140].rate == pytest.approx(0.02)
    assert steps[159].rate == pytest.approx(0.001)


def test_a_cap_keeps_every_size() -> None:
    steps = plan(Recipe(), 1280, cap=16)
    assert [step.stage.size for step in steps] == [40] * 7 + [52] * 4 + [64] * 3 + [80] * 2
    assert len(plan(Recipe(), 1280, cap=10_000)) == 160


def test_one_cycle_by_hand() -> None:
    assert one_cycle(0.2, 1.0, 0.2) == 1
    assert one_cycle(0.6, 1.0, 0.2) == pytest.approx(0.5)
    assert one_cycle(0.1, 1.0, 0.2) == pytest.approx(0.52)


def test_a_full_crop_is_the_photo_or_its_mirror_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(augment, "AREA", (1.0, 1.0))
    monkeypatch.setattr(augment, "LOG_ASPECT", (0.0, 0.0))
    photos = torch.rand(8, 3, 6, 6, generator=torch.Generator().manual_seed(0))
    crops = augment.crop_and_flip(photos, 6, torch.Generator().manual_seed(0))
    kinds = set()
    for photo, crop in zip(photos, crops, strict=True):
        mirrored = torch.allclose(crop, photo.flip(2), atol=1e-5)
        assert mirrored or torch.allclose(crop, photo, atol=1e-5)
        kinds.add(mirrored)
    assert kinds == {True, False}


def test_brightness_and_holes() -> None:
    ones = torch.ones(64, 3, 16, 16)
    lit = augment.change_light(ones / 2, torch.Generator().manual_seed(0))
    assert 0.375 <= lit.min() < 0.4
    assert 0.6 < lit.max() <= 0.625
    holes = (augment.cut_out(ones, torch.Generator().manual_seed(0)) == 0).sum((1, 2, 3)) / 3
    assert holes.max() == 16  # a quarter of 16 px, squared; less at the edges
    assert holes.min() > 0


def test_the_class_table_reads_back(tmp_path: Path) -> None:
    table = tmp_path / "classes.csv"
    table.write_text("index,wnid,label\n0,n01,one\n1,n02,two\n")
    assert read_wnids(table) == ["n01", "n02"]
