"""The catalogue agrees with the installed torchvision but does not import it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from gradcam import catalogue
from gradcam.errors import ModelError
from gradcam.types import ModelSpec, Preprocessing
from tools import make_catalogue


@pytest.fixture(scope="module")
def truth() -> dict[str, dict[str, Any]]:
    """torchvision's own data, by model id."""
    return {row["id"]: row for row in make_catalogue.rows()}


@pytest.fixture(scope="module")
def specs() -> dict[str, ModelSpec]:
    return {spec.id: spec for spec in catalogue.torchvision_specs()}


def test_the_files_are_what_the_tool_would_write() -> None:
    written = (make_catalogue.FOLDER / "torchvision.json").read_text(encoding="utf-8")
    assert json.loads(written) == make_catalogue.rows(), "Run: python tools/make_catalogue.py"
    assert list(catalogue.labels("imagenet")) == make_catalogue.imagenet_labels()


def test_every_torchvision_classifier_is_listed_once(
    truth: dict[str, dict[str, Any]], specs: dict[str, ModelSpec]
) -> None:
    assert len(catalogue.torchvision_specs()) == len(specs) == len(truth) >= 80
    assert len({spec.title for spec in specs.values()}) == len(specs)
    assert len({spec.filename for spec in specs.values()}) == len(specs)


def test_specs_carry_torchvisions_numbers(
    truth: dict[str, dict[str, Any]], specs: dict[str, ModelSpec]
) -> None:
    for key, row in truth.items():
        spec, how = specs[key], row["preprocessing"]
        assert (spec.url, spec.top1, spec.top5) == (row["url"], row["top1"], row["top5"])
        assert spec.parameters == row["parameters"]
        assert spec.preprocessing == Preprocessing(
            how["resize"], tuple(how["crop"]), tuple(how["mean"]), tuple(how["std"]),
            how["interpolation"],
        )  # fmt: skip


def test_resnet50_by_hand(specs: dict[str, ModelSpec]) -> None:
    spec = specs["torchvision/resnet50"]
    assert (spec.title, spec.framework, spec.source) == ("ResNet-50", "torch", "torchvision")
    assert (spec.parameters, spec.top1, spec.top5) == (25_557_032, 80.858, 95.434)
    assert spec.url == "https://download.pytorch.org/models/resnet50-11ad3fa6.pth"
    assert spec.filename == "resnet50-11ad3fa6.pth"
    assert abs(spec.download_bytes - 102_540_417) < 1000  # the file's true size
    assert spec.preprocessing == Preprocessing(resize=232, crop=(224, 224))


def test_preprocessing_is_each_models_own(specs: dict[str, ModelSpec]) -> None:
    large = specs["torchvision/efficientnet_v2_l"].preprocessing
    assert (large.crop, large.mean, large.interpolation) == ((480, 480), (0.5, 0.5, 0.5), "bicubic")
    assert specs["torchvision/inception_v3"].preprocessing.crop == (299, 299)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("vit_b_16", "ViT-B/16"),
        ("convnext_tiny", "ConvNeXt Tiny"),
        ("mobilenet_v3_large", "MobileNetV3 Large"),
        ("efficientnet_b0", "EfficientNet-B0"),
        ("efficientnet_v2_s", "EfficientNet V2 S"),
        ("regnet_y_400mf", "RegNetY 400MF"),
        ("regnet_x_1_6gf", "RegNetX 1.6GF"),
        ("swin_v2_t", "Swin V2 T"),
        ("mnasnet0_75", "MNASNet 0.75"),
        ("resnext101_32x8d", "ResNeXt-101 32x8d"),
        ("wide_resnet50_2", "Wide ResNet-50-2"),
        ("vgg16_bn", "VGG-16 BN"),
        ("shufflenet_v2_x1_0", "ShuffleNet V2 x1.0"),
    ],
)
def test_titles_are_spelt_as_usual(name: str, title: str) -> None:
    assert make_catalogue.title(name) == title


def test_an_unknown_family_is_an_error() -> None:
    with pytest.raises(LookupError, match="hypernet_9"):
        make_catalogue.title("hypernet_9")


def test_families_stay_together_smallest_first(specs: dict[str, ModelSpec]) -> None:
    resnets = [spec.title for spec in specs.values() if spec.title.startswith("ResNet-")]
    assert resnets == ["ResNet-18", "ResNet-34", "ResNet-50", "ResNet-101", "ResNet-152"]


def test_imagenet_labels_are_a_thousand_different_names() -> None:
    names = catalogue.labels("imagenet")
    assert len(names) == len(set(names)) == 1000
    assert (names[0], names[281], names[999]) == ("tench", "tabby", "toilet tissue")
    # Plain ImageNet uses two names twice; this is how torchvision distinguishes them.
    assert (names[134], names[517]) == ("crane bird", "crane")
    assert (names[638], names[639]) == ("maillot", "maillot tank suit")


def test_an_unknown_label_list_hints_at_the_known_one() -> None:
    with pytest.raises(ModelError, match="imagenet"):
        catalogue.labels("../secrets")


def test_reading_the_catalogue_imports_no_framework() -> None:
    code = (
        "import sys; from gradcam import catalogue; "
        "assert catalogue.torchvision_specs() and catalogue.labels('imagenet'); "
        "print({'torch', 'torchvision', 'tensorflow', 'keras', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "set()"
