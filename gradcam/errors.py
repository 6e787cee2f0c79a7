"""The errors this package raises, as one tree.

GradcamError                 anything this package raises on purpose
├── ImageError               the file or array is not a usable image
├── ModelError               a model cannot be found, loaded or explained
│   └── WeightsError         its weights are missing, truncated, corrupt or unreachable
├── LayerError               no such layer, or it has no spatial extent
├── ClassError               no such class
├── MethodError              no such method, or it does not suit this model
├── NonFiniteError           NaN or infinity where a finite number is needed
└── CancelledError           the caller cancelled the work

Each error says what happened in `message` and what to do next in `hint`; `str()` gives both.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from gradcam.text import clip, printable

_LONGEST = 2000  # characters; names of files and layers within are shorter by far


class GradcamError(Exception):
    """Base class of every error in the tree.

    Parameters
    ----------
    message : what happened, in one sentence.
    hint : what to do next, in one sentence; may be empty.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        # Errors quote names of files and layers, labels, and what other libraries said of them.
        self.message, self.hint = _cleaned(message), _cleaned(hint)
        super().__init__(f"{self.message} {self.hint}".strip())


class ImageError(GradcamError):
    """The file or array is not a usable image."""


class ModelError(GradcamError):
    """A model cannot be found, loaded or explained."""


class WeightsError(ModelError):
    """The weights are missing, truncated, corrupt or unreachable."""


class LayerError(GradcamError):
    """No such layer, or it has no spatial extent."""


class ClassError(GradcamError):
    """No such class."""


class MethodError(GradcamError):
    """No such method, or it does not suit this model."""


class NonFiniteError(GradcamError):
    """NaN or infinity where a finite number is needed."""


class CancelledError(GradcamError):
    """The caller cancelled the work."""


class GradcamWarning(UserWarning):
    """Something had to be assumed, or is doubtful, and may make the maps wrong."""


def _cleaned(text: str) -> str:
    return clip(" ".join(printable(text).split()), _LONGEST)


def require_known(what: str, value: object, known: Iterable[str]) -> None:
    """Raise GradcamError, listing the nearest valid names, unless `value` is one of `known`."""
    names = list(known)
    if value not in names:
        raise GradcamError(f"{value!r} is not {what}.", hint=nearest(str(value), names))


def nearest(name: str, known: Iterable[str], *, count: int = 3) -> str:
    """Return a hint that lists the known names closest to `name`."""
    names = list(known)
    lowered = {n.lower(): n for n in reversed(names)}
    close = [lowered[n] for n in difflib.get_close_matches(name.lower(), lowered, count, 0.4)]
    close += [n for n in names if name.lower() in n.lower() and n not in close]
    shown = close[:count] or names[:count]
    return f"Nearest: {', '.join(shown)}." if shown else ""
