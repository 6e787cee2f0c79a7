"""Folders as ZIP files, and what people try with them."""

from __future__ import annotations

import errno
import zipfile
from pathlib import Path

import pytest
import torch
import transformers as hf
from safetensors.torch import save

import gradcam
from gradcam import WeightsError
from gradcam.vault import Budget, folders
from tests.text_image import save_clip

NUMBERS = save({"a": torch.arange(3.0), "b": torch.ones(2, 2)})
FILES = {"config.json": b"{}", "preprocessor_config.json": b"{}", "model.safetensors": NUMBERS}


def pack(files: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def refused(path: Path, budget: Budget | None = None) -> WeightsError:
    with pytest.raises(WeightsError) as caught, folders.unpacked(path, budget):
        pass
    return caught.value


@pytest.mark.parametrize("inside", ["", "my-vit/", "a/b/", "../../"])
def test_a_folder_or_what_is_in_it(inside: str, tmp_path: Path) -> None:
    files = {inside + name: content for name, content in FILES.items()}
    extra = {f"{inside}pytorch_model.bin": b"code", f"{inside}run.py": b"code"}
    with folders.unpacked(pack(files | extra, tmp_path / "my-vit.zip")) as folder:
        assert folder.name == "my-vit"
        assert sorted(file.name for file in folder.iterdir()) == sorted(FILES)
        assert (folder / "model.safetensors").read_bytes()[-28:] == NUMBERS[-28:]
    assert [path.name for path in tmp_path.iterdir()] == ["my-vit.zip"]
    assert not folder.exists()


def test_a_bomb_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    bomb = pack(FILES | {"model.safetensors": b"0" * 5_000_000}, tmp_path / "bomb.zip")
    assert "has 5.0 MB; the most is 1.0 MB" in refused(bomb, Budget(output=1_000_000)).message
    large = pack(FILES | {"config.json": b" " * 5_000_000}, tmp_path / "large.zip")
    assert "config.json in large.zip is larger than 4.0 MB" in refused(large).message


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
def test_what_is_missing_is_named(missing: str, tmp_path: Path) -> None:
    files = {name: content for name, content in FILES.items() if name != missing}
    error = refused(pack(files, tmp_path / "mine.zip"))
    assert f"mine.zip holds no {missing}" in error.message


def test_a_full_disk_is_not_taken_for_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {"error": "disk", "number": errno.ENOSPC}
    monkeypatch.setattr("gradcam.vault.opening._said", lambda _: answer)
    error = refused(pack(FILES, tmp_path / "mine.zip"))
    assert "the disk is full" in error.message
    assert "password" not in error.hint


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
    clf = gradcam.load_model(pack(files, tmp_path / "mine.zip"))
    assert clf.id == "file/mine"
    assert (clf.preprocessing.resize, clf.preprocessing.crop) == (40, (32, 32))
    assert clf.with_phrases(("a dog", "a cat")).labels == ("a dog", "a cat")


@pytest.mark.parametrize("length", [0, 3, 60, 400])
def test_a_damaged_archive(length: int, tmp_path: Path) -> None:
    path = pack(FILES, tmp_path / "mine.zip")
    path.write_bytes(path.read_bytes()[:length])
    assert "mine.zip cannot be unpacked" in refused(path).message


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    numbers = save({"a": torch.rand(10_000)})
    path = pack(FILES | {"model.safetensors": numbers}, tmp_path / "mine.zip")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(bytes(data))
    assert "mine.zip cannot be unpacked" in refused(path).message
