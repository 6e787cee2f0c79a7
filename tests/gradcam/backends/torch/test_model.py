"""The PyTorch backend on the traps of DESIGN section 8."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import gradcam
from gradcam.backends.torch.model import TorchClassifier
from tests.gradcam.backends.torch.state import snapshot

SMALL = gradcam.Preprocessing(16, (16, 16))


def classifier(module: nn.Module, **options: object) -> TorchClassifier:
    return gradcam.wrap(module, preprocessing=SMALL, **options)


def convnet() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.5), nn.Linear(8, 5),
    )  # fmt: skip


@pytest.fixture
def inputs() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((2, 16, 16, 3), np.float32)


def test_gradients_are_autograd_s_own(inputs) -> None:
    """Against running the two halves of the network by hand."""
    net = convnet().eval()
    capture = classifier(net).capture(inputs, ["3"])
    x = torch.from_numpy(inputs).permute(0, 3, 1, 2)
    A = net[:4](x).detach().requires_grad_()
    logits = net[4:](A)
    classes = np.array([[4, 0], [1, 1]])
    G = capture.gradients(classes)["3"]
    np.testing.assert_allclose(capture.logits, logits.detach(), atol=1e-5)
    for n in range(2):
        for k in range(2):
            expected = torch.autograd.grad(logits[n, classes[n, k]], A, retain_graph=True)[0][n]
            np.testing.assert_allclose(G[n, k], expected, atol=1e-6)


def test_the_model_is_left_as_it_was_found(inputs) -> None:
    """In training mode, half frozen, with a gradient lying around."""
    net = convnet().train()
    net[4].eval()
    net[0].requires_grad_(False)
    net(torch.randn(2, 3, 16, 16)).sum().backward()
    before = snapshot(net)
    clf = classifier(net)
    clf.layers()
    clf.capture(inputs, ["0", "3"]).gradients(np.array([[0], [1]]))
    assert snapshot(net) == before
    assert torch.is_grad_enabled()


def test_hooks_go_when_the_model_fails() -> None:
    net = convnet()
    clf = classifier(net)
    clf.layers()
    before = snapshot(net)
    with pytest.raises(RuntimeError):
        clf.capture(np.zeros((1, 16, 16, 5), np.float32), ["3"])
    assert snapshot(net) == before


def test_user_hooks_still_run(inputs) -> None:
    net = convnet()
    calls = []
    net[3].register_forward_hook(lambda *_: calls.append("mine"))
    clf = classifier(net)
    clf.layers()
    calls.clear()
    clf.capture(inputs, ["3"])
    assert calls == ["mine"]


def test_a_layer_off_the_path_has_zero_gradient(inputs) -> None:
    class SideBranch(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.seen = nn.Conv2d(3, 4, 1)
            self.unseen = nn.Conv2d(3, 4, 1)
            self.head = nn.Linear(4, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.unseen(x)
            return self.head(self.seen(x).mean((2, 3)))

    clf = classifier(SideBranch())
    assert [x.name for x in clf.layers() if x.recommended] == ["seen"]
    G = clf.capture(inputs, ["unseen"]).gradients(np.array([[0], [1]]))["unseen"]
    assert G.shape == (2, 1, 4, 16, 16)
    assert not G.any()


def test_a_module_called_twice_is_its_last_call(inputs) -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 3, padding=1)
            self.relu = nn.ReLU(inplace=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.relu(self.conv(self.relu(x))).mean((2, 3))

    net = Twice()
    A = classifier(net).capture(inputs, ["relu"]).activations["relu"]
    x = torch.from_numpy(inputs).permute(0, 3, 1, 2)
    np.testing.assert_allclose(A, torch.relu(net.conv(torch.relu(x))).detach(), atol=1e-6)


def test_half_precision_gives_float32_maps() -> None:
    net = convnet().to(torch.bfloat16)
    photo = np.random.default_rng(1).integers(0, 256, (16, 16, 3), np.uint8)
    (best,) = gradcam.explain(classifier(net), photo, top_k=1).maps
    assert best.values.dtype == np.float32
    assert {p.dtype for p in net.parameters()} == {torch.bfloat16}


def test_a_head_of_zeros_does_not_hide_the_path() -> None:
    """ViT starts so; the recommended layer must not depend on it, and the zeros must stay."""
    net = convnet()
    nn.init.zeros_(net[9].weight)
    assert [x.name for x in classifier(net).layers() if x.recommended] == ["5"]
    assert not net[9].weight.any()


def test_an_output_that_is_no_row_of_logits() -> None:
    with pytest.raises(gradcam.ModelError, match="no row of logits"):
        gradcam.explain(classifier(nn.Conv2d(3, 4, 3)), np.zeros((16, 16, 3), np.uint8))


def test_a_model_without_space() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(3 * 16 * 16, 4))
    with pytest.raises(gradcam.ModelError, match="spatial extent"):
        classifier(net).layers()


def test_labels_must_fit() -> None:
    with pytest.raises(gradcam.ModelError, match="5 outputs but 2 labels"):
        _ = classifier(convnet(), labels=["a", "b"]).labels
    assert classifier(convnet()).labels[4] == "class 4"


def test_the_digest_is_the_weights() -> None:
    one, same, other = convnet(), convnet(), convnet()
    with torch.no_grad():
        other[0].bias[0] += 1e-3
    digests = [classifier(net).digest for net in (one, same, other)]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_cuda_agrees_with_the_cpu(inputs) -> None:
    """Same numbers to what TF32-free float32 convolutions allow."""
    torch.backends.cudnn.allow_tf32 = False
    classes = np.array([[0, 1], [2, 3]])
    on_cpu = classifier(convnet()).capture(inputs, ["3"])
    on_gpu = classifier(convnet().cuda()).capture(inputs, ["3"])
    np.testing.assert_allclose(on_gpu.logits, on_cpu.logits, atol=1e-4)
    np.testing.assert_allclose(
        on_gpu.gradients(classes)["3"], on_cpu.gradients(classes)["3"], atol=1e-4
    )


def test_a_model_that_trains_on_is_explained_as_it_is_now() -> None:
    """The same photo again after a step: new weights, new map, new digest."""
    net = convnet()
    clf = classifier(net)
    photo = np.random.default_rng(1).integers(0, 256, (16, 16, 3), np.uint8)
    before = gradcam.explain(clf, photo, classes=[0])
    with torch.no_grad():
        net[9].weight.mul_(-1)
    after = gradcam.explain(clf, photo, classes=[0])
    np.testing.assert_allclose(after.maps[0].values, -before.maps[0].values, atol=1e-6)
    assert after.model_digest != before.model_digest


@pytest.mark.parametrize("count", [1, 3])
def test_the_rules_for_batches_of_classes_change_nothing(count) -> None:
    """Dense layers on tokens, batch norm, and a large head, against plain autograd."""
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, 64, 4, 4), nn.BatchNorm2d(64), nn.ReLU(), nn.Flatten(2),
        nn.Linear(16, 2048), nn.GELU(), nn.Linear(2048, 600), nn.Flatten(), nn.Linear(38400, 30),
    ).eval().requires_grad_(False)  # fmt: skip
    net[1].running_mean.normal_()
    net[1].running_var.uniform_(0.5, 2)
    x = np.random.default_rng(0).standard_normal((2, 16, 16, 3), np.float32)
    classes = np.arange(2 * count).reshape(2, count)
    G = classifier(net).capture(x, ["0"]).gradients(classes)["0"]
    A = net[0](torch.from_numpy(x).permute(0, 3, 1, 2)).requires_grad_()
    logits = net[1:](A)
    for n in range(2):
        for k in range(count):
            (plain,) = torch.autograd.grad(logits[n, classes[n, k]], A, retain_graph=True)
            np.testing.assert_allclose(G[n, k], plain[n], atol=1e-6)


def test_anything_that_is_no_model() -> None:
    with pytest.raises(gradcam.ModelError, match=r"torch\.nn\.Module"):
        gradcam.wrap("resnet50")
