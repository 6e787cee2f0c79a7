"""When a session has ended: what was its own goes, and its memory goes back to the system.

Streamlit keeps a session whose page was closed for `server.disconnectedSessionTTL` seconds, in case
it only lost its connection, and then looks at it no more before another session ends. Here it is
looked for, so that the last visitor's photos do not stay until somebody else comes and goes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from . import keeping
from .compat import Served, active_sessions, clear_own_caches_only, live_sessions
from .jobs import answers, folders, sheets
from .serving import logs

log = logging.getLogger("gradcam.explorer")
EVERY = 5.0  # seconds between two looks
_TIDIED = 20.0  # seconds between two collections, which stop all threads for a moment
_background: set[asyncio.Task[None]] = set()


def with_leaving(app: Served) -> Served:
    """Return the application such that what ended sessions leave behind is cleared away."""
    clear_own_caches_only()

    async def served(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return

        async def sent(message: Any) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                _background.add(asyncio.create_task(_look_after(Leaving())))
            if message["type"].startswith("lifespan.shutdown"):
                for task in _background:
                    task.cancel()
                _background.clear()

        await app(scope, receive, sent)

    return served


class Leaving:
    """Notices that sessions end, and clears away after them.

    Parameters
    ----------
    tidy : frees what nothing refers to any more, and returns it to the system; slow.
    clock : in seconds, never running backwards.
    """

    def __init__(
        self, tidy: Callable[[], None] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tidy, self._clock = tidy or _tidy, clock
        self._open = 0
        self._untidy = False
        self._tidied = -_TIDIED

    def look(self) -> Sequence[Hashable]:
        """Drop what was kept for visitors who are gone; return them. For the event loop."""
        here, now_open = live_sessions(), active_sessions()
        gone = keeping.gone(here)
        if gone:
            dropped = keeping.leave(gone)
            dropped += sum(jobs().gone(gone) for jobs in (answers, sheets, folders))
            logs.event("sessions ended", sessions=len(gone), dropped=dropped)
        # A page that was closed has lost its decoded photos, though its session may come back.
        self._untidy |= bool(gone) or now_open < self._open
        self._open = now_open
        return gone

    def tidy(self) -> bool:
        """Return the memory of what was dropped, if anything was and it is time; for a thread."""
        if not self._untidy or self._clock() - self._tidied < _TIDIED:
            return False
        self._untidy = False
        self._tidy()
        self._tidied = self._clock()
        return True


async def _look_after(leaving: Leaving) -> None:
    while True:
        await asyncio.sleep(EVERY)
        try:
            leaving.look()
            await asyncio.to_thread(leaving.tidy)
        except Exception as error:  # whatever becomes of Streamlit, the server goes on
            log.exception("Clearing away after sessions failed.", exc_info=error)
            return


def _tidy() -> None:
    # Only now: a server listens before it imports what makes maps.
    from gradcam.answer import forget_passes

    from .engine import keep, tidy

    forget_passes()
    tidy()
    keep()
