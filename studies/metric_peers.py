"""What published libraries measure of a map, and their departures made in our own computation.

The bundled model and a sample photo are the subject. metric_table.py says who agrees with whom.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from gradcam.metrics import road
from gradcam.metrics.ordering import Drawn
from gradcam.metrics.probing import Prober
from gradcam.preprocess import picture
from gradcam.saliency import SaliencyMap
from studies import subjects

Array = NDArray[np.floating]
BOX = (40, 10, 60, 40)  # a part of where the map is hot, in the model's pixels
STEPS = 64
FLIPPED = 200  # values at a step of Quantus's
METRIC_PEERS: Mapping[str, str] = {
    "pytorch-grad-cam": "grad-cam", "torch-cam": "torchcam", "quantus": "quantus",
}  # fmt: skip


class Probed:
    """The bundled model, a photo, and a map of it in the order of Grad-CAM's.

    ties : whether it is 0 on nine tenths of the photo, or has no two pixels alike.
    """

    def __init__(self, *, ties: bool = False) -> None:
        subject = subjects.photos("layer3")
        self.clf, self.model, self.x = subject.clf, subject.model, subject.x[0]
        self.tensor, self.index = subject.tensor, subject.classes[0]
        self.size = self.x.shape[0], self.x.shape[1]
        self.pixels = picture(self.x, self.clf.preprocessing)
        self.prober = Prober(self.clf, self.pixels, self.index, steps=STEPS, boxes=[BOX])
        values = subject.ours("gradcam")[0]
        drawn = Drawn.of(self._map(values), self.size)
        ranked = 1 - drawn.ranks / np.float32(drawn.ranks.size)
        self.values = np.maximum(ranked - 0.9, 0) if ties else ranked
        self.drawn = Drawn.of(self._map(self.values), self.size)

    def _map(self, values: Array) -> SaliencyMap:
        one = self.prober.prepared
        found = self.prober.prediction
        return SaliencyMap(values, found, "layer3", "gradcam", one.input.window, one.size)

    @cached_property
    def scores(self) -> Mapping[str, float | None]:
        """Ours."""
        return self.prober.score(self._map(self.values), "").scores

    def ours(self, metric: str) -> float:
        found = self.scores[metric]
        assert found is not None
        return found

    def ask(self, values: Array) -> float:
        """Return the probability of the class for model input (h, w, 3)."""
        logits = self.clf.capture(values[None].astype(np.float32), []).logits[0].astype(float)
        return float(np.exp(logits[self.index] - np.logaddexp.reduce(logits)))

    @property
    def whole(self) -> float:
        return self.prober.prediction.probability


# torch-cam


class _Extractor:
    """What torch-cam's metrics ask of a CAM: here it is given."""

    def __init__(self, p: Probed) -> None:
        self.model, self._heat = p.model, p.drawn.heat

    def __call__(self, *_: Any, **__: Any) -> Any:
        return self._heat

    def fuse_cams(self, heat: Array) -> Any:
        import torch

        return torch.from_numpy(heat)[None]

    @contextlib.contextmanager
    def _hooks_off(self) -> Iterator[None]:
        yield


def torchcam(name: str, key: str, **options: Any) -> Callable[[Probed], float]:
    """Return what a metric of torch-cam's measures; `baseline` is made of the input (h, w, 3)."""

    def measure(p: Probed) -> float:
        import torch
        from torchcam import metrics

        given = dict(options)
        if make := given.pop("baseline", None):
            given["baseline"] = torch.from_numpy(make(p.x)).permute(2, 0, 1)[None]
        metric = getattr(metrics, name)(_Extractor(p), lambda z: torch.softmax(z, -1), **given)
        metric.update(p.tensor, p.index)
        return float(metric.summary()[key])

    return measure


# pytorch-grad-cam


def pytorch_grad_cam(module: str, name: str, noise: bool = True) -> Callable[[Probed], float]:
    """Return what a metric of pytorch-grad-cam's measures, of the probability of the class."""

    def measure(p: Probed) -> float:
        import importlib

        import torch

        metric = getattr(importlib.import_module(f"pytorch_grad_cam.metrics.{module}"), name)()
        target = lambda logits: torch.softmax(logits, -1)[p.index]  # noqa: E731
        quiet = mock.patch("torch.randn_like", torch.zeros_like)
        with contextlib.nullcontext() if noise else quiet:
            found = metric(p.tensor, p.drawn.heat[None], [target], p.model)
        return float(np.asarray(found).ravel()[0])

    return measure


def road_half_quiet(p: Probed) -> float:
    """Half of our ROAD, without noise; pytorch-grad-cam halves it."""
    with mock.patch.object(road, "NOISE", 0.0):
        quiet = Prober(p.clf, p.pixels, p.index, metrics=["road"])
        found = quiet.score(p._map(p.values), "").scores["road"]
    assert found is not None
    return found / 2


def removed_by_pytorch_grad_cam(p: Probed) -> float:
    """The share of pixels that are removed at "50 %" of a map that is 0 on three quarters."""
    from pytorch_grad_cam.metrics.perturbation_confidence import RemoveMostRelevantFirst

    seen = []
    remove = RemoveMostRelevantFirst(
        50, lambda _, mask: seen.append(float((mask.numpy() == 0).mean()))
    )
    remove(p.tensor[0], _sparse(p))
    return seen[0]


def _sparse(p: Probed) -> Any:
    import torch

    heat = np.zeros(p.size, np.float32)
    heat[: p.size[0] // 2, : p.size[1] // 2] = 1
    return torch.from_numpy(heat)


def noise_of_pytorch_grad_cam(p: Probed) -> float:
    """The standard deviation, in pixel values, of the noise in a flat photo's hole."""
    import torch
    from pytorch_grad_cam.metrics.road import NoisyLinearImputer

    torch.manual_seed(0)
    mask = torch.ones(p.size)
    mask[10:50, 10:50] = 0
    added = NoisyLinearImputer()(torch.zeros(3, *p.size), mask)[:, 10:50, 10:50].numpy()
    return float((added * np.array(p.clf.preprocessing.std)[:, None, None]).std())


def imputed_by_pytorch_grad_cam(p: Probed) -> Array:
    import torch
    from pytorch_grad_cam.metrics.road import NoisyLinearImputer

    mask = np.ones(p.drawn.order.size, np.float32)
    mask[half(p)] = 0
    photo = torch.from_numpy(np.float32(p.pixels.transpose(2, 0, 1) / 255))
    found = NoisyLinearImputer(noise=0)(photo, torch.from_numpy(mask.reshape(p.size)))
    return found.numpy().transpose(1, 2, 0)


# Quantus


def imputed_by_quantus(p: Probed) -> Array:
    from quantus.functions.perturb_func import noisy_linear_imputation

    photo = p.pixels.transpose(2, 0, 1) / 255
    return noisy_linear_imputation(photo, half(p).copy(), noise=0).transpose(1, 2, 0)


def quantus(name: str, box: tuple[int, int, int, int] = BOX) -> Callable[[Probed], float]:
    """Return what one of Quantus's measures of localisation finds."""

    def measure(p: Probed) -> float:
        import quantus

        metric = getattr(quantus, name)(disable_warnings=True)
        return float(metric(**_given(p), s_batch=mask_of(p, box)[None, None])[0])

    return measure


def quantus_flipping(p: Probed) -> float:
    """The area under Quantus's pixel flipping, which is left to us: NumPy 2.4 has no `trapz`."""
    import quantus

    metric = quantus.PixelFlipping(FLIPPED, perturb_baseline=0.0, disable_warnings=True)
    (curve,) = metric(**_given(p), softmax=True)
    return float(np.trapezoid(curve) / (len(curve) - 1))


def quantus_road(p: Probed) -> Any:
    import quantus

    return quantus.ROAD(percentages=[50], disable_warnings=True)(**_given(p))


def _given(p: Probed) -> dict[str, Any]:
    return {
        "model": p.model, "x_batch": p.tensor.numpy(), "y_batch": np.array([p.index]),
        "a_batch": p.drawn.heat[None, None], "device": "cpu",
    }  # fmt: skip


# Departures


def in_reading_order(p: Probed) -> float:
    """Deletion with equal values from the upper left corner on."""
    order = np.argsort(-p.drawn.heat.ravel(), kind="stable")
    return _deleted(p, order)


def _deleted(p: Probed, order: NDArray[np.intp]) -> float:
    points = []
    for step in range(STEPS + 1):
        x = p.x.reshape(-1, 3).copy()
        x[order[: round(step * len(order) / STEPS)]] = 0
        points.append(p.ask(x.reshape(p.x.shape)))
    return float(np.trapezoid(points) / STEPS)


def from_zero(p: Probed) -> float:
    """Insertion into the mean colour, which is the deletion of the reversed order, backwards."""
    return _deleted(p, p.drawn.order[::-1])


def by_channel(p: Probed) -> float:
    """Deletion of single channels' values, beginning after the first step."""
    flat = np.broadcast_to(p.drawn.heat[None], (3, *p.size)).ravel()
    order, x = np.argsort(-flat), p.x.transpose(2, 0, 1).ravel().copy()
    points = []
    for begin in range(0, len(order), FLIPPED):
        x[order[begin : begin + FLIPPED]] = 0
        points.append(p.ask(x.reshape(3, *p.size).transpose(1, 2, 0)))
    return float(np.trapezoid(points) / (len(points) - 1))


def drop_of_normalised(p: Probed) -> float:
    """Average drop with the normalised input multiplied."""
    return undivided(p) / p.whole


def undivided(p: Probed) -> float:
    """The same drop, not divided by Y."""
    return max(0.0, p.whole - p.ask(p.x * p.drawn.heat[..., None]))


def half(p: Probed) -> NDArray[np.intp]:
    """The most relevant half of the pixels."""
    return p.drawn.order[: p.drawn.order.size // 2]


def mask_of(p: Probed, box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """A box as pixels (h, w)."""
    mask = np.zeros(p.size, bool)
    mask[box[1] : box[3], box[0] : box[2]] = True
    return mask


def beside(p: Probed) -> tuple[int, int, int, int]:
    """A box that begins three pixels from the map's peak."""
    row, column = divmod(int(p.drawn.order[0]), p.size[1])
    left = column + 3 if column + 5 < p.size[1] else column - 4
    return left, row, left + 2, row + 1
