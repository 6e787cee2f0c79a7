"""The name of a model that a browser sends may be anything; its file stays in its own folder."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import gradcam
from components.pickers import own_model
from gradcam.errors import GradcamError
from tests.nasty import nasty, wrong


def asked(name: str) -> Any:
    return SimpleNamespace(
        file=upload(name), architecture="resnet18", preprocessing=None, labels=[]
    )


def upload(name: str) -> Any:
    file = io.BytesIO(b"weights")
    file.name = name
    return file


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that models would have been loaded from."""
    paths: list[Path] = []

    def load(path: Path, **_: Any) -> Any:
        assert path.read_bytes() == b"weights"
        paths.append(path)
        raise GradcamError("Seen.")

    monkeypatch.setattr(gradcam, "load_model", load)
    monkeypatch.setattr(own_model, "tidy", lambda: None)
    return paths


@pytest.mark.parametrize(
    "name",
    [
        "../../../../../../tmp/gradcam-canary.pth",
        "..\\..\\gradcam-canary.pth",
        "/tmp/gradcam-canary.pth",
        "a/../../../b.pth",
        ".pth/../../x.pth",
        "x.pth/.",
        "..",
        "",
        *(f"{text}.pth" for text in nasty(30, 60)),
        *(f"{text}/x.pth" for text in nasty(31, 10)),
    ],
    ids=lambda name: ascii(name)[:40],
)
def test_it_stays_in_its_folder(name: str, opened: list[Path]) -> None:
    with pytest.raises(GradcamError) as raised:
        own_model._classifier(asked(name), upload(name))
    if raised.value.message != "Seen.":
        assert not opened
        return
    (path,) = opened
    assert path.parent.name.startswith("gradcam-")
    assert path.parent.parent == Path(tempfile.gettempdir())
    assert not wrong(path.name)
    assert len(os.fsencode(path.name)) < 255
    assert not path.exists()
    assert not Path("/tmp/gradcam-canary.pth").exists()
