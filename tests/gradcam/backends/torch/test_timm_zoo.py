"""timm's models with random weights: saved to a folder, and served as the hub would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm
import torch
from safetensors.torch import load_file, save_file
from timm.data import create_transform, resolve_data_config

import gradcam
from gradcam.backends.torch.timm_zoo import label_names, preprocessing_of
from gradcam.preprocess import preprocess
from tests.hub import Hub

PHOTO = np.random.default_rng(0).integers(0, 256, (190, 230, 3), np.uint8)
SMALL = "test_vit.r160_in1k"  # timm's own small network for tests, 160 × 160


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights of SMALL as the hub has them."""
    folder = tmp_path_factory.mktemp("hub")
    torch.manual_seed(0)
    save_file(timm.create_model(SMALL).state_dict(), folder / "model.safetensors")
    return folder


@pytest.fixture
def hub(served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub({f"timm/{SMALL}": served})
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    yield server
    server.close()


@pytest.mark.usefixtures("hub")
def test_a_listed_model_from_its_name_to_its_map(served: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    clf = gradcam.load_model(f"timm/{SMALL}", progress=lambda *now: seen.append(now))
    size = (served / "model.safetensors").stat().st_size
    assert seen[-1] == (size, size)
    assert clf.labels[281] == "tabby"
    result = gradcam.explain(clf, PHOTO, classes=["tabby"])
    torch.manual_seed(0)
    module = timm.create_model(SMALL).eval()
    x = torch.from_numpy(preprocess(PHOTO, clf.preprocessing).values).permute(2, 0, 1)[None]
    kept: list[torch.Tensor] = []
    layer = next(one for one in clf.layers() if one.recommended)
    module.get_submodule(layer.name).register_forward_hook(lambda _m, _i, out: kept.append(out))
    logit = module(x)[0, 281]
    (G,) = torch.autograd.grad(logit, kept)
    channels, height, width = layer.shape
    A, G = (
        t.detach()[0, -height * width :].T.reshape(channels, height, width) for t in (kept[0], G)
    )
    expected = (G.mean((1, 2))[:, None, None] * A).sum(0)
    np.testing.assert_allclose(result.maps[0].values, expected, atol=1e-5)
    assert result.maps[0].prediction.logit == pytest.approx(logit.item(), abs=1e-5)


def test_weights_of_another_network_are_refused(hub: Hub, tmp_path: Path) -> None:
    save_file({"stem.weight": torch.zeros(1)}, tmp_path / "model.safetensors")
    hub.folders[f"timm/{SMALL}"] = tmp_path
    with pytest.raises(gradcam.WeightsError, match="does not fit test_vit"):
        gradcam.load_model(f"timm/{SMALL}")


def saved(folder: Path, **settings: Any) -> torch.nn.Module:
    """Save a network for four classes as timm.models.save_for_hf would; return it."""
    torch.manual_seed(0)
    module = timm.create_model("test_resnet", num_classes=4).eval()
    folder.mkdir(exist_ok=True)
    save_file(module.state_dict(), folder / "model.safetensors")
    cfg = {"input_size": [3, 96, 96], "crop_pct": 1.0, "mean": [0.5] * 3, "std": [0.5] * 3}
    about = {
        "architecture": "test_resnet",
        "num_classes": 4,
        "pretrained_cfg": cfg | {"num_classes": 4},
    }
    (folder / "config.json").write_text(json.dumps(about | settings))
    return module


def test_a_folder_that_timm_saved(tmp_path: Path) -> None:
    module = saved(tmp_path / "mine", label_names=["cat", "dog", "hen", "pig"])
    clf = gradcam.load_model(tmp_path / "mine")
    assert clf.labels == ("cat", "dog", "hen", "pig")
    assert clf.preprocessing.crop == (96, 96)
    values = preprocess(PHOTO, clf.preprocessing).values
    logits = module(torch.from_numpy(values).permute(2, 0, 1)[None])[0]
    result = gradcam.explain(clf, PHOTO, classes=[2])
    assert result.maps[0].prediction.logit == pytest.approx(logits[2].item(), abs=1e-5)


def test_a_folder_without_labels_has_numbered_classes(tmp_path: Path) -> None:
    saved(tmp_path)
    assert gradcam.load_model(tmp_path).labels[:2] == ("class 0", "class 1")


def test_the_same_through_the_hub(hub: Hub, tmp_path: Path) -> None:
    saved(tmp_path / "theirs")
    hub.folders["me/net"] = tmp_path / "theirs"
    clf = gradcam.load_model("hf/me/net")
    assert (clf.id, clf.title, len(clf.labels)) == ("hf/me/net", "net", 4)
    hub.folders.clear()
    assert gradcam.load_model("hf/me/net").digest == clf.digest  # from the cache


def test_the_settings_are_part_of_the_digest(tmp_path: Path) -> None:
    """The same weights in a network with another activation are another model."""
    saved(tmp_path / "mine")
    saved(tmp_path / "other", model_args={"drop_rate": 0.1})
    mine, other = (gradcam.load_model(tmp_path / name) for name in ("mine", "other"))
    assert mine.digest != other.digest


def test_a_damaged_file_is_said_to_be_one_without_its_place(tmp_path: Path) -> None:
    saved(tmp_path / "mine")
    (tmp_path / "mine" / "model.safetensors").write_bytes(b"hello")
    with pytest.raises(gradcam.WeightsError, match="cannot be read") as caught:
        gradcam.load_model(tmp_path / "mine")
    assert str(tmp_path) not in str(caught.value)
    assert "Delete" not in caught.value.hint


@pytest.mark.parametrize(
    "settings",
    [
        {"model_args": {"num_classes": 7}, "pretrained_cfg": {"classifier": "fc"}},
        {"model_args": {"pretrained_strict": False}},
    ],
)
def test_a_head_filled_at_random_is_refused(tmp_path: Path, settings: dict[str, Any]) -> None:
    """Without its head the file fits any number of classes, if timm is told not to mind."""
    saved(tmp_path, **settings)
    if "pretrained_strict" in settings["model_args"]:
        file = tmp_path / "model.safetensors"
        kept = {name: t for name, t in load_file(file).items() if "fc" not in name}
        save_file(kept, file)
    with pytest.raises(gradcam.WeightsError, match="classes that"):
        gradcam.load_model(tmp_path)


@pytest.mark.parametrize(
    ("settings", "error", "sentence"),
    [
        ({"architecture": "no_such_net"}, gradcam.ModelError, "no_such_net"),
        ({"num_classes": 0}, gradcam.ModelError, "computes features"),
        ({"architecture": "test_vit"}, gradcam.WeightsError, "does not fit"),
    ],
)
def test_a_folder_that_is_no_classifier_here(
    tmp_path: Path, settings: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    saved(tmp_path, **settings)
    with pytest.raises(error, match=sentence):
        gradcam.load_model(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [{}, {"crop_pct": 0.95, "interpolation": "bilinear"}, {"crop_pct": 1.0, "crop_mode": "squash"},
     {"crop_pct": 0.9, "crop_mode": "squash"}, {"crop_pct": 1.15}],
)  # fmt: skip
def test_preprocessing_is_timms_own(changes: dict[str, Any]) -> None:
    """To 2 levels of 255, which a filter in other arithmetic may differ by."""
    from PIL import Image

    config = resolve_data_config(pretrained_cfg={"input_size": (3, 96, 96)} | changes)
    theirs = create_transform(**config)(Image.fromarray(PHOTO)).permute(1, 2, 0).numpy()
    ours = preprocess(PHOTO, preprocessing_of({"input_size": (3, 96, 96)} | changes)).values
    assert np.abs(theirs - ours).max() <= 2 / 255 / 0.224 + 1e-4


def test_a_transform_that_pads_is_used_as_it_is() -> None:
    """No field of Preprocessing says so; where its values lie in the photo is measured."""
    how = preprocessing_of({"input_size": (3, 96, 96), "crop_mode": "border", "crop_pct": 1.0})
    assert how.crop == (96, 96)
    window = preprocess(PHOTO, how).window
    assert (window.left, window.right) == pytest.approx((0, 230), abs=3)


def test_names_of_imagenets_subsets() -> None:
    assert label_names("imagenet")[281] == "tabby"
    names = label_names("imagenet-12k")
    assert (len(names), names[5]) == (11821, "food")
    assert label_names("") == ()
