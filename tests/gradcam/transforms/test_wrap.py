"""Preprocessing on its way through `wrap` and `load_model` to the maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pictures

import gradcam
from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import ModelError
from gradcam.types import Preprocessing
from tests.gradcam.transforms.photos import photo


def test_a_torch_model_gets_exactly_what_its_transform_makes() -> None:
    """The logits are those of module(transform(image)), to rounding."""
    torch = pytest.importorskip("torch")
    T = pytest.importorskip("torchvision.transforms")

    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1),
        torch.nn.Flatten(), torch.nn.Linear(4, 3),
    ).eval()  # fmt: skip
    code = T.Compose([T.Resize((40, 48)), T.ToTensor(), T.Normalize([0.5] * 3, [0.2] * 3)])
    for given in (code, lambda image: code(image)):
        result = gradcam.explain(gradcam.wrap(net, preprocessing=given), photo(90, 70), top_k=3)
        theirs = net(code(Pictures.fromarray(photo(90, 70)))[None])[0]
        ours = {p.index: p.logit for p in result.predictions}
        np.testing.assert_allclose([ours[k] for k in range(3)], theirs.detach(), atol=1e-5)
        window = result.maps[0].window
        edges = (window.left, window.top, window.right, window.bottom)
        np.testing.assert_allclose(edges, (0, 0, 70, 90), atol=0.3)


def test_a_grey_model_is_given_no_channel_of_a_colour_photo() -> None:
    """The red channel alone would be a silent mistake; grey values in one channel are right."""
    torch = pytest.importorskip("torch")
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(),
    ).eval()  # fmt: skip

    def colours(image: Any) -> np.ndarray:
        return np.asarray(image.resize((16, 16)), np.float32).transpose(2, 0, 1)

    with pytest.raises(ModelError, match=r"takes grey photos.*colours gives colours\. Add a conv"):
        gradcam.wrap(net, preprocessing=colours)

    def grey(image: Any) -> np.ndarray:
        return np.asarray(image.convert("L").resize((16, 16)), np.float32)[None]

    result = gradcam.explain(gradcam.wrap(net, preprocessing=grey), photo(40, 40))
    theirs = net(torch.from_numpy(grey(Pictures.fromarray(photo(40, 40))))[None])[0].max()
    best = max(p.logit for p in result.predictions)
    assert best == pytest.approx(float(theirs.detach()), rel=1e-5)


def test_a_state_dict_takes_a_preprocessing(tmp_path: Path) -> None:
    """It used to be ignored without a word."""
    torch = pytest.importorskip("torch")
    from torchvision import models

    path = tmp_path / "mine.pth"
    torch.save(models.resnet18(num_classes=3).state_dict(), path)
    given = {"crop": 96, "mean": 0.5, "std": 0.5}
    clf = gradcam.load_model(path, architecture="resnet18", preprocessing=given)
    assert clf.preprocessing == Preprocessing(crop=96, mean=0.5, std=0.5)  # type: ignore[arg-type]
    assert clf.layers()[-1].shape[1:] == (3, 3)


def test_a_catalogue_model_takes_a_preprocessing() -> None:
    pytest.importorskip("torch")
    clf = gradcam.load_model("bundled/photos", preprocessing={"channels": "BGR"})
    usual = gradcam.load_model("bundled/photos").preprocessing
    assert clf.preprocessing.channels == "bgr"  # type: ignore[union-attr]
    assert clf.preprocessing.crop == usual.crop


def test_keras_s_own_preprocess_input() -> None:
    keras = pytest.importorskip("keras")
    model = keras.Sequential([
        keras.Input((40, 40, 3)), keras.layers.Conv2D(4, 3), keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(3),
    ])  # fmt: skip
    for name, mean, std, channels in (
        ("resnet50", (123.68 / 255, 116.779 / 255, 103.939 / 255), (1 / 255,) * 3, "bgr"),
        ("mobilenet_v2", (0.5,) * 3, (0.5,) * 3, "rgb"),
        ("densenet", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "rgb"),
    ):
        code = getattr(keras.applications, name).preprocess_input
        how: Any = gradcam.wrap(model, preprocessing=code).preprocessing
        np.testing.assert_allclose([how.mean, how.std], [mean, std], atol=2e-6)
        assert (how.crop, how.channels) == ((40, 40), channels)


def test_just_the_range_of_pixel_values() -> None:
    torch = pytest.importorskip("torch")
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.AdaptiveAvgPool2d(1))
    clf = gradcam.wrap(torch.nn.Sequential(net, torch.nn.Flatten()), preprocessing="-1-1")
    assert clf.preprocessing == Preprocessing(mean=0.5, std=0.5)  # type: ignore[arg-type]


def test_a_grey_keras_model_is_given_no_channel_of_a_colour_photo() -> None:
    keras = pytest.importorskip("keras")
    model = keras.Sequential([
        keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 3), keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(3),
    ])  # fmt: skip
    given = Preprocessing(28, 28, 0, 1)  # type: ignore[arg-type]
    assert gradcam.wrap(model, preprocessing=given).preprocessing.channels == "grey"  # type: ignore[union-attr]
    with pytest.raises(ModelError, match=r"takes grey photos.*gives colours"):
        gradcam.wrap(model, preprocessing=lambda image: np.asarray(image.resize((28, 28))))


def test_code_of_another_size_than_a_keras_model_s() -> None:
    keras = pytest.importorskip("keras")
    model = keras.Sequential([
        keras.Input((40, 40, 3)), keras.layers.Conv2D(4, 3), keras.layers.GlobalAveragePooling2D(),
    ])  # fmt: skip
    with pytest.raises(ModelError, match=r"takes 40 × 40 pixels, but the preprocessing gives 32"):
        gradcam.wrap(model, preprocessing=32)


def test_a_new_preprocessing_is_not_answered_from_the_last_pass() -> None:
    """A pass is cached by photo, layers and weights; it depends on the preprocessing too."""
    clf = NumpyClassifier(np.eye(3), np.eye(3), size=8)
    one = photo(20, 20)
    before = gradcam.explain(clf, one).predictions
    clf.preprocessing = Preprocessing(8, 8, 0.25, 0.5)  # type: ignore[arg-type]
    assert gradcam.explain(clf, one).predictions != before
