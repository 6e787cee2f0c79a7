"""Folders uploaded as ZIP files, and what people try with them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from components.pickers import zipped
from gradcam import WeightsError

FILES = {"config.json": b"{}", "preprocessor_config.json": b"{}", "model.safetensors": b"weights"}


def pack(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize("inside", ["", "my-vit/", "a/b/"])
def test_a_folder_or_what_is_in_it(inside: str, tmp_path: Path) -> None:
    files = {inside + name: content for name, content in FILES.items()}
    extra = {f"{inside}pytorch_model.bin": b"code", f"{inside}run.py": b"code"}
    folder = zipped.unpacked(pack(files | extra), tmp_path / "my-vit", "my-vit.zip")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == FILES


def test_paths_in_the_archive_lead_nowhere(tmp_path: Path) -> None:
    files = {f"../../{name}": content for name, content in FILES.items()}
    (tmp_path / "a").mkdir()
    folder = zipped.unpacked(pack(files), tmp_path / "a" / "b", "evil.zip")
    assert sorted(file.name for file in folder.iterdir()) == sorted(FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_a_bomb_is_stopped_while_it_unpacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(zipped._LIMITS, "model.safetensors", 1000)
    bomb = pack(FILES | {"model.safetensors": b"0" * 5_000_000})
    with pytest.raises(WeightsError, match="larger than"):
        zipped.unpacked(bomb, tmp_path / "bomb", "bomb.zip")


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
def test_what_is_missing_is_named(missing: str, tmp_path: Path) -> None:
    files = {name: content for name, content in FILES.items() if name != missing}
    with pytest.raises(WeightsError, match=f"mine.zip holds no {missing}"):
        zipped.unpacked(pack(files), tmp_path / "mine", "mine.zip")


@pytest.mark.parametrize("data", [b"", b"hello", pack(FILES)[:60]])
def test_a_damaged_archive(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be unpacked"):
        zipped.unpacked(data, tmp_path / "mine", "mine.zip")
