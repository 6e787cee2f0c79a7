"""How faithful a map is to the model it explains: metrics, curves and baselines."""

from gradcam.metrics.baselines import BASELINES
from gradcam.metrics.curves import Curve
from gradcam.metrics.faithful import faithfulness, seen_at
from gradcam.metrics.probing import Faithful, Prober
from gradcam.metrics.table import METRICS, Metric

__all__ = [
    "BASELINES",
    "METRICS",
    "Curve",
    "Faithful",
    "Metric",
    "Prober",
    "faithfulness",
    "seen_at",
]
