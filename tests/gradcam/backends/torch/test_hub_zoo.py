"""Classifiers of transformers, built small and at random, saved to a folder and loaded from it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers as hf
from PIL import Image

import gradcam
from gradcam.preprocess import preprocess
from gradcam.types import Preprocessing

NAMES = {0: "cat", 1: "dog", 2: "hen"}
SMALL: dict[str, Any] = {"id2label": NAMES, "label2id": {name: k for k, name in NAMES.items()}}
VIT: dict[str, Any] = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
    "intermediate_size": 64, "image_size": 32, "patch_size": 8,
}  # fmt: skip
STAGES: dict[str, Any] = {"depths": [1, 1, 1, 1], "hidden_sizes": [8, 16, 24, 32]}
SWIN: dict[str, Any] = {
    "image_size": 64, "patch_size": 4, "embed_dim": 12, "depths": [2, 2],
    "num_heads": [2, 4], "window_size": 4,
}  # fmt: skip
MIT: dict[str, Any] = STAGES | {
    "num_attention_heads": [1, 2, 2, 4], "mlp_ratios": [2, 2, 2, 2], "decoder_hidden_size": 16,
}  # fmt: skip
MOBILE_VIT: dict[str, Any] = {
    "image_size": 64, "hidden_sizes": [16, 24, 32], "num_attention_heads": 2,
    "neck_hidden_sizes": [8, 8, 16, 16, 24, 24, 32],
}  # fmt: skip
LEVIT: dict[str, Any] = {
    "image_size": 64, "hidden_sizes": [16, 24, 32], "key_dim": [8, 8, 8], "depths": [1, 1, 1],
    "num_attention_heads": [2, 2, 2], "architectures": ["LevitForImageClassification"],
}  # fmt: skip
# Settings, and the size of the input: smaller ones leave nothing of a network with strides.
MODELS: dict[str, tuple[Callable[..., Any], dict[str, Any], int]] = {
    "vit": (hf.ViTConfig, VIT, 32),
    "deit": (hf.DeiTConfig, VIT | {"architectures": ["DeiTForImageClassification"]}, 32),
    "distilled": (
        hf.DeiTConfig,
        VIT | {"architectures": ["DeiTForImageClassificationWithTeacher"]},
        32,
    ),
    "beit": (hf.BeitConfig, VIT | {"use_relative_position_bias": True}, 32),
    "dinov2": (hf.Dinov2Config, VIT | {"mlp_ratio": 2}, 32),
    "swin": (hf.SwinConfig, SWIN, 64),
    "swinv2": (hf.Swinv2Config, SWIN, 64),
    "convnext": (hf.ConvNextConfig, STAGES, 64),
    "convnextv2": (hf.ConvNextV2Config, STAGES, 64),
    "resnet": (hf.ResNetConfig, STAGES | {"embedding_size": 8, "layer_type": "basic"}, 64),
    "regnet": (hf.RegNetConfig, STAGES | {"embedding_size": 8, "groups_width": 8}, 64),
    "mobilenet_v2": (hf.MobileNetV2Config, {"depth_multiplier": 0.25, "image_size": 64}, 64),
    "mobilevit": (hf.MobileViTConfig, MOBILE_VIT, 64),
    "segformer": (hf.SegformerConfig, MIT, 64),
    "pvt": (hf.PvtConfig, MIT | {"image_size": 64, "num_labels": 3}, 64),
    "poolformer": (hf.PoolFormerConfig, STAGES, 64),
    "levit": (hf.LevitConfig, LEVIT, 64),
}
PHOTO = np.random.default_rng(0).integers(0, 256, (70, 90, 3), np.uint8)


def save(folder: Path, name: str, **settings: Any) -> Any:
    """Save a random network of the family `name`, and its processor; return the network."""
    config, shape, side = MODELS[name]
    torch.manual_seed(0)
    network = hf.AutoModelForImageClassification.from_config(config(**SMALL | shape | settings))
    network.save_pretrained(folder)
    hf.ViTImageProcessor(size={"height": side, "width": side}).save_pretrained(folder)
    return network.eval()


def grad_cam_by_hand(network: Any, x: torch.Tensor, layer: gradcam.Layer, index: int) -> Any:
    """Σ_c mean(∂logit/∂A_c) A_c, with nothing but a hook and autograd."""
    kept: list[torch.Tensor] = []

    def keep(_module: Any, _inputs: Any, output: Any) -> None:
        kept.append(output[0] if isinstance(output, tuple) else output)

    handle = network.get_submodule(layer.name).register_forward_hook(keep)
    logit = network(x).logits[0, index]
    handle.remove()
    (gradient,) = torch.autograd.grad(logit, kept[-1])
    channels, height, width = layer.shape
    A, G = (t.detach() for t in (kept[-1], gradient))
    if A.ndim == 3:  # tokens: the class token comes first
        A, G = (t[:, -height * width :].mT.reshape(1, channels, height, width) for t in (A, G))
    elif A.shape[1] != channels:
        A, G = (t.permute(0, 3, 1, 2) for t in (A, G))
    return (G.mean((2, 3), keepdim=True) * A).sum(1)[0].numpy()


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_folder_is_explained_as_by_hand(name: str, tmp_path: Path) -> None:
    network = save(tmp_path, name)
    clf = gradcam.load_model(tmp_path)
    layer = next(one for one in clf.layers() if one.recommended)
    result = gradcam.explain(clf, PHOTO, classes=["dog"])
    values = preprocess(PHOTO, clf.preprocessing).values
    x = torch.from_numpy(values).permute(2, 0, 1)[None]
    np.testing.assert_allclose(
        result.maps[0].prediction.logit, network(x).logits[0, 1].item(), atol=1e-5
    )
    expected = grad_cam_by_hand(network, x, layer, 1)
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(result.maps[0].values, expected, atol=1e-5 * scale)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ViT for three classes; copy it before changing it."""
    folder = tmp_path_factory.mktemp("saved") / "my-vit"
    save(folder, "vit")
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "my-vit"))


def edit(file: Path, **changes: Any) -> None:
    kept = {k: v for k, v in (json.loads(file.read_text()) | changes).items() if v is not None}
    file.write_text(json.dumps(kept))


def test_labels_and_names_come_from_the_folder(saved: Path) -> None:
    clf = gradcam.load_model(str(saved))
    assert clf.labels == ("cat", "dog", "hen")
    assert (clf.id, clf.title) == ("file/my-vit", "my-vit")
    assert not clf.multi_label
    assert gradcam.load_model(f"{saved}/", labels=["a", "b", "c"]).labels == ("a", "b", "c")


def test_placeholders_become_numbered_classes(folder: Path) -> None:
    edit(folder / "config.json", id2label={f"{k}": f"LABEL_{k}" for k in range(3)})
    assert gradcam.load_model(folder).labels == ("class 0", "class 1", "class 2")


def test_a_multi_label_model_has_sigmoids(folder: Path) -> None:
    edit(folder / "config.json", problem_type="multi_label_classification")
    clf = gradcam.load_model(folder)
    assert clf.multi_label
    best = gradcam.explain(clf, PHOTO).predictions[0]
    assert best.probability == pytest.approx(1 / (1 + np.exp(-best.logit)), abs=1e-6)


def test_half_precision_is_explained_in_single(folder: Path) -> None:
    network = hf.AutoModelForImageClassification.from_pretrained(folder, dtype=torch.float16)
    network.save_pretrained(folder)
    clf = gradcam.load_model(folder)
    assert {p.dtype for p in clf.module.parameters()} == {torch.float32}


def test_two_folders_have_two_digests(saved: Path, folder: Path) -> None:
    first = gradcam.load_model(saved).digest
    assert gradcam.load_model(folder).digest == first
    edit(folder / "config.json", problem_type="multi_label_classification")
    assert gradcam.load_model(folder).digest != first


def test_a_model_without_a_head_is_refused(saved: Path, tmp_path: Path) -> None:
    """transformers would make up random weights for its classes, and only log it."""
    hf.AutoModelForImageClassification.from_pretrained(saved).vit.save_pretrained(tmp_path)
    shutil.copy(saved / "preprocessor_config.json", tmp_path)
    with pytest.raises(
        gradcam.ModelError, match=r"not saved as an image classifier but as ViTModel"
    ):
        gradcam.load_model(tmp_path)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model_type": "bert"}, "is no image classifier"),
        ({"model_type": "mine", "auto_map": {"AutoConfig": "mine.Config"}}, "code of its own"),
        ({"problem_type": "regression"}, "predicts a number"),
        ({"id2label": {"0": "age"}, "label2id": {"age": 0}}, "predicts a number"),
        ({"hidden_size": 64}, "weights"),
    ],
)
def test_settings_that_are_no_image_classifiers(
    folder: Path, changes: dict[str, Any], sentence: str
) -> None:
    edit(folder / "config.json", **changes)
    with pytest.raises(gradcam.ModelError, match=sentence):
        gradcam.load_model(folder)


def test_code_in_a_folder_is_never_run(folder: Path, tmp_path: Path) -> None:
    (folder / "mine.py").write_text(f"open({str(tmp_path / 'owned')!r}, 'w')\nclass Config: pass\n")
    edit(folder / "config.json", model_type="mine", auto_map={"AutoConfig": "mine.Config"})
    with pytest.raises(gradcam.ModelError):
        gradcam.load_model(folder)
    torch.save({"w": torch.zeros(1)}, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(gradcam.WeightsError, match=r"has no model\.safetensors"):
        gradcam.load_model(folder)
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("file", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("content", [b"", b"{", b"\x00" * 99])
def test_damaged_files(folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)
    with pytest.raises(gradcam.WeightsError):
        gradcam.load_model(folder)


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(gradcam.WeightsError, match=r"has no readable config\.json"):
        gradcam.load_model(tmp_path)


def test_preprocessing_is_never_guessed(folder: Path) -> None:
    (folder / "preprocessor_config.json").unlink()
    with pytest.raises(gradcam.ModelError, match="without a preprocessor_config"):
        gradcam.load_model(folder)
    how = Preprocessing(resize=32, crop=(32, 32))
    assert gradcam.load_model(folder, preprocessing=how).preprocessing == how


def test_the_processor_decides_what_the_model_sees(folder: Path) -> None:
    """The same values as the processor's own, to rounding of 8-bit colours."""
    clf = gradcam.load_model(folder)
    theirs = hf.ViTImageProcessor.from_pretrained(folder)(
        Image.fromarray(PHOTO), return_tensors="np"
    )
    ours = preprocess(PHOTO, clf.preprocessing).values.transpose(2, 0, 1)
    assert np.abs(theirs["pixel_values"][0] - ours).max() <= 2 / 255 / 0.5 + 1e-4


def test_a_range_changes_the_values_of_the_folders_own_preprocessing(tmp_path: Path) -> None:
    save(tmp_path, "vit")
    how = gradcam.load_model(tmp_path, preprocessing="0-255").preprocessing
    assert isinstance(how, Preprocessing)
    assert (how.resize, how.crop, how.rounding) == ((32, 32), (32, 32), "down")
    assert (how.mean, how.std) == ((0,) * 3, (1 / 255,) * 3)
