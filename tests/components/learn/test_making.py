"""The chapter on making, as it is sent: its size, its sums, and what it says."""

from __future__ import annotations

import numpy as np
import pytest

import gradcam
from components import engine
from components.learn.chapter import Chapter, Chosen
from components.learn.choices import TOLD
from components.learn.made import made
from components.learn.making import making
from components.pictures import sample
from gradcam import Layer

LITE0 = "bundled/efficientnet-lite0"
SIZE = 2_000_000  # bytes, and the photo beside them
ESPRESSO = 967


def chosen(
    layer: str = "", index: int = ESPRESSO, method: str = "gradcam", model: str = LITE0
) -> Chosen:
    clf = engine.load(model)
    return Chosen(clf, sample("coffee"), _layer(clf, layer), index, method)


def _layer(clf: gradcam.Classifier, name: str) -> Layer:
    return next(one for one in clf.layers() if one.name == name or (not name and one.recommended))


def words(chapter: Chapter, step: str) -> str:
    return " ".join(next(one.text for one in chapter.steps if one.id == step))


def sums(chapter: Chapter) -> np.ndarray:
    """Add up what was sent, as the browser does."""
    arrays = {name: np.asarray(a) for name, a in chapter.arrays.items() if name != "photo"}
    W = arrays["W"] if arrays["W"].ndim == 3 else arrays["W"][:, None, None]
    products = (W * arrays["A"]).sum(axis=0, dtype=np.float64)
    return products + (arrays["rest"] if chapter.data["sent"] < len(arrays["weights"]) else 0)


@pytest.mark.parametrize("method", [name for name in TOLD if name != "scorecam"])
def test_what_is_sent_adds_up_and_stays_small(method: str) -> None:
    for layer in ("stage1", "stage2", "head"):
        chapter = making(chosen(layer, method=method))
        values = np.asarray(chapter.arrays["map"])
        close = 1e-5 * np.abs(values).max()
        np.testing.assert_allclose(sums(chapter), values, atol=close, rtol=0)
        assert (
            sum(len(a) if isinstance(a, bytes) else a.nbytes for a in chapter.arrays.values())
            < SIZE
        )


def test_a_wide_layer_is_sent_in_part_and_the_others_as_one() -> None:
    """96 maps of 112 × 112: nineteen of them fit, and the lump of the other 77 ends the sum."""
    clf = engine.load(LITE0)
    wide = max(clf.layers(), key=lambda layer: np.prod(layer.shape))
    chapter = making(chosen(wide.name))
    sent = chapter.data["sent"]
    assert isinstance(sent, int)
    assert 8 <= sent < wide.shape[0]
    assert np.asarray(chapter.arrays["rest"]).any()


def test_the_words_have_the_engine_s_numbers() -> None:
    about = chosen()
    chapter, parts = making(about), made(about)
    (one,) = gradcam.explain(about.clf, about.picture.opened.pixels, classes=[ESPRESSO]).maps
    assert "1,000 classes" in words(chapter, "photo")
    assert gradcam.text.figures(one.prediction.logit) in words(chapter, "photo")
    assert f"{parts.positive:,} are positive" in words(chapter, "weights")
    assert "1,280 maps of 7 × 7 numbers" in words(chapter, "channels")
    assert f"After {parts.settled:,} of 1,280 channels" in words(chapter, "sum")
    assert gradcam.text.figures(float(one.values.max())) in words(chapter, "heatmap")
    assert "32 × 32" in words(chapter, "heatmap")


def test_a_class_without_evidence_is_said_to_have_none() -> None:
    clf, photo = engine.load(LITE0), sample("coffee").opened.pixels
    maps = gradcam.explain(clf, photo, classes=list(range(300))).maps
    nothing = next(m.prediction.index for m in maps if m.peak <= 0)
    chapter = making(chosen(index=nothing))
    assert "None of them is above zero" in words(chapter, "heatmap")
    assert chapter.data["empty"] == "No positive evidence for this class at this layer."
    assert "Its first guess is *espresso*" in words(chapter, "photo")


@pytest.mark.heavy
def test_the_keras_twin_tells_the_same_story() -> None:
    ours, twin = making(chosen()), making(chosen(model=f"{LITE0}-keras"))
    assert [step.id for step in twin.steps] == [step.id for step in ours.steps]
    map_, other = np.asarray(ours.arrays["map"]), np.asarray(twin.arrays["map"])
    np.testing.assert_allclose(other, map_, atol=1e-2 * np.abs(map_).max())
