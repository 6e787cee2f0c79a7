"""One test for each undocumented interface in components/compat.py, to fail on an upgrade.

tests/browser/test_compat.py has those that need a browser.
"""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def test_container() -> None:
    def page() -> None:
        import streamlit as st

        from components.compat import Container

        assert isinstance(st.container(), Container)
        assert isinstance(st.columns(2)[0], Container)

    app = AppTest.from_function(page).run()
    assert not app.exception


def test_skeleton() -> None:
    """What replaces a grey block is where later runs draw it, above what comes after it."""

    def page() -> None:
        import streamlit as st

        from components.page import Slot

        slot = Slot("result", 100)
        st.text("below")
        with slot.fill():
            st.text("result")

    app = AppTest.from_function(page).run()
    for _ in range(2):
        assert not app.exception
        result, below = app.main.children.values()
        assert [child.value for child in result.children.values()] == ["result"]
        assert below.value == "below"
        app.run()


def test_upload_id() -> None:
    """It stays the same in later runs, and differs between uploads of equal bytes."""

    def page() -> None:
        import streamlit as st

        from components.compat import upload_id

        files = st.file_uploader("Files", accept_multiple_files=True, key="files")
        st.session_state["ids"] = [upload_id(file) for file in files]

    app = AppTest.from_function(page).run()
    app.file_uploader(key="files").upload("a.txt", b"same")
    app.file_uploader(key="files").upload("b.txt", b"same")
    app.run()
    ids = app.session_state["ids"]
    assert len(set(ids)) == 2
    app.run()
    assert app.session_state["ids"] == ids


def test_one_log() -> None:
    """Streamlit gives a logger its handler through this one function, looked up by its name."""
    import inspect

    from streamlit import logger

    assert "setup_formatter(logger)" in inspect.getsource(logger.get_logger)


def test_uploaded_names() -> None:
    """Uploads are kept by session and id, with their names."""
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.uploaded_file_manager import UploadedFileRec

    files = MemoryUploadedFileManager("/upload")
    files.add_file("session", UploadedFileRec("1", "cat.png", "image/png", b""))
    assert [one.name for kept in files.file_storage.values() for one in kept.values()] == [
        "cat.png"
    ]
