"""The plots of the page: SVG that takes its colours from the page, and stretches with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gradcam.evaluation.results import MeanCurve
from gradcam.evaluation.summary import Interval

_TICKS = 5
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Scale:
    """From `low` to `high` along a plot's width, with marks at `ticks`."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> str:
        """Return where a value lies, in percent of the width."""
        return f"{100 * (value - self.low) / (self.high - self.low):.2f}%"


def scale_of(intervals: Sequence[Interval]) -> Scale:
    """Return a scale with round marks on which all intervals lie.

    >>> scale_of([Interval(0.31, 0.29, 0.33, 9), Interval(0.4, 0.36, 0.44, 9)]).ticks
    (0.25, 0.3, 0.35, 0.4, 0.45)
    """
    low, high = min(one.low for one in intervals), max(one.high for one in intervals)
    if high <= low:
        low, high = low - 0.05, high + 0.05
    power = 10.0 ** math.floor(math.log10((high - low) / _TICKS))
    step = next(power * size for size in _STEPS if power * size * _TICKS >= high - low)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(n * step, 10) for n in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def dot(interval: Interval, scale: Scale, blind: Interval | None, kind: str = "") -> str:
    """Draw a mean and its interval; behind it the scale's marks and the random map's interval."""
    band = ""
    if blind is not None:
        width = f"{100 * (blind.high - blind.low) / (scale.high - scale.low):.2f}%"
        band = f'<rect class="blind" x="{scale.at(blind.low)}" width="{width}" height="100%"/>'
    grid = "".join(
        f'<line class="grid" x1="{scale.at(tick)}" x2="{scale.at(tick)}" y1="0" y2="100%"/>'
        for tick in scale.ticks
    )
    ends = f'x1="{scale.at(interval.low)}" x2="{scale.at(interval.high)}"'
    return (
        f'<svg class="dot {kind}" aria-hidden="true">{band}{grid}'
        f'<line class="span" {ends} y1="50%" y2="50%"/>'
        f'<circle cx="{scale.at(interval.mean)}" cy="50%" r="4.5"/></svg>'
    )


def axis(scale: Scale) -> str:
    """Draw the numbers below a column of dots."""
    decimals = max(len(f"{tick:.10f}".rstrip("0").partition(".")[2]) for tick in scale.ticks)
    texts = "".join(
        f'<text x="{scale.at(tick)}" y="13">{f"{tick:.{decimals}f}".replace("-", "−")}</text>'
        for tick in scale.ticks
    )
    return f'<svg class="axis" aria-hidden="true">{texts}</svg>'


def curves(drawn: Sequence[tuple[str, MeanCurve]], top: float, label: str) -> str:
    """Draw curves of probability from 0 to `top`, each with a class for its style.

    label : what the picture shows, for those who cannot see it.
    """
    lines = "".join(
        f'<polyline class="{kind}" points="{_points(curve, top)}"/>' for kind, curve in drawn
    )
    return (
        f'<svg class="curves" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" '
        f'aria-label="{label}"><line class="grid" x1="0" x2="100" y1="50" y2="50"/>{lines}</svg>'
    )


def _points(curve: MeanCurve, top: float) -> str:
    return " ".join(
        f"{100 * x:.2f},{100 - 100 * y / top:.2f}"
        for x, y in zip(curve.fractions, curve.probabilities, strict=True)
    )
