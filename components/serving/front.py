"""Everything that stands between a browser and the application, in order."""

from __future__ import annotations

from gradcam.errors import GradcamError

from ..compat import Served, without_delay
from ..guard import guarded
from ..leaving import with_leaving
from ..uploads import with_uploads
from . import login, logs, metrics
from .health import Readiness, with_health
from .traffic import measured


def served(app: Served) -> Served:
    """Return the application as it is served; end the process with a sentence if it cannot be."""
    readiness = Readiness(_map)
    try:
        logs.set_up()
        login.checked()
        metrics.tell(readiness)
    except GradcamError as error:
        raise SystemExit(str(error)) from None
    app = guarded(login.with_login(with_uploads(with_leaving(app))))
    return without_delay(measured(with_health(app, readiness)))


def _map() -> None:
    # Only now: a server listens before it imports what makes maps.
    from .map_of_nothing import make

    make()
