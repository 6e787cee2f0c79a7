"""transformers' image processors: read where that gives the same values, else called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcam.errors import GradcamError
from gradcam.preprocess import preprocess
from gradcam.transforms import as_preprocessing
from gradcam.types import CustomPreprocessing, Preprocessing
from tests.gradcam.transforms.photos import SIZES, levels_apart, photo

transformers = pytest.importorskip("transformers")
pytest.importorskip("torchvision")

SMALL = {"height": 64, "width": 64}
READ = {
    "ViT": (
        transformers.ViTImageProcessor(size=SMALL),
        Preprocessing((64, 64), 64, 0.5, 0.5, rounding="down"),  # type: ignore[arg-type]
    ),
    "not normalised": (
        transformers.ViTImageProcessor(size=SMALL, do_normalize=False),
        Preprocessing((64, 64), 64, 0, 1, rounding="down"),  # type: ignore[arg-type]
    ),
    "not rescaled": (
        transformers.ViTImageProcessor(size=SMALL, do_rescale=False, do_normalize=False),
        Preprocessing((64, 64), 64, 0, 1 / 255, rounding="down"),  # type: ignore[arg-type]
    ),
    "ConvNeXt": (
        transformers.ConvNextImageProcessor(size={"shortest_edge": 56}),
        Preprocessing(64, 56, 0.5, 0.5, "bicubic", rounding="down"),  # type: ignore[arg-type]
    ),
    "CLIP": (
        transformers.CLIPImageProcessor(size={"shortest_edge": 64}, crop_size=SMALL),
        Preprocessing(
            64, 64, (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711),  # type: ignore[arg-type]
            "bicubic", rounding="down",
        ),
    ),
    "MobileNet": (
        transformers.MobileNetV2ImageProcessor(size={"shortest_edge": 72}, crop_size=SMALL),
        Preprocessing(72, 64, 0.5, 0.5, rounding="down"),  # type: ignore[arg-type]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_processor_is_read_and_gives_the_same_values(name: str) -> None:
    processor, expected = READ[name]
    how = as_preprocessing(processor)
    assert isinstance(how, Preprocessing)
    np.testing.assert_allclose([how.mean, how.std], [expected.mean, expected.std], atol=1e-7)
    assert (how.resize, how.crop, how.interpolation) == (
        expected.resize, expected.crop, expected.interpolation,
    )  # fmt: skip
    assert levels_apart(processor, how, how.std) <= 2


def test_transformers_rounds_an_odd_crop_down() -> None:
    """64×67 to the middle 64: 1.5 pixels at each side. torchvision would begin at 2."""
    how = as_preprocessing(READ["CLIP"][0])
    assert preprocess(photo(64, 67), how).window.left == 1


@pytest.mark.parametrize(
    "processor",
    [
        transformers.EfficientNetImageProcessor(size=SMALL),  # divides by std a second time
        transformers.ViTImageProcessor(size=SMALL, resample=1),  # Lanczos of tensors is bicubic
    ],
)
def test_a_processor_with_its_own_ways_is_called(processor: Any) -> None:
    """The names and numbers of its settings say something else than it does."""
    how = as_preprocessing(processor)
    assert isinstance(how, CustomPreprocessing)
    assert how.crop == (64, 64)
    assert levels_apart(processor, how, 1) == 0
    for height, width in SIZES[:3]:
        window = preprocess(photo(height, width), how).window
        edges = (window.left, window.top, window.right, window.bottom)
        np.testing.assert_allclose(edges, (0, 0, width, height), atol=0.6)


def test_settings_without_the_processor_are_refused() -> None:
    with pytest.raises(GradcamError, match=r"Pass the processor itself"):
        as_preprocessing({"do_resize": True, "image_mean": [0.5] * 3, "size": SMALL})


def test_the_processor_beside_a_tokenizer() -> None:
    class Both:
        image_processor = READ["ViT"][0]

    assert as_preprocessing(Both()) == READ["ViT"][1]


@pytest.mark.parametrize(
    "processor",
    [
        transformers.ViTImageProcessor(size={"height": 100_000, "width": 64}),
        transformers.CLIPImageProcessor(size={"shortest_edge": 100_000}, do_center_crop=False),
        transformers.CLIPImageProcessor(size={"shortest_edge": 64}, crop_size=100_000),
    ],
)
def test_photos_of_absurd_size_are_refused_and_not_tried(
    processor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(processor), "__call__", None)
    with pytest.raises(GradcamError, match="sides up to 4096"):
        as_preprocessing(processor)


@pytest.mark.parametrize(
    "changes", [{"input_size": (3, 9000, 9000)}, {"crop_pct": 1e-6}, {"crop_mode": "border"}]
)
def test_the_same_of_timms_settings(changes: dict[str, Any]) -> None:
    config = {"input_size": (3, 5000, 5000)} | changes
    with pytest.raises(GradcamError, match="sides up to 4096"):
        as_preprocessing(config)
