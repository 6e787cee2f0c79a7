"""How much may be uploaded, held by the server: the browser's own limits bind only who keeps them.

A file is taken only at an address that was given out for it, up to its kind's size, and as long as
the session's files, and those of all, are within the limits of components/limits.py.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from types import MappingProxyType
from typing import Any

from gradcam.text import megabytes

from .compat import Served, note_upload_addresses, uploaded_sizes
from .limits import Limits, limits

_PATH = "/_stcore/upload_file/"
_MODELS = (".keras", ".h5", ".pth", ".pt", ".safetensors", ".zip")
_AROUND = 100_000  # bytes that a browser puts around a file
_GIVEN = 10_000  # addresses of one session that are remembered, and given out at once
_NONE: Mapping[str, str] = MappingProxyType({})
_SESSIONS = 2_000  # whose addresses are remembered


class RefusedError(Exception):
    """A file is not taken: the status, and why, in a sentence."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Uploads:
    """What is being uploaded, and by whom; what is there already is asked of Streamlit."""

    def __init__(self, most: Limits) -> None:
        self._most = most
        self._given: OrderedDict[str, OrderedDict[str, str]] = OrderedDict()
        self._arriving: dict[object, tuple[str, str, int]] = {}  # session, file, bytes
        self._lock = Lock()

    def given(self, session: str, file: str, name: str) -> None:
        """Note an address that was given out, for a file of this name."""
        with self._lock:
            files = self._given.setdefault(session, OrderedDict())
            files[file] = name
            self._given.move_to_end(session)
            while len(files) > _GIVEN:
                files.popitem(last=False)
            while len(self._given) > _SESSIONS:
                self._given.popitem(last=False)

    def begin(self, session: str, file: str, size: int) -> object:
        """Return a mark for an upload of so many bytes, to `end` it with. Raises RefusedError."""
        most, mark = self._most, object()
        there = uploaded_sizes()
        with self._lock:
            name = self._given.get(session, _NONE).get(file)
            if name is None:
                raise RefusedError(
                    403, "Nobody asked for this file. Reload the page, and drop it anew."
                )
            largest = most.model_bytes if name.lower().endswith(_MODELS) else most.photo_bytes
            if size > largest:
                raise RefusedError(413, f"The file is larger than {megabytes(largest)}.")
            sizes = {(of, id): count for of, files in there.items() for id, count in files.items()}
            sizes.update({(of, id): count for of, id, count in self._arriving.values()})
            sizes[session, file] = size
            own = [count for (of, _), count in sizes.items() if of == session]
            if len(own) > most.upload_files:
                raise RefusedError(413, f"There are {len(own) - 1:,} files of yours already.")
            if sum(own) > most.upload_bytes:
                raise RefusedError(
                    413,
                    f"With it, your files would take {megabytes(sum(own))}, and "
                    f"{megabytes(most.upload_bytes)} are allowed. Remove some first.",
                )
            if sum(sizes.values()) > most.server_upload_bytes:
                raise RefusedError(507, "The server has no room for more files. Try again later.")
            self._arriving[mark] = (session, file, size)
        return mark

    def end(self, mark: object) -> None:
        """Note that an upload is over, whether or not the file is there now."""
        with self._lock:
            self._arriving.pop(mark, None)

    def forget(self, sessions: set[str]) -> None:
        """Forget the addresses that were given to sessions other than these."""
        with self._lock:
            for session in [one for one in self._given if one not in sessions]:
                del self._given[session]


def with_uploads(app: Served, uploads: Uploads | None = None) -> Served:
    """Return the application such that it takes no more uploads than the limits allow."""
    taken = uploads or Uploads(limits())
    note_upload_addresses(taken.given, _GIVEN)

    async def served(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or _PATH not in scope["path"]:
            await app(scope, receive, send)
            return
        session, _, file = scope["path"].partition(_PATH)[2].partition("/")
        try:
            mark = taken.begin(session, file, _size(scope) - _AROUND)
        except RefusedError as refused:
            await _refuse(refused, send)
            return
        try:
            await app(scope, receive, send)
        finally:
            taken.end(mark)

    return served


def _size(scope: Any) -> int:
    """Return the bytes of a request's body. Raises RefusedError if it does not say how many."""
    lengths = [value for name, value in scope["headers"] if name.lower() == b"content-length"]
    if len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > 15:
        raise RefusedError(411, "The upload does not say how large it is.")
    return int(lengths[0])


async def _refuse(refused: RefusedError, send: Any) -> None:
    body = f"{refused}\n".encode()
    headers = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body)),
        "connection": "close",  # the rest of the file is not read
    }
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
