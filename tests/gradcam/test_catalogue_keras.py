"""The catalogue agrees with the installed Keras but does not import it."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcam import catalogue
from gradcam.preprocess import preprocess
from gradcam.types import ModelSpec, Preprocessing
from gradcam.weights.cache import find
from tools import make_keras_catalogue as tool
from tools.make_catalogue import FOLDER

CAFFE_MEAN = (123.68 / 255, 116.779 / 255, 103.939 / 255)  # keras.applications.imagenet_utils
RAW = Preprocessing(256, (224, 224), (0, 0, 0), (1 / 255, 1 / 255, 1 / 255))
BASE = "https://storage.googleapis.com/tensorflow/keras-applications"
BUILDERS = tool.builders()
SMALL = ("MobileNetV3Small", "MobileNetV2", "MobileNet", "EfficientNetB0", "ResNet50V2")


pytestmark = pytest.mark.filterwarnings("ignore:`input_shape` is undefined")  # MobileNetV3


@pytest.fixture(scope="module")
def written() -> list[dict[str, Any]]:
    """The rows of keras.json."""
    rows: list[dict[str, Any]] = json.loads((FOLDER / "keras.json").read_text("utf-8"))
    return rows


@pytest.fixture(scope="module")
def specs() -> dict[str, ModelSpec]:
    """The catalogue's Keras rows, by the builder's name."""
    return {spec.id.removeprefix("keras/"): spec for spec in catalogue.keras_specs()}


def assert_close(actual: Preprocessing, expected: Preprocessing) -> None:
    """Compare mean and std to more digits than float32 has, and all else exactly."""
    np.testing.assert_allclose(
        actual.mean + actual.std, expected.mean + expected.std, rtol=1e-9, atol=0
    )
    assert replace(actual, mean=expected.mean, std=expected.std) == expected


def test_every_keras_application_is_listed_once(specs: dict[str, ModelSpec]) -> None:
    assert len(catalogue.keras_specs()) == len(specs) == 40
    assert specs.keys() == BUILDERS.keys()
    assert len({spec.title for spec in specs.values()}) == len(specs)
    assert len({spec.filename for spec in specs.values()}) == len(specs)
    assert {(spec.framework, spec.source) for spec in specs.values()} == {("keras", "keras")}


@pytest.mark.parametrize("name", SMALL)
def test_a_row_is_what_the_tool_would_write(name: str, written: list[dict[str, Any]]) -> None:
    (row,) = [row for row in written if row["id"] == f"keras/{name}"]
    assert row == tool.row(name, BUILDERS[name]), "Run: python tools/make_keras_catalogue.py"


@pytest.mark.heavy
def test_the_file_is_what_the_tool_would_write(written: list[dict[str, Any]]) -> None:
    assert written == tool.rows(), "Run: python tools/make_keras_catalogue.py"


@pytest.mark.parametrize("name", BUILDERS)
def test_urls_and_checksums_are_in_keras_own_source(name: str, specs: dict[str, ModelSpec]) -> None:
    """Read the source, because building all forty models takes a minute."""
    stem = name.removesuffix("V2") if name.startswith("ResNet") else name
    source = inspect.getsource(sys.modules[BUILDERS[stem].__module__])
    kind, _, digest = specs[name].checksum.partition(":")
    assert (kind, len(digest)) in {("md5", 32), ("sha256", 64), ("", 0)}
    assert digest in source
    # Keras splits long addresses into two adjacent strings.
    assert specs[name].url.rsplit("/", 1)[0] in re.sub(r'"\s+"', "", source)


@pytest.mark.parametrize("name", BUILDERS)
def test_preprocessing_matches_keras(name: str, specs: dict[str, ModelSpec]) -> None:
    """Compare with preprocess_input on a photo that needs no resizing."""
    how = specs[name].preprocessing
    photo = np.random.default_rng(0).integers(0, 256, (*how.crop, 3), dtype=np.uint8)
    keras_values = tool.application(BUILDERS[name]).preprocess_input(photo.astype(np.float32))
    ours = preprocess(photo, how, "squash").values
    np.testing.assert_allclose(ours, keras_values, rtol=1e-4, atol=1e-4)
    assert how.resize == round(how.crop[0] / 0.875)


@pytest.mark.parametrize("name", ["NASNetMobile", "NASNetLarge"])
def test_files_that_keras_downloaded_are_found(
    name: str, specs: dict[str, ModelSpec], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keras saves NASNet's files under another name than in their address."""
    spec, size = specs[name], name.removeprefix("NASNet").lower()
    assert spec.url == f"{BASE}/nasnet/NASNet-{size}.h5"
    source = inspect.getsource(sys.modules[BUILDERS[name].__module__])
    assert f'"nasnet_{size}.h5",\n                    NASNET_{size.upper()}_WEIGHT_PATH' in source
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("GRADCAM_CACHE", str(tmp_path / "ours"))
    assert find(spec) is None
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / f"nasnet_{size}.h5").write_bytes(b"weights")
    assert find(spec) == tmp_path / "models" / f"nasnet_{size}.h5"


def test_resnet50_by_hand(specs: dict[str, ModelSpec]) -> None:
    spec = specs["ResNet50"]
    assert (spec.title, spec.parameters) == ("ResNet-50", 25_636_712)
    assert (spec.top1, spec.top5, spec.labels) == (74.9, 92.1, "imagenet")
    assert spec.url == f"{BASE}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5"
    assert spec.checksum == "md5:2cb95161c43110f7111970584f804107"
    assert spec.download_bytes == 102_546_848
    caffe = Preprocessing(256, (224, 224), CAFFE_MEAN, (1 / 255,) * 3, channels="bgr")
    assert_close(spec.preprocessing, caffe)


def test_xception_by_hand(specs: dict[str, ModelSpec]) -> None:
    spec = specs["Xception"]
    assert (spec.title, spec.parameters) == ("Xception", 22_910_480)
    assert (spec.top1, spec.top5) == (79.0, 94.5)
    assert spec.url == f"{BASE}/xception/xception_weights_tf_dim_ordering_tf_kernels.h5"
    assert spec.checksum == "md5:0a58e3b7378bc2990ea3b43d5981f1f6"
    assert_close(spec.preprocessing, Preprocessing(342, (299, 299), (0.5,) * 3, (0.5,) * 3))


def test_efficientnet_b0_by_hand(specs: dict[str, ModelSpec]) -> None:
    spec = specs["EfficientNetB0"]
    assert (spec.title, spec.parameters) == ("EfficientNet-B0", 5_330_571)
    assert (spec.top1, spec.top5) == (77.1, 93.3)
    assert spec.url == "https://storage.googleapis.com/keras-applications/efficientnetb0.h5"
    assert spec.checksum == "md5:902e53a9f72be733fc0bcb005b3ebbac"
    assert_close(spec.preprocessing, RAW)


def test_convnext_tiny_by_hand(specs: dict[str, ModelSpec]) -> None:
    spec = specs["ConvNeXtTiny"]
    assert (spec.title, spec.parameters) == ("ConvNeXt Tiny", 28_589_128)
    assert (spec.top1, spec.top5) == (81.3, None)
    assert spec.url == f"{BASE}/convnext/convnext_tiny.h5"
    assert spec.checksum == (
        "sha256:8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff"
    )
    assert_close(spec.preprocessing, RAW)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("EfficientNetV2B3", "EfficientNet V2 B3"),
        ("EfficientNetV2S", "EfficientNet V2 S"),
        ("InceptionResNetV2", "Inception-ResNet V2"),
        ("MobileNetV3Large", "MobileNetV3 Large"),
        ("NASNetMobile", "NASNet Mobile"),
        ("ResNet101V2", "ResNet-101 V2"),
        ("VGG16", "VGG-16"),
    ],
)
def test_titles_are_spelt_as_usual(name: str, title: str, specs: dict[str, ModelSpec]) -> None:
    assert specs[name].title == title


def test_a_network_has_the_same_title_in_both_lists(specs: dict[str, ModelSpec]) -> None:
    shared = {spec.title for spec in specs.values()}
    shared &= {spec.title for spec in catalogue.torchvision_specs()}
    assert shared >= {
        "ConvNeXt Tiny", "DenseNet-121", "EfficientNet-B0", "EfficientNet V2 S", "Inception V3",
        "MobileNetV2", "MobileNetV3 Large", "ResNet-50", "VGG-16",
    }  # fmt: skip


def test_families_stay_together_smallest_first(specs: dict[str, ModelSpec]) -> None:
    titles = [spec.title for spec in specs.values()]
    assert titles[:6] == [
        "ConvNeXt Tiny", "ConvNeXt Small", "ConvNeXt Base", "ConvNeXt Large", "ConvNeXt XLarge",
        "DenseNet-121",
    ]  # fmt: skip
    assert titles[-4:] == ["ResNet-152 V2", "VGG-16", "VGG-19", "Xception"]


def test_only_the_oldest_mobilenets_have_no_checksum(specs: dict[str, ModelSpec]) -> None:
    without = {name for name, spec in specs.items() if not spec.checksum}
    assert without == {"MobileNet", "MobileNetV2"}


def test_accuracies_are_missing_only_if_keras_publishes_none(
    specs: dict[str, ModelSpec],
) -> None:
    assert specs.keys() - tool.ACCURACY.keys() == {"MobileNetV3Small", "MobileNetV3Large"}
    assert tool.ACCURACY.keys() <= specs.keys()
    without = {name for name, spec in specs.items() if spec.top5 is None}
    assert without == {name for name in specs if name.startswith(("ConvNeXt", "MobileNetV3"))}


def test_a_preprocessing_that_mixes_channels_is_refused() -> None:
    with pytest.raises(ValueError, match="mixes"):
        tool.probe(lambda pixel: np.full(3, pixel.mean()))


def test_torchvisions_checksums_are_in_its_file_names() -> None:
    found = {spec.id.split("/")[1]: spec.checksum for spec in catalogue.torchvision_specs()}
    assert found["resnet50"] == "sha256:11ad3fa6"
    assert found["mnasnet0_5"] == "sha256:3ffadce67e"
    assert all(checksum.startswith("sha256:") for checksum in found.values())


def test_reading_the_catalogue_imports_no_framework() -> None:
    code = (
        "import sys; from gradcam import catalogue; assert catalogue.keras_specs(); "
        "print({'torch', 'torchvision', 'tensorflow', 'keras', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "set()"
