"""The picture of what the model sees."""

from __future__ import annotations

import numpy as np
from streamlit.testing.v1 import AppTest

from components.seen import _with_its_pixels


def test_a_small_input_keeps_its_pixels() -> None:
    """28 pixels are shown six times as large: the first whole number to reach 160."""
    view = np.arange(28 * 28 * 3, dtype=np.uint8).reshape(28, 28, 3)
    shown = _with_its_pixels(view)
    assert shown.shape == (168, 168, 3)
    np.testing.assert_array_equal(shown[::6, ::6], view)
    assert _with_its_pixels(np.zeros((224, 224, 3), np.uint8)).shape == (224, 224, 3)


def page() -> None:
    import numpy as np

    from components import seen
    from components.engine import Explained
    from components.grid import Answer
    from components.viewer import Row
    from gradcam import Preprocessing, explain, open_image
    from gradcam.backends.numpy import NumpyClassifier

    clf = NumpyClassifier(np.eye(3), np.eye(3), size=8)
    clf.preprocessing = Preprocessing(8, 8, 0.5, 0.5)  # type: ignore[arg-type]
    photo = open_image(np.full((20, 30, 3), (200, 100, 50), np.uint8))
    explained = Explained(explain(clf, photo, fit="pad"), 1.0)
    seen.what_the_model_sees(clf, [Answer(Row(photo, "A *photo*", ()), (explained,))])


def test_words_and_a_picture_of_each_photo() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert app.caption[0].value == (
        "What the model sees: whole photo within a border, 8 × 8 \\(bilinear\\), RGB, "
        "values −1 to 1."
    )
    (images,) = app.get("image")
    assert images.proto.imgs[0].caption == "A \\*photo\\*"
