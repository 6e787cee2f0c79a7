"""The table of metrics, METRICS: their titles, sources and protocols."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True)
class Metric:
    """One row of METRICS.

    title, source : what to show people, and the paper it comes from.
    protocol : one sentence for beside the number, on how it was measured.
    better : whether "higher" or "lower" numbers are better.
    curves : the curves it sums up; their keys in `Faithful.curves`.
    needs_boxes : whether it needs to be told where the object is.
    """

    title: str
    source: str
    protocol: str
    better: Literal["higher", "lower"]
    curves: tuple[str, ...] = ()
    needs_boxes: bool = False


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "insertion": Metric(
            "Insertion",
            "arXiv:1806.07421",
            "Area under the class's probability while pixels, the most relevant first, are put "
            "into a blurred photo (Gaussian, kernel 11, sigma 5).",
            "higher",
            ("insertion",),
        ),
        "deletion": Metric(
            "Deletion",
            "arXiv:1806.07421",
            "Area under the class's probability while pixels, the most relevant first, are "
            "replaced by the mean colour (0 after normalisation).",
            "lower",
            ("deletion",),
        ),
    }
)
