"""Folders uploaded as ZIP files, and what people try with them."""

from __future__ import annotations

import errno
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import transformers as hf

import gradcam
from components.pickers import zipped
from gradcam import WeightsError
from tests.text_image import save_clip

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


def test_a_full_disk_is_not_taken_for_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(zipped, "_copy", full)
    with pytest.raises(WeightsError, match="the disk is full") as caught:
        zipped.unpacked(pack(FILES), tmp_path / "mine", "mine.zip")
    assert "password" not in caught.value.hint


def test_a_clip_with_its_processor_comes_through(tmp_path: Path) -> None:
    """What transformers 5 saves: image settings in processor_config.json alone, a tokenizer."""
    save_clip(tmp_path / "clip")
    saved = tmp_path / "clip"
    (saved / "preprocessor_config.json").unlink()
    size = {"shortest_edge": 40}
    crop = {"height": 32, "width": 32}
    images = hf.CLIPImageProcessor(size=size, crop_size=crop)
    hf.CLIPProcessor(images, hf.CLIPTokenizer.from_pretrained(saved)).save_pretrained(saved)
    assert not (saved / "preprocessor_config.json").exists()
    files = {file.name: file.read_bytes() for file in saved.iterdir()}
    clf = gradcam.load_model(zipped.unpacked(pack(files), tmp_path / "mine", "mine.zip"))
    assert (clf.preprocessing.resize, clf.preprocessing.crop) == (40, (32, 32))
    assert clf.with_phrases(("a dog", "a cat")).labels == ("a dog", "a cat")


@pytest.mark.parametrize("data", [b"", b"hello", pack(FILES)[:60]])
def test_a_damaged_archive(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be unpacked"):
        zipped.unpacked(data, tmp_path / "mine", "mine.zip")
