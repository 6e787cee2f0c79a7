"""What of a module may change behind our back, and is noticed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import gradcam
from tests.gradcam.backends.torch.networks import sequential

SMALL = gradcam.Preprocessing(32, (32, 32))


class Scaled(nn.Module):
    """A network with a plain attribute, a counter, and a note of the last shape."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.net = sequential()
        self.scale = 1.0
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        self.last_shape = tuple(x.shape)
        return self.scale * self.net(x)


def average(net: Scaled) -> None:
    """One step of an exponential moving average, as it is usually written."""
    for p in net.parameters():
        p.data = 0.9 * p.data + 0.1


def clip(net: Scaled) -> None:
    net.net[0].weight.data.clamp_(-0.05, 0.05)


def rescale(net: Scaled) -> None:
    net.scale = 2.0


def replace_head(net: Scaled) -> None:
    net.net[7] = nn.Linear(8, 6)


def replace_stem(net: Scaled) -> None:
    net.net[0] = nn.Conv2d(3, 8, 5, 2, 2)


@pytest.mark.parametrize("change", [average, clip, rescale, replace_head, replace_stem])
def test_a_change_is_noticed(change) -> None:
    net = Scaled().eval()
    clf = gradcam.wrap(net, preprocessing=SMALL)
    photo = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    before, digest, version = gradcam.explain(clf, photo), clf.digest, clf.version
    change(net)
    after = gradcam.explain(clf, photo)
    fresh = gradcam.explain(gradcam.wrap(net, preprocessing=SMALL), photo)
    assert (clf.digest != digest, clf.version != version) == (True, True)
    assert after.predictions[0].logit != before.predictions[0].logit
    assert after.predictions[0].logit == pytest.approx(fresh.predictions[0].logit, abs=1e-6)
    np.testing.assert_allclose(after.maps[0].values, fresh.maps[0].values, atol=1e-6)


def test_what_a_forward_pass_sets_itself_is_no_change() -> None:
    net = Scaled().eval()
    clf = gradcam.wrap(net, preprocessing=SMALL)
    clf.layers()
    version, digest, calls = clf.version, clf.digest, net.calls
    clf.capture(np.zeros((2, 32, 32, 3), np.float32), [])
    assert net.calls == calls + 1
    assert (clf.version, clf.digest) == (version, digest)


def test_a_catalogue_model_that_is_trained_on_is_no_longer_the_published_one() -> None:
    clf = gradcam.load_model("bundled/photos")
    photo = np.random.default_rng(0).integers(0, 256, (96, 96, 3), np.uint8)
    before, digest = gradcam.explain(clf, photo), clf.digest
    with torch.no_grad():
        clf.module.fc.weight.add_(torch.randn_like(clf.module.fc.weight))
    after = gradcam.explain(clf, photo)
    assert clf.digest != digest
    assert after.predictions[0].logit != before.predictions[0].logit
