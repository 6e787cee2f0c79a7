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
    masks : whether it looks at the photo through the map.
    needs_boxes : whether it needs to be told where the object is.
    """

    title: str
    source: str
    protocol: str
    better: Literal["higher", "lower"]
    curves: tuple[str, ...] = ()
    masks: bool = False
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
        "road": Metric(
            "ROAD",
            "arXiv:2202.00449",
            "Mean of the class's probability when the least relevant 10, 20, … 90 % of pixels are "
            "filled in from their neighbours, less the same with the most relevant.",
            "higher",
            ("road_most", "road_least"),
        ),
        "average_drop": Metric(
            "Average drop",
            "arXiv:1710.11063",
            "Share of the class's probability that is lost when the photo is multiplied by the "
            "map; large maps are rewarded.",
            "lower",
            masks=True,
        ),
        "increase": Metric(
            "Increase in confidence",
            "arXiv:1710.11063",
            "Whether the class becomes more probable when the photo is multiplied by the map: 1 or "
            "0, over many photos a share; large maps are rewarded.",
            "higher",
            masks=True,
        ),
        "pointing": Metric(
            "Pointing game",
            "arXiv:1608.00507",
            "Whether the map's peak is within 15 pixels of the object on the photo: 1 or 0; over "
            "many photos the mean over classes of their shares.",
            "higher",
            needs_boxes=True,
        ),
        "energy": Metric(
            "Energy pointing game",
            "arXiv:1910.01279",
            "Share of the map's evidence that lies in the object's box, among what the model saw.",
            "higher",
            needs_boxes=True,
        ),
    }
)
