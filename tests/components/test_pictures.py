"""Decoded photos make room for others and are decoded again; a file that is no photo once only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import keeping, pictures
from components.limits import Limits
from components.pictures import Reread
from components.viewer.payload import photo_jpeg
from gradcam.images import Opened

LARGE = (10, 20, 3)  # 600 bytes, and 512 for the entry


@pytest.fixture(autouse=True)
def _room_for_two(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pictures, "limits", lambda: Limits(decoded_bytes=2 * 1112))
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


class File:
    """A file that counts how often it is decoded."""

    def __init__(self, value: int) -> None:
        self.value, self.read = value, 0

    def __call__(self) -> Opened:
        self.read += 1
        return Opened(np.full(LARGE, self.value, np.uint8), ("a note",))


def test_pixels_that_made_room_are_read_again() -> None:
    files = [File(n) for n in range(3)]
    photos = [Reread(file, "ann") for file in files]
    assert pictures.decoded().bytes == 2 * 1112
    assert [file.read for file in files] == [1, 1, 1]
    assert photos[0].pixels[0, 0, 0] == 0
    assert [file.read for file in files] == [2, 1, 1]


def test_what_the_page_shows_of_a_photo_needs_no_pixels() -> None:
    file = File(7)
    photo = Reread(file, "ann")
    whole = Opened(np.full(LARGE, 7, np.uint8), ("a note",))
    photo_jpeg(photo)
    keeping.leave(["ann"])
    assert (photo.size, photo.digest, photo.notes) == (whole.size, whole.digest, whole.notes)
    assert photo_jpeg(photo) == photo_jpeg(whole)
    assert repr(photo) == "<Opened photo, 20 × 10 pixels>"
    assert file.read == 1


def test_pixels_leave_with_their_visitor() -> None:
    Reread(File(1), "ann"), Reread(File(2), "ben")
    assert keeping.leave(["ann"]) == 1
    assert pictures.decoded().bytes == 1112


def test_a_file_is_decoded_once_however_often_the_page_runs_even_if_it_is_no_photo() -> None:
    def page() -> None:
        import streamlit as st

        from components import pictures
        from gradcam import ImageError

        counts = st.session_state.setdefault("counts", {"good": 0, "bad": 0})

        def read(kind: str):
            import numpy as np

            from gradcam.images import Opened

            counts[kind] += 1
            if kind == "bad":
                raise ImageError("No photo.", hint="Use another.")
            return Opened(np.zeros((4, 4, 3), np.uint8))

        sources = [pictures.Source(k, f"{k}.png", lambda k=k: read(k)) for k in ("good", "bad")]
        good, bad = pictures.read(sources)
        st.text(f"{good[0].name} {bad[0].name} {bad[0].error} {bad[0].error.__traceback__}")

    app = AppTest.from_function(page).run().run().run()
    assert not app.exception
    assert app.session_state["counts"] == {"good": 1, "bad": 1}
    assert app.text[0].value == "good.png bad.png No photo. Use another. None"


def test_an_answer_is_that_of_the_whole_photo() -> None:
    """Which was fitted to the model before its pixels made room."""
    from components import engine
    from gradcam import Request
    from tests.components.colours import classifier, picture

    whole, clf = picture(side=16), classifier()
    read = pictures.Picture("red.png", Reread(lambda: whole.opened, "ann"))
    answer = engine.explain(clf, read, Request(("features",), classes=(0,)))
    pictures.decoded.clear()
    again = engine.explain(clf, read, Request(("features",), classes=(1,)))
    assert len(pictures.decoded()) == 0
    assert answer.result.photo_size == again.result.photo_size == (16, 16)
    np.testing.assert_array_equal(again.whole.photo, whole.opened.pixels)
