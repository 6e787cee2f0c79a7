"""Start the server, ask for its health, and start it again when it is silent.

    python deploy/serve.py [--once] [options of `streamlit run`]

A server that does not answer for half a minute, or that says for five minutes that it can make no
map, is ended, together with whatever it started, and started again. Under systemd (Type=notify),
systemd watches this process in turn. With --once, what ends stays ended.

It needs nothing but Python: it must work when nothing else does.
"""

from __future__ import annotations

import errno
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATH = "/healthz"


class Stop(BaseException):
    """Somebody asked for the end."""


@dataclass(frozen=True)
class Times:
    """How patient the watch is, all in seconds.

    every : between two questions.
    answer : for one answer.
    silent : without any answer, until the server is ended.
    unready : saying that no map can be made, until it is ended.
    start : from its start to the first map; a first start may unpack and compile much.
    end : for it to end by itself when told to; it is killed then.
    pause : before it is started again; twice as long each time, up to a minute.
    """

    every: float = 10
    answer: float = 5
    silent: float = 30
    unready: float = 300
    start: float = 300
    end: float = 10
    pause: float = 1


@dataclass(frozen=True)
class Place:
    """Where the server listens."""

    host: str
    port: int
    safe: bool = False  # https

    def taken(self) -> str:
        """Say in a sentence why nothing can listen there; "" if it can."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    return (
                        f"Port {self.port} is taken: end what listens there, "
                        f"or take another, as in `make run PORT={self.port + 1}`."
                    )
                return f"Nothing can listen at {self.host}, port {self.port}: {error.strerror}."
        return ""

    def health(self, seconds: float) -> int | None:
        """Return the status of an answer about its health; None if none comes in time."""
        host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        if self.safe:
            # A question to this machine, whose name the certificate does not have.
            unchecked = ssl._create_unverified_context()
            asked: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, self.port, timeout=seconds, context=unchecked
            )
        else:
            asked = http.client.HTTPConnection(host, self.port, timeout=seconds)
        try:
            asked.request("GET", PATH)
            return asked.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            asked.close()


class Watched:
    """A server that is started again whenever it ends, or must be ended.

    Parameters
    ----------
    command : starts it.
    place : where it then listens.
    say : takes what happens, a sentence each.
    """

    def __init__(
        self,
        command: Sequence[str],
        place: Place,
        times: Times = Times(),
        say: Callable[[str], object] = print,
    ) -> None:
        self._command, self._place, self._times, self._say = list(command), place, times, say
        self._pause = times.pause
        self._stopped = Event()

    def run(self) -> int:
        """Run until told to stop; return a status for the shell."""
        early = 0
        try:
            while True:
                process = subprocess.Popen(self._command, cwd=ROOT, start_new_session=True)
                try:
                    was_ready, why = self._watch(process)
                finally:
                    end(process, self._times.end)
                early = 0 if was_ready else early + 1
                if early == 3:
                    self._say(f"{why} That was the third start in a row; its log says why.")
                    return 1
                self._say(f"{why} It is started again.")
                notify(f"STATUS={why}")
                self._sleep(self._pause)
                self._pause = self._times.pause if was_ready else min(2 * self._pause, 60)
        except (Stop, KeyboardInterrupt):
            notify("STOPPING=1")
            self._say("Stopped.")
            return 0

    def _watch(self, process: subprocess.Popen[bytes]) -> tuple[bool, str]:
        """Return once the server must be started again: whether it ever was ready, and why."""
        began = answered = ready = time.monotonic()
        was_ready = False
        while True:
            # Short steps at first, so that who waits for it learns soon.
            every = self._times.every if was_ready else min(1.0, self._times.every)
            self._sleep(every, process)
            notify("WATCHDOG=1")
            if process.poll() is not None:
                return was_ready, f"The server ended with status {process.returncode}."
            status = self._place.health(self._times.answer)
            now = time.monotonic()
            answered = now if status is not None else answered
            if status == 200:
                ready = now
                if not was_ready:
                    was_ready = True
                    self._say(f"Ready after {now - began:.0f} s.")
                    notify("READY=1\nSTATUS=Ready.")
            elif not was_ready:
                if now - began > self._times.start:
                    return False, f"The server was not ready after {now - began:.0f} s."
            elif now - answered > self._times.silent:
                return True, f"The server has been silent for {now - answered:.0f} s."
            elif now - ready > self._times.unready:
                return True, f"The server could make no map for {now - ready:.0f} s."

    def stop(self) -> None:
        """End the server soon, from another thread."""
        self._stopped.set()

    def _sleep(self, seconds: float, process: subprocess.Popen[bytes] | None = None) -> None:
        """Wait so long, or until the process ends."""
        end = time.monotonic() + seconds
        while process is None or process.poll() is None:
            left = end - time.monotonic()
            if left <= 0:
                return
            if self._stopped.wait(min(left, 0.2)):
                raise Stop


def once(command: Sequence[str], say: Callable[[str], object] = print) -> int:
    """Run the server until it ends or is told to; return its status for the shell."""
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        return process.wait()
    except (Stop, KeyboardInterrupt):
        end(process, Times.end)
        say("Stopped.")
        return 0


def end(process: subprocess.Popen[bytes], seconds: float) -> None:
    """End a server and all that it started, by force if it takes longer, or at a second Ctrl-C."""
    for told in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, told)
        with suppress(subprocess.TimeoutExpired, Stop, KeyboardInterrupt):
            process.wait(seconds)


def notify(state: str) -> None:
    """Tell systemd, if it started this process as Type=notify."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told, suppress(OSError):
        told.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        told.send(state.encode())


def place(arguments: Sequence[str], environment: Mapping[str, str], config: Path) -> Place:
    """Return where a server with these options listens, as Streamlit would decide.

    >>> place(["--server.port=8600", "--server.address", "0.0.0.0"], {}, Path("none"))
    Place(host='0.0.0.0', port=8600, safe=False)
    """
    said: dict[str, Any] = {}
    with suppress(OSError, tomllib.TOMLDecodeError):
        said = tomllib.loads(config.read_text("utf-8")).get("server", {})

    def option(name: str, default: str = "") -> str:
        variable = "STREAMLIT_SERVER_" + "".join(f"_{c}" if c.isupper() else c for c in name)
        found = environment.get(variable.upper(), str(said.get(name, default)))
        for n, argument in enumerate(arguments):
            key, equals, value = argument.partition("=")
            if key == f"--server.{name}":
                found = value if equals else "".join(arguments[n + 1 : n + 2])
        return found

    port = option("port", "8501")
    if not port.isdecimal():
        raise SystemExit(f"{port!r} is not a port.")
    return Place(option("address"), int(port), bool(option("sslCertFile")))


def _say(sentence: str) -> None:
    if os.environ.get("GRADCAM_LOG") == "json":
        when = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        sentence = json.dumps(
            {"time": when, "level": "info", "from": "gradcam.watch", "message": sentence}
        )
    print(sentence, file=sys.stderr, flush=True)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stop


def main(arguments: Sequence[str]) -> int:
    """Serve with these options, and return a status for the shell."""
    options = [argument for argument in arguments if argument not in ("--once", "--")]
    where = place(options, os.environ, ROOT / ".streamlit" / "config.toml")
    problem = where.taken()
    if problem:
        _say(problem)
        return 1
    for told in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, _stop)
    try:
        Path.home()
    except RuntimeError:  # as for a user of a container that no list of users names
        os.environ["HOME"] = "/nonexistent"  # Streamlit wants one to look for its settings in
        _say("There is no home folder: set GRADCAM_CACHE and HF_HOME, or weights cannot be kept.")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options]
    if "--once" in arguments:
        return once(command, _say)
    return Watched([*command, "--server.headless=true"], where, say=_say).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
