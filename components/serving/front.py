"""Everything that stands between a browser and the application, in order."""

from __future__ import annotations

from ..compat import Served, without_delay
from ..guard import guarded
from .health import Readiness, bundled_map, with_health


def served(app: Served) -> Served:
    """Return the application as it is served."""
    return without_delay(with_health(guarded(app), Readiness(bundled_map())))
