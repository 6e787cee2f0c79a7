"""The rows viewer_demo.py shows: real photos, made-up maps, every kind of window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from components import samples
from components.viewer import Panel, Row
from gradcam.images import Opened
from gradcam.preprocess import preprocess
from gradcam.saliency import SaliencyMap
from gradcam.types import Fit, Photo, Prediction, Preprocessing


def bump(photo: Photo, fit: Fit, seed: int, label: str, strength: float = 1.0) -> SaliencyMap:
    """A smooth signed 7×7 map with a random peak, like a network's."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:7, 0:7]
    cy, cx = rng.uniform(1, 6, 2)
    values = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 5) - 0.2 + rng.normal(0, 0.05, (7, 7))
    return SaliencyMap(
        np.float32(values * strength),
        Prediction(seed, label, 0.5 / (seed + 1), 1.0),
        "layer",
        "gradcam",
        preprocess(photo, Preprocessing(), fit).window,
        (photo.shape[0], photo.shape[1]),
    )


def panel(found: SaliencyMap) -> Panel:
    return Panel(found.prediction.label, f"{found.prediction.probability:.1%}", found)


def row(sample: str, fits: tuple[Fit, ...]) -> Row:
    photo = samples.load(sample)
    maps = [bump(photo, fit, n, f"class {n} <b>{fit}</b>", n + 1) for n, fit in enumerate(fits)]
    return Row(Opened(photo), sample, tuple(map(panel, maps)))


def empty(sample: str) -> Row:
    photo = samples.load(sample)
    found = bump(photo, "crop", 0, "nothing")
    nothing = replace(found, values=-np.abs(found.values))
    return Row(Opened(photo), sample, (panel(nothing), *row(sample, ("crop",)).panels))


def zero(sample: str) -> Row:
    """Two maps of zeros: from a method with gradients, and from one without."""
    photo = samples.load(sample)
    found = bump(photo, "crop", 0, "nothing")
    one = replace(found, values=np.zeros_like(found.values))
    return Row(Opened(photo), sample, (panel(one), panel(replace(one, took_gradient=False))))


ROWS: dict[str, tuple[Row, ...]] = {
    "windows": (row("coffee", ("crop", "squash", "pad")),),
    "five": (row("astronaut", ("squash",) * 5),),
    "two": (row("coffee", ("crop", "crop")), row("grace-hopper", ("crop", "crop"))),
    "empty": (empty("coffee"),),
    "zero": (zero("coffee"),),
}
