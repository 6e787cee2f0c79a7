"""METRIC_ROWS: every metric that a published library also has, and whether the numbers agree.

tests/gradcam/metrics/test_peers.py holds the code to each row; metric_page.py prints them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from gradcam.metrics import road
from gradcam.metrics.perturbing import blurred
from gradcam.metrics.pointing import hit
from gradcam.types import Window
from studies import metric_peers as peers
from studies.metric_peers import Probed

Measure = Callable[[Probed], Any]  # a number, or an array


@dataclass(frozen=True)
class Apart:
    """Why a library's number differs from ours.

    made : our computation with the same departure, which gives the library's number.
    why : what the paper says and what the library does instead.
    paper : whom the paper supports; "neither" if it leaves the point open.
    """

    made: Measure
    why: str
    paper: Literal["ours", "theirs", "neither"]


@dataclass(frozen=True)
class MetricRow:
    """A metric of ours and the same of a library.

    called : the library's name for it, and what distinguishes several rows.
    close : how far apart agreeing numbers may lie; more than rounding where noise is drawn.
    ties : whether the map has equal values, as rectifying leaves them.
    """

    metric: str
    peer: str
    called: str
    theirs: Measure
    ours: Measure | None = None
    apart: Apart | None = None
    close: float = 1e-4
    ties: bool = False


@dataclass(frozen=True)
class Found:
    """Ours and theirs, how far apart they are, and how far once ours departs in the same way."""

    ours: Any
    theirs: Any
    difference: float
    unexplained: float | None


@cache
def subject(ties: bool) -> Probed:
    """Return the photo and the map."""
    return Probed(ties=ties)


def measured(row: MetricRow) -> Found:
    """Measure one row."""
    p = subject(row.ties)
    ours = row.ours(p) if row.ours else p.ours(row.metric)
    theirs = row.theirs(p)
    left = row.apart and float(np.abs(np.asarray(row.apart.made(p)) - theirs).max())
    return Found(ours, theirs, float(np.abs(np.asarray(ours) - theirs).max()), left)


def _whole(p: Probed) -> Window:
    return Window(0, 0, p.size[1], p.size[0])


METRIC_ROWS: tuple[MetricRow, ...] = (
    MetricRow(
        "deletion", "torch-cam", "`DeletionInsertionMetric`",
        peers.torchcam("DeletionInsertionMetric", "deletion_auc", steps=peers.STEPS),
    ),
    MetricRow(
        "insertion", "torch-cam", "`DeletionInsertionMetric`, `baseline` our blur",
        peers.torchcam("DeletionInsertionMetric", "insertion_auc", steps=peers.STEPS,
                       baseline=blurred),
    ),
    MetricRow(
        "insertion", "torch-cam", "`DeletionInsertionMetric`, default `baseline`",
        peers.torchcam("DeletionInsertionMetric", "insertion_auc", steps=peers.STEPS),
        apart=Apart(
            peers.from_zero,
            "The paper begins insertion with a blurred photo, because the edges of pixels on a "
            "constant canvas may themselves be evidence. torch-cam's default is that canvas.",
            "ours",
        ),
    ),
    MetricRow(
        "deletion", "torch-cam", "`DeletionInsertionMetric`, a map that is 0 on nine tenths",
        peers.torchcam("DeletionInsertionMetric", "deletion_auc", steps=peers.STEPS),
        apart=Apart(
            peers.in_reading_order,
            "Rectifying leaves many zeros. torch-cam's stable sort takes equal pixels from the "
            "upper left corner on, which is a place, and favours methods by where their zeros lie. "
            "Ours come in one random order, the same for all methods. The paper's maps have no "
            "ties.",
            "neither",
        ),
        ties=True,
    ),
    MetricRow(
        "deletion", "quantus", "`PixelFlipping`",
        peers.quantus_flipping,
        apart=Apart(
            peers.by_channel,
            "It is another metric of the same kind (Bach et al. 2015). For a map of one channel it "
            "orders the photo's red, green and blue values one by one, where RISE removes pixels; "
            "and its curve begins after the first step, not with the whole photo. Its own area, "
            "`return_auc_per_sample`, is not divided by the number of steps and fails on NumPy "
            "2.4, which has no `trapz`; here it is divided.",
            "ours",
        ),
    ),
    MetricRow(
        "road", "pytorch-grad-cam", "`NoisyLinearImputer`, `noise=0`: half the photo filled in",
        peers.imputed_by_pytorch_grad_cam,
        ours=lambda p: road.linear(p.pixels / 255, peers.half(p)),
    ),
    MetricRow(
        "road", "quantus", "`noisy_linear_imputation`, `noise=0`: half the photo filled in",
        peers.imputed_by_quantus,
        ours=lambda p: road.linear(p.pixels / 255, peers.half(p)),
    ),
    MetricRow(
        "road", "pytorch-grad-cam", "`ROADCombined`, without noise, twice",
        lambda p: 2 * peers.pytorch_grad_cam("road", "ROADCombined", noise=False)(p),
        ours=lambda p: 2 * peers.road_half_quiet(p),
        close=2e-3,  # ours rounds pixels to 8 bits
    ),
    MetricRow(
        "road", "pytorch-grad-cam", "`NoisyLinearImputer`: the noise, in pixel values",
        peers.noise_of_pytorch_grad_cam,
        ours=lambda p: float(road.noise(p.size).std()),
        apart=Apart(
            lambda p: road.NOISE * float(np.sqrt(np.square(p.clf.preprocessing.std).mean())),
            "The authors add noise of 0.01 to pixels in [0, 1] and normalise afterwards. "
            "pytorch-grad-cam is given the normalised input and adds 0.01 there: less than a "
            "quarter of it, where the standard deviation is 0.225.",
            "ours",
        ),
    ),
    MetricRow(
        "road", "pytorch-grad-cam", "`RemoveMostRelevantFirst`: share removed at 50 % of a map "
        "that is 0 on three quarters",
        peers.removed_by_pytorch_grad_cam,
        ours=lambda p: peers.half(p).size / p.drawn.order.size,
        apart=Apart(
            lambda _: 1.0,  # every value is at least the percentile
            "It removes what is at least the map's percentile. Where that is 0 everything is, and "
            "there is nothing left to fill in from. Ours counts pixels.",
            "ours",
        ),
    ),
    MetricRow(
        "average_drop", "torch-cam", "`ClassificationMetric`, a map that is 0 on nine tenths",
        peers.torchcam("ClassificationMetric", "avg_drop"),
        apart=Apart(
            peers.drop_of_normalised,
            "The paper multiplies the image by the map, so that what the map leaves out is "
            "black. torch-cam multiplies the normalised input: it becomes the mean colour.",
            "ours",
        ),
        ties=True,
    ),
    MetricRow(
        "average_drop", "pytorch-grad-cam", "`DropInConfidence`, the same map",
        peers.pytorch_grad_cam("cam_mult_image", "DropInConfidence"),
        apart=Apart(
            peers.undivided,
            "The paper has max(0, Y − O) / Y. pytorch-grad-cam does not divide by Y, so that "
            "photos the network is unsure of hardly count. It multiplies the normalised input, "
            "too.",
            "ours",
        ),
        ties=True,
    ),
    MetricRow(
        "increase", "torch-cam", "`ClassificationMetric`",
        peers.torchcam("ClassificationMetric", "conf_increase"),
    ),
    MetricRow(
        "increase", "pytorch-grad-cam", "`IncreaseInConfidence`",
        peers.pytorch_grad_cam("cam_mult_image", "IncreaseInConfidence"),
    ),
    MetricRow(
        "pointing", "quantus", "`PointingGame`: an object three pixels from the peak",
        lambda p: peers.quantus("PointingGame", peers.beside(p))(p),
        ours=lambda p: float(hit(p.drawn.order, p.size, _whole(p), [peers.beside(p)])),
        apart=Apart(
            lambda p: float(peers.mask_of(p, peers.beside(p)).ravel()[p.drawn.order[0]]),
            "Zhang et al. count a hit within 15 pixels of the object, and so does TorchRay, the "
            "usual reference. Quantus has no tolerance.",
            "ours",
        ),
    ),
    MetricRow("energy", "quantus", "`RelevanceMassAccuracy`",
              peers.quantus("RelevanceMassAccuracy")),
    MetricRow("energy", "quantus", "`AttributionLocalisation`",
              peers.quantus("AttributionLocalisation")),
)  # fmt: skip
