"""Weights on their way: a thread fetches, the page looks on, and everything else stays usable."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

import streamlit as st

from gradcam import GradcamError, ModelSpec, WeightsError, fetch

log = logging.getLogger("gradcam.explorer")


@dataclass
class Download:
    """One file of weights. `ended` is set last; `error` says how it ended, None being well."""

    spec: ModelSpec
    done: int = 0
    total: int = 0
    error: GradcamError | None = None
    ended: Event = field(default_factory=Event)
    stop: Event = field(default_factory=Event)

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    def report(self, done: int, total: int | None) -> None:
        """How `fetch` tells its progress."""
        self.done = done
        self.total = total or self.total

    def run(self, get: Callable[[Download], None]) -> None:
        """The thread's body."""
        try:
            get(self)
        except GradcamError as error:
            log.warning("%s", error, exc_info=error)
            self.error = error
        except Exception as error:
            log.exception("unexpected", exc_info=error)
            self.error = WeightsError(
                f"{self.spec.filename} could not be downloaded.", hint="The server's log says why."
            )
        finally:
            self.ended.set()


class Downloads:
    """Those under way or ended badly, by model; shared by every session of this server."""

    def __init__(self, get: Callable[[Download], None]) -> None:
        self._get = get
        self._jobs: dict[str, Download] = {}
        self._lock = Lock()

    def of(self, spec: ModelSpec) -> Download:
        """The download of these weights, begun now unless it is known."""
        with self._lock:
            if spec.id not in self._jobs:
                job = Download(spec, total=spec.download_bytes)
                self._jobs[spec.id] = job
                Thread(target=job.run, args=(self._get,), daemon=True).start()
            return self._jobs[spec.id]

    def forget(self, model: str) -> None:
        """So that the next `of` tries again; one still under way goes on."""
        with self._lock:
            if model in self._jobs and self._jobs[model].ended.is_set():
                del self._jobs[model]


@st.cache_resource(show_spinner=False)
def downloads() -> Downloads:
    """The server's one list."""
    return Downloads(_fetch)


def _fetch(job: Download) -> None:
    fetch.fetch_weights(job.spec, progress=job.report, cancelled=job.stop.is_set)
