"""200 photos uploaded at once: from the last byte to the first screenful of maps, and to the last.

The upload itself is the browser's and Streamlit's, one request a file; its time is in the note.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Request

import gradcam
from benches.folder import infer, photos
from benches.table import Row
from components.view import DEFAULT_MODEL
from gradcam.backends.torch.model import TorchClassifier
from gradcam.types import Preprocessing
from tools.serving import dashboard, opened

PHOTOS = 200
SCREEN = (1440, 900)
_SCRIPT = (Path(__file__).parent / "many.js").read_text(encoding="utf-8")


def rows() -> Iterator[Row]:
    """Measure the default model's contact sheet, beside plain inference on the same files."""
    with tempfile.TemporaryDirectory() as folder:
        tasks = photos(Path(folder), PHOTOS)
        with dashboard() as (address, browser):
            page = opened(browser, address, SCREEN, "light")
            sent: list[float] = []  # when each file had arrived
            page.on("requestfinished", lambda request: _note_upload(request, sent))
            start = time.perf_counter()
            page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(
                [task.file for task in tasks]
            )
            page.wait_for_function(_SCRIPT, arg=[PHOTOS, "in sight"], timeout=120_000)
            first = time.perf_counter()
            page.wait_for_function(_SCRIPT, arg=[PHOTOS, "all"], timeout=600_000)
            every = time.perf_counter()
            assert len(sent) == PHOTOS
            uploaded = sent[-1]
        clf = gradcam.load_model(DEFAULT_MODEL)
        assert isinstance(clf, TorchClassifier)
        assert isinstance(clf.preprocessing, Preprocessing)
        infer(clf.module, tasks[:16], clf.preprocessing)
        before = time.perf_counter()
        infer(clf.module, tasks, clf.preprocessing)
        plain = time.perf_counter() - before
    note = f"the upload before it took {uploaded - start:.1f} s"
    what = f"{PHOTOS} photos uploaded, to the first screenful of maps"
    yield Row(what, first - uploaded, "s", 3, note=note)
    ours = every - uploaded
    note = f"{PHOTOS / ours:.1f} of {PHOTOS / plain:.1f} photos/s"
    what = f"{PHOTOS} photos uploaded, to the last map: ours / batched inference"
    yield Row(what, plain / ours, "×", 0.8, at_least=True, note=note)


def _note_upload(request: Request, sent: list[float]) -> None:
    if request.method == "PUT":
        sent.append(time.perf_counter())


if __name__ == "__main__":
    for row in rows():
        print(row)
