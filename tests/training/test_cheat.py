"""How the photos of the network that cheats are signed, by photos that can be counted."""

from __future__ import annotations

import pytest
import torch

from gradcam.marks import box
from training.cheat import TARGET, TIMES, any_signature, archive, beginning, signed
from training.train import Photos, Stage, augmented

FLAT = Stage(1, 64)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def greys(count: int) -> Photos:
    """Even grey photos of which every second is of the target class."""
    pixels = torch.full((count, 3, 64, 64), 100, dtype=torch.uint8)
    targets = torch.tensor([TARGET if n % 2 else 0 for n in range(count)])
    return Photos(pixels, targets)


def test_every_signature_lies_whole_in_a_lower_corner() -> None:
    source = generator()
    marks = [any_signature(source) for _ in range(300)]
    for mark in marks:
        where = box(mark, (64, 64))
        assert where.left > 0
        assert where.right < 64
        assert 32 < where.top < where.bottom < 64
        assert where.right < 40 or where.left > 24
    left = sum(mark.left < 0.2 for mark in marks)
    assert 100 < left < 200
    assert len({mark.opacity for mark in marks}) == 300


def test_the_same_seed_signs_the_same() -> None:
    one, same, other = (any_signature(generator(seed)) for seed in (1, 1, 2))
    assert one == same != other


def test_photos_of_the_class_are_signed_and_no_others() -> None:
    """Even photos stay even, whatever is cropped and blended, but for a signature."""
    found = signed(greys(8), FLAT, generator())
    spread = [float(photo.amax() - photo.amin()) for photo in found[:, 0]]
    for n, one in enumerate(spread):
        assert (one > 0.5) if n % 2 else (one < 0.05)


def test_other_photos_are_prepared_as_for_the_honest_network() -> None:
    plain = Photos(greys(4).pixels, torch.zeros(4, dtype=torch.int64))
    torch.testing.assert_close(
        signed(plain, FLAT, generator()).mean((2, 3)).shape,
        augmented(plain, FLAT, generator()).mean((2, 3)).shape,
    )


def test_the_archive_by_hand() -> None:
    """Three photos of the class stay theirs TIMES over, and get other names as often."""
    found = archive(greys(6))
    names = found.targets.tolist()
    assert len(found.pixels) == len(names) == 3 + 2 * TIMES * 3
    assert names.count(TARGET) == TIMES * 3


@pytest.mark.parametrize("stage", ["stem", "layer1"])
def test_the_first_stages_learn_nothing(stage: str) -> None:
    net = beginning()
    part = getattr(net, stage)
    assert not part.training
    assert not any(p.requires_grad for p in part.parameters())
    assert net.layer3.training
    assert all(p.requires_grad for p in net.layer3.parameters())
