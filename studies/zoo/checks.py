"""What is checked of a model, whatever framework it runs on.

All checks but the round trip use the model as its authors wrote it, without the engine, and compare
with what the engine found.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

import gradcam
from gradcam.answer import answer
from gradcam.images import shrink

# A shift by the true distance has to explain the maps better than none, by this factor at least.
CLEARLY = 0.95
CLOSE = 1e-5
LAYERS_AT_ONCE = 64  # to bound memory
By_name = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Plain:
    """A model as its authors wrote it, called without the engine.

    run : from inputs (N, h, w, 3) and layer names to those layers' maps, each (N, C, h, w).
    gradient : from inputs (1, h, w, 3), a layer and a class to the logits (K,) and the gradient of
        that class's logit at the layer (C, h, w).
    settle : gives batch norms the statistics of a few photos, as training would.
    double : makes all weights float64, and returns whether it could.
    """

    run: Callable[[np.ndarray, Sequence[str]], By_name]
    gradient: Callable[[np.ndarray, str, int], tuple[np.ndarray, np.ndarray]]
    settle: Callable[[], None] = lambda: None
    double: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Checked:
    """What came of one model.

    gradient : the largest difference from the gradient by hand, as a share of its largest value.
    in_double : whether that is in float64, because in float32 the network blows rounding up.
    still : listed layers that do not move with a shifted photo, or are equal for two photos.
    """

    layers: int = 0
    recommended: str = ""
    shape: tuple[int, ...] = ()
    gradient: float = float("nan")
    in_double: bool = False
    still: tuple[str, ...] = ()
    round_trip: bool = False
    seconds: float = 0.0
    refused: str = ""

    @property
    def good(self) -> bool:
        """Whether every check passed."""
        return not self.refused and self.gradient <= CLOSE and not self.still and self.round_trip


def check(make: Callable[[], tuple[gradcam.Classifier, Plain]]) -> Checked:
    """Make a classifier and check it; what the engine refuses is told in its own words."""
    start = time.perf_counter()
    try:
        clf, plain = make()
        layers = clf.layers()
    except gradcam.GradcamError as error:
        return Checked(refused=error.message, seconds=time.perf_counter() - start)
    (best,) = (layer for layer in layers if layer.recommended)
    gradient, round_trip = _gradient(clf, plain, best.name), _round_trip(clf)
    still = _still(clf, plain, [layer.name for layer in layers])
    if still:
        # With the weights a network is made with, signals may die out, and little but the border
        # that padding makes is left of them.
        plain.settle()
        still = _still(clf, plain, still)
    if in_double := gradient > CLOSE and plain.double():
        gradient = _gradient(clf, plain, best.name)
    seconds = time.perf_counter() - start
    return Checked(
        len(layers), best.name, best.shape, gradient, in_double, still, round_trip, seconds
    )


def _gradient(clf: gradcam.Classifier, plain: Plain, layer: str) -> float:
    height, width = clf.preprocessing.crop
    x = np.random.default_rng(0).standard_normal((1, height, width, 3), np.float32)
    capture = clf.capture(x, [layer])
    index = int(capture.logits[0].argmax())
    ours = capture.gradients(np.array([[index]]))[layer][0, 0]
    logits, expected = plain.gradient(x, layer, index)
    scale = np.abs(expected).max()
    assert scale > 0, "the gradient by hand is zero"
    off = np.abs(capture.logits[0] - logits).max() / np.abs(logits).max()
    return float(max(np.abs(ours - expected).max() / scale, off))


def _still(clf: gradcam.Classifier, plain: Plain, layers: Sequence[str]) -> tuple[str, ...]:
    """Show two photos, and both moved to the right; their difference should move along.

    The difference of two photos' maps cancels what is the same for every photo, such as position
    embeddings.
    """
    height, width = clf.preprocessing.crop
    photos = detailed(height, width)
    # A multiple of every stride: three cells of 7 × 7 over 224 pixels.
    stride = 32 if width >= 128 else 4
    moved = np.roll(photos, stride * round(3 / 7 * width / stride), axis=2)
    shown = np.concatenate([photos, moved])
    still: list[str] = []
    for start in range(0, len(layers), LAYERS_AT_ONCE):
        some = layers[start : start + LAYERS_AT_ONCE]
        found = plain.run(shown, some)
        still += [name for name in some if not _moves(found[name])]
    return tuple(still)


def _moves(maps: np.ndarray) -> bool:
    """Whether some shift to the right explains the moved photos' maps better than none."""
    before, after = _centred(maps[0] - maps[1]), _centred(maps[2] - maps[3])
    width = maps.shape[3]
    if not before.any():
        return False
    # How far the photo moves in cells depends on padding, so all plausible distances are tried.
    return any(
        np.abs(after[..., k:] - before[..., : width - k]).mean()
        < CLEARLY * np.abs(after[..., k:] - before[..., k:]).mean()
        for k in range(1, max(2, round(0.75 * width)))
    )


def _centred(maps: np.ndarray) -> np.ndarray:
    """Without what is the same at every position, as global attention adds."""
    centred: np.ndarray = maps - maps.mean((1, 2), keepdims=True)
    return centred


def detailed(height: int, width: int, seed: int = 1) -> np.ndarray:
    """Two standardised photos with coarse and fine detail, (2, h, w, 3)."""
    rng = np.random.default_rng(seed)
    tiles = rng.standard_normal((2, 8, 8, 3), np.float32)
    coarse = tiles.repeat(-(-height // 8), 1).repeat(-(-width // 8), 2)[:, :height, :width]
    mixed: np.ndarray = coarse + 0.5 * rng.standard_normal(coarse.shape, np.float32)
    return mixed


def _round_trip(clf: gradcam.Classifier) -> bool:
    """Save, load, and ask again what the file says was asked: the same map, bit for bit."""
    from skimage import data

    photo = shrink(data.astronaut(), 320)
    result = gradcam.explain(clf, photo, top_k=1)
    with tempfile.TemporaryDirectory() as folder:
        result.save(folder, pictures=False)
        loaded = gradcam.load_explanation(folder, photo)
    (again,) = answer(clf, [photo], loaded.request)
    pairs = [(loaded.maps[0].values, result.maps[0].values)]
    pairs += [(again.maps[0].values, result.maps[0].values)]
    return all(np.array_equal(one, other) for one, other in pairs)
