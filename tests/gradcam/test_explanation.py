"""A result as people use it: looked at, compared, asked for a class, shown and saved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import ClassError, GradcamError, LayerError
from gradcam.images import open_image

LABELS = ["red", "blue", "nothing"]
PHOTO = np.random.default_rng(0).integers(0, 256, (10, 20, 3), np.uint8)


@pytest.fixture(autouse=True)
def _without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matplotlib, "get_backend", lambda: "agg")


@pytest.fixture
def clf() -> NumpyClassifier:
    head = np.array([[2, -1, 0], [0, 3, 0], [0, 0, 0]])
    return NumpyClassifier(np.eye(3), head, LABELS, size=8)


@pytest.fixture
def result(clf: NumpyClassifier) -> gradcam.Explanation:
    return gradcam.explain(clf, PHOTO, classes=["red", "blue"])


def test_the_five_lines_a_newcomer_writes_first(tmp_path: Path) -> None:
    """As in the README: load, explain, look at the result, show, save."""
    cat = tmp_path / "cat.png"
    Image.fromarray(np.tile(PHOTO, (8, 8, 1))).save(cat)

    clf = gradcam.load_model("bundled/photos")
    result = gradcam.explain(clf, cat)
    printed = repr(result)
    figure = result.show()
    saved = result.save(tmp_path / "out")

    assert re.fullmatch(
        r"<Explanation of bundled/photos: (.+ [\d.]+ %, ){2}.+ [\d.]+ %; "
        r"5 maps by gradcam at [\w.]+>",
        printed,
    )
    assert len(printed) < 200
    assert [len(ax.images) for ax in figure.axes[:6]] == [1] * 6
    assert saved[-1].name == "manifest.json"


def test_everything_prints_on_one_short_line(clf: NumpyClassifier, result: Any) -> None:
    assert repr(clf) == "<NumpyClassifier 'memory/numpy' 8 × 8 pixels>"
    assert re.fullmatch(
        r"<SaliencyMap of 'red' by gradcam at 'features', 8 × 8, peak 0\.\d+>", repr(result.maps[0])
    )
    assert repr(open_image(PHOTO)) == "<Opened photo, 20 × 10 pixels>"
    for one in (result, *result, result.request, *result.predictions, *clf.layers()):
        assert len(repr(one)) < 200
        assert "\n" not in repr(one)
    assert len(repr(gradcam.METHODS["gradcam"])) < 60


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_a_classifier_prints_its_id_without_running(framework: str) -> None:
    if framework == "torch":
        nn = pytest.importorskip("torch").nn
        net: Any = nn.Sequential(nn.Conv2d(3, 2, 1))
        expected = "<TorchClassifier 'memory/mine' 224 × 224 pixels>"
    else:
        keras = pytest.importorskip("keras")
        layers = keras.layers
        net = keras.Sequential([keras.Input((32, 48, 3)), layers.Flatten(), layers.Dense(2)])
        expected = "<KerasClassifier 'memory/mine' 32 × 48 pixels>"
    assert repr(gradcam.wrap(net, title="mine")) == expected


def test_results_are_equal_if_all_they_hold_is(clf: NumpyClassifier, result: Any) -> None:
    again = gradcam.explain(clf, PHOTO, classes=["red", "blue"])
    assert again == result
    assert again.maps == result.maps
    assert again.maps[0] != result.maps[1]
    assert gradcam.explain(clf, PHOTO, classes=["red"]) != result
    assert gradcam.explain(clf, PHOTO[:, ::-1].copy(), classes=["red", "blue"]) != result
    assert result != "a result"
    assert result.maps[0] != result.maps[0].values.tolist()


def test_a_loaded_result_equals_the_saved_one(result: Any, tmp_path: Path) -> None:
    result.save(tmp_path, pictures=False)
    assert gradcam.load_explanation(tmp_path, PHOTO) == result


def test_they_have_no_hash(result: Any) -> None:
    for one in (result, result.maps[0]):
        with pytest.raises(TypeError, match="unhashable type"):
            hash(one)


def test_it_holds_its_maps_in_order(result: Any) -> None:
    assert len(result) == 2
    assert list(result) == list(result.maps)
    assert [m.prediction.label for m in result] == ["red", "blue"]


def test_a_class_is_picked_by_label_or_prediction(result: Any) -> None:
    assert result["red"] is result.maps[0]
    assert result["Blue"] is result.maps[1]
    assert result[result.maps[1].prediction] is result.maps[1]
    assert result.map_of(1) is result.map_of("blue") is result.maps[1]
    assert result.map_of(result.maps[1].prediction) is result.maps[1]
    assert all(one in result for one in ("red", result.maps[1], result.maps[1].prediction))
    assert "nothing" not in result


@pytest.mark.parametrize("key", [0, -1, 281, np.int64(0), True, 1.5, slice(2), None])
def test_a_number_may_mean_two_things(result: Any, key: Any) -> None:
    """Class 1 of a result for classes=[1, 0] is at position 0."""
    with pytest.raises(GradcamError, match="may mean a position or the index of a class"):
        result[key]


@pytest.mark.parametrize(
    ("key", "error", "sentence"),
    [
        ("rde", ClassError, "'rde' is not a class of this result. Nearest: red."),
        ("nothing", ClassError, "'nothing' is not a class of this result."),
        (("red", "mix"), LayerError, "'mix' was not explained. Nearest: features."),
    ],
)
def test_what_was_not_explained(result: Any, key: Any, error: Any, sentence: str) -> None:
    with pytest.raises(error) as caught:
        result[key]
    assert sentence in str(caught.value)
    with pytest.raises(ClassError, match=r"Explain it with classes=\[2\]"):
        result.map_of(2)


def test_of_several_layers_one_is_named(clf: NumpyClassifier) -> None:
    result = gradcam.explain(clf, PHOTO, layer=["mix", "features"], classes=["red", "blue"])
    assert result["blue", "mix"] is result.maps[1]
    assert result.map_of(0, "features") is result.maps[2]
    with pytest.raises(LayerError) as caught:
        result["red"]
    assert str(caught.value) == '\'red\' has maps of 2 layers. Name one: result["red", "mix"].'


def test_two_classes_of_one_label_are_picked_by_index() -> None:
    clf = NumpyClassifier(np.eye(3), np.eye(3), ["crane", "wren", "crane"], size=8)
    result = gradcam.explain(clf, PHOTO)
    with pytest.raises(ClassError, match="fits several classes of this result"):
        result["crane"]
    assert result.map_of(2).prediction.index == 2


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: "torchvision/resnet50", "Load it first: clf = gradcam.load_model("),
        (lambda: Path("mine.keras"), "Load it first: clf = gradcam.load_model('mine.keras')"),
        (lambda: pytest.importorskip("torch").nn.Conv2d(3, 2, 1), "clf = gradcam.wrap(model, "),
        (lambda: PHOTO, "Pass what gradcam.load_model or gradcam.wrap returns, then the image."),
    ],
)
def test_what_is_no_classifier_is_refused_with_the_line_to_write(make: Any, sentence: str) -> None:
    for call in (gradcam.explain, gradcam.explain_batch, gradcam.explain_each):
        with pytest.raises(gradcam.ModelError) as caught:
            call(make(), PHOTO if call is gradcam.explain else [PHOTO])
        assert sentence in str(caught.value)


def test_one_image_is_not_a_batch(clf: NumpyClassifier) -> None:
    for one in ("a.jpg", PHOTO, Image.fromarray(PHOTO)):
        with pytest.raises(gradcam.ImageError, match="one image, not a list"):
            gradcam.explain_batch(clf, one)
    with pytest.raises(gradcam.ImageError, match="explain_batch"):
        gradcam.explain(clf, [PHOTO, PHOTO])


@pytest.mark.filterwarnings("error")
def test_a_logit_of_a_thousand_has_a_probability(clf: NumpyClassifier) -> None:
    clf.multi_label = True
    clf.head = np.array([[-4000, 0, 0], [4000, 0, 0], [0, 0, 0]], np.float32)
    first, *_, last = gradcam.explain(clf, np.full((8, 8, 3), 255, np.uint8)).predictions
    assert (first.probability, last.probability) == (1, 0)
