"""Many photos on the page, without a browser: none is dropped, and one of them can be opened."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from components import explore, gallery
from components.glimpsed import Glimpsed
from components.limits import limits
from components.view import FEW


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The rows last passed to the viewer."""
    rows: list[Any] = []
    monkeypatch.setattr(explore, "viewer", lambda new, **_: rows.__setitem__(slice(None), new))
    return rows


@pytest.fixture
def tiles(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The photos last passed to the contact sheet; no job explains them."""
    photos: list[Any] = []

    def sheet(_token: str, new: Any, **_: Any) -> None:
        photos[:] = new

    monkeypatch.setattr(gallery, "sheet", sheet)
    monkeypatch.setattr(Glimpsed, "work", lambda *_: None)
    return photos


def png(seed: int) -> bytes:
    file = io.BytesIO()
    noise = np.random.default_rng(seed).integers(0, 255, (16, 16, 3), np.uint8)
    Image.fromarray(noise).save(file, "PNG")
    return file.getvalue()


def upload(app: AppTest, names: list[str]) -> None:
    for n, name in enumerate(names):
        app.file_uploader(key="files").upload(name, png(n))
    app.run()


def test_of_eighteen_uploads_none_vanishes(
    app: AppTest, lines: list[Any], tiles: list[Any]
) -> None:
    app.run()
    lines.clear()
    upload(app, [f"photo {n}.png" for n in range(18)])
    assert not app.exception
    assert not app.error
    assert [photo["name"] for photo in tiles] == [f"photo {n}.png" for n in range(18)]
    assert not lines


def test_a_few_have_a_line_each(app: AppTest, lines: list[Any], tiles: list[Any]) -> None:
    app.run()
    upload(app, [f"{n}.png" for n in range(FEW)])
    assert [row.caption for row in lines] == [f"{n}.png" for n in range(FEW)]
    assert not tiles


def test_what_is_too_much_is_named(app: AppTest, tiles: list[Any]) -> None:
    app.run()
    upload(app, [f"{n}.png" for n in range(limits().photos + 2)])
    assert len(tiles) == limits().photos
    (warning,) = app.warning
    assert "500\\.png" in warning.value or "500.png" in warning.value
    assert "501" in warning.value
    assert "502" not in warning.value


def test_labels_come_from_names_and_lists(app: AppTest, tiles: list[Any]) -> None:
    app.run()
    files = app.file_uploader(key="files")
    files.upload("labels.csv", b"file,label\n1.png,espresso\n2.png,unicorn\n")
    upload(
        app,
        ["1.png", "2.png", "espresso and missile.png", "tabby_4.png", "5.png", "6.png", "7.png"],
    )
    said = {photo["name"]: (photo["said"], photo["why"]) for photo in tiles}
    assert len(said) == 7
    assert said["1.png"] == ("espresso", "")
    assert said["2.png"] == ("unicorn", "not a class of this model")
    assert said["tabby_4.png"] == ("tabby", "")
    assert said["espresso and missile.png"][1] == "unclear"
    assert said["5.png"] == ("", "")


def test_a_list_without_two_columns_is_named(app: AppTest, tiles: list[Any]) -> None:
    app.run()
    app.file_uploader(key="files").upload("labels.csv", b"nothing")
    app.run()
    assert not app.exception
    assert "labels" in app.error[0].value
    assert not tiles


def test_a_link_opens_a_photo_of_the_sheet(
    app: AppTest, lines: list[Any], tiles: list[Any]
) -> None:
    """Eight samples are a sheet, too."""
    ids = "coffee,grace-hopper,rocket,motorcycle,astronaut,cat,photographer"
    app.query_params.update({"image": ids, "photo": "rocket", "sort": "name"})
    app.run()
    assert not app.exception
    assert [row.caption for row in lines] == ["Rocket"]
    assert not tiles
    app.query_params.clear()
    app.query_params.update({"image": ids, "photo": "gone"})
    app.run()
    assert len(tiles) == 7
    assert not app.exception
