"""The section on which method is best over a folder, of a network small enough to score at once."""

from __future__ import annotations

import io
import time

import numpy as np
from PIL import Image

from components.evaluate.folder_methods import folder_methods
from components.evaluate.sources import Chosen, Photos
from components.view import ViewState
from gradcam.backends.numpy import NumpyClassifier
from gradcam.photos import Given

SIDE, PHOTOS, PAUSE = 16, 8, 0.002


class Slow(NumpyClassifier):
    """A network that takes its time, so that there is time to cancel."""

    def capture(self, *arguments, **options):
        time.sleep(PAUSE)
        return super().capture(*arguments, **options)


def png(n: int) -> bytes:
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    pixels[..., 2] = 120
    row, column = divmod(n, 4)
    pixels[8 * row : 8 * row + 6, 3 * column : 3 * column + 5] = (255, 0, 0)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


clf = Slow(np.eye(3), np.eye(3) * 9, ("red", "green", "<b>blue</b>"), SIDE)
given = [*(Given(f"{n}.png", png(n)) for n in range(PHOTOS)), Given("<i>bad</i>.png", b"nothing")]
view = ViewState(methods=("gradcam", "eigencam"))
photos = Photos("uploads", "your photos", tuple(given))
folder_methods(clf, Chosen(view, clf.layers()[0], None, lambda: photos))
