"""Saved maps made to do harm are refused in a sentence, quickly and in little memory."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

import gradcam
from gradcam.files import read_manifest
from tests.hostile.saved import CORPUS, with_maps
from tests.hostile.targets import PHOTO


def reopened(data: bytes) -> object:
    """What the page does with it: its photo is looked for first."""
    read_manifest(data)
    return gradcam.load_explanation(data, PHOTO)


@pytest.mark.parametrize("name", CORPUS)
def test_it_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make, sentence = CORPUS[name]
    data = make()
    monkeypatch.chdir(tmp_path)
    start = time.perf_counter()
    with pytest.raises(gradcam.GradcamError, match=sentence) as caught:
        reopened(data)
    assert time.perf_counter() - start < 5
    assert caught.value.hint
    assert len(str(caught.value)) < 400
    tracemalloc.start()
    with pytest.raises(gradcam.GradcamError):
        reopened(data)
    assert tracemalloc.get_traced_memory()[1] < 150e6
    tracemalloc.stop()
    assert list(tmp_path.iterdir()) == []


def test_a_thousand_maps_are_loaded_quickly() -> None:
    """As many as are allowed, of as many values: what any file that is loaded costs at most."""
    data = with_maps(1000, (126, 126))
    start = time.perf_counter()
    loaded = gradcam.load_explanation(data, PHOTO)
    assert time.perf_counter() - start < 5
    assert len(loaded.maps) == 1000
    assert not np.any(loaded.maps[-1].values)
