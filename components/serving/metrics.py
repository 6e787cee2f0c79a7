"""What is counted and measured of the server, and the address that tells it.

Off unless GRADCAM_METRICS names an address, such as 127.0.0.1:9464. Nothing told there is a
visitor's: no names, no photos, no addresses.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from gradcam.errors import GradcamError

from ..compat import uploaded_sizes
from ..guard import answers_to
from .health import Readiness
from .numbers import Counter, Gauge, Metric, Seconds, text

VARIABLE = "GRADCAM_METRICS"
_STARTED = time.time()

requests = Counter("gradcam_requests_total", "HTTP requests, by what they are for and their status")
messages = Counter("gradcam_messages_total", "messages of pages, such as clicks")
opened = Counter("gradcam_sessions_opened_total", "pages that were opened")
sessions = Counter("gradcam_sessions", "")  # told as a gauge
maps = Seconds("gradcam_map_seconds", "seconds to answer a photo, by method; what is kept is not")
pages = Seconds("gradcam_page_seconds", "seconds of a run of the page, which a click leads to")
logged = Counter("gradcam_log_lines_total", "lines of the log, by level")


def tell(readiness: Readiness, named: str | None = None) -> ThreadingHTTPServer | None:
    """Serve the numbers at the address that GRADCAM_METRICS names, if it names one.

    Raises GradcamError if it is not an address or is taken.
    """
    said = os.environ.get(VARIABLE, "") if named is None else named
    if not said:
        return None
    host, port = _address(said)
    names = {name.strip("[]") for name in answers_to(host, ())}

    class Numbers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = (self.headers.get("Host") or "").rsplit(":", 1)[0].strip("[]").lower()
            # A page elsewhere may have its own name point here: see `guard`.
            allowed = "*" in names or asked in {*names, host}
            found = allowed and self.path.split("?")[0] == "/metrics"
            body = text(everything(readiness)).encode() if found else b"Numbers are at /metrics.\n"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass  # who reads the numbers is no news

    try:
        server = ThreadingHTTPServer((host, port), Numbers)
    except OSError as error:
        raise GradcamError(
            f"{VARIABLE} names {said!r}, where the server cannot listen: {error.strerror}.",
            hint="Name another address, or unset it.",
        ) from error
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def everything(readiness: Readiness) -> tuple[Metric, ...]:
    """Return all that is told."""
    return (
        Gauge("gradcam_ready", "1 while a map can be made", lambda: not readiness.problem()),
        Gauge("gradcam_health_seconds", "that the last map for the health check took",
              lambda: readiness.seconds),
        Gauge("gradcam_sessions", "open pages", sessions.value),
        opened, messages, requests, maps, pages,
        Gauge("gradcam_jobs", "slow work that runs or waits", _jobs, labels=("kind", "state")),
        Gauge("gradcam_upload_bytes", "uploads of all sessions", _uploaded),
        logged,
        Gauge("process_resident_memory_bytes", "resident memory", resident),
        Gauge("process_cpu_seconds_total", "seconds of processor time",
              time.process_time, kind="counter"),
        Gauge("process_open_fds", "open files and connections", _open_files),
        Gauge("process_threads", "threads of Python", threading.active_count),
        Gauge("process_start_time_seconds", "when the server was started", lambda: _STARTED),
    )  # fmt: skip


def resident() -> float | None:
    """Return the bytes of memory that this process occupies; None where that is not told."""
    try:
        pages_held = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages_held * float(os.sysconf("SC_PAGE_SIZE"))


def _open_files() -> float | None:
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return None


def _jobs() -> Mapping[tuple[str, ...], float]:
    # Only now: a server listens before it imports what the pages need.
    from .. import jobs

    return jobs.counted()


def _uploaded() -> float:
    return sum(sum(files.values()) for files in uploaded_sizes().values())


def _address(said: str) -> tuple[str, int]:
    host, colon, port = said.rpartition(":")
    if not (colon and host and port.isdecimal() and int(port) < 65536):
        raise GradcamError(
            f"{VARIABLE} is {said!r}, which is not an address.",
            hint="Name one such as 127.0.0.1:9464.",
        )
    return host.strip("[]"), int(port)
