"""A .pth file reads the same without torch, and can run nothing."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch

from gradcam.bundled import efficientnet_lite0 as bundled
from gradcam.errors import WeightsError
from gradcam.vault.pytorch import arrays


def saved(path: Path, state: object) -> Path:
    torch.save(state, path, _use_new_zipfile_serialization=False)
    return path


def test_every_tensor_is_what_torch_reads() -> None:
    expected = torch.load(bundled.weights(), weights_only=True)
    found = arrays(bundled.weights())
    assert list(found) == list(expected)
    for name, tensor in expected.items():
        np.testing.assert_array_equal(found[name], tensor.numpy(), strict=True)


def test_views_keep_their_place_in_a_shared_storage(tmp_path: Path) -> None:
    """0 1 2 / 3 4 5: the second row begins at 3, and the transpose reads 0 3 / 1 4 / 2 5."""
    whole = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    state = OrderedDict(row=whole[1], turned=whole.T, half=whole.half(), one=torch.tensor(7))
    found = arrays(saved(tmp_path / "a.pth", state))
    assert found["row"].tolist() == [3, 4, 5]
    assert found["turned"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert (found["half"].dtype, found["one"].tolist()) == (np.float16, 7)


class Call:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("this must never be printed",)


def test_a_file_that_holds_code_is_refused(tmp_path: Path, capsys) -> None:
    for file in (saved(tmp_path / "call.pth", {"a": Call()}), tmp_path / "plain.pth"):
        if not file.exists():
            file.write_bytes(pickle.dumps(Call(), 2))
        with pytest.raises(WeightsError, match=f"{file.name} (holds more than|cannot be read)"):
            arrays(file)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("length", [0, 3, 100, 700])
def test_a_file_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    file = saved(tmp_path / "cut.pth", OrderedDict(a=torch.ones(100), b=torch.ones(100)))
    data = file.read_bytes()
    assert len(data) > 1000
    file.write_bytes(data[:length])
    with pytest.raises(WeightsError, match=r"cut\.pth"):
        arrays(file)


def test_todays_format_reads_the_same(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(2)}, tmp_path / "zip.pth")
    assert arrays(tmp_path / "zip.pth")["a"].tolist() == [1, 1]
