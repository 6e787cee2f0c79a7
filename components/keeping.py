"""What is kept for longer than a run of the page: by content, bounded in bytes, and whose it is.

Results are shared, because two people may well ask the same of the same photo. Each belongs to the
visitors who asked for it, and leaves with the last of them; see docs/retention.md.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

import numpy as np

Value = TypeVar("Value")
Owner = Hashable  # a visitor; None is everybody, whose things stay
_LEAST = 512  # bytes that any result takes, with its key
_OURS = __name__.split(".")[0]
_HERE: dict[Hashable, str] = {}  # visitors, and Streamlit's names of their sessions


def arrived(visitor: Hashable, session: str) -> None:
    """Note that a visitor is here, in Streamlit's session of this name."""
    _HERE[visitor] = session


def gone(sessions: Collection[str]) -> list[Hashable]:
    """Forget the visitors whose session is none of these; return them."""
    left = [visitor for visitor, session in tuple(_HERE.items()) if session not in sessions]
    for visitor in left:
        del _HERE[visitor]
    return left


@dataclass(eq=False)
class _Entry(Generic[Value]):
    owners: set[Owner]
    making: Lock = field(default_factory=Lock)
    made: bool = False
    value: Value | None = None
    size: int = 0


class Kept(Generic[Value]):
    """Results by key, up to a number of bytes; what was not asked for the longest goes first.

    most : returns how many bytes.
    grows : whether results grow after they were made, so that they are weighed at every look.
    """

    def __init__(self, most: Callable[[], int], *, grows: bool = False) -> None:
        self._most, self._grows = most, grows
        self._entries: OrderedDict[Hashable, _Entry[Value]] = OrderedDict()
        self._lock = Lock()
        _ALL.add(self)

    def get(self, key: Hashable, make: Callable[[], Value], owner: Owner = None) -> Value:
        """Return the result with this key, made only once however many ask for it at a time.

        Parameters
        ----------
        owner : the visitor it is for; None for what belongs to nobody, such as a sample's map.

        Raises what `make` raises, and keeps nothing then.
        """
        with self._lock:
            entry = self._entries.setdefault(key, _Entry(set()))
            entry.owners.add(owner)
            self._entries.move_to_end(key)
        with entry.making:
            if not entry.made:
                try:
                    entry.value = make()
                except BaseException:
                    self._drop(key, entry)
                    raise
                entry.made, entry.size = True, weight(entry.value)
            elif self._grows:
                entry.size = weight(entry.value)
            value: Any = entry.value
        self._shrink()
        return value  # type: ignore[no-any-return]

    def known(self, key: Hashable) -> Value | None:
        """Return the result with this key if it is there, without waiting for it."""
        with self._lock:
            entry = self._entries.get(key)
            return entry.value if entry is not None and entry.made else None

    def leave(self, owners: Collection[Owner]) -> int:
        """Drop what belongs to these alone; return how many results that were."""
        with self._lock:
            for entry in self._entries.values():
                entry.owners.difference_update(owners)
            left = [key for key, entry in self._entries.items() if not entry.owners]
            for key in left:
                del self._entries[key]
        return len(left)

    @property
    def bytes(self) -> int:
        """What all results take."""
        with self._lock:
            return sum(entry.size for entry in self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def _drop(self, key: Hashable, entry: _Entry[Value]) -> None:
        with self._lock:
            if self._entries.get(key) is entry:
                del self._entries[key]

    def _shrink(self) -> None:
        with self._lock:
            total, most = sum(entry.size for entry in self._entries.values()), self._most()
            for key in [key for key, entry in self._entries.items() if entry.made]:
                if total <= most:
                    break
                total -= self._entries.pop(key).size


_ALL: WeakSet[Kept[Any]] = WeakSet()


def leave(visitors: Collection[Owner]) -> int:
    """Drop everything kept that was these visitors' alone; return how many results that were."""
    return sum(kept.leave(visitors) for kept in tuple(_ALL))


def weight(value: object) -> int:
    """Return about how many bytes a result takes: its arrays, bytes and text, each counted once.

    A view counts as the whole array that it keeps alive.

    >>> weight(np.zeros((2, 3), np.float32)[0]) - weight(None)
    24
    """
    total, found, seen = _LEAST, [value], set[int]()
    while found:
        one = found.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            base = one.base if isinstance(one.base, np.ndarray) else one
            if base is one or id(base) not in seen:
                seen.add(id(base))
                total += base.nbytes
        elif isinstance(one, (str, bytes, bytearray)):
            total += len(one)
        else:
            found += _parts(one)
    return total


def _parts(one: object) -> Iterable[object]:
    if isinstance(one, Mapping):
        return [*one.keys(), *one.values()]
    if isinstance(one, (list, tuple, set, frozenset)):
        return one
    if type(one).__module__.split(".")[0] in ("gradcam", _OURS):
        return list(getattr(one, "__dict__", {}).values())
    return ()
