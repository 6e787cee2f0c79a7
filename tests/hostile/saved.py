"""Saved maps made to do harm: each a name, the file, and what its refusal says."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from gradcam.files import manifest_bytes
from tests.hostile.targets import explanation, npy, saved_maps


def facts() -> dict[str, Any]:
    """The manifest of an explanation of two maps, as a tree to change."""
    found: dict[str, Any] = json.loads(manifest_bytes(explanation()))
    return {key: value for key, value in found.items() if key != "files"}


def text(data: bytes) -> bytes:
    return npy(np.frombuffer(data, np.uint8))


def packed(members: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return made.getvalue()


def with_maps(count: int, shape: tuple[int, int], *, alike: bool = False) -> bytes:
    """So many maps of zeros, all of them the same member if `alike`."""
    tree = facts()
    names = ["m"] * count if alike else [f"m{n}" for n in range(count)]
    # Nothing but what has to be there, so that the manifest itself is small.
    entry = {k: v for k, v in tree["maps"][0].items() if k not in ("minimum", "maximum", "empty")}
    tree["maps"] = [{**entry, "name": name, "shape": shape} for name in names]
    # Refused by what the manifest says; then the numbers need not be there.
    body = npy(np.zeros(shape, np.float32)) if shape[0] * shape[1] < 1 << 20 else b""
    members = {f"{name}.npy": body for name in names}
    return packed({"manifest.npy": text(json.dumps(tree).encode()), **members})


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The good file, with its manifest changed."""
    with zipfile.ZipFile(io.BytesIO(saved_maps()[0])) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    tree = facts()
    change(tree)
    return packed({**members, "manifest.npy": text(json.dumps(tree).encode())})


def _deep(levels: int) -> Callable[[dict[str, Any]], object]:
    """Lists in lists: as deep as JSON is read, and then some of our own calls."""

    def change(tree: dict[str, Any]) -> None:
        inner: Any = []
        for _ in range(levels):
            inner = [inner]
        tree["request"]["parameters"] = {"a": inner}

    return change


def _overlapping() -> bytes:
    """A directory whose thousand names share one member of the file (Fifield 2019)."""
    whole = bytearray(packed({"manifest0.npy": bytes(1_000_000)}))
    at = struct.unpack_from("<I", whole, len(whole) - 6)[0]
    entry, body = bytes(whole[at:-22]), bytes(whole[:at])
    entries = b"".join(entry[:46] + b"%c%04d.npy" % (65, n) + entry[55:] for n in range(1000))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1000, 1000, len(entries), len(body), 0)
    return body + entries + end


def _manifest(data: bytes) -> bytes:
    return packed({"manifest.npy": text(data)})


CORPUS: Mapping[str, tuple[Callable[[], bytes], str]] = MappingProxyType(
    {
        "twelve thousand maps in 72 kB": (
            lambda: with_maps(12_000, (1, 1), alike=True), "too large|12,000 maps"),
        "four thousand maps in one member": (lambda: with_maps(2_500, (1, 1), alike=True),
                                             "lists 2,500 maps|too large"),
        "a thousand maps, all the same": (lambda: with_maps(900, (256, 256), alike=True),
                                          "lists a map twice"),
        "maps of a gigabyte": (lambda: with_maps(60, (2048, 2048)), "maps are too large"),
        "a map of a gigabyte, which is a few zeros": (
            lambda: changed(lambda tree: tree["maps"][0].update(shape=[1 << 14, 1 << 14])),
            "maps are too large"),
        "a map of less than nothing": (
            lambda: changed(lambda tree: tree["maps"][0].update(shape=[-8, -8])), "damaged"),
        "a map of 2⁶³ rows": (
            lambda: changed(lambda tree: tree["maps"][0].update(shape=[2**63, 1])), "shape"),
        "a manifest of 40 MB in 40 kB": (lambda: _manifest(b" " * 40_000_000), "too large"),
        "a manifest of brackets": (lambda: _manifest(b"[" * 1_000_000), "manifest is damaged"),
        "a manifest of empty lists": (
            lambda: _manifest(b"[" + b"[]," * 300_000 + b"[]]"), "format that cannot be read"),
        "a number of a million digits": (
            lambda: _manifest(b'{"format": ' + b"9" * 1_000_000 + b"}"), "manifest is damaged"),
        "parameters nested 400 deep": (lambda: changed(_deep(400)), "has no option 'a'"),
        "parameters nested 900 deep": (lambda: changed(_deep(900)), "parameter|damaged"),
        "a manifest of NaN": (lambda: _manifest(b"NaN"), "format that cannot be read"),
        "a manifest of no text": (lambda: _manifest(b"\xff\xfe\x00"), "manifest is damaged"),
        "a pickle for a manifest": (
            lambda: packed({"manifest.npy": b"\x93NUMPY\x01\x00v\x00{'descr': '|O', "
                            b"'fortran_order': False, 'shape': (1,), }" + b" " * 59 + b"\n"
                            b"cos\nsystem\n(S'touch canary'\ntR."}), "damaged"),
        "a header that is code": (
            lambda: packed({"manifest.npy": b"\x93NUMPY\x01\x00\x36\x00"
                            + b"__import__('os').system('touch canary')".ljust(53) + b"\n"}),
            "damaged"),
        "names that leave the folder": (
            lambda: packed({"../../canary.npy": b"x"}), "not the name of a map"),
        "names that are paths": (lambda: packed({"/tmp/canary.npy": b"x"}), "not the name"),
        "names with a colon": (lambda: packed({"C:canary.npy": b"x"}), "not the name"),
        "a thousand names for one member": (_overlapping, "not the name of a map"),
        "a directory of 100 MB in theory": (
            lambda: saved_maps()[0][:-10] + (100 << 20).to_bytes(4, "little")
            + saved_maps()[0][-6:], "directory is too large"),
        "packed with bzip2": (
            lambda: packed({"manifest.npy": text(b"{}")}, zipfile.ZIP_BZIP2), "unsupported"),
        "packed with lzma": (
            lambda: packed({"manifest.npy": text(b"{}")}, zipfile.ZIP_LZMA), "unsupported"),
        "another kind of ZIP": (lambda: packed({"word/document.xml": b"<a/>"}), "not the name"),
        "no ZIP at all": (lambda: b"MZ" + bytes(500), "damaged"),
        "nothing": (lambda: b"", "damaged"),
    }
)  # fmt: skip
