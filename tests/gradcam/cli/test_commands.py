"""The command line, run as a user would type it."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam.cli import main
from gradcam.errors import LayerError, NonFiniteError, WeightsError
from gradcam.many import explain_photos
from gradcam.request import Request
from gradcam.weights import cache as fetch


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder `in` with two photos, one of them in a subfolder, and a file that is not a photo."""
    rng = np.random.default_rng(0)
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("a.png", "deep/a.png"):
        Image.fromarray(rng.integers(0, 256, (90, 120, 3), np.uint8)).save(tmp_path / "in" / name)
    (tmp_path / "in" / "notes.png").write_text("not a picture")
    return tmp_path


def test_the_console_script_is_main() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    module, _, name = project["scripts"]["gradcam"].partition(":")
    assert getattr(importlib.import_module(module), name) is main


def test_a_terminal_without_unicode_gets_escapes() -> None:
    command = [sys.executable, "-m", "gradcam", "layers", "bundled/photos"]
    output = subprocess.run(
        command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, cwd=Path(__file__).parents[3],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert r"176\xd710\xd710" in output  # 176×10×10


def test_models_lists_the_catalogue(capsys) -> None:
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("bundled/efficientnet-lite0")
    assert any(line.startswith("torchvision/resnet50 ") and "25.6 M" in line for line in lines)
    assert main(["models", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == [spec.id for spec in gradcam.list_models()]
    assert rows[0]["downloaded"] is True


def test_models_lists_what_matches(capsys) -> None:
    assert main(["models", "timm/resnet50.a1_in1k", "keras/Xcep*"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["timm/resnet50.a1_in1k", "keras/Xception"]
    assert "80.4 %" in lines[0]
    assert main(["models", "timm/no*such"]) == 2


def test_a_malformed_name_of_the_hub(capsys) -> None:
    assert main(["layers", "hf/resnet-50"]) == 2
    assert "Write it as hf/ORG/NAME" in capsys.readouterr().err


def test_layers_marks_the_recommended_one(capsys) -> None:
    assert main(["layers", "bundled/photos"]) == 0
    (line,) = [x for x in capsys.readouterr().out.splitlines() if x.endswith("recommended")]
    assert line.split()[:2] == ["layer3", "176×10×10"]
    assert main(["layers", "bundled/photos", "--json"]) == 0
    (row,) = [row for row in json.loads(capsys.readouterr().out) if row["recommended"]]
    assert (row["name"], row["shape"]) == ("layer3", [176, 10, 10])


def test_a_bad_file_does_not_lose_the_batch(folder, capsys) -> None:
    out = folder / "out"
    status = main(["explain", str(folder / "in"), "--top-k", "2", "--out", str(out)])
    output = capsys.readouterr()
    assert status == 1
    assert "2 of 3 images explained" in output.out
    assert "notes.png: This file is not an image." in output.err
    assert (out / "deep" / "a.png" / "manifest.json").is_file()
    assert len(json.loads((out / "a.png" / "manifest.json").read_text())["maps"]) == 2


def test_a_photo_that_gives_nan_does_not_affect_the_others() -> None:
    """Divided by its own sum, a black photo is 0 / 0."""
    import torch
    from torch import nn

    class Share(nn.Module):
        def forward(self, x):
            return x / x.sum(dim=(1, 2, 3), keepdim=True)

    net = nn.Sequential(Share(), nn.Conv2d(3, 4, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    torch.manual_seed(0)
    how = gradcam.Preprocessing(8, (8, 8), (0, 0, 0), (1, 1, 1))
    clf = gradcam.wrap(net, preprocessing=how)
    white, black = np.full((9, 9, 3), 255, np.uint8), np.zeros((9, 9, 3), np.uint8)
    answers = explain_photos(clf, Request(top_k=1), [white, black, white])
    kinds = [type(answer) for answer in answers]
    assert kinds == [gradcam.Explanation, NonFiniteError, gradcam.Explanation]
    with pytest.raises(LayerError):
        explain_photos(clf, Request(layers=("layer9",)), [white])


def test_json_of_explain(folder, capsys) -> None:
    command = ["explain", str(folder / "in"), "--out", str(folder / "out"), "--only-raw", "--json"]
    assert main(command) == 1
    *lines, last = map(json.loads, capsys.readouterr().out.splitlines())
    by_name = {Path(line["file"]).relative_to(folder / "in").as_posix(): line for line in lines}
    assert {name: line["status"] for name, line in by_name.items()} == {
        "a.png": "done", "deep/a.png": "done", "notes.png": "failed",
    }  # fmt: skip
    assert by_name["a.png"]["output"] == str(folder / "out" / "a.png")
    assert by_name["a.png"]["predictions"][0].keys() == {"index", "label", "probability", "logit"}
    assert by_name["notes.png"]["error"].startswith("This file is not an image.")
    assert by_name["notes.png"]["output"] is None
    assert (last["summary"]["done"], last["summary"]["failed"]) == (2, 1)


def test_photos_of_the_same_name_get_their_own_folders(folder) -> None:
    photos = [str(folder / "in" / name) for name in ("a.png", "deep/a.png")]
    assert main(["explain", *photos, "--only-raw", "--out", str(folder / "out")]) == 0
    found = [json.loads(f.read_text()) for f in (folder / "out").rglob("manifest.json")]
    assert len({manifest["photo"]["sha256"] for manifest in found}) == 2


def test_the_sign_is_in_the_manifest(folder) -> None:
    photo, out = str(folder / "in" / "a.png"), folder / "out"
    assert main(["explain", photo, "--sign", "abs", "--only-raw", "--out", str(out)]) == 0
    maps = json.loads((out / "a.png" / "manifest.json").read_text())["maps"]
    assert {m["sign"] for m in maps} == {"abs"}


def test_the_method_s_parameters_are_in_the_manifest(folder) -> None:
    photo, out = str(folder / "in" / "a.png"), folder / "out"
    command = ["explain", photo, "--only-raw", "--out", str(out), "--classes", "espresso"]
    finer = ["--method", "finercam", "--parameter", "gamma=1", "--parameter", "against=7,3"]
    assert main([*command, *finer, "--augment", "--layer", "stage3", "--layer", "head",
                 "--fuse", "mean"]) == 0  # fmt: skip
    (one,) = json.loads((out / "a.png" / "manifest.json").read_text())["maps"]
    assert one["layer"] == "stage3 + head"
    assert one["parameters"] == {
        "gamma": 1.0, "nearest": 3, "against": [7, 3],
        "augment": True, "fusion": "mean",
    }  # fmt: skip
    assert one["sign"] == "for"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("gama=1", "Finer-CAM has no option 'gama'. Nearest: gamma."),
        ("gamma=much", "'gamma' of Finer-CAM cannot be 'much'. Give a number of at least 0."),
        ("gamma=", "Option 'gamma' of Finer-CAM cannot be ''."),
        ("nearest=0", "'nearest' of Finer-CAM cannot be 0. Give a whole number of at least 1."),
        ("nearest=1.5", "Option 'nearest' of Finer-CAM cannot be '1.5'."),
        ("against=espresso", "'against' of Finer-CAM cannot be 'espresso'. Give class indices."),
        ("against=1000", "has no class 1000"),
    ],
)
def test_a_wrong_parameter_gives_one_line(folder, capsys, typed: str, message: str) -> None:
    photo, out = str(folder / "in" / "a.png"), str(folder / "out")
    command = ["explain", photo, "--method", "finercam", "--parameter", typed, "--out", out]
    assert main(command) == 2
    assert message in capsys.readouterr().err


def test_a_parameter_is_a_pair(folder, capsys) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["explain", str(folder / "in"), "--parameter", "gamma"])
    assert "'gamma' is not of the form NAME=VALUE" in capsys.readouterr().err


def test_only_raw_can_be_loaded(folder) -> None:
    photo, out = folder / "in" / "a.png", folder / "out"
    assert main(["explain", str(photo), "--only-raw", "--top-k", "3", "--out", str(out)]) == 0
    assert {f.name for f in (out / "a.png").iterdir()} == {"maps.npz", "manifest.json"}
    result = gradcam.load_explanation(out / "a.png", photo)
    fresh = gradcam.explain(gradcam.load_model("bundled/efficientnet-lite0"), photo, top_k=3)
    for ours, theirs in zip(result.maps, fresh.maps, strict=True):
        np.testing.assert_allclose(ours.values, theirs.values, atol=1e-5)


def test_a_preprocessing_from_a_file(folder, capsys) -> None:
    """What the file leaves out stays the model's own; the manifest holds all of it."""
    file = folder / "mine.json"
    file.write_text('{"crop": 64, "mean": 0.5, "std": [0.25, 0.5, 0.25], "channels": "BGR"}')
    photo, out = str(folder / "in" / "a.png"), folder / "out"
    command = ["explain", photo, "--model", "bundled/photos", "--preprocessing", str(file),
               "--only-raw", "--out", str(out)]  # fmt: skip
    assert main(command) == 0
    (manifest,) = out.rglob("manifest.json")
    how = json.loads(manifest.read_text())["preprocessing"]
    usual = gradcam.load_model("bundled/photos").preprocessing
    assert how["crop"] == [64, 64]
    assert how["mean"] == [0.5, 0.5, 0.5]
    assert how["std"] == [0.25, 0.5, 0.25]
    assert how["channels"] == "bgr"
    assert how["interpolation"] == usual.interpolation
    capsys.readouterr()
    assert main(["layers", "bundled/photos", "--preprocessing", str(file)]) == 0
    assert "8×8" in capsys.readouterr().out  # an eighth of 64, as it is 10×10 of the usual 80


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "cannot be read as JSON"),
        ("[224]", "does not hold the fields of a preprocessing"),
        ('{"size": 224}', "'size' is not a field of Preprocessing. Nearest: "),
        ('{"mean": [127.5, 127.5, 127.5]}', "divide mean and std by 255"),
        ('{"do_resize": true}', "Pass the processor itself"),
        (None, "cannot be read as JSON"),
    ],
)
def test_a_preprocessing_that_cannot_be_used(text, sentence, folder, capsys) -> None:
    file = folder / "mine.json"
    if text is not None:
        file.write_text(text)
    assert main(["layers", "bundled/photos", "--preprocessing", str(file)]) == 2
    assert sentence in capsys.readouterr().err


def test_custom_labels(folder, capsys) -> None:
    labels = folder / "labels.txt"
    labels.write_text("\n".join(f"thing {n}" for n in range(1000)) + "\n")
    photo = str(folder / "in" / "a.png")
    command = ["explain", photo, "--labels", str(labels), "--only-raw", "--json",
               "--classes", "thing 7", "--out", str(folder / "out")]  # fmt: skip
    assert main(command) == 0
    first, _ = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["predictions"][0]["label"].startswith("thing ")
    labels.write_text("too few")
    assert main(command) == 2
    assert "1000 outputs but 1 labels" in capsys.readouterr().err
    labels.unlink()
    assert main(command) == 2
    assert "one label per line" in capsys.readouterr().err


def test_mistakes_give_one_line(folder, capsys) -> None:
    assert main(["layers", "bundled/photo"]) == 2
    assert "Nearest: bundled/photos" in capsys.readouterr().err
    photo, out = str(folder / "in" / "a.png"), ["--out", str(folder / "o")]
    assert main(["explain", photo, "--layer", "stage9", *out]) == 2
    assert "Nearest: stage" in capsys.readouterr().err
    assert main(["explain", str(folder / "in" / "notes.png"), *out]) == 2
    (folder / "nothing").mkdir()
    assert main(["explain", str(folder / "nothing"), *out]) == 2
    assert "No images" in capsys.readouterr().err
    assert main(["report", photo, "--out", str(folder / "report.doc")]) == 2
    assert ".html, .pdf, .pptx" in capsys.readouterr().err
    for wrong in (["--alpha", "2"], ["--batch", "0"], ["--scale", "none"]):
        with pytest.raises(SystemExit, match="2"):
            main(["explain", photo, *wrong])


@pytest.mark.parametrize(
    ("suffix", "begins"), [(".html", b"<!doctype html>"), (".pdf", b"%PDF-"), (".pptx", b"PK")]
)
def test_report(folder, capsys, suffix: str, begins: bytes) -> None:
    out = folder / "new" / f"report{suffix}"
    command = ["report", str(folder / "in"), "--title", "Ours & theirs", "--out", str(out)]
    finer = ["--method", "finercam", "--parameter", "gamma=0.9"]
    assert main([*command, *finer, "--top-k", "2", "--notes", "For Monday."]) == 1
    output = capsys.readouterr()
    assert "2 of 3 images explained" in output.out
    assert "notes.png: This file is not an image." in output.err
    content = out.read_bytes()
    assert content[: len(begins)].lower() == begins.lower()
    if suffix == ".html":
        assert b"Ours &amp; theirs" in content
        assert b"For Monday." in content
        assert b"deep/a.png" in content
        assert b"Finer-CAM (gamma 0.9" in content
    assert [file.name for file in out.parent.iterdir()] == [out.name]


@pytest.fixture
def weights(tmp_path, monkeypatch) -> Path:
    """An empty cache, and a fake download that works for every model but ResNet-34."""
    for name in ("GRADCAM_CACHE", "TORCH_HOME", "KERAS_HOME"):
        monkeypatch.setenv(name, str(tmp_path))

    def fetch_weights(spec, *, progress):
        if "resnet34" in spec.id:
            raise WeightsError("unreachable.")
        path = fetch.weights_folder() / spec.filename
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"weights")
        progress(7, 7)
        return path

    monkeypatch.setattr(fetch, "fetch_weights", fetch_weights)
    return tmp_path / "weights"


def test_prefetch(weights: Path, capsys) -> None:
    assert main(["prefetch", "torchvision/resnet18", "bundled/photos"]) == 0
    output = capsys.readouterr().out
    assert "ships with the project" in output
    (file,) = weights.iterdir()
    assert f"downloaded    {file}" in output

    assert main(["prefetch", "torchvision/resnet[13]*", "--json"]) == 1
    *rows, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert {row["id"].removeprefix("torchvision/"): row["status"] for row in rows} == {
        "resnet18": "present", "resnet101": "downloaded", "resnet152": "downloaded",
        "resnet34": "failed",
    }  # fmt: skip
    assert last == {"summary": {"downloaded": 2, "present": 1, "failed": 1}}

    assert main(["prefetch", "torchvision/resnet34"]) == 2
    assert "unreachable." in capsys.readouterr().out


def test_prefetch_checks_all_names_before_it_downloads(weights: Path, capsys) -> None:
    assert main(["prefetch", "torchvision/resnet18", "torchvision/resnet19"]) == 2
    assert "Nearest:" in capsys.readouterr().err
    assert main(["prefetch", "nothing/*"]) == 2
    assert not weights.exists()


def test_the_pixel_values_of_a_file_can_be_said(folder, capsys) -> None:
    """The file holds Rescaling, so [0, 1] is doubted, and what nothing is said about is right."""
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((16, 16, 3)), layers.Rescaling(1 / 127.5, offset=-1), layers.Conv2D(4, 3),
         layers.GlobalAveragePooling2D(), layers.Dense(2)]
    )  # fmt: skip
    model.save(folder / "mine.keras")
    photo, out = folder / "in" / "a.png", folder / "out"
    command = ["explain", str(photo), "--model", str(folder / "mine.keras"), "--out", str(out)]
    for extra, std, note in (([], 1 / 255, ""), (["--range=0-1"], 1, "Note: The model hardly")):
        assert main([*command, "--overwrite", *extra]) == 0
        assert note in (said := capsys.readouterr().err)
        assert bool(note) == ("Note:" in said)
        (manifest,) = out.rglob("manifest.json")
        assert json.loads(manifest.read_text())["preprocessing"]["std"] == [std] * 3


def test_a_catalogue_model_knows_its_pixel_values(folder, capsys) -> None:
    assert main(["explain", str(folder / "in" / "a.png"), "--range=0-255"]) == 2
    assert "knows its preprocessing" in capsys.readouterr().err


def test_a_file_of_another_format_is_said_to_be_one(folder, capsys) -> None:
    assert main(["explain", str(folder / "in" / "a.png"), "--model", "net.onnx"]) == 2
    said = capsys.readouterr().err
    assert "net.onnx is an ONNX model" in said
    assert "was exported from" in said


def test_classes_and_methods_as_people_type_them(folder, capsys) -> None:
    """A class is a label or an index, and "#7" surely an index; a method goes by its title too."""
    photo = str(folder / "in" / "a.png")
    labels = folder / "labels.json"
    labels.write_text(json.dumps({str(n): str((n + 1) % 1000) for n in range(1000)}))
    command = ["explain", photo, "--labels", str(labels), "--only-raw", "--method", "Grad-CAM++",
               "--out", str(folder / "out"), "--classes"]  # fmt: skip
    assert main([*command, "7"]) == 2
    assert "'7' fits several classes of" in capsys.readouterr().err
    assert main([*command, "#7"]) == 0
    facts = json.loads((folder / "out" / "a.png" / "manifest.json").read_text())
    assert facts["request"]["method"] == "gradcam++"
    assert [m["class"]["label"] for m in facts["maps"]] == ["8"]
