"""torchvision's and timm's transforms become the same Preprocessing, number for number."""

from __future__ import annotations

from typing import Any

import pytest

from gradcam.errors import GradcamError
from gradcam.transforms import as_preprocessing
from gradcam.types import CustomPreprocessing, Preprocessing
from tests.gradcam.transforms.photos import levels_apart

torch = pytest.importorskip("torch")
T = pytest.importorskip("torchvision.transforms")
v2 = pytest.importorskip("torchvision.transforms.v2")

MEAN, STD = Preprocessing().mean, Preprocessing().std
IMAGENET = T.Normalize(MEAN, STD)
BICUBIC, LANCZOS = T.InterpolationMode.BICUBIC, T.InterpolationMode.LANCZOS

READ = {
    "v1": (
        T.Compose([T.Resize(256), T.CenterCrop(224), T.ToTensor(), IMAGENET]),
        Preprocessing(),
    ),
    "v1 stretched": (
        T.Compose([T.Resize((60, 80), BICUBIC), T.ToTensor(), IMAGENET]),
        Preprocessing((60, 80), (60, 80), interpolation="bicubic"),
    ),
    "v1 stretched and cropped": (
        T.Compose([T.Resize((70, 70), LANCZOS), T.CenterCrop(64), T.ToTensor()]),
        Preprocessing((70, 70), 64, 0, 1, "lanczos"),  # type: ignore[arg-type]
    ),
    "a crop larger than the resize": (
        T.Compose([T.Resize(61), T.CenterCrop(64), T.ToTensor()]),
        Preprocessing(61, 64, 0, 1),  # type: ignore[arg-type]
    ),
    "MNIST": (
        T.Compose([T.Grayscale(), T.Resize((28, 28)), T.ToTensor(), T.Normalize(0.1307, 0.3081)]),
        Preprocessing((28, 28), 28, 0.1307, 0.3081, channels="grey"),  # type: ignore[arg-type]
    ),
    "v2": (
        v2.Compose(
            [v2.ToImage(), v2.Resize(72), v2.CenterCrop(64), v2.ToDtype(torch.float32, scale=True),
             v2.Normalize([0.5] * 3, [0.5] * 3)]
        ),
        Preprocessing(72, 64, 0.5, 0.5),  # type: ignore[arg-type]
    ),
    "v2 not scaled": (
        v2.Compose([v2.PILToTensor(), v2.Resize((64, 64)), v2.ToDtype(torch.float32)]),
        Preprocessing((64, 64), 64, 0, 1 / 255),  # type: ignore[arg-type]
    ),
    "a mean in grey levels": (
        T.Compose([T.Resize((64, 64)), T.PILToTensor(), v2.ToDtype(torch.float32),
                   T.Normalize([127.5] * 3, [127.5] * 3)]),
        Preprocessing((64, 64), 64, 0.5, 0.5),  # type: ignore[arg-type]
    ),
    "nested": (
        T.Compose([T.Compose([T.Resize(72), T.CenterCrop(64)]), T.ToTensor()]),
        Preprocessing(72, 64, 0, 1),  # type: ignore[arg-type]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_compose_is_read_and_gives_the_same_values(name: str) -> None:
    code, expected = READ[name]
    how = as_preprocessing(code)
    assert how == expected
    assert levels_apart(code, how, expected.std) <= 2


@pytest.mark.parametrize("name", ["resnet50", "swin_v2_t", "inception_v3"])
def test_weights_and_their_transforms(name: str) -> None:
    from torchvision import models

    from gradcam.models import find_model

    weights = models.get_model_weights(name).DEFAULT
    ours = find_model(f"torchvision/{name}").preprocessing
    assert as_preprocessing(weights.transforms()) == ours
    assert as_preprocessing(weights) == ours


def test_transforms_that_were_not_called() -> None:
    from torchvision.models import ResNet18_Weights

    with pytest.raises(GradcamError, match=r"is a class, not an object of it\. Call it first"):
        as_preprocessing(ResNet18_Weights.DEFAULT.value.transforms)


NOT_READ = {
    "no antialiasing": v2.Compose(
        [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Resize((64, 64), antialias=False)]
    ),
    "bicubic overshoot in floats": v2.Compose(
        [T.ToTensor(), v2.Resize((64, 64), interpolation=BICUBIC)]
    ),
    "a longest side": T.Compose([T.Resize(60, max_size=90), T.CenterCrop(64), T.ToTensor()]),
    "a border": T.Compose([T.Pad(10), T.Resize((64, 64)), T.ToTensor()]),
    "a lambda": T.Compose([T.Resize((64, 64)), T.ToTensor(), T.Lambda(lambda x: x * x)]),
    "cropped first": T.Compose([T.CenterCrop(90), T.Resize((64, 64)), T.ToTensor()]),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_what_the_fields_cannot_say_is_called_as_it_is(name: str) -> None:
    """Each would be read as another preprocessing if only its names were looked at."""
    how = as_preprocessing(NOT_READ[name])
    assert isinstance(how, CustomPreprocessing)
    assert how.crop == (64, 64)
    assert how.placed
    assert levels_apart(NOT_READ[name], how, 1) == 0


@pytest.mark.parametrize(
    "step", [T.RandomResizedCrop(64), T.RandomHorizontalFlip(0.01), T.ColorJitter(), v2.AugMix()]
)
def test_augmentation_is_refused_by_name(step: Any) -> None:
    kind = type(step).__name__
    with pytest.raises(GradcamError, match=rf"photos at random \({kind}\)\. Pass the transform"):
        as_preprocessing(T.Compose([step, T.Resize((64, 64)), T.ToTensor()]))


def test_a_transform_without_a_size_says_what_is_missing() -> None:
    with pytest.raises(GradcamError, match=r"does not resize photos.*Preprocessing\(crop=…, mean="):
        as_preprocessing(T.Compose([T.ToTensor(), IMAGENET]))
    known = as_preprocessing(T.Compose([T.ToTensor(), IMAGENET]), size=(224, 224))
    assert known == Preprocessing()


def test_timm_s_transforms_and_configs() -> None:
    data = pytest.importorskip("timm.data")
    config = {
        "input_size": (3, 96, 96), "interpolation": "bicubic", "mean": (0.5, 0.4, 0.3),
        "std": (0.2, 0.3, 0.4), "crop_pct": 0.9, "crop_mode": "center",
    }  # fmt: skip
    expected = Preprocessing(106, 96, (0.5, 0.4, 0.3), (0.2, 0.3, 0.4), "bicubic")  # type: ignore[arg-type]
    for mode, resize in (("center", 106), ("squash", (106, 106))):
        given = config | {"crop_mode": mode}
        code = data.create_transform(**given)
        how = as_preprocessing(given)
        assert how == as_preprocessing(code)
        assert how.resize == resize  # type: ignore[union-attr]
        assert levels_apart(code, how, expected.std) <= 2
    assert as_preprocessing(config) == expected


def test_timm_s_border_mode_needs_the_transform() -> None:
    data = pytest.importorskip("timm.data")
    config = {"input_size": (3, 96, 96), "crop_pct": 0.9, "crop_mode": "border"}
    with pytest.raises(GradcamError, match=r"'border' cannot be read.*create_transform"):
        as_preprocessing(config)
    how = as_preprocessing(data.create_transform(**config))
    assert isinstance(how, CustomPreprocessing)
    assert how.placed
