"""Memory that nobody holds any more goes back to the machine; what stays is not looked through."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def tidy() -> None:
    """Collect what is left of dropped models, and give the emptied pages back.

    A traced model is a web of objects that refer to each other, so only the collector frees it;
    and the C library keeps freed pages to itself unless told otherwise (glibc only).
    """
    gc.unfreeze()
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def keep() -> None:
    """Let the collector pass over all there is now, until the next `tidy`.

    Streamlit collects after every run of a page, and Keras once more when Streamlit clears its
    session: with TensorFlow in memory that takes a good part of a second, in which no other thread
    moves.
    """
    gc.freeze()
