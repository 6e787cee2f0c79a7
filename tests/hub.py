"""A local server that speaks the Hugging Face hub's protocol, for models saved in folders."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Serve `folders`, {"ORG/NAME": folder}; what goes wrong is set by the other attributes.

    statuses : {"ORG/NAME": an HTTP status to refuse it with}.
    cuts : how many of the next downloads of weights end after half of what was asked for.
    damaged : how many of the next downloads of weights have their last byte changed.
    stalled : weights stop half-way until `release` is set.
    asked : "METHOD path", with the range if there was one, in order.
    logins : the different headers of authorization, "" for none.
    """

    daemon_threads = True

    def __init__(self, folders: dict[str, Path]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folders = folders
        self.statuses: dict[str, int] = {}
        self.cuts = self.damaged = 0
        self.stalled = False
        self.release = threading.Event()
        self.asked: list[str] = []
        self.logins: set[str] = set()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def elsewhere(self) -> str:
        """The same server by another name: the library follows redirects within one host itself."""
        return f"http://localhost:{self.server_address[1]}"

    def close(self) -> None:
        self.release.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path = unquote(urlsplit(self.path).path).strip("/")
        range_ = self.headers.get("Range", "") if body else ""
        self.server.logins.add(self.headers.get("Authorization", ""))
        self.server.asked.append(f"{self.command} {path} {range_}".strip())
        if path.startswith("api/models/"):
            return self._listing(path.removeprefix("api/models/").split("/revision/")[0])
        if path.startswith("cdn/"):
            return self._file(Path(path.removeprefix("cdn")), range_)
        repo, _, rest = path.partition("/resolve/")
        name = rest.partition("/")[2]
        if self._refused(repo):
            return None
        file = self.server.folders[repo] / name
        if not file.is_file():
            return self._refuse(404, "EntryNotFound")
        return self._file(file, range_) if body else self._facts(file)

    def _refused(self, repo: str) -> bool:
        status = self.server.statuses.get(repo, 200 if repo in self.server.folders else 404)
        if status == 200:
            return False
        self._refuse(status, {404: "RepoNotFound", 403: "GatedRepo"}.get(status, ""))
        return True

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _listing(self, repo: str) -> None:
        if self._refused(repo):
            return
        siblings = [_sibling(file) for file in sorted(self.server.folders[repo].iterdir())]
        data = json.dumps({"id": repo, "sha": COMMIT, "siblings": siblings}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _facts(self, file: Path) -> None:
        """Large files lie on another server, which the hub leads to."""
        large = file.suffix == ".safetensors"
        self.send_response(302 if large else 200)
        self.send_header("X-Repo-Commit", COMMIT)
        if large:
            self.send_header("Location", f"{self.server.elsewhere}/cdn{file}")
            self.send_header("X-Linked-Etag", f'"{_sha256(file)}"')
            self.send_header("X-Linked-Size", str(file.stat().st_size))
            self.send_header("Content-Length", "0")
        else:
            self.send_header("Content-Length", str(file.stat().st_size))
        self.send_header("ETag", f'"{hashlib.sha1(file.read_bytes()).hexdigest()}"')
        self.end_headers()

    def _file(self, file: Path, range_: str) -> None:
        whole = file.read_bytes()
        start = int(range_.removeprefix("bytes=").rstrip("-")) if range_ else 0
        data, large = whole[start:], file.suffix == ".safetensors"
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(whole) - 1}/{len(whole)}")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if large and self.server.damaged:
            self.server.damaged -= 1
            data = data[:-1] + bytes([data[-1] ^ 1])
        if large and self.server.cuts:
            self.server.cuts -= 1
            data = data[: len(data) // 2]
        if large and self.server.stalled:
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            self.server.release.wait(10)
            return
        self.wfile.write(data)


def _sibling(file: Path) -> dict[str, Any]:
    size = file.stat().st_size
    row: dict[str, Any] = {"rfilename": file.name, "size": size, "blobId": "0" * 40}
    if file.suffix == ".safetensors":
        row["lfs"] = {"sha256": _sha256(file), "size": size, "pointerSize": 130}
    return row


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
