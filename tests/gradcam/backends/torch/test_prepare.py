"""What people hand to `wrap` that is no plain module."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import gradcam
from tests.gradcam.backends.torch.networks import sequential

SMALL = gradcam.Preprocessing(32, (32, 32))
X = np.random.default_rng(0).standard_normal((1, 32, 32, 3), np.float32)


def logits(model: object) -> np.ndarray:
    clf = gradcam.wrap(model, preprocessing=SMALL)
    clf.layers()
    return clf.capture(X, []).logits


def test_compiled_and_parallel_modules_are_the_one_inside() -> None:
    net = sequential().eval()
    for model in (torch.compile(net), nn.DataParallel(net), torch.compile(nn.DataParallel(net))):
        np.testing.assert_array_equal(logits(model), logits(net))
        assert gradcam.wrap(model, preprocessing=SMALL).module is net


def test_an_exported_program_keeps_its_layers() -> None:
    net = sequential().eval()
    batch = torch.export.Dim("batch", min=1, max=64)
    program = torch.export.export(net, (torch.zeros(2, 3, 32, 32),), dynamic_shapes=({0: batch},))
    clf = gradcam.wrap(program, preprocessing=SMALL)
    assert [x.name for x in clf.layers()] == [str(n) for n in range(5)]
    np.testing.assert_allclose(clf.capture(X, []).logits, logits(net), atol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda net: torch.jit.trace(net, torch.zeros(1, 3, 32, 32)), "TorchScript.*made from"),
        (lambda net: torch.jit.script(net), "TorchScript.*made from"),
        (lambda net: net.state_dict(), r"OrderedDict.*load_state_dict"),
        (lambda _: nn.Linear, r"Linear is a class"),
        (lambda net: net.to("meta"), "meta device"),
        (
            lambda net: torch.ao.quantization.quantize_dynamic(net, {nn.Linear}),
            "quantised.*before quantisation",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_has_no_layers_or_gradients_is_refused(make, message: str) -> None:
    with pytest.raises(gradcam.ModelError, match=message):
        gradcam.wrap(make(sequential().eval()), preprocessing=SMALL)


def test_weights_of_inference_mode_are_refused() -> None:
    with torch.inference_mode():
        net = sequential()
    with pytest.raises(gradcam.ModelError, match=r"inference_mode.*outside"):
        gradcam.wrap(net, preprocessing=SMALL)


def test_a_forward_in_inference_mode_is_refused() -> None:
    class Decorated(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = sequential()

        @torch.inference_mode()
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.net(x)

    clf = gradcam.wrap(Decorated(), preprocessing=SMALL)
    with pytest.raises(gradcam.ModelError, match=r"inference_mode.*Take that decorator"):
        clf.layers()


@pytest.mark.parametrize("mode", [torch.inference_mode, torch.no_grad])
def test_the_callers_mode_does_not_matter(mode) -> None:
    """And what was computed there serves calls outside it."""
    net = sequential()
    clf = gradcam.wrap(net, preprocessing=SMALL)
    expected = gradcam.wrap(net, preprocessing=SMALL).capture(X, ["3"]).gradients(np.array([[1]]))
    with mode():
        capture = clf.capture(X, ["3"])
        inside = capture.gradients(np.array([[1]]))
    outside = capture.gradients(np.array([[1]]))
    for G in (inside, outside):
        np.testing.assert_array_equal(G["3"], expected["3"])
    assert inside["3"].any()


def test_nan_weights_are_named() -> None:
    net = sequential()
    net[0].weight.data.fill_(torch.nan)
    with pytest.raises(gradcam.NonFiniteError, match="for any photo"):
        gradcam.wrap(net, preprocessing=SMALL).layers()


def test_a_mixed_precision_caller_does_not_matter() -> None:
    net = sequential()
    expected = logits(net)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        np.testing.assert_array_equal(logits(net), expected)


def test_an_exported_program_is_not_guided_and_its_sigmoid_is_asked_about() -> None:
    batch = torch.export.Dim("batch", min=1, max=64)

    def exported(net: nn.Module) -> object:
        x = torch.zeros(2, 3, 32, 32)
        return torch.export.export(net.eval(), (x,), dynamic_shapes=({0: batch},))

    clf = gradcam.wrap(exported(sequential()), preprocessing=SMALL)
    with pytest.raises(gradcam.MethodError, match="exported program"):
        clf.guided(X, np.array([[0]]))
    clf = gradcam.wrap(exported(sequential(nn.Sigmoid())), preprocessing=SMALL)
    with pytest.raises(gradcam.ModelError, match="look like probabilities"):
        clf.layers()


def test_a_compiled_network_has_its_own_name() -> None:
    assert gradcam.wrap(torch.compile(sequential()), preprocessing=SMALL).title == "Sequential"


def test_a_lazy_network_that_cannot_run_is_said_so() -> None:
    net = nn.Sequential(nn.Conv1d(3, 4, 3), nn.Flatten(), nn.LazyLinear(3))
    with pytest.raises(gradcam.ModelError, match="cannot be run on a photo"):
        gradcam.wrap(net, preprocessing=SMALL).layers()
