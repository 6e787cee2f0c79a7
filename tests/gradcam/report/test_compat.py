"""Canaries: each fails by name if an upgrade breaks a function of gradcam/report/compat.py."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image
from pptx import Presentation

from gradcam.report import compat, pdf


def test_set_alt_text() -> None:
    square, deck, saved = BytesIO(), Presentation(), BytesIO()
    Image.new("RGB", (2, 2)).save(square, "JPEG")
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    compat.set_alt_text(slide.shapes.add_picture(square, 0, 0), "a black square")
    deck.save(saved)
    assert b'descr="a black square"' in ZipFile(saved).read("ppt/slides/slide1.xml")


def test_a_picture_without_the_private_element_is_left_alone() -> None:
    compat.set_alt_text(object(), "a black square")


def test_write_binary_streams(report, monkeypatch: pytest.MonkeyPatch) -> None:
    from reportlab import rl_config

    monkeypatch.setattr(rl_config, "useA85", 1)
    monkeypatch.setattr(compat, "write_binary_streams", lambda: None)
    as_text = pdf(report)
    monkeypatch.undo()
    as_bytes = pdf(report)
    assert b"/ASCII85Decode" in as_text
    assert b"/ASCII85Decode" not in as_bytes
    assert len(as_bytes) < len(as_text)
