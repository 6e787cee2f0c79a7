"""Tutorials' networks, wrapped as their authors wrote them, against autograd by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import gradcam
from gradcam.backends.torch.model import TorchClassifier
from tests.gradcam.backends.torch.networks import (
    NETWORKS,
    HiddenSoftmax,
    Siamese,
    TwoHeads,
    build,
    sequential,
)


def square(side: int) -> gradcam.Preprocessing:
    return gradcam.Preprocessing(side, (side, side))


def wrapped(name: str) -> TorchClassifier:
    side = NETWORKS[name][1]
    return gradcam.wrap(build(name), preprocessing=square(side))


def inputs_for(name: str) -> np.ndarray:
    side = NETWORKS[name][1]
    return np.random.default_rng(0).standard_normal((1, side, side, 3), np.float32)


def by_hand(net: nn.Module, x: Tensor, layer: str, index: int) -> tuple:
    """The layer's output and the gradient there of one logit, from torch alone."""
    found: list[Tensor] = []

    def keep(_module, _inputs, output):
        tensor = output[0] if isinstance(output, tuple) else output
        found.append(tensor)
        tensor.retain_grad()

    modules = dict(net.named_modules())
    handle = modules[layer].register_forward_hook(keep)
    # The linear layer that gives the logits is the last one called.
    logits: list[Tensor] = []
    last = [m for m in net.modules() if isinstance(m, nn.Linear)][-1]
    head = modules.get("head") or modules.get("fc3") or modules.get("fc2") or last
    other = head.register_forward_hook(lambda _m, _i, o: logits.append(o))
    net(x)
    handle.remove()
    other.remove()
    row = logits[-1]
    row = torch.cat([-row, row], 1) if row.shape[1] == 1 else row
    row[0, index].backward()
    return row.detach().numpy(), found[-1].detach().numpy(), found[-1].grad.numpy()


@pytest.mark.parametrize("name", [n for n in NETWORKS if n != "Backbone under no_grad"])
def test_the_recommended_layer_agrees_with_autograd_by_hand(name: str) -> None:
    clf, x = wrapped(name), inputs_for(name)
    layer = next(one.name for one in clf.layers() if one.recommended)
    assert layer == NETWORKS[name][2]
    capture = clf.capture(x, [layer])
    G = capture.gradients(np.array([[1]]))[layer][0, 0]
    net = build(name)
    seen = torch.from_numpy(x).permute(0, 3, 1, 2).contiguous()
    seen = seen[:, :1] if name in ("MNIST example", "Spatial transformer") else seen
    logits, A, expected = by_hand(net, seen, layer, 1)
    layout = clf._look.known.traced.layouts[layer]
    np.testing.assert_allclose(capture.logits, logits, atol=1e-5)
    np.testing.assert_allclose(capture.activations[layer], layout.maps(A), atol=1e-5)
    np.testing.assert_allclose(G, layout.maps(expected)[0], atol=1e-5)
    assert G.any()


def test_a_backbone_under_no_grad_has_gradients_at_all_layers_asked_together() -> None:
    """As if it were not under no_grad; and the head's gradients are not lost either."""
    name = "Backbone under no_grad"
    clf, x = wrapped(name), inputs_for(name)
    together = clf.capture(x, ["backbone", "conv"]).gradients(np.array([[0, 1]]))
    alone = clf.capture(x, ["conv"]).gradients(np.array([[0, 1]]))
    net = build(name)
    A = net.backbone(torch.from_numpy(x).permute(0, 3, 1, 2)).detach().requires_grad_()
    net.head(torch.relu(net.conv(A)).mean((2, 3)))[0, 1].backward()
    np.testing.assert_allclose(together["backbone"][0, 1], A.grad[0], atol=1e-6)
    np.testing.assert_allclose(together["conv"], alone["conv"], atol=1e-6)


def test_softmax_is_seen_and_explained_before() -> None:
    net = sequential()
    clf = gradcam.wrap(nn.Sequential(net, nn.Softmax(1)), preprocessing=square(32))
    x = inputs_for("Sequential")
    with torch.no_grad():
        expected = net.eval()(torch.from_numpy(x).permute(0, 3, 1, 2))
    np.testing.assert_allclose(clf.capture(x, []).logits, expected, atol=1e-6)
    assert not clf.multi_label


@pytest.mark.parametrize(
    ("ending", "multi_label"),
    [
        (lambda row: torch.softmax(row, -1), False),
        (lambda row: row.softmax(dim=1).squeeze(), False),
        (lambda row: torch.log(torch.softmax(row, 1)), False),
        (lambda row: torch.nn.functional.log_softmax(row, dim=1), False),
        (torch.sigmoid, True),
        (lambda row: row.sigmoid_(), True),
        (lambda row: {"logits": row.sigmoid()}, True),
    ],
)
def test_however_it_is_written(ending, multi_label: bool) -> None:
    class Ended(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = sequential()

        def forward(self, x: Tensor):
            return ending(self.net(x))

    net = Ended().eval()
    clf = gradcam.wrap(net, preprocessing=square(32))
    x = np.random.default_rng(0).standard_normal((2, 32, 32, 3), np.float32)
    with torch.no_grad():
        expected = net.net(torch.from_numpy(x).permute(0, 3, 1, 2))
    np.testing.assert_allclose(clf.capture(x, []).logits, expected, atol=1e-5)
    assert clf.multi_label is multi_label


def test_probabilities_of_unknown_origin_are_asked_about() -> None:
    clf = gradcam.wrap(HiddenSoftmax(), preprocessing=square(32))
    with pytest.raises(gradcam.ModelError, match=r"look like probabilities.*activation="):
        clf.layers()


def test_probabilities_that_are_said_to_be_a_softmax_are_inverted() -> None:
    """log p less its mean is the logit less its mean."""
    net = HiddenSoftmax().eval()
    how = square(32)
    clf = gradcam.wrap(net, preprocessing=how, activation="softmax")
    x = inputs_for("Sequential")
    with torch.no_grad():
        p = net(torch.from_numpy(x).permute(0, 3, 1, 2))
    logits = net.net(torch.from_numpy(x).permute(0, 3, 1, 2)).detach().numpy()
    np.testing.assert_allclose(clf.capture(x, []).logits, logits - logits.mean(), atol=1e-5)
    logits = gradcam.wrap(net, preprocessing=how, activation="none").capture(x, []).logits
    np.testing.assert_allclose(logits, p, atol=1e-6)


def test_a_softmax_claimed_of_logits_is_refused() -> None:
    clf = gradcam.wrap(sequential(), preprocessing=square(32), activation="softmax")
    with pytest.raises(gradcam.ModelError, match=r"no probabilities of a softmax"):
        clf.layers()


def test_several_outputs_are_asked_about() -> None:
    how = square(32)
    with pytest.raises(gradcam.ModelError, match=r"'boxes' is \(N, 4\), 'scores' is \(N, 6\)"):
        gradcam.wrap(TwoHeads(), preprocessing=how).layers()
    assert len(gradcam.wrap(TwoHeads(), preprocessing=how, output="scores").labels) == 6
    assert len(gradcam.wrap(TwoHeads(), preprocessing=how, output=["boxes"]).labels) == 4
    with pytest.raises(gradcam.ModelError, match=r"output='score'.*'scores'"):
        gradcam.wrap(TwoHeads(), preprocessing=how, output="score").layers()


def test_a_row_beside_features_needs_no_asking() -> None:
    class WithFeatures(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3)
            self.head = nn.Linear(8, 5)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            A = self.conv(x)
            return A, self.head(A.mean((2, 3)))

    clf = gradcam.wrap(WithFeatures(), preprocessing=square(16))
    assert len(clf.labels) == 5


def test_two_images_are_refused_by_name() -> None:
    clf = gradcam.wrap(Siamese(), preprocessing=square(32))
    with pytest.raises(gradcam.ModelError, match=r"Siamese cannot be run.*'other'"):
        clf.layers()


def test_another_input_size_is_named() -> None:
    clf = gradcam.wrap(build("LeNet with view"), preprocessing=square(74))
    with pytest.raises(gradcam.ModelError, match=r"36 rows for 4 photos.*input size"):
        clf.layers()
    clf = gradcam.wrap(build("MNIST example"), preprocessing=square(64))
    with pytest.raises(gradcam.ModelError, match=r"on a photo of 64 × 64 pixels.*say so"):
        clf.layers()


def test_one_photo_at_a_time() -> None:
    clf = wrapped("One photo at a time")
    clf.layers()
    with pytest.raises(gradcam.ModelError, match=r"one photo at a time, and was given 2"):
        clf.capture(np.zeros((2, 32, 32, 3), np.float32), ["conv"])


def test_a_grey_network_sees_grey() -> None:
    """A red photo is 0.299 bright to it, whatever preprocessing says of channels."""
    clf = wrapped("MNIST example")
    assert clf.preprocessing.channels == "grey"


def test_a_layer_with_an_order_of_its_own_is_told() -> None:
    """Tokens column by column are no map until someone says so; then they are."""

    class Columns(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.conv = nn.Conv2d(3, 6, 4, 4)
            self.mix = nn.Linear(6, 6)
            self.head = nn.Linear(6, 3)

        def forward(self, x: Tensor) -> Tensor:
            columns = self.conv(x).permute(0, 3, 2, 1).flatten(1, 2)
            return self.head(self.mix(columns).mean(1))

    def rows(tokens: Tensor) -> Tensor:
        return tokens.reshape(-1, 8, 8, 6).permute(0, 3, 2, 1)

    net = Columns().eval()
    assert [x.name for x in gradcam.wrap(net, preprocessing=square(32)).layers()] == ["conv"]
    clf = gradcam.wrap(net, preprocessing=square(32), layers={"mix": rows})
    assert [x.name for x in clf.layers()] == ["conv", "mix"]
    x = inputs_for("Sequential")
    capture = clf.capture(x, ["mix"])
    A = capture.activations["mix"]
    seen = net.conv(torch.from_numpy(x).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    np.testing.assert_allclose(A[0], net.mix(seen)[0].permute(2, 0, 1).detach(), atol=1e-6)
    G = capture.gradients(np.array([[2]]))["mix"][0, 0]
    np.testing.assert_allclose(G[:, 3, 5], net.head.weight[2].detach() / 64, atol=1e-7)
    np.testing.assert_allclose(clf.resume(x, "mix", A), capture.logits, atol=1e-5)
    np.testing.assert_allclose(clf.resume(x, "mix", 0 * A), net.head.bias[None].detach(), atol=1e-6)


def test_a_reshape_that_does_not_follow_the_photo_is_refused() -> None:
    def mirrored(A: Tensor) -> Tensor:
        return A.flip(3)

    clf = gradcam.wrap(sequential(), preprocessing=square(32), layers={"4": mirrored})
    with pytest.raises(gradcam.LayerError, match=r"does not follow the photo"):
        clf.layers()
    clf = gradcam.wrap(sequential(), preprocessing=square(32), layers={"nowhere": mirrored})
    with pytest.raises(gradcam.LayerError, match=r"names nowhere"):
        clf.layers()


@pytest.mark.parametrize(
    "activation",
    [
        nn.GELU(), nn.GELU("tanh"), nn.SiLU(), nn.Mish(), nn.PReLU(), nn.CELU(), nn.ELU(),
        nn.SELU(), nn.RReLU(), nn.LeakyReLU(), nn.Softsign(), nn.Softplus(), nn.LogSigmoid(),
        nn.Hardswish(), nn.Hardsigmoid(), nn.ReLU6(), nn.Hardtanh(), nn.Tanh(), nn.Sigmoid(),
        nn.Tanhshrink(), nn.Softshrink(), nn.Hardshrink(), nn.Threshold(0.1, 0), nn.GLU(1),
    ],
    ids=lambda one: type(one).__name__,
)  # fmt: skip
def test_guided_backpropagation_refuses_every_other_activation(activation: nn.Module) -> None:
    channels = 4 if isinstance(activation, nn.GLU) else 8
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, 2), activation, nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(channels, 3),
    )  # fmt: skip
    clf = gradcam.wrap(net, preprocessing=square(32))
    kind = {"Hardtanh": "ReLU6"}.get(type(activation).__name__, type(activation).__name__)
    with pytest.raises(gradcam.MethodError, match=f"needs a network of ReLUs, .* has {kind}"):
        clf.guided(inputs_for("Sequential"), np.array([[0]]))


def test_guided_backpropagation_does_not_mind_a_final_softmax() -> None:
    torch.manual_seed(0)
    net = sequential()
    x, classes = inputs_for("Sequential"), np.array([[1]])
    plain = gradcam.wrap(net, preprocessing=square(32)).guided(x, classes)
    ended = nn.Sequential(net, nn.Softmax(1))
    found = gradcam.wrap(ended, preprocessing=square(32)).guided(x, classes)
    np.testing.assert_allclose(found, plain, atol=1e-7)
    assert found.any()


class Squeezed(nn.Module):
    """Squeezes away the axis of the only photo, and of the only unit."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.net = sequential(outputs=outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x).squeeze()


@pytest.mark.parametrize("outputs", [1, 2, 5])
def test_a_row_that_is_squeezed_keeps_its_classes(outputs: int) -> None:
    net = Squeezed(outputs).eval()
    clf = gradcam.wrap(net, preprocessing=square(32))
    x = inputs_for("Sequential")
    with torch.no_grad():
        row = net.net(torch.from_numpy(x).permute(0, 3, 1, 2))
    expected = torch.cat([-row, row], 1) if outputs == 1 else row
    np.testing.assert_allclose(clf.capture(x, []).logits, expected, atol=1e-6)


@pytest.mark.parametrize(
    "ending",
    [
        lambda row: torch.softmax(row, 1)[:, 1],
        lambda row: 1 / (1 + torch.exp(-row)),
        lambda row: torch.nn.functional.hardsigmoid(row),
        lambda row: 1 - torch.sigmoid(row),
    ],
)
def test_a_part_of_a_softmax_or_a_sigmoid_written_out_is_asked_about(ending) -> None:
    class Ended(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.net = sequential(outputs=2)

        def forward(self, x: Tensor) -> Tensor:
            return ending(self.net(x))

    clf = gradcam.wrap(Ended(), preprocessing=square(32))
    with pytest.raises(gradcam.ModelError, match=r"look like probabilities"):
        clf.layers()


def test_ablation_survives_a_network_that_writes_into_the_layer() -> None:
    """The bypass is added in place, then concatenated, so that the first attempt fails half-way."""

    class InPlace(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.conv, self.head = nn.Conv2d(3, 4, 1), nn.Linear(7, 3)

        def forward(self, x: Tensor) -> Tensor:
            A = self.conv(x)
            A += x.mean(1, keepdim=True)
            return self.head(torch.cat([A, x], 1).mean((2, 3)))

    x = inputs_for("Sequential")
    maps = np.random.default_rng(1).random((3, 4, 32, 32), np.float32)
    first = gradcam.wrap(InPlace(), preprocessing=square(32)).resume(x, "conv", maps)
    clf = gradcam.wrap(InPlace(), preprocessing=square(32))
    each = [clf.resume(x, "conv", one[None]) for one in maps]
    np.testing.assert_allclose(first, np.concatenate(each), atol=1e-6)


def test_what_was_said_of_a_network_is_part_of_its_digest() -> None:
    net = TwoHeads()
    how = square(32)
    digests = {gradcam.wrap(net, preprocessing=how, output=o).digest for o in ("scores", "boxes")}
    assert len(digests) == 2


def test_no_preprocessing_is_assumed_in_silence() -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 3, 8), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    with pytest.warns(gradcam.GradcamWarning, match=r"as ImageNet networks are.*preprocessing="):
        gradcam.wrap(net).layers()
