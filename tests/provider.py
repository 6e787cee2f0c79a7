"""A tiny OpenID provider, and a tiny proxy that knows its visitors, both for tests."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "explorer", "not-very-secret"


class Provider:
    """Lets in whoever clicks on a name, as long as the application asks in the right way.

    people : by name, what the provider says of each.
    """

    def __init__(self, people: dict[str, dict[str, Any]], redirect: str) -> None:
        self.people, self.redirect = people, redirect
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
        self.codes = dict[str, tuple[str, dict[str, str]]]()
        self.address = ""
        self.ended = 0

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "end_session_endpoint": f"{self.address}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def choices(self, asked: dict[str, str]) -> str:
        """A page with a link for each person, which leads back with a code."""
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == self.redirect
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        links = []
        for name in self.people:
            code = secrets.token_hex(8)
            self.codes[code] = (name, asked)
            back = urlencode({"code": code, "state": asked["state"]})
            links.append(f'<p><a href="{escape(self.redirect)}?{back}">{escape(name)}</a></p>')
        return f"<h1>Who are you?</h1>{''.join(links)}"

    def token(self, said: dict[str, str], authorization: str) -> dict[str, Any]:
        known = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        assert known == f"{CLIENT}:{SECRET}"
        name, asked = self.codes.pop(said["code"])  # a code counts once
        digest = hashlib.sha256(said["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "sub": name, "iat": now, "exp": now + 600,
                  "nonce": asked["nonce"], "name": name, **self.people[name]}  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed, "expires_in": 600}


@contextmanager
def provider(people: dict[str, dict[str, Any]], redirect: str) -> Iterator[Provider]:
    """Run a provider that sends people back to `redirect`."""
    known = Provider(people, redirect)

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/.well-known/openid-configuration":
                self._json(known.metadata())
            elif parts.path == "/keys":
                self._json({"keys": [known.key.as_dict(private=False)]})
            elif parts.path == "/authorize":
                self._send(known.choices(asked), "text/html")
            elif parts.path == "/end":
                known.ended += 1
                self.send_response(302)
                self.send_header("Location", asked["post_logout_redirect_uri"])
                self.end_headers()
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            said = {name: values[0] for name, values in parse_qs(body).items()}
            self._json(known.token(said, self.headers["Authorization"]))

        def _json(self, said: dict[str, Any]) -> None:
            self._send(json.dumps(said), "application/json")

        def _send(self, text: str, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    known.address = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def proxy(port: int, header: str, people: dict[str, str]) -> Iterator[str]:
    """Run a proxy before a server's port: it asks for a cookie, and tells who somebody is.

    What a visitor says in that header is taken out: only the proxy may say it.

    people : what the header says, by the value of the cookie `pass`.
    """
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(visitor: socket.socket) -> None:
        with visitor, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                more = visitor.recv(65536)
                if not more:
                    return
                head += more
            head, _, rest = head.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            cookies = "; ".join(line for line in lines if line.lower().startswith("cookie:"))
            who = next((who for key, who in people.items() if f"pass={key}" in cookies), None)
            if who is None:
                visitor.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n"
                                b"Connection: close\r\n\r\n")  # fmt: skip
                return
            upgrade = any(line.lower().startswith("upgrade:") for line in lines)
            gone = (f"{header.lower()}:", *(() if upgrade else ("connection:",)))
            kept = [line for line in lines if not line.lower().startswith(gone)]
            told = [first, *kept, f"{header}: {who}", *([] if upgrade else ["Connection: close"])]
            with socket.create_connection(("127.0.0.1", port)) as server:
                server.sendall("\r\n".join(told).encode("latin-1") + b"\r\n\r\n" + rest)
                back = Thread(target=pipe, args=(server, visitor), daemon=True)
                back.start()
                pipe(visitor, server)
                back.join()

    def pipe(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while more := source.recv(65536):
                sink.sendall(more)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def accept() -> None:
        with suppress(OSError):
            while True:
                Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()
