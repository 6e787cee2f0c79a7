"""Small photos with their maps, sent to the browser when it is about to show them.

Ten thousand of them would be some thirty megabytes, of which a visitor looks at a hundred.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

from PIL import Image

from gradcam.types import Floats

from ..packing import packed

MOST = 64  # photos in one answer


@dataclass(frozen=True, eq=False)
class Glance:
    """A photo as the model sees it, JPEG, and its reduced map (h, w); None if that is empty."""

    jpeg: bytes
    map: Floats | None


class Glances:
    """The photos of one result, by their numbers.

    Its token lets the browser ask for them for as long as the page's session keeps this.

    photos : of each a glance, or None if it could not be explained.
    """

    def __init__(self, photos: Sequence[Glance | None]) -> None:
        self._photos = photos
        self.token = secrets.token_urlsafe(24)
        _GLANCES[self.token] = self

    def answer(self, numbers: Sequence[int]) -> bytes:
        """Return these photos, those that there are, as components/evaluate/glances.js reads."""
        arrays: dict[str, Floats | bytes] = {}
        told = [
            describe(f"{self.token} {n}", glance, arrays) | {"photo": n}
            for n in numbers[:MOST]
            if 0 <= n < len(self._photos) and (glance := self._photos[n]) is not None
        ]
        return packed({"photos": told}, arrays)


_GLANCES: WeakValueDictionary[str, Glances] = WeakValueDictionary()


def asked(token: str) -> Glances | None:
    """Return the photos with this token, or None if no page shows them any more."""
    return _GLANCES.get(token)


def describe(id: str, glance: Glance, arrays: dict[str, Floats | bytes]) -> dict[str, object]:
    """Add a picture and its map to `arrays`; return what glances.js needs to draw them.

    id : no other picture's.
    """
    arrays[f"jpeg {id}"] = glance.jpeg
    if glance.map is not None:
        arrays[f"map {id}"] = glance.map
    width, height = Image.open(io.BytesIO(glance.jpeg)).size
    return {
        "id": id,
        "jpeg": f"jpeg {id}",
        "map": None if glance.map is None else f"map {id}",
        "size": [width, height],
        "window": [0, 0, width, height],
    }
