"""docs/models.md: every family is checked as the page says; the slow ones by `make test-all`."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest

from studies.make_models import PAGE
from studies.zoo.checks import check
from studies.zoo.families import families
from tests.gradcam.backends.torch.networks import REFUSED

QUICK = {
    "torchvision/resnet18", "timm/pvt_v2_b0", "timm/hiera_tiny_224", "transformers/Swin",
    "transformers/Segformer", "Keras applications/MobileNetV2",
}  # fmt: skip
# With random weights, hardly anything of the photo is left in the depth of these.
FORGETFUL = {
    "Networks of tutorials/Spatial transformer", "timm/convmixer_768_32", "timm/vovnet39a",
    "Keras applications/EfficientNetV2B3",
}  # fmt: skip
ALL = {
    f"{family}/{name}": make
    for family, models in families().items()
    for name, make in models.items()
}


def parameter(name: str) -> object:
    quick = name in QUICK or name.startswith("Networks of tutorials/")
    return pytest.param(name, marks=[] if quick else [pytest.mark.heavy, pytest.mark.timeout(900)])


@pytest.mark.parametrize("name", [parameter(name) for name in ALL])
def test_every_model_is_explained_truly_or_refused(name: str) -> None:
    """By hand to 1e-5; the recommended layer moves with the photo; the same from its own file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = check(ALL[name])
    if name.partition("/")[2] in REFUSED:
        assert found.refused
        return
    assert found.refused == ""
    assert found.gradient <= (1e-3 if name in FORGETFUL else 1e-5)
    assert found.round_trip
    if name not in FORGETFUL:
        assert found.recommended not in found.still
        assert len(found.still) <= 0.1 * found.layers


@pytest.mark.parametrize("family", families())
def test_every_model_is_on_the_page(family: str) -> None:
    (section,) = re.findall(rf"^## {family}\n(.*?)(?=^## |\Z)", _page(), re.DOTALL | re.MULTILINE)
    rows = re.findall(r"^\| ([^|]+?) +\|", section, re.MULTILINE)
    assert set(families()[family]) <= set(rows)


def _page() -> str:
    return Path(PAGE).read_text(encoding="utf-8")
