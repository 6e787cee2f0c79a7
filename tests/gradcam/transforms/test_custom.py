"""Anybody's code: called as it is, placed by what it does to ramps, refused if it is not fixed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam.backends.numpy import NumpyClassifier
from gradcam.errors import GradcamError, GradcamWarning
from gradcam.files.schema import build
from gradcam.preprocess import convert, in_words, picture, preprocess
from gradcam.transforms import as_preprocessing
from gradcam.types import AnyPreprocessing, CustomPreprocessing, Preprocessing, Window
from tests.gradcam.transforms.photos import SIZES, photo


def unit(image: Image.Image) -> np.ndarray:
    return np.asarray(image, np.float32) / 255


def stretched(image: Image.Image) -> np.ndarray:
    return unit(image.resize((64, 48), Image.Resampling.BOX))


def corner(image: Image.Image) -> np.ndarray:
    return unit(image.crop((10, 20, 90, 80)).resize((64, 48)))


def half_of_each_side(image: Image.Image) -> np.ndarray:
    width, height = image.size
    box = (width / 4, height / 4, width * 3 / 4, height * 3 / 4)
    return unit(image.resize((64, 64), Image.Resampling.BILINEAR, box))


def on_a_square(image: Image.Image) -> np.ndarray:
    side = max(image.size)
    square = Image.new("RGB", (side, side), "green")
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return unit(square.resize((64, 64)))


def window_of(code: Callable[..., Any], height: int, width: int) -> tuple[float, ...]:
    made = preprocess(photo(height, width), as_preprocessing(code))
    assert made.view is None
    window = made.window
    return window.left, window.top, window.right, window.bottom


@pytest.mark.parametrize(("height", "width"), [*SIZES, (90, 110), (1500, 2000)])
def test_the_window_of_code_is_measured(height: int, width: int) -> None:
    """To a fifth of a pixel of the model's input: 2000 / 64 / 5 = 6 of a large photo's."""
    near = 0.1 + max(height, width) / 64 / 5
    whole = (0, 0, width, height)
    np.testing.assert_allclose(window_of(stretched, height, width), whole, atol=near)
    quarters = (width / 4, height / 4, width * 3 / 4, height * 3 / 4)
    np.testing.assert_allclose(window_of(half_of_each_side, height, width), quarters, atol=near)
    side = max(height, width)
    left, top = -((side - width) // 2), -((side - height) // 2)
    square = (left, top, left + side, top + side)
    np.testing.assert_allclose(window_of(on_a_square, height, width), square, atol=near)


def test_a_window_away_from_the_middle() -> None:
    np.testing.assert_allclose(window_of(corner, 300, 200), (10, 20, 90, 80), atol=0.2)


@pytest.mark.parametrize(
    "values",
    [
        lambda x: x * x,
        lambda x: 1 - x,
        lambda x: x[..., ::-1] * 255 - [103.9, 116.8, 123.7],
        lambda x: x.mean(axis=2),
        lambda x: np.moveaxis(x, 2, 0)[None],
        lambda x: {"pixel_values": [x]},
    ],
)
def test_any_values_and_any_layout(values: Callable[..., Any]) -> None:
    def code(image: Image.Image) -> Any:
        return values(half_of_each_side(image))

    measured = window_of(code, 200, 320)
    np.testing.assert_allclose(measured, (80, 50, 240, 150), atol=0.7)


@pytest.mark.parametrize(
    "code",
    [
        lambda image: unit(image.rotate(3).resize((224, 224))),
        lambda image: unit(image.rotate(90).resize((64, 64))),
        lambda image: stretched(image)[:, ::-1],
        lambda image: stretched(image)[::-1],
        lambda image: np.concatenate([stretched(image)] * 2),
        lambda image: (lambda x: (x - x.mean()) / (x.std() + 1e-6))(stretched(image)),
        lambda image: np.abs(np.diff(stretched(image), axis=1)),
    ],
)
def test_what_cannot_be_placed_shows_the_model_s_own_view(code: Callable[..., Any]) -> None:
    """Turned, mirrored, twice, or normalised by what is in the photo."""
    with pytest.warns(GradcamWarning, match=r"could not be measured, so maps are drawn on the mod"):
        how = as_preprocessing(code)
    assert isinstance(how, CustomPreprocessing)
    assert not how.placed
    made = preprocess(photo(100, 120), how)
    assert made.view is not None
    assert made.view.shape == made.values.shape
    with pytest.raises(GradcamError, match=r"cannot be shown the whole photo"):
        preprocess(photo(100, 120), how, "pad")


def test_a_crop_that_follows_the_photo_s_content_is_not_trusted() -> None:
    """It crops around the brightest pixel, which no ramp can tell."""

    def code(image: Image.Image) -> np.ndarray:
        grey = np.asarray(image.convert("L")).astype(int)
        y, x = np.unravel_index(grey.argmax(), grey.shape)
        ramp = np.ptp(grey) < 230 or grey[0, 0] < 10
        x, y = (0, 0) if ramp else (x, y)
        return unit(image.crop((x, y, x + 60, y + 60)).resize((32, 32)))

    dark = np.clip(photo(200, 200), 20, 180)
    dark[120:124, 100:104] = 255
    dark[190:194, 5:9] = 0
    assert preprocess(dark, as_preprocessing(code)).view is not None


@pytest.mark.parametrize("fit", ["pad", "squash"])
def test_the_whole_photo_is_shown_where_that_is_possible(fit: Any) -> None:
    """Code that keeps the middle half gets a canvas twice as large: the photo is that middle."""
    how = as_preprocessing(half_of_each_side)
    seen = preprocess(photo(120, 240), how, fit)
    expected = (0, -60, 240, 180) if fit == "pad" else (0, 0, 240, 120)
    window = seen.window
    edges = (window.left, window.top, window.right, window.bottom)
    np.testing.assert_allclose(edges, expected, atol=2)
    white = preprocess(np.full((120, 240, 3), 255, np.uint8), how, fit).values
    rows = (white[:, 32].min(axis=1) > 0.99).sum()
    assert abs(rows - (32 if fit == "pad" else 64)) <= 2


def test_code_that_always_crops_one_place_cannot_show_the_whole_photo() -> None:
    with pytest.raises(GradcamError, match=r"or is never all of it\. Use fit='crop'"):
        preprocess(photo(300, 400), as_preprocessing(corner), "pad")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_the_picture_of_what_the_model_sees(order: tuple[int, ...]) -> None:
    """Red stays red, whatever the order of channels and the scale of the values."""

    def code(image: Image.Image) -> np.ndarray:
        return stretched(image)[..., order] * 3 - 1

    how = as_preprocessing(code)
    red = np.full((50, 60, 3), (200, 30, 10), np.uint8)
    seen = picture(preprocess(red, how).values, how)
    assert seen.shape == (48, 64, 3)
    np.testing.assert_allclose(seen[0, 0], (200, 30, 10), atol=1)


def test_probes_of_the_network_pass_the_geometry_by() -> None:
    """To find layers, photos in two halves are sent in: each pixel must arrive where it was."""

    def code(image: Image.Image) -> np.ndarray:
        left = image.crop((0, 0, image.width // 2, image.height)).resize((32, 32))
        return unit(left)[..., ::-1] * 3 - 1

    how, one = as_preprocessing(code), photo(32, 32)
    np.testing.assert_allclose(convert(one, how), one[..., ::-1] / 255 * 3 - 1, atol=1e-4)
    known = Preprocessing(64, 32, 0.5, 0.25, channels="bgr")  # type: ignore[arg-type]
    np.testing.assert_allclose(convert(one, known), (one[..., ::-1] / 255 - 0.5) * 4, atol=1e-5)


def test_the_picture_of_a_known_preprocessing() -> None:
    for channels in ("rgb", "bgr"):
        how = Preprocessing(64, 64, channels=channels)  # type: ignore[arg-type]
        one = photo(64, 64)
        np.testing.assert_array_equal(picture(preprocess(one, how).values, how), one)


def random_mirror(image: Image.Image) -> np.ndarray:
    x = stretched(image)
    return x if np.random.default_rng().random() < 0.5 else x[:, ::-1]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (random_mirror, "random_mirror looks random: it gave one photo two results."),
        (lambda image: image.nothing, "failed on a photo (AttributeError: "),
        (lambda image: image.resize((64, 64)), "returned a picture, without ToTensor()"),
        (lambda _: "a cat", "returned a str, which is not one image"),
        (lambda _: {"a": 1}, "returned a dictionary of 'a', which is not one image"),
        (lambda _: np.zeros((5, 3, 32, 32)), "an array of shape (5, 3, 32, 32)"),
        (lambda _: np.full((3, 32, 32), np.nan), "returned NaN or infinity"),
        (lambda image: unit(image.resize((64, image.height))), "inputs of different sizes (64 × "),
        ("imagenet", "'imagenet' is not a preprocessing. Pass torchvision's"),
        (3.5, "3.5 is not a preprocessing."),
        ({"means": 0}, "'means' is not a field of Preprocessing. Nearest: mean"),
        ((224, 224, 3), "crop cannot be (224, 224, 3)."),
        (Preprocessing, "Preprocessing is a class, not an object of it."),
    ],
)
def test_what_is_refused(code: Any, sentence: str) -> None:
    with pytest.raises(GradcamError, match=re.escape(sentence)):
        as_preprocessing(code)


def test_sizes_and_dictionaries() -> None:
    assert as_preprocessing(32) == Preprocessing(crop=32)  # type: ignore[arg-type]
    assert as_preprocessing((48, 64)) == Preprocessing(crop=(48, 64))
    assert as_preprocessing({"mean": 0.5, "std": 0.5}).mean == (0.5, 0.5, 0.5)  # type: ignore[union-attr]
    usual = Preprocessing(160, 160, 0, 1)  # type: ignore[arg-type]
    changed = as_preprocessing({"crop": 96, "channels": "BGR"}, lambda: usual)
    assert changed == Preprocessing(96, 96, 0, 1, channels="bgr")  # type: ignore[arg-type]
    assert as_preprocessing(None, lambda: usual) is usual


def test_code_that_takes_an_array_and_only_rescales() -> None:
    """As Keras's own preprocess_input: the model says the size, the code the values."""

    def caffe(x: np.ndarray) -> np.ndarray:
        return x.astype(np.float32)[..., ::-1] - [103.939, 116.779, 123.68]

    usual = Preprocessing(96, 96, 0, 1)  # type: ignore[arg-type]
    how = as_preprocessing(caffe, lambda: usual, (96, 96))
    assert isinstance(how, Preprocessing)
    assert (how.resize, how.crop, how.channels) == (96, (96, 96), "bgr")
    np.testing.assert_allclose(np.multiply(how.mean, 255), (123.68, 116.779, 103.939), atol=1e-3)
    np.testing.assert_allclose(how.std, 1 / 255, rtol=1e-5)


def test_equal_code_is_equal_and_other_code_is_not() -> None:
    """What identifies it, in caches and files, is what it does."""
    first, again = (as_preprocessing(lambda image: stretched(image)) for _ in range(2))
    assert first == again
    assert hash(first) == hash(again)
    assert first != as_preprocessing(lambda image: stretched(image) * 2)


def test_in_words() -> None:
    assert in_words(Preprocessing()) == (
        "shorter side to 256, centre 224 × 224 (bilinear), RGB, "
        "ImageNet mean and standard deviation"
    )
    how = Preprocessing((64, 64), 64, 0.5, 0.5, "bicubic", "bgr")  # type: ignore[arg-type]
    assert in_words(how) == "stretched to 64 × 64 (bicubic), BGR, values −1 to 1"
    assert in_words(as_preprocessing(stretched)) == "custom code (stretched) giving 64 × 48 pixels"


def small(code: Callable[..., Any]) -> NumpyClassifier:
    clf = NumpyClassifier(np.eye(3), np.eye(3), size=8)
    clf.preprocessing = as_preprocessing(code)
    return clf


def test_an_explanation_lies_where_the_code_looks() -> None:
    def code(image: Image.Image) -> np.ndarray:
        return half_of_each_side(image)[::8, ::8]

    one = photo(80, 80)
    result = gradcam.explain(small(code), one)
    assert result.maps[0].window.left == pytest.approx(20, abs=6)
    assert result.preprocessing.code is None  # type: ignore[union-attr]


def test_maps_of_the_model_s_own_view(tmp_path: Any) -> None:
    """The result's photo is what the model saw, and saving and loading say so."""

    def code(image: Image.Image) -> np.ndarray:
        return unit(image.rotate(90).resize((8, 8)))

    one = photo(80, 100)
    with pytest.warns(GradcamWarning):
        clf = small(code)
    result = gradcam.explain(clf, one)
    assert result.photo.shape == (8, 8, 3)
    assert result.maps[0].window == Window(0, 0, 8, 8)
    result.save(tmp_path)
    again = gradcam.load_explanation(tmp_path, result.photo)
    assert again.preprocessing == result.preprocessing
    np.testing.assert_array_equal(again.maps[0].values, result.maps[0].values)
    with pytest.raises(GradcamError, match=r"or `result\.photo` if it is the model's own view"):
        gradcam.load_explanation(tmp_path, one)


def test_code_read_back_from_a_file_cannot_be_run() -> None:
    how = CustomPreprocessing("code", "0" * 64, (8, 8), placed=True)
    with pytest.raises(GradcamError, match=r"a file does not hold code\. Pass the code itself"):
        preprocess(photo(8, 8), how)


def test_a_manifest_cannot_bring_code_with_it() -> None:
    """A file's "code" is no part of a preprocessing, whatever it holds."""
    written = {"name": "x", "digest": "0", "crop": [8, 8], "placed": True}
    assert build(AnyPreprocessing, written) == CustomPreprocessing("x", "0", (8, 8), placed=True)
    with pytest.raises(GradcamError, match=r"not usable"):
        build(CustomPreprocessing, {**written, "code": "os.system"})
    older = {"resize": 256, "crop": [224, 224], "mean": [0, 0, 0], "std": [1, 1, 1]}
    assert build(AnyPreprocessing, older) == Preprocessing(256, 224, 0, 1)  # type: ignore[arg-type]


def test_a_range_cannot_be_put_into_custom_code() -> None:
    """It has no fields for it, and usual ones in its place would be another preprocessing."""
    own = CustomPreprocessing("theirs", "0", (64, 64), True)
    with pytest.raises(GradcamError, match="cannot be put into the preprocessing theirs"):
        as_preprocessing("0-255", lambda: own)
