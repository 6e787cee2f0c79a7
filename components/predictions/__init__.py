"""Each photo's predictions as bars; a click shows or hides that class's panel."""

from .predictions import Bars, predictions

__all__ = ["Bars", "predictions"]
