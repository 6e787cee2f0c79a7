"""Settings that ask for too much are refused before anything is built; honest ones are not."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import transformers as hf

import gradcam
from gradcam.errors import ModelError
from gradcam.vault import Budget, sandbox

TASK = "gradcam.backends.torch.sketch:folder"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small ViT with random weights."""
    folder = tmp_path_factory.mktemp("saved") / "my-vit"
    config = hf.ViTConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        image_size=32, patch_size=8, num_labels=3,
    )  # fmt: skip
    hf.ViTForImageClassification(config).save_pretrained(folder)
    hf.ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def test_what_it_will_cost_is_known_beforehand(saved: Path) -> None:
    """Its parameters are those of the built one, counted by transformers itself."""
    found = sandbox.asked(TASK, saved, Budget(), crop=None)
    model = hf.ViTForImageClassification.from_pretrained(saved)
    assert found["parameters"] == model.num_parameters()
    assert found["crop"] == [32, 32]
    # 17 tokens of 32 numbers of 4 bytes: more than ten times, less than a hundred times.
    assert 10 * 17 * 32 * 4 < found["activations"] < 100 * 17 * 32 * 4


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hidden_size": 1_000_000}, "over 1,000,211 M parameters"),
        ({"num_hidden_layers": 4000, "hidden_size": 4096}, "the most is 800 M"),
        ({"image_size": 1_000_000}, "over 500,000 M parameters"),
        ({"patch_size": 0}, "cannot be built from its config.json"),
        ({"hidden_act": "no_such"}, "cannot be built from its config.json"),
        ({"auto_map": {"AutoConfig": "evil.Config"}, "model_type": "evil"}, "code of its own"),
    ],
)
def test_a_configuration_that_asks_for_too_much(
    changes: dict[str, Any], said: str, saved: Path, tmp_path: Path
) -> None:
    for file in saved.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((saved / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | changes))
    with pytest.raises(ModelError) as caught:
        gradcam.load_model(tmp_path)
    assert said in str(caught.value)


def test_its_time_is_up_and_the_next_question_is_answered(saved: Path) -> None:
    sandbox.asked(TASK, saved, Budget(), crop=None)
    began = time.monotonic()
    with pytest.raises(ModelError, match=r"took longer than 0\.01 s to open"):
        sandbox.asked(TASK, saved, Budget(seconds=0.01), crop=None)
    assert time.monotonic() - began < 5
    assert sandbox.asked(TASK, saved, Budget(), crop=None)


def test_settings_of_timm_that_lead_elsewhere(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes((saved / "model.safetensors").read_bytes())
    overlay = {"source": "", "url": "http://169.254.169.254/", "file": "/etc/passwd"}
    settings = {
        "architecture": "test_vit",
        "num_classes": 4,
        "model_args": {"pretrained_cfg_overlay": overlay},
    }
    (tmp_path / "config.json").write_text(json.dumps(settings))
    with pytest.raises(ModelError, match=r"besides the network \(pretrained_cfg_overlay\)"):
        gradcam.load_model(tmp_path)
