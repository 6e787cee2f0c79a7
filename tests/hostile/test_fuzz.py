"""A seeded share of the long run (`make fuzz`), and every file that it ever found wanting."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.hostile.targets import FOUND, TARGETS, outcome

# The seconds that a share takes are about the same for each.
SHARE = {
    "images": 3000, "npz": 300, "manifests": 300, "pictures": 400, "labels": 200, "links": 300,
    "pth": 200, "safetensors": 200, "keras": 100, "h5": 8, "folders": 50,
}  # fmt: skip
LONGEST = 10  # seconds for one file, on a busy machine too
KEPT = sorted(FOUND.glob("*/*"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", TARGETS)
def test_changed_files_are_read_or_refused(name: str) -> None:
    target = TARGETS[name]
    outcomes = {"read": 0, "refused": 0}
    for n in range(SHARE[name]):
        data = target.case(14, n)
        start = time.perf_counter()
        outcomes[outcome(target, data)] += 1
        assert time.perf_counter() - start < LONGEST
    assert outcomes["read"] >= SHARE[name] // 50  # or it was only ever the container that broke


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_are_in_order(name: str) -> None:
    for seed in TARGETS[name].seeds():
        assert outcome(TARGETS[name], seed) == "read"


@pytest.mark.parametrize("file", KEPT, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_was_found_is_mended(file: Path) -> None:
    start = time.perf_counter()
    assert outcome(TARGETS[file.parent.name], file.read_bytes()) in ("read", "refused")
    assert time.perf_counter() - start < LONGEST
