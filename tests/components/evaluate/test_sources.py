"""Which photos a folder section works on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from components.evaluate import sources
from components.pictures import Source
from gradcam import open_image


def _source(name: str) -> Source:
    return Source(name, name, lambda: open_image(b""), lambda: name.encode())


def test_uploads_of_a_folder_have_labels_and_names_of_their_own() -> None:
    names = ("pets/cat/1.jpg", "pets/dog/1.jpg", "pets/dog/a:b.jpg", "1.jpg", "1.JPG")
    photos = sources._uploads([_source(name) for name in names])
    assert [(one.name, one.label) for one in photos.given] == [
        ("cat/1.jpg", "cat"),
        ("dog/1.jpg", "dog"),
        ("dog/a_b.jpg", "dog"),
        ("1.jpg", ""),
        ("1.JPG~2", ""),
    ]
    assert photos.given[0].source == b"pets/cat/1.jpg"


def test_the_samples_are_files() -> None:
    photos = sources._samples(())
    assert [one.name for one in photos.given][:2] == ["photographer.png", "two-things.png"]
    assert isinstance(photos.given[1].source, bytes)
    assert open_image(photos.given[1].source).pixels.shape[0] == 800


def test_the_operators_folder_comes_before_the_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cat").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "cat" / "one.png")
    monkeypatch.setattr(sources, "_FOLDER", str(tmp_path))
    app = AppTest.from_string(
        "from components.evaluate.sources import photos_chosen\n"
        "from components.pickers.images import Brought\n"
        "import streamlit as st\n"
        "chosen = photos_chosen(Brought([], 0))\n"
        "st.text(f'{chosen.id}: {[(one.name, one.label) for one in chosen.given]}')\n"
    ).run()
    assert app.text[0].value == "folder: [('cat/one.png', 'cat')]"
    assert app.radio[0].options == [tmp_path.name.replace("_", r"\_").replace("-", r"\-"),
                                    "The 8 samples"]  # fmt: skip
    app.radio[0].set_value("samples").run()
    assert app.text[0].value.startswith("samples: [('photographer.png', '')")
