"""The figure that `show` draws: what is on it, with and without something to show it on."""

from __future__ import annotations

import io
from typing import Any

import matplotlib
import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam.backends.numpy import NumpyClassifier
from gradcam.drawing import figure
from gradcam.drawing.render import Look

PHOTO = np.zeros((20, 40, 3), np.uint8)
PHOTO[:, 20:, 2] = 255


@pytest.fixture
def clf() -> NumpyClassifier:
    head = np.array([[2, 0, -1], [0, 0, 3], [0, 0, 0]])
    return NumpyClassifier(np.eye(3), head, ["red $1", "blue", "nothing"], size=8)


@pytest.fixture
def result(clf: NumpyClassifier) -> gradcam.Explanation:
    return gradcam.explain(clf, PHOTO, classes=[1, 0, 2])


def titles(drawn: Any) -> list[str]:
    return [ax.get_title() for ax in drawn.axes if ax.get_title()]


def test_the_photo_its_maps_and_a_color_bar(result: Any) -> None:
    drawn = figure.draw(result)
    assert len(drawn.axes) == 5
    photo, blue, red, nothing = titles(drawn)
    assert photo == "photo"
    assert blue.splitlines()[0] == f"blue  {100 * result['blue'].prediction.probability:.1f} %"
    assert blue.splitlines()[1].startswith("peak 0.0")
    assert red.startswith("red $1")  # not a formula
    assert nothing.endswith("The gradient of this class is zero at this layer.")
    bar = drawn.axes[-1]
    assert bar.get_ylabel() == "share of each map's peak"
    assert bar.get_ylim() == (0, 1)


def test_panels_are_those_of_a_report(result: Any) -> None:
    """The right half of the crop is blue: drawn in the highest colour of the map."""
    blue = figure.draw(result, Look("viridis", alpha=1)).axes[1].images[0].get_array()
    assert blue.shape == (20, 40, 3)
    np.testing.assert_allclose(blue[10, 25], [253, 231, 37], atol=1)


def test_a_row_per_layer_and_after_five_classes(clf: NumpyClassifier) -> None:
    layers = gradcam.explain(clf, PHOTO, layer=["mix", "features"], top_k=2)
    drawn = figure.draw(layers)
    assert [line.splitlines()[1] for line in titles(drawn)[1:]] == ["mix"] * 2 + ["features"] * 2
    many = NumpyClassifier(np.eye(3), np.ones((7, 3)), size=8)
    assert len(titles(figure.draw(gradcam.explain(many, PHOTO, top_k=7)))) == 8


def test_a_shared_scale_and_both_signs(clf: NumpyClassifier, result: Any) -> None:
    top = max(m.peak for m in result)
    shared = figure.draw(result, Look(scale="shared")).axes[-1]
    assert shared.get_ylabel() == "evidence"
    assert shared.get_ylim() == pytest.approx((0, top))
    both = figure.draw(gradcam.explain(clf, PHOTO, sign="both"))
    assert both.axes[-1].get_ylim() == (-1, 1)


def test_a_notebook_gets_a_picture(result: Any) -> None:
    with Image.open(io.BytesIO(result._repr_png_())) as picture:
        assert picture.format == "PNG"
        assert picture.width > picture.height > 100


def test_without_a_display_it_is_only_returned(
    result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib import pyplot

    monkeypatch.setattr(matplotlib, "get_backend", lambda: "agg")
    before = pyplot.get_fignums()
    assert titles(result.show())[0] == "photo"
    assert pyplot.get_fignums() == before


@pytest.mark.parametrize(("backend", "windows"), [("qtagg", 1), ("inline", 0)])
def test_with_a_display_pyplot_shows_it(
    result: Any, monkeypatch: pytest.MonkeyPatch, backend: str, windows: int
) -> None:
    """A notebook's inline backend shows open figures itself, at the end of the cell."""
    from matplotlib import pyplot

    opened: list[None] = []
    monkeypatch.setattr(matplotlib, "get_backend", lambda: backend)
    monkeypatch.setattr(pyplot, "show", lambda: opened.append(None))
    drawn = result.show()
    try:
        assert len(opened) == windows
        assert drawn.number in pyplot.get_fignums()
        drawn._ipython_display_()  # it is open: the notebook shows it, so it is not shown twice
    finally:
        pyplot.close(drawn)
