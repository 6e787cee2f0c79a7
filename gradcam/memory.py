"""How a process holds on to memory: for commands and servers, to which their process belongs."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

# Parameters of glibc's mallopt: /usr/include/malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_NEVER = (1 << 31) - 1


def keep_freed() -> None:
    """Have the C library keep the memory that a batch frees for the next one.

    glibc hands large pieces back to the system, which clears every page before it gives it out
    again. On a processor that takes up to half of a small network's time, since each batch needs
    the same pieces as the one before. Memory in use does not grow beyond its peak. Nothing happens
    where the C library is another one.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            library = ctypes.CDLL("libc.so.6")
            library.mallopt(_MMAP_THRESHOLD, _NEVER)
            library.mallopt(_TRIM_THRESHOLD, _NEVER)


def give_back() -> None:
    """Have the C library return to the system what it keeps of freed memory."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
