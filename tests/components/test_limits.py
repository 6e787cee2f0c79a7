"""Limits: a file changes what it names, and anything wrong in it is one sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from weakref import WeakSet

import numpy as np
import pytest

from components.limits import VARIABLE, Limits, LimitsError, from_mapping, limits_or_exit, read
from components.limits import limits as current
from components.pickers import own_model
from gradcam import decoding
from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import ImageError, ModelError
from tools import make_limits


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "limits.toml"
    file.write_text('photos = 20\nupload_bytes = "1.5 GB"\nphoto_bytes = 4000\n')
    found = read(file)
    assert (found.photos, found.upload_bytes, found.photo_bytes) == (20, 1_500_000_000, 4000)
    assert found.models == Limits().models


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"photo": 3}, "'L' sets 'photo', which is no limit. Nearest: photos"),
        ({"photos": 0}, "'L' sets photos to 0. It takes a whole number from 1 on."),
        ({"photos": "20"}, "'L' sets photos to '20'. It takes a whole number from 1 on."),
        ({"photos": True}, "'L' sets photos to True."),
        ({"photos": 2.5}, "'L' sets photos to 2.5."),
        ({"upload_bytes": "2 MiB"}, 'from 1 on or a size such as "500 MB".'),
        ({"upload_bytes": "-2 MB"}, "'L' sets upload_bytes to '-2 MB'."),
        ({"photos": {"most": 3}}, "'L' sets photos to {'most': 3}."),
    ],
)
def test_a_wrong_key_or_value_is_one_sentence(said: dict[str, object], sentence: str) -> None:
    with pytest.raises(LimitsError) as error:
        from_mapping(said, "L")
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"\xff\xfe", "cannot be read: it is not text."),
        (b"photos 20", "is not TOML"),
    ],
)
def test_a_file_that_is_not_one_is_one_sentence(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    file = tmp_path / "limits.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(LimitsError, match=sentence):
        read(file)


def test_the_environment_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "limits.toml"
    file.write_text("photos = 7")
    monkeypatch.setenv(VARIABLE, str(file))
    current.cache_clear()
    try:
        assert current().photos == 7
        file.write_text("photos = 8")
        assert limits_or_exit().photos == 7  # read once
    finally:
        current.cache_clear()


def test_a_wrong_file_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "limits.toml"
    file.write_text("foto = 7")
    ended = subprocess.run(
        [sys.executable, "-c", "from components.limits import limits_or_exit; limits_or_exit()"],
        env={**os.environ, VARIABLE: str(file)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{str(file)!r} sets 'foto', which is no limit.")
    assert ended.stderr.count("\n") == 1


def test_the_page_is_up_to_date() -> None:
    committed = make_limits.PAGE.read_text(encoding="utf-8")
    assert committed == make_limits.page(), "Run: python tools/make_limits.py"


def test_every_limit_limits_something() -> None:
    """Each is read somewhere, as an attribute of what `limits` returned."""
    folder = Path(__file__).parents[2]
    files = [folder / "app.py", *(folder / "components").rglob("*.py")]
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    unused = [one.name for one in fields(Limits) if not re.search(rf"[)a-z]\.{one.name}\b", code)]
    assert not unused


def test_an_operator_limits_the_pixels_of_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_PIXELS", decoding.MAX_PIXELS)  # restored afterwards
    decoding.limit_pixels(10_000_000)
    with pytest.raises(ImageError, match="the limit is 10 megapixels"):
        decoding.require_size(4000, 3000)


def test_a_server_holds_so_many_models_of_its_visitors_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_model, "limits", lambda: Limits(own_models=1, server_own_models=2))
    others = [NumpyClassifier(*np.ones((2, 2, 2), np.float32)) for _ in range(2)]
    monkeypatch.setattr(own_model, "_LOADED", WeakSet(others))
    monkeypatch.setattr(own_model, "loaded", dict)
    with pytest.raises(ModelError, match="This server holds 2 models of its visitors' own"):
        own_model._require_room()
    monkeypatch.setattr(own_model, "loaded", lambda: {"file/mine": others[0]})
    own_model._require_room()  # its place is free when another is loaded
    monkeypatch.setattr(own_model, "loaded", dict)
    others.pop()
    own_model._require_room()
