"""The sanity check: the original stays as it is, and each number is one that can be checked."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import gradcam
from components.samples import load
from gradcam.errors import CancelledError, ModelError
from gradcam.sanity import EDGES, Cascade, sanity_check
from gradcam.similarity import rank_correlation, ssim
from gradcam.watch import Watch

PHOTO = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)


@pytest.fixture
def clf() -> gradcam.Classifier:
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
        nn.Conv2d(8, 6, 3, stride=2, padding=1), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 5),
    )  # fmt: skip
    net[1].running_mean += 0.3
    return gradcam.wrap(net.eval(), preprocessing=gradcam.Preprocessing(32, (32, 32)))


def weights(clf: gradcam.Classifier) -> list[bytes]:
    return [t.numpy().tobytes() for t in clf.module.state_dict().values()]


def test_states_go_from_the_output_down_run_by_run(clf) -> None:
    check = sanity_check(clf, PHOTO, runs=2)
    assert [block.name for block in check.blocks] == ["7", "3", "0"]
    assert check.blocks[-1].layers == ("0", "1")
    found = [(state.run, state.depth) for state in check.states]
    assert found == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3)]
    # The recommended layer is the second ReLU: only the head is above it.
    assert check.layer == "4"
    assert [state.features_trained for state in check.states[:4]] == [True, True, False, False]


def test_the_model_is_left_as_it_was(clf) -> None:
    before, digest, state = weights(clf), clf.digest, torch.get_rng_state()
    whole = gradcam.explain(clf, PHOTO)
    sanity_check(clf, PHOTO, runs=1)
    assert weights(clf) == before
    assert clf.digest == digest
    assert torch.equal(torch.get_rng_state(), state)
    assert gradcam.explain(clf, PHOTO) == whole


def test_the_trained_maps_are_those_of_explain_and_compare_as_equal(clf) -> None:
    check = sanity_check(clf, PHOTO, methods=["Grad-CAM", "layercam"], of=3, runs=1)
    assert check.prediction.index == 3
    expected = gradcam.explain(clf, PHOTO, classes=3).maps[0]
    trained = check.states[0].maps["gradcam"]
    np.testing.assert_allclose(trained.values, expected.values, rtol=1e-3, atol=1e-8)
    assert (trained.rank, trained.rank_abs) == pytest.approx((1, 1))
    assert trained.ssim == pytest.approx(1)


def test_numbers_compare_with_the_trained_map(clf) -> None:
    check = sanity_check(clf, PHOTO, methods=["layercam"], runs=1)
    trained, random = (check.states[n].maps["layercam"] for n in (0, 3))
    assert random.rank == rank_correlation(random.values, trained.values)
    drawn = [
        gradcam.saliency.resize(m.values / m.values.max(), (32, 32)) for m in (random, trained)
    ]
    assert random.ssim == pytest.approx(ssim(*drawn), abs=1e-6)
    assert check.curve("layercam")[3].values == (random.rank,)


def test_the_same_seed_gives_the_same_check_and_another_another(clf) -> None:
    def values(seed: int) -> np.ndarray:
        check = sanity_check(clf, PHOTO, methods=["gradcam"], runs=2, seed=seed)
        return np.stack([state.maps["gradcam"].values for state in check.states])

    first = values(0)
    np.testing.assert_array_equal(first, values(0))
    # The second run of seed 0 is the first of seed 1.
    np.testing.assert_array_equal(first[4:], values(1)[1:4])
    assert not np.allclose(first[1:4], first[4:])


def test_it_reports_progress_and_stops(clf) -> None:
    told = []
    sanity_check(clf, PHOTO, runs=2, progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 7)
    assert told[-1] == (7, 7)
    cascade = Cascade(clf, PHOTO, runs=50)
    seen = []
    with pytest.raises(CancelledError):
        seen.extend(cascade.states(Watch(cancelled=lambda: len(told) > 8, progress=told_of(told))))


def told_of(told):
    return lambda done, total: told.append((done, total))


def test_guided_grad_cam_joins_in_for_networks_of_relus(clf) -> None:
    assert Cascade(clf, PHOTO).methods[-1] == "guidedgradcam"
    other = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.GELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(4, 2),
    )  # fmt: skip
    gelu = gradcam.wrap(other.eval(), preprocessing=gradcam.Preprocessing(32, (32, 32)))
    assert "guidedgradcam" not in Cascade(gelu, PHOTO).methods
    with pytest.raises(gradcam.MethodError, match="GELU"):
        Cascade(gelu, PHOTO, methods=["guidedgradcam"])


class Dying(nn.Conv2d):
    """A layer whose rule for new weights makes them all zero."""

    def reset_parameters(self) -> None:
        for parameter in self.parameters():
            parameter.data.zero_()


def test_empty_maps_are_counted_and_never_nan() -> None:
    torch.manual_seed(0)
    dying = Dying(3, 4, 3, padding=1)
    dying.weight.data.normal_()
    net = nn.Sequential(
        dying, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2, bias=False)
    )
    clf = gradcam.wrap(net.eval(), preprocessing=gradcam.Preprocessing(32, (32, 32)))
    check = sanity_check(clf, PHOTO, methods=["gradcam"], runs=2)
    likeness = check.states[-1].maps["gradcam"]
    assert likeness.dead == "zero everywhere"
    assert (likeness.rank, likeness.rank_abs, likeness.ssim) == (None, None, None)
    assert check.verdict("gradcam") == "nothing to compare"
    assert "2 of 5 maps had nothing to compare" in check.sentence("gradcam")
    assert check.verdict(EDGES) == "does not notice"


def test_a_model_that_cannot_be_copied_is_refused_with_a_sentence(clf) -> None:
    import threading

    clf.module.lock = threading.Lock()
    with pytest.raises(ModelError, match="cannot be copied"):
        Cascade(clf, PHOTO)


def test_more_than_one_layer_is_refused(clf) -> None:
    with pytest.raises(gradcam.LayerError, match="2 layers"):
        Cascade(clf, PHOTO, layer=["0", "4"])


@pytest.mark.parametrize("model", ["bundled/photos", "bundled/efficientnet-lite0"])
def test_grad_cam_notices_and_edges_do_not(model: str) -> None:
    """Over several photos, so that no single lucky network decides."""
    clf = gradcam.load_model(model)
    last = []
    for photo in ("coffee", "cat"):
        check = sanity_check(clf, load(photo), methods=["gradcam"], runs=2)
        last += check.curve("gradcam")[-1].values
        assert [point.mean for point in check.curve(EDGES)] == [1.0] * (1 + len(check.blocks))
    assert abs(np.mean([value for value in last if value is not None])) < 0.35
