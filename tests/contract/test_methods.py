"""The contract of every method, with classifiers from every framework."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcam
from gradcam.errors import CancelledError, ClassError, GradcamError, MethodError
from gradcam.merging import VIEWS, View
from gradcam.methods import METHODS
from studies import reference
from studies.reference import Convolution, Network, difference
from tests.contract.conftest import SIZE

CLOSE = 1e-5
CLASSES = [0, 1, 2]
SLOW = ["scorecam", "ablationcam", "smoothgradcam++"]
COMMON = [name for name, m in METHODS.items() if not m.transformers]
# Gradients are the same at every position of the last layer, and these methods report that.
FORMULAS = [name for name, m in METHODS.items() if m.formula and not m.class_agnostic]


def names(clf) -> list[str]:
    return [layer.name for layer in clf.layers()]


def weights(clf) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of the 1×1 convolution (C, 3) and the head (K, C) from any framework."""
    if hasattr(clf, "mix"):
        return clf.mix, clf.head
    if hasattr(clf, "module"):
        mix, head = (p.detach().numpy() for p in clf.module.parameters())
        return mix[:, :, 0, 0], head
    mix, head = (w.numpy() for w in clf.model.weights)
    return mix[0, 0].T, head.T


def network(clf) -> Network:
    """Return the same network in float64, with the average over positions written out."""
    mix, head = (w.astype(np.float64) for w in weights(clf))
    everywhere = np.broadcast_to(head[..., None, None] / SIZE**2, (*head.shape, SIZE, SIZE))
    convolution = Convolution(mix[..., None, None], np.zeros(len(mix)))
    return Network((convolution,), everywhere, np.zeros(len(head)))


@pytest.fixture
def photo() -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (SIZE, SIZE, 3), np.uint8)


def as_input(photo: np.ndarray) -> np.ndarray:
    """Return the photo in float64, with the exact float32 values that the classifier sees."""
    return (photo / np.float32(255)).astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("name", COMMON)
def test_every_method_agrees_with_the_reference(clf, photo, name: str) -> None:
    result = gradcam.explain(clf, photo, layer=names(clf), method=name, classes=CLASSES)
    assert [m.layer for m in result.maps] == [layer for layer in names(clf) for _ in CLASSES]
    net, x = network(clf), as_input(photo)
    for at, layer in enumerate(names(clf)):
        for k in CLASSES:
            ours = result.maps[at * len(CLASSES) + k]
            theirs = reference.answer(name, net, x, at, k)
            assert (ours.layer, ours.method, ours.prediction.index) == (layer, name, k)
            assert difference(ours.values, theirs) <= CLOSE


def test_resuming_with_the_layer_s_own_output_changes_nothing(clf, inputs) -> None:
    capture = clf.capture(inputs, names(clf))
    for name in names(clf):
        for n in range(2):
            same = capture.activations[name][n : n + 1]
            logits = clf.resume(inputs[n : n + 1], name, same)
            np.testing.assert_allclose(logits, capture.logits[n : n + 1], atol=1e-6)


def test_resuming_with_other_activations(clf, inputs) -> None:
    """With five variants for one image, none of them its own."""
    variants = np.random.default_rng(8).standard_normal((5, 4, SIZE, SIZE), np.float32)
    net = network(clf)
    for at, name in enumerate(names(clf)):
        logits = clf.resume(inputs[:1], name, variants)
        expected = [net.resumed(at, v.astype(np.float64)) for v in variants]
        np.testing.assert_allclose(logits, expected, atol=1e-5)


def test_resuming_after_computing_gradients(clf, photo) -> None:
    """Methods may be tried in any order."""
    for name in ("ablationcam", "gradcam", "ablationcam"):
        maps = gradcam.explain(clf, photo, layer=names(clf), method=name, classes=CLASSES).maps
    theirs = reference.answer("ablationcam", network(clf), as_input(photo), 0, 2)
    assert difference(maps[2].values, theirs) <= CLOSE
    capture = clf.capture(as_input(photo)[None].astype(np.float32), names(clf)[:1])
    capture.gradients(np.array([[1]]))
    logits = clf.resume(
        as_input(photo)[None].astype(np.float32), names(clf)[0], *capture.activations.values()
    )
    np.testing.assert_allclose(logits, capture.logits, atol=1e-6)


def test_guided_backpropagation_in_closed_form(clf, inputs) -> None:
    """max(head[k, c], 0)/area where the ReLU is active, back through the convolution."""
    mix, head = weights(clf)
    classes = np.array([[0, 1], [2, 0]])
    opened = np.einsum("ci,nhwi->nchw", mix, inputs) > 0
    positive = np.maximum(head, 0)[classes] / SIZE**2
    expected = np.einsum("nkc,nchw,ci->nkhwi", positive, opened, mix)
    guided = clf.guided(inputs, classes)
    assert guided.shape == (2, 2, SIZE, SIZE, 3)
    np.testing.assert_allclose(guided, expected, atol=1e-7)


def test_the_identities_before_a_global_average(clf, photo) -> None:
    """Grad-CAM = HiResCAM = XGrad-CAM, and CAM = Σ_c head[k, c] A_c up to the area (DESIGN 5.8)."""
    first, last = names(clf)
    A = np.maximum(np.einsum("ci,hwi->chw", weights(clf)[0], as_input(photo)), 0)
    cam = np.einsum("kc,chw->khw", weights(clf)[1], A) / SIZE**2
    for name in ("gradcam", "hirescam", "xgradcam"):
        result = gradcam.explain(clf, photo, layer=[first, last], method=name, classes=CLASSES)
        for k, one in enumerate(result.maps[3:]):
            assert difference(one.values, cam[k]) <= CLOSE
            assert one.uniform_gradient
        assert not any(m.uniform_gradient for m in result.maps[:3])


@pytest.mark.parametrize("name", COMMON)
def test_only_gradient_formulas_report_uniform_gradients(clf, photo, name: str) -> None:
    (one,) = gradcam.explain(clf, photo, method=name, classes=[1]).maps
    assert one.uniform_gradient == (name in FORMULAS)


def test_a_class_agnostic_method_gives_every_class_the_same_map(clf, photo) -> None:
    first, second, _ = gradcam.explain(clf, photo, method="eigencam", classes=CLASSES).maps
    np.testing.assert_array_equal(first.values, second.values)


@pytest.mark.parametrize(
    ("name", "option", "hint"),
    [
        ("scorecam", "chanels", "Nearest: channels"),
        ("smoothgradcam++", "sample", "Nearest: samples"),
        ("finercam", "Gamma", "Nearest: gamma"),
        ("gradcam", "channels", "It has no options"),
    ],
)
def test_an_unknown_option_lists_the_nearest(clf, photo, name: str, option: str, hint: str) -> None:
    with pytest.raises(MethodError, match=hint):
        gradcam.explain(clf, photo, method=name, parameters={option: 3})


def test_other_wrong_names_list_the_nearest(clf, photo) -> None:
    with pytest.raises(MethodError, match="Nearest: scorecam"):
        gradcam.explain(clf, photo, method="scorecm")
    with pytest.raises(GradcamError, match="Nearest: product"):
        gradcam.explain(clf, photo, fuse="produkt")  # type: ignore[arg-type]
    with pytest.raises(ClassError, match="Indices run from 0 to 2"):
        gradcam.explain(clf, photo, method="finercam", parameters={"against": (3,)})


def test_legrad_says_that_it_needs_a_transformer(clf, photo) -> None:
    with pytest.raises(MethodError, match=f"{clf.title} has no attention between patches"):
        gradcam.explain(clf, photo, method="legrad")


class Listener:
    """Records the progress, and cancels once `enough` steps are done."""

    def __init__(self, enough: float = np.inf) -> None:
        self.heard: list[tuple[int, int]] = []
        self.enough = enough

    def progress(self, done: int, total: int) -> None:
        self.heard.append((done, total))

    def cancelled(self) -> bool:
        return bool(self.heard) and self.heard[-1][0] >= self.enough


def explain(
    clf, photo: np.ndarray, name: str, listener: Listener, **how: Any
) -> gradcam.Explanation:
    return gradcam.explain(
        clf, photo, method=name, classes=CLASSES,
        progress=listener.progress, cancelled=listener.cancelled, **how,
    )  # fmt: skip


@pytest.mark.parametrize("augment", [False, True])
@pytest.mark.parametrize("name", SLOW)
def test_progress_only_grows_and_ends_at_the_total(clf, photo, name: str, augment: bool) -> None:
    listener = Listener()
    explain(clf, photo, name, listener, layer=names(clf), augment=augment)
    done, total = zip(*listener.heard, strict=True)
    assert list(done) == sorted(done)
    assert list(total) == sorted(total)
    assert all(d <= t for d, t in listener.heard)
    assert done[0] == 0
    assert listener.heard[-1] == (total[-1], total[-1])
    assert total[-1] > 0


def test_progress_counts_channels_and_copies(clf, photo) -> None:
    listener = Listener()
    explain(clf, photo, "smoothgradcam++", listener, parameters={"samples": 6})
    assert listener.heard[-1] == (6, 6)
    capped = Listener()
    explain(clf, photo, "ablationcam", capped, parameters={"channels": 2})
    assert capped.heard[-1] == (2, 2)


@pytest.mark.parametrize("name", SLOW)
def test_cancelling_stops_after_the_current_slice(clf, photo, name: str) -> None:
    listener = Listener(enough=1)
    with pytest.raises(CancelledError, match="Cancelled"):
        explain(clf, photo, name, listener, parameters={"samples": 40} if "smooth" in name else {},
                layer=names(clf))  # fmt: skip
    done = [d for d, _ in listener.heard]
    assert [d for d in done if d] == [done[-1]]
    assert done[-1] <= 4 < listener.heard[-1][1]


@pytest.mark.parametrize("name", SLOW)
def test_nothing_runs_if_cancelled_from_the_start(clf, photo, name: str) -> None:
    listener = Listener()
    with pytest.raises(CancelledError):
        gradcam.explain(clf, photo, method=name, progress=listener.progress, cancelled=lambda: True)
    assert not listener.heard


@pytest.mark.parametrize("name", ["scorecam", "ablationcam"])
def test_a_cap_on_the_channels_reports_their_share_of_energy(clf, photo, name: str) -> None:
    net, x = network(clf), as_input(photo)
    energy = (net.layers(x)[1] ** 2).sum(axis=(1, 2))
    capped = gradcam.explain(clf, photo, method=name, classes=[1], parameters={"channels": 2})
    parameters = capped.maps[0].parameters
    assert parameters["channels"] == 2
    assert "asked" not in parameters
    assert parameters["energy"] == pytest.approx(np.sort(energy)[-2:].sum() / energy.sum())
    trials = {"scorecam": reference.score_cam, "ablationcam": reference.ablation_cam}
    theirs = trials[name](net, x, 1, 1, np.argsort(-energy)[:2].tolist())
    assert difference(capped.maps[0].values, theirs) <= CLOSE
    whole = gradcam.explain(clf, photo, method=name, classes=[1]).maps[0].parameters
    assert whole["channels"] == (energy > 0).sum()
    assert whole["asked"] == {"channels": None}
    assert whole["energy"] == pytest.approx(1)


def test_finer_reports_what_it_contrasted_with(clf, photo) -> None:
    """The classes with the nearest logits unless some are named; never the class itself."""
    logits = network(clf).logits(as_input(photo))
    nearest = gradcam.explain(
        clf, photo, method="finercam", classes=CLASSES, parameters={"nearest": 1}
    )
    for k, one in enumerate(nearest.maps):
        assert one.parameters["against"] == tuple(reference.closest(logits, k, 1))
        assert one.parameters["gamma"] == 0.6
    named = gradcam.explain(
        clf, photo, method="finercam", classes=[0, 2], parameters={"against": (2, 1)}
    )
    assert [m.parameters["against"] for m in named.maps] == [(2, 1), (1,)]
    assert [m.parameters.get("asked") for m in named.maps] == [None, {"against": (2, 1)}]


def test_finer_with_gamma_0_is_gradcam(clf, photo) -> None:
    finer = gradcam.explain(clf, photo, method="finercam", classes=[1], parameters={"gamma": 0.0})
    plain = gradcam.explain(clf, photo, classes=[1])
    assert difference(finer.maps[0].values, plain.maps[0].values) <= CLOSE


def test_one_class_rather_than_another_is_the_difference_of_their_maps(clf, photo) -> None:
    """What "Why not …?" asks for: with γ = 1, and signs kept, Grad-CAM is linear in the score."""
    rather = {"against": (2,), "gamma": 1.0}
    finer = gradcam.explain(clf, photo, method="finercam", classes=[0, 2], parameters=rather)
    one, other = gradcam.explain(clf, photo, classes=[0, 2]).maps
    assert difference(finer.maps[0].values, one.values - other.values) <= CLOSE
    # A class is not its own rival: that map is the class's own, and names its probability.
    assert difference(finer.maps[1].values, other.values) <= CLOSE


@pytest.mark.parametrize("name", ["gradcam", "eigencam", "ablationcam"])
def test_augmenting_a_uniform_photo_changes_nothing(clf, name: str) -> None:
    """Mirrored or zoomed, it is the same input, so the mean map is the map."""
    photo = np.full((SIZE, SIZE, 3), (200, 90, 30), np.uint8)
    plain = gradcam.explain(clf, photo, method=name, classes=CLASSES)
    views = gradcam.explain(clf, photo, method=name, classes=CLASSES, augment=True)
    for one, other in zip(plain.maps, views.maps, strict=True):
        assert difference(other.values, one.values) <= CLOSE
        assert other.parameters["augment"] is True
        assert "augment" not in one.parameters


@pytest.mark.parametrize("name", [n for n in COMMON if n != "smoothgradcam++"])
def test_augmented_maps_are_mirrored_with_the_photo(clf, photo, name: str) -> None:
    """A symmetric photo therefore has a symmetric map. Smooth Grad-CAM++'s noise breaks this."""
    mirrored = np.ascontiguousarray(photo[:, ::-1])
    maps, of_mirrored = (
        gradcam.explain(clf, p, method=name, classes=CLASSES, augment=True).maps
        for p in (photo, mirrored)
    )
    for one, other in zip(maps, of_mirrored, strict=True):
        assert difference(other.values[:, ::-1], one.values) <= CLOSE
    symmetric = photo.copy()
    symmetric[:, SIZE // 2 :] = photo[:, : SIZE // 2][:, ::-1]
    for one in gradcam.explain(clf, symmetric, method=name, classes=CLASSES, augment=True).maps:
        assert difference(one.values[:, ::-1], one.values) <= CLOSE


@pytest.mark.parametrize("how", ["max", "mean", "product"])
def test_fused_layers_by_hand(clf, photo, how: Any) -> None:
    """Each layer's map is rectified and divided by its peak, then merged."""
    layers = names(clf)
    alone = gradcam.explain(clf, photo, layer=layers, method="layercam", classes=[1]).maps
    first, last = (np.maximum(m.values, 0) / max(m.values.max(), 1e-30) for m in alone)
    merged = {"max": np.maximum(first, last), "mean": (first + last) / 2,
              "product": np.sqrt(first * last)}  # fmt: skip
    (fused,) = gradcam.explain(
        clf, photo, layer=layers, method="layercam", classes=[1], fuse=how
    ).maps
    np.testing.assert_allclose(fused.values, merged[how], atol=1e-6)
    assert fused.layer == " + ".join(layers)
    assert (fused.parameters["fusion"], fused.sign) == (how, "for")


@pytest.mark.parametrize("mirrored", [False, True])
def test_an_unzoomed_view_maps_back_unchanged(mirrored: bool) -> None:
    x = np.random.default_rng(0).random((9, 7, 3), np.float32)
    view = View(mirrored, 1.0)
    back, seen = view.back(np.moveaxis(view.of(x), 2, 0))
    np.testing.assert_allclose(np.moveaxis(back, 0, 2), x, atol=1e-6)
    assert (seen == 1).all()


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_a_view_maps_back_to_where_it_came_from(view: View) -> None:
    """A ramp is linear, so zooming in and out again changes only the outermost pixels."""
    down, right = np.mgrid[:40, :30].astype(np.float32)
    x = np.stack([down, right, down + 2 * right], axis=2)
    back, seen = view.back(np.moveaxis(view.of(x), 2, 0))
    middle = np.zeros((40, 30), bool)
    middle[6:-6, 6:-6] = True
    assert (seen[middle] == 1).all()
    np.testing.assert_allclose(np.moveaxis(back, 0, 2)[middle], x[middle], atol=1e-3)
    assert (seen.min() == 0) == (view.zoom > 1)


@pytest.fixture(scope="module")
def transformer() -> Any:
    """A small ViT: class token first, GELU, 4 × 4 patches."""
    import torch
    from torchvision.models import VisionTransformer

    torch.manual_seed(0)
    net = VisionTransformer(32, 8, 3, 2, 16, 32, num_classes=5).eval()
    torch.nn.init.normal_(net.heads.head.weight)  # torchvision initialises it to zero
    how = gradcam.Preprocessing(32, (32, 32), (0, 0, 0), (1, 1, 1))
    return gradcam.wrap(net, preprocessing=how)


@pytest.fixture
def large_photo() -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (32, 32, 3), np.uint8)


@pytest.mark.parametrize("name", [n for n in METHODS if n != "guidedgradcam"])
def test_tokens(transformer, large_photo, name: str) -> None:
    """Patch tokens become maps like any other; the class token is not part of them."""
    result = gradcam.explain(transformer, large_photo, method=name, classes=[0, 3])
    for one in result.maps:
        assert one.values.shape == (4, 4)
        assert np.abs(one.values).max() > 0
        assert not one.uniform_gradient
    if name in reference.FORMULAS:
        x = as_input(large_photo)[None].astype(np.float32)
        layer = result.layers[0]
        capture = transformer.capture(x, [layer])
        G = capture.gradients(np.array([[0, 3]]))[layer][0].astype(np.float64)
        for one, g in zip(result.maps, G, strict=True):
            A = capture.activations[layer][0].astype(np.float64)
            assert difference(one.values, reference.FORMULAS[name](A, g)) <= CLOSE


def test_tokens_resume(transformer, large_photo) -> None:
    """The class token keeps its value; only the patch tokens are replaced."""
    x = as_input(large_photo)[None].astype(np.float32)
    layers = names(transformer)[::6]
    assert len(layers) > 4
    capture = transformer.capture(x, layers)
    for name in layers:
        logits = transformer.resume(x, name, capture.activations[name])
        np.testing.assert_allclose(logits, capture.logits, atol=1e-5)


def test_tokens_ablated_one_by_one(transformer, large_photo) -> None:
    x = as_input(large_photo)[None].astype(np.float32)
    result = gradcam.explain(transformer, large_photo, method="ablationcam", classes=[2])
    (one,), (layer,) = result.maps, result.layers
    capture = transformer.capture(x, [layer])
    A, y = capture.activations[layer][0], capture.logits[0, 2]
    without = np.repeat(A[None], len(A), axis=0)
    for c in range(len(A)):
        without[c, c] = 0
    drops = (y - transformer.resume(x, layer, without)[:, 2]) / abs(y)
    expected = sum(w * channel for w, channel in zip(drops, A, strict=True))
    assert difference(one.values, expected) <= CLOSE


def test_guided_refuses_naming_the_activation(transformer, large_photo) -> None:
    with pytest.raises(MethodError, match="GELU"):
        gradcam.explain(transformer, large_photo, method="guidedgradcam")
