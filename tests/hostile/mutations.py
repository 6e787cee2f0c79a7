"""Changing files at random, knowing a little of how they are built.

A byte changed in a PNG fails its checksum, and one in a ZIP its CRC, before anything of interest is
read. So containers are taken apart, one of their parts is changed, and they are put together again.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Rng = np.random.Generator
Mutate = Callable[[bytes, Rng], bytes]
_NUMBERS = (
    0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
)  # fmt: skip
_VALUES: Sequence[Any] = (
    None, True, False, 0, 1, -1, 2**31, 2**63, -(2**63), 10**30, 0.5, 1e308, -0.0, float("nan"),
    float("inf"), "", "a", "../../x", "\ud800", "\u202e", "\x00", "x" * 500, [], {}, [[]], [{}],
    [1, 2, 3], {"class_name": "Lambda"}, ["__lambda__", "x"],
)  # fmt: skip


def pick(rng: Rng, of: Sequence[Any]) -> Any:
    return of[int(rng.integers(len(of)))]


def in_bytes(data: bytes, rng: Rng) -> bytes:
    """Change up to eight places: bytes, numbers, stretches left out, doubled or filled."""
    whole = bytearray(data)
    for _ in range(int(rng.integers(1, 9))):
        if not whole:
            break
        at, kind = int(rng.integers(len(whole))), int(rng.integers(8))
        length = int(rng.integers(1, 40))
        if kind <= 1:
            whole[at] = int(rng.integers(256))
        elif kind == 2:
            whole[at] ^= 1 << int(rng.integers(8))
        elif kind == 3:
            order, size = pick(rng, "<>"), pick(rng, "HIQ")
            most = 1 << 8 * struct.calcsize(size)
            number = struct.pack(order + size, pick(rng, _NUMBERS) % most)
            whole[at : at + len(number)] = number
        elif kind == 4:
            del whole[at : at + length]
        elif kind == 5:
            whole[at:at] = whole[at : at + length]
        elif kind == 6:
            whole[at : at + length] = bytes([pick(rng, (0, 0xFF, 0x20))]) * length
        else:
            where = int(rng.integers(len(whole)))
            whole[at : at + length] = whole[where : where + length]
    if rng.random() < 0.1:
        del whole[int(rng.integers(len(whole) + 1)) :]
    return bytes(whole)


def early(data: bytes, rng: Rng) -> bytes:
    """Change the beginning only, where most formats keep what they say about the rest."""
    length = min(len(data), 200)
    return in_bytes(data[:length], rng) + data[length:]


def spliced(others: Sequence[bytes]) -> Mutate:
    """Put the beginning of one file before the end of another."""

    def splice(data: bytes, rng: Rng) -> bytes:
        other = pick(rng, others)
        return data[: int(rng.integers(len(data)))] + other[int(rng.integers(len(other))) :]

    return splice


def in_png(data: bytes, rng: Rng) -> bytes:
    """Change one chunk, or its place, and give every chunk its right checksum."""
    if not data.startswith(b"\x89PNG"):
        return in_bytes(data, rng)
    chunks, at = [], 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    n = int(rng.integers(len(chunks)))
    kind, body = chunks[n]
    choice = rng.random()
    if choice < 0.6:
        chunks[n] = kind, in_bytes(body, rng)
    elif choice < 0.75:
        chunks.insert(int(rng.integers(len(chunks) + 1)), chunks.pop(n))
    elif choice < 0.9:
        chunks.insert(n, (pick(rng, (b"tRNS", b"PLTE", b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"acTL",
                                     b"fcTL", b"fdAT", b"gAMA", b"pHYs", kind)), body))  # fmt: skip
    elif kind == b"IDAT":
        chunks[n] = kind, zlib.compress(in_bytes(_inflated(body), rng))
    return data[:8] + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def in_tiff(data: bytes, rng: Rng) -> bytes:
    """Change entries of the first directory: tags, types, counts and values."""
    if data[:2] != b"II":
        return in_bytes(data, rng)
    whole = bytearray(data)
    at = int.from_bytes(whole[4:8], "little")
    entries = int.from_bytes(whole[at : at + 2], "little")
    for _ in range(int(rng.integers(1, 4))):
        entry = at + 2 + 12 * int(rng.integers(max(1, entries)))
        where, size = pick(rng, ((0, "<H"), (2, "<H"), (4, "<I"), (8, "<I")))
        value = pick(rng, _NUMBERS) if rng.random() < 0.5 else int(rng.integers(1 << 16))
        if entry + 12 <= len(whole):
            struct.pack_into(size, whole, entry + where, value % (1 << 8 * struct.calcsize(size)))
    return bytes(whole)


def in_zip(change: Callable[[str, bytes, Rng], bytes] | None = None) -> Mutate:
    """Return a mutation of one member; `change` may know what a member of some name holds."""

    def mutate(data: bytes, rng: Rng) -> bytes:
        if rng.random() < 0.15:
            return in_bytes(data, rng)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info, archive.read(info)) for info in archive.infolist()]
        chosen, kind = int(rng.integers(len(members))), rng.random()
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for n, (info, body) in enumerate(members):
                name, packed = info.filename, info.compress_type
                if n == chosen:
                    if kind < 0.8:
                        body = change(name, body, rng) if change else in_bytes(body, rng)
                    elif kind < 0.85:
                        continue
                    elif kind < 0.9:
                        name = pick(rng, ("../", "/", "x", "")) + pick(rng, (name, name.upper()))
                    elif kind < 0.95:
                        packed = pick(rng, (8, 12, 14))
                    else:
                        archive.writestr(name, in_bytes(body, rng), zipfile.ZIP_DEFLATED)
                archive.writestr(zipfile.ZipInfo(name), body, packed)
        return made.getvalue()

    return mutate


def in_zip_if(change: Callable[[str, bytes, Rng], bytes]) -> Mutate:
    """Change a member of a ZIP, and the bytes of any other file."""
    packed = in_zip(change)

    def mutate(data: bytes, rng: Rng) -> bytes:
        return packed(data, rng) if data.startswith(b"PK") else in_bytes(data, rng)

    return mutate


def in_tree(tree: Any, rng: Rng) -> Any:
    """Change one place of a tree of lists and dictionaries, somewhere on a random way down."""
    down = isinstance(tree, (dict, list)) and len(tree) > 0 and rng.random() < 0.93
    if not down:
        return _value(tree, rng)
    if isinstance(tree, list):
        n = int(rng.integers(len(tree)))
        if rng.random() < 0.1:
            return [*tree[:n], *tree[n + 1 :]] if rng.random() < 0.5 else [*tree, tree[n]]
        return [*tree[:n], in_tree(tree[n], rng), *tree[n + 1 :]]
    key = pick(rng, list(tree))
    if rng.random() < 0.1:
        rest = {k: v for k, v in tree.items() if k != key}
        return rest if rng.random() < 0.5 else {**rest, pick(rng, ("x", "", key + "_")): tree[key]}
    return {**tree, key: in_tree(tree[key], rng)}


def _value(old: Any, rng: Rng) -> Any:
    if type(old) in (int, float) and rng.random() < 0.7:
        return pick(rng, (0, 1, -1, 2, 255, 65536, 2**31, 10**9, 0.5, -old, old * 1000, old + 1))
    if isinstance(old, str) and old and rng.random() < 0.5:
        n = int(rng.integers(len(old)))
        return old[:n] + pick(rng, ("", "x", "/", "\x00", "é", old)) + old[n + 1 :]
    return pick(rng, _VALUES)


def in_json(data: bytes, rng: Rng) -> bytes:
    """Change one place of a JSON document, or its bytes."""
    if rng.random() < 0.1:
        return in_bytes(data, rng)
    tree = json.loads(data)
    for _ in range(int(rng.integers(1, 4))):
        tree = in_tree(tree, rng)
    return json.dumps(tree).encode()


def in_safetensors(data: bytes, rng: Rng) -> bytes:
    """Change the header, and give it its right length."""
    if rng.random() < 0.2:
        return early(data, rng)
    length = int.from_bytes(data[:8], "little")
    header = in_json(data[8 : 8 + length], rng)
    return struct.pack("<Q", len(header)) + header + data[8 + length :]


def one_of(*kinds: Mutate) -> Mutate:
    def mutate(data: bytes, rng: Rng) -> bytes:
        changed: bytes = pick(rng, kinds)(data, rng)
        return changed

    return mutate


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error:
        return body
