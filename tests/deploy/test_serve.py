"""The server is started again when it ends, is deaf or can make no map; a port taken is a sentence.

The servers here are small ones: what is tested is who watches them.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from deploy import serve
from deploy.serve import Place, Times, Watched, place

ROOT = Path(__file__).parents[2]
SOON = 20.0  # seconds, on a busy machine
QUICK = Times(every=0.05, answer=0.3, silent=0.6, unready=0.6, start=10, end=0.5, pause=0.02)
# Answers with the status in a file; "deaf" holds Python's one lock in a C loop, as a hash that
# takes 2^n steps does, so that not even SIGTERM is heard.
SERVER = """
import os, re, signal, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
port, says, starts = int(sys.argv[1]), sys.argv[2], sys.argv[3]
open(starts, "a").write(f"{os.getpid()}\\n")
class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        said = open(says).read()
        if said == "deaf":
            open(says, "w").write("200")
            re.fullmatch("(a+)+b", "a" * 60)
        if said == "end":
            open(says, "w").write("200")
            os._exit(3)
        self.send_response(int(said))
        self.end_headers()
    def log_message(self, *_): pass
HTTPServer(("127.0.0.1", port), Health).serve_forever()
"""


class World:
    """A server to watch, who watches it, and what was said."""

    def __init__(self, folder: Path, server: str = SERVER) -> None:
        self.says, self.starts = folder / "says", folder / "starts"
        self.says.write_text("200")
        self.starts.write_text("")
        script = folder / "server.py"
        script.write_text(server)
        self.place = Place("127.0.0.1", free_port())
        command = [sys.executable, str(script), str(self.place.port), str(self.says)]
        self.said = list[str]()
        self.watched = Watched([*command, str(self.starts)], self.place, QUICK, self.said.append)
        self.status: int | None = None
        self.thread = Thread(target=self._run)

    def _run(self) -> None:
        self.status = self.watched.run()

    @property
    def pids(self) -> list[int]:
        return [int(line) for line in self.starts.read_text().split()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.thread.start()
    until(lambda: any("Ready" in one for one in world.said))
    yield world
    world.watched.stop()
    world.thread.join(SOON)
    assert (world.status, world.said[-1]) == (0, "Stopped.")
    assert not any(alive(pid) for pid in world.pids)


@pytest.mark.parametrize(
    ("says", "why"),
    [("deaf", r"silent for \d s"), ("503", r"no map for \d s"), ("end", "ended with status 3")],
)
def test_it_is_started_again(world: World, says: str, why: str) -> None:
    (first,) = world.pids
    world.says.write_text(says)
    until(lambda: any(re.search(why, one) for one in world.said))
    world.says.write_text("200")
    until(lambda: len([one for one in world.said if "Ready" in one]) == 2)
    assert not alive(first)
    assert len(world.pids) == 2


def test_a_server_that_never_was_ready_is_given_up(tmp_path: Path) -> None:
    world = World(tmp_path, "raise SystemExit('The limits are wrong.')")
    world.thread.start()
    world.thread.join(SOON)
    assert world.status == 1
    assert world.said[-1].endswith("That was the third start in a row; its log says why.")


def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        serve.notify("WATCHDOG=1")
        assert told.recv(100) == b"WATCHDOG=1"
    serve.notify("nobody listens")


def run(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "deploy/serve.py", *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("once", [(), ("--once",)])
def test_a_port_that_is_taken_is_one_sentence(once: tuple[str, ...]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = run(*once, "--server.port", str(port))
        said, _ = process.communicate(timeout=SOON)
    assert process.returncode == 1
    assert said == (
        f"Port {port} is taken: end what listens there, or take another, "
        f"as in `make run PORT={port + 1}`.\n"
    )


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("once", [(), ("--once",)])
def test_the_end_is_one_word(once: tuple[str, ...], told: signal.Signals) -> None:
    """SIGINT only to the process itself; a terminal sends it to the server too."""
    port = free_port()
    process = run(*once, "--server.headless=true", "--logger.hideWelcomeMessage=true",
                  f"--server.port={port}")  # fmt: skip
    where = Place("127.0.0.1", port)
    until(lambda: where.health(1) is not None)
    process.send_signal(told)
    said, _ = process.communicate(timeout=SOON)
    assert process.returncode == 0
    assert said.splitlines()[-1] == "Stopped."
    assert "Traceback" not in said
    assert where.health(1) is None


@pytest.mark.parametrize(
    ("arguments", "environment", "config", "host", "port"),
    [
        ([], {}, "", "", 8501),
        ([], {}, '[server]\naddress = "127.0.0.1"\nport = 80', "127.0.0.1", 80),
        ([], {"STREAMLIT_SERVER_PORT": "81"}, "[server]\nport = 80", "", 81),
        (["--server.port=82"], {"STREAMLIT_SERVER_PORT": "81"}, "", "", 82),
        (["--server.port", "83", "--server.address", "::"], {}, "not TOML", "::", 83),
    ],
)
def test_where_it_listens(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], config: str, host: str,
    port: int,
) -> None:  # fmt: skip
    file = tmp_path / "config.toml"
    file.write_text(config)
    assert place(arguments, environment, file) == Place(host, port)


def test_a_port_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="'x' is not a port"):
        place(["--server.port=x"], {}, tmp_path / "none")
