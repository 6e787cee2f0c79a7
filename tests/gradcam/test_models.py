"""Loading models from the catalogue and from files."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

import gradcam
from gradcam import bundled, models
from gradcam.backends.torch import catalogue as torch_zoo

PHOTO = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)


@pytest.fixture(scope="module")
def fine_tuned() -> dict[str, torch.Tensor]:
    """A ResNet-18 for four classes."""
    torch.manual_seed(0)
    return torch_zoo.build("resnet18", 4).state_dict()


def write(path: Path, state: object) -> Path:
    if path.suffix == ".safetensors":
        save_file(state, path)
    else:
        torch.save(state, path)
    return path


def test_the_catalogue_begins_with_the_bundled_models() -> None:
    specs = gradcam.list_models()
    assert specs[0].id == "bundled/efficientnet-lite0"
    assert models.is_downloaded(specs[0])
    assert len({spec.id for spec in specs}) == len(specs) > 80


def test_downloaded_lists_what_is_in_the_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GRADCAM_CACHE", "TORCH_HOME", "KERAS_HOME", "HF_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    assert models.downloaded() == {spec.id for spec in bundled.SPECS}
    folder = tmp_path / "GRADCAM_CACHE" / "weights"
    folder.mkdir(parents=True)
    (folder / "resnet18-f37072fd.pth").write_bytes(b"weights")
    (folder / "resnet34-b627a593.pth.part").write_bytes(b"half")
    assert "torchvision/resnet18" in models.downloaded()
    assert "torchvision/resnet34" not in models.downloaded()


def test_an_unknown_id_lists_the_nearest_ones() -> None:
    with pytest.raises(gradcam.ModelError, match="Nearest: torchvision/resnet50"):
        gradcam.load_model("torchvision/resnet5O")


@pytest.mark.parametrize("name", ["Torchvision/ResNet50", "torchvision/RESNET50"])
def test_an_id_in_other_capitals(name: str) -> None:
    assert models.find_model(name).id == "torchvision/resnet50"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("resnet50", "Write torchvision/resnet50 or keras/ResNet50."),
        ("Xception", "Write keras/Xception."),
        ("photos", "Write bundled/photos."),
    ],
)
def test_a_name_without_its_source_is_asked_about(name: str, hint: str) -> None:
    """Never chosen, even where only one fits: another source may have it tomorrow."""
    with pytest.raises(gradcam.ModelError) as caught:
        gradcam.load_model(name)
    assert caught.value.message == f"{name!r} does not say where the model comes from."
    assert caught.value.hint == hint


def test_a_model_in_memory_is_wrapped_not_loaded() -> None:
    with pytest.raises(gradcam.ModelError, match=r"write gradcam\.wrap\(model, "):
        gradcam.load_model(torch.nn.Conv2d(3, 2, 1))  # type: ignore[arg-type]


def test_a_manifest_says_what_network_a_file_was_loaded_into(tmp_path, fine_tuned) -> None:
    path = write(tmp_path / "mine.pth", fine_tuned)
    result = gradcam.explain(gradcam.load_model(path, architecture="resnet18"), PHOTO, top_k=1)
    assert result.architecture == "torchvision/resnet18"
    result.save(tmp_path / "out", pictures=False)
    model = gradcam.files.read_manifest(tmp_path / "out")["model"]
    assert model["id"] == "file/mine.pth"
    assert model["architecture"] == "torchvision/resnet18"
    assert gradcam.load_explanation(tmp_path / "out", PHOTO) == result


@pytest.mark.parametrize("name", ["mine.pth", "mine.pt", "mine.safetensors"])
def test_your_own_state_dict(tmp_path, fine_tuned, name) -> None:
    """The number of classes comes from the file, the labels from the caller."""
    path = write(tmp_path / name, fine_tuned)
    labels = ["cat", "dog", "hen", "pig"]
    clf = gradcam.load_model(path, architecture="resnet18", labels=labels)
    assert clf.labels == tuple(labels)
    assert clf.id == f"file/{name}"
    reference = torch_zoo.build("resnet18", 4)
    reference.load_state_dict(fine_tuned)
    ours = gradcam.explain(clf, PHOTO, classes=["hen"]).maps[0]
    theirs = gradcam.explain(gradcam.wrap(reference), PHOTO, classes=[2]).maps[0]
    np.testing.assert_allclose(ours.values, theirs.values, atol=1e-5)


@pytest.mark.parametrize("name", ["MINE.PTH", "mine.Pt", "mine.SafeTensors"])
def test_endings_in_capitals(tmp_path, fine_tuned, name) -> None:
    path = write(tmp_path / name.lower(), fine_tuned).rename(tmp_path / name)
    assert len(gradcam.load_model(str(path), architecture="resnet18").labels) == 4


def test_a_keras_file_with_its_ending_in_capitals(tmp_path) -> None:
    keras = pytest.importorskip("keras")
    layers = [keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3), keras.layers.Flatten()]
    keras.Sequential([*layers, keras.layers.Dense(2)]).save(tmp_path / "a.keras")
    path = (tmp_path / "a.keras").rename(tmp_path / "A.KERAS")
    assert gradcam.load_model(str(path)).id == "file/A.KERAS"


@pytest.mark.parametrize("id", ["hf/me/net.pt", "hf/me/net.onnx", "hf/me/net"])
def test_hf_is_the_hub_whatever_the_model_is_called(id, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hf/me/net").mkdir(parents=True)
    assert models.spec_of(id).url == f"hf://{id.removeprefix('hf/')}"


def test_a_range_of_pixel_values_is_not_for_the_catalogue() -> None:
    with pytest.raises(gradcam.ModelError) as caught:
        gradcam.load_model("bundled/photos", preprocessing="0-255")
    assert caught.value.hint == "Leave out the range of pixel values, '0-255'."


@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "model"])
def test_common_wrappers_are_removed(tmp_path, fine_tuned, key) -> None:
    parallel = {f"module.{name}": tensor for name, tensor in fine_tuned.items()}
    path = write(tmp_path / "checkpoint.pth", {key: parallel, "epoch": 3})
    assert len(gradcam.load_model(path, architecture="resnet18").labels) == 4


def test_code_in_a_file_is_never_run(tmp_path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "owned",)

    (tmp_path / "evil.pth").write_bytes(pickle.dumps(Evil()))
    torch.save({"w": torch.zeros(1), "x": Evil()}, tmp_path / "evil2.pth")
    for name in ("evil.pth", "evil2.pth"):
        with pytest.raises(gradcam.WeightsError):
            gradcam.load_model(tmp_path / name, architecture="resnet18")
    assert not (tmp_path / "owned").exists()


def test_a_file_that_does_not_fit_is_explained(tmp_path, fine_tuned) -> None:
    path = write(tmp_path / "mine.pth", fine_tuned)
    with pytest.raises(
        gradcam.WeightsError, match=r"does not fit resnet50: \d+ weights are missing"
    ):
        gradcam.load_model(path, architecture="resnet50")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 cut short"])
def test_a_damaged_file(tmp_path, content) -> None:
    for name in ("bad.pth", "bad.safetensors"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(gradcam.WeightsError):
            gradcam.load_model(tmp_path / name, architecture="resnet18")


def test_a_missing_file(tmp_path) -> None:
    with pytest.raises(gradcam.WeightsError, match=r"none\.pth is not there"):
        gradcam.load_model(tmp_path / "none.pth", architecture="resnet18")


def test_a_file_needs_an_architecture(tmp_path, fine_tuned) -> None:
    path = write(tmp_path / "mine.pth", fine_tuned)
    with pytest.raises(gradcam.ModelError, match="weights only"):
        gradcam.load_model(path)
    with pytest.raises(gradcam.ModelError, match="Nearest: resnet18"):
        gradcam.load_model(path, architecture="resnet-18")


@pytest.mark.parametrize("name", ["googlenet", "inception_v3", "densenet121"])
def test_published_files_with_extra_or_old_names_load(tmp_path, name) -> None:
    """GoogLeNet's and Inception's files hold auxiliary heads; DenseNet's uses old names."""
    state = torch_zoo.build(name, 1000).state_dict()
    if name == "densenet121":
        state = {k.replace("norm1.", "norm.1.").replace("conv2.", "conv.2."): v
                 for k, v in state.items()}  # fmt: skip
    path = write(tmp_path / "weights.pth", state)
    clf = gradcam.load_model(path, architecture=name)
    assert clf.labels[281] == "tabby"
    assert not any("aux" in layer.name.lower() for layer in clf.layers())
