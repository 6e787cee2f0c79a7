"""The programs in docs/recipes.md run unchanged, except that their weights are random."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import gradcam

PAGE = Path(__file__).parents[2] / "docs" / "recipes.md"
RECIPES = re.findall(r"^## (.+?)\n.*?^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"),
                     re.MULTILINE | re.DOTALL)  # fmt: skip
WRITTEN = {
    "Xception: two classes of one photo": ["281.png", "207.png"],
    "VGG16: earlier layers against later ones": ["vgg16/manifest.json"],
    "ResNet50: two layers side by side": ["resnet50.png"],
    "Your own fine-tuned Keras model": ["mine.keras"],
    "Your own preprocessing": [],
    "Cover what is hot, and ask again": ["covered.png"],
    "The same network in PyTorch and in Keras": [],
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    Image.fromarray(pixels).save("photo.jpg")
    monkeypatch.setattr(gradcam, "load_model", _random(gradcam.load_model))


def _random(load: Any) -> Any:
    def load_model(id: str, **options: Any) -> Any:
        if not id.startswith("keras/"):
            return load(id, **options)
        import keras

        from gradcam.backends.keras import catalogue as keras_zoo
        from gradcam.catalogue import labels
        from gradcam.models import find_model

        keras.utils.set_random_seed(0)
        spec = find_model(id)
        model = keras_zoo.build(id.removeprefix("keras/"))
        return gradcam.wrap(model, preprocessing=spec.preprocessing, labels=labels(spec.labels))

    return load_model


def _parameter(title: str, code: str) -> object:
    heavy = title.startswith(("VGG16", "ResNet50"))
    return pytest.param(title, code, id=title, marks=pytest.mark.heavy if heavy else ())


@pytest.mark.parametrize(("title", "code"), [_parameter(*recipe) for recipe in RECIPES])
def test_every_recipe_runs(title: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, str(PAGE), "exec"), {"__name__": "recipe"})
    for name in WRITTEN[title]:
        assert Path(name).stat().st_size > 0
    printed = capsys.readouterr().out
    if title.startswith("The same network"):
        assert float(printed.split()[-1]) < 1e-3
    if title == "Your own preprocessing":
        assert printed.startswith("Preprocessing(resize=(96, 128), crop=(96, 128), mean=0.5, std=")
        window = [float(n) for n in re.findall(r"=(-?[\d.]+)", printed.splitlines()[1])]
        np.testing.assert_allclose(window, (0, 0, 160, 240), atol=0.5)
    if title.startswith("VGG16"):
        assert "block5_conv1    14 × 14" in printed


def test_every_recipe_is_tested() -> None:
    assert [title for title, _ in RECIPES] == list(WRITTEN)
