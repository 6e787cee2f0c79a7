"""Reads a pickle as a tree of plain values. Nothing that it names is looked up or called.

A pickle is a program for a small machine with a stack. Python's own would import what a pickle
names and call it, and hash whatever it puts into a dictionary, which nested tuples make cost 2ⁿ.
This one keeps names as names and calls as what was to be called with what; its dictionaries are
lists of pairs. So reading takes a step for each instruction, and memory for what they hold.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

MAX_STEPS = 2_000_000  # a network of 10,000 tensors and its optimizer take half a million
_MAX_TEXT = 64_000_000  # bytes of all texts and numbers together
_MARK = object()


class PickleError(ValueError):
    """It is cut short, or no pickle, or does what pickles of weights never do."""


@dataclass(frozen=True, slots=True)
class Name:
    """Something of Python's that the pickle names; never looked up."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False, slots=True)
class Table:
    """A dictionary, as the pairs that were put into it."""

    pairs: list[tuple[Any, Any]] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Made:
    """What calling `of` with `args` would have made, and what was then put into it."""

    of: Any
    args: Any
    pairs: list[tuple[Any, Any]] = field(default_factory=list)


@dataclass(frozen=True, eq=False, slots=True)
class Stored:
    """Something that lies outside the pickle, and how the pickle refers to it."""

    id: Any


def load(file: BinaryIO, left: int, names: dict[str, Name]) -> tuple[Any, int]:
    """Read one pickle from `file`, of which `left` bytes may be read.

    Parameters
    ----------
    names : gets every name that the pickle says, in order.

    Returns
    -------
    (what it holds, how many of the bytes are left).
    """
    machine = _Machine(file, left, names)
    return machine.run(), machine.left


class _Machine:
    def __init__(self, file: BinaryIO, left: int, names: dict[str, Name]) -> None:
        self.file, self.left, self.names = file, left, names
        self.text = _MAX_TEXT
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        for _ in range(MAX_STEPS):
            code = self.take(1)
            if code == b".":
                return self.pop()
            if code not in _CODES:
                raise PickleError(f"it has an instruction, {code!r}, that is not expected")
            _CODES[code](self)
        raise PickleError(f"its pickle has more than {MAX_STEPS:,} instructions")

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise PickleError("it was cut short")
        found = self.file.read(count)
        if len(found) < count:
            raise PickleError("it was cut short")
        self.left -= count
        return found

    def number(self, layout: str) -> int:
        (found,) = struct.unpack(f"<{layout}", self.take(struct.calcsize(layout)))
        return int(found)

    def bytes(self, layout: str) -> bytes:
        count = self.number(layout)
        self.text -= max(count, 0)
        if count < 0 or self.text < 0:
            raise PickleError("its pickle has texts of more than 64 MB, or of less than nothing")
        return self.take(count)

    def line(self) -> str:
        found = bytearray()
        while (one := self.take(1)) != b"\n":
            found += one
            if len(found) > 1000:
                raise PickleError("it names something at great length")
        return found.decode("utf-8", "replace")

    def long(self, layout: str) -> int:
        if (count := self.number(layout)) > 64:
            raise PickleError("it holds a number of more than 64 bytes")
        return int.from_bytes(self.take(count), "little", signed=True)

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self) -> Any:
        if not self.stack:
            raise PickleError("its pickle takes more than it has put")
        found = self.stack.pop()
        if found is _MARK:
            raise PickleError("its pickle takes more than it has put")
        return found

    def top(self) -> Any:
        self.push(found := self.pop())
        return found

    def marked(self) -> list[Any]:
        """Everything since the last mark, which goes."""
        for place in range(len(self.stack) - 1, -1, -1):
            if self.stack[place] is _MARK:
                found = self.stack[place + 1 :]
                del self.stack[place:]
                return found
        raise PickleError("its pickle takes more than it has put")

    def several(self, count: int) -> None:
        found = [self.pop() for _ in range(count)]
        self.push(tuple(reversed(found)))

    def pairs(self, found: list[Any]) -> list[tuple[Any, Any]]:
        if len(found) % 2:
            raise PickleError("a key has no value")
        return list(zip(found[::2], found[1::2], strict=True))

    def put(self, pairs: list[tuple[Any, Any]]) -> None:
        target = self.top()
        if not isinstance(target, (Table, Made)):
            raise PickleError("it puts a key into what is no dictionary")
        target.pairs.extend(pairs)

    def set_one(self) -> None:
        value, key = self.pop(), self.pop()
        self.put([(key, value)])

    def append(self, found: list[Any]) -> None:
        target = self.top()
        if isinstance(target, list):
            target.extend(found)
        elif not isinstance(target, Made):
            raise PickleError("it adds to what is no list")

    def append_one(self) -> None:
        value = self.pop()
        self.append([value])

    def named(self, module: Any, name: Any) -> None:
        if not (isinstance(module, str) and isinstance(name, str)):
            raise PickleError("it names something without a name")
        if len(module) + len(name) > 1000:
            raise PickleError("it names something at great length")
        found = Name(module, name)
        self.names.setdefault(str(found), found)
        self.push(found)

    def stack_named(self) -> None:
        name, module = self.pop(), self.pop()
        self.named(module, name)

    def remember(self, key: int) -> None:
        self.memo[key] = self.top()

    def recall(self, key: int) -> None:
        if key not in self.memo:
            raise PickleError("it recalls what it has not kept")
        self.push(self.memo[key])

    def call(self) -> None:
        args, of = self.pop(), self.pop()
        self.push(Made(of, args))

    def call_with_words(self) -> None:
        self.pop()
        self.call()

    def build(self) -> None:
        self.pop()  # the attributes of what is below, which nobody needs
        self.top()

    def nothing(self) -> None:
        pass


_Step = Callable[[_Machine], Any]
_CODES: dict[bytes, _Step] = {
    b"\x80": lambda m: _protocol(m.number("B")),
    b"\x95": lambda m: m.take(8),
    b"(": lambda m: m.push(_MARK),
    b"0": lambda m: m.stack.pop() if m.stack else m.pop(),
    b"1": lambda m: m.marked(),
    b"2": lambda m: m.push(m.top()),
    b"N": lambda m: m.push(None),
    b"\x88": lambda m: m.push(True),
    b"\x89": lambda m: m.push(False),
    b"J": lambda m: m.push(m.number("i")),
    b"K": lambda m: m.push(m.number("B")),
    b"M": lambda m: m.push(m.number("H")),
    b"\x8a": lambda m: m.push(m.long("B")),
    b"\x8b": lambda m: m.push(m.long("I")),
    b"G": lambda m: m.push(struct.unpack(">d", m.take(8))[0]),
    b"X": lambda m: m.push(m.bytes("I").decode("utf-8", "surrogatepass")),
    b"\x8c": lambda m: m.push(m.bytes("B").decode("utf-8", "surrogatepass")),
    b"\x8d": lambda m: m.push(m.bytes("Q").decode("utf-8", "surrogatepass")),
    b"B": lambda m: m.push(m.bytes("I")),
    b"C": lambda m: m.push(m.bytes("B")),
    b"\x8e": lambda m: m.push(m.bytes("Q")),
    b"\x96": lambda m: m.push(m.bytes("Q")),
    b"T": lambda m: m.push(m.bytes("I")),
    b"U": lambda m: m.push(m.bytes("B")),
    b"]": lambda m: m.push([]),
    b"}": lambda m: m.push(Table()),
    b")": lambda m: m.push(()),
    b"\x8f": lambda m: m.push([]),
    b"l": lambda m: m.push(m.marked()),
    b"d": lambda m: m.push(Table(m.pairs(m.marked()))),
    b"t": lambda m: m.push(tuple(m.marked())),
    b"\x91": lambda m: m.push(m.marked()),
    b"\x85": lambda m: m.several(1),
    b"\x86": lambda m: m.several(2),
    b"\x87": lambda m: m.several(3),
    b"s": _Machine.set_one,
    b"u": lambda m: m.put(m.pairs(m.marked())),
    b"a": _Machine.append_one,
    b"e": lambda m: m.append(m.marked()),
    b"\x90": lambda m: m.append(m.marked()),
    b"c": lambda m: m.named(m.line(), m.line()),
    b"\x93": _Machine.stack_named,
    b"q": lambda m: m.remember(m.number("B")),
    b"r": lambda m: m.remember(m.number("I")),
    b"\x94": lambda m: m.remember(len(m.memo)),
    b"h": lambda m: m.recall(m.number("B")),
    b"j": lambda m: m.recall(m.number("I")),
    b"R": _Machine.call,
    b"\x81": _Machine.call,
    b"\x92": _Machine.call_with_words,
    b"b": _Machine.build,
    b"Q": lambda m: m.push(Stored(m.pop())),
}


def _protocol(version: int) -> None:
    if version > 5:
        raise PickleError(f"its pickle says that it has version {version}")
