"""Image files made to cost far more than their size, or to be something else as well."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image

SIDE = 8000  # 64 megapixels, the most that is allowed


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, depth: int = 8, colours: int = 2, *, lines: int | None = None,
    extra: bytes = b"", interlaced: bool = False,
) -> bytes:  # fmt: skip
    """A PNG of zeros: 64 megapixels in some hundred kilobytes."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colours]
    line = b"\0" * (1 + (width * samples * depth + 7) // 8)
    packer, body = zlib.compressobj(9), []
    for _ in range(height if lines is None else lines):
        body.append(packer.compress(line))
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, int(interlaced))
    palette = chunk(b"PLTE", bytes(768)) if colours == 3 else b""
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette + extra
        + chunk(b"IDAT", b"".join(body) + packer.flush()) + chunk(b"IEND", b"")
    )  # fmt: skip


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def small(format: str = "PNG", **options: object) -> bytes:
    rng = np.random.default_rng(0)
    return encoded(Image.fromarray(rng.integers(0, 256, (32, 48, 3), np.uint8)), format, **options)


def tiff(
    entries: Mapping[int, tuple[int, int, int]], body: bytes = b"", following: int = 0
) -> bytes:
    """A TIFF of one directory: tag → (type, count, value)."""
    listed = b"".join(struct.pack("<HHII", tag, *value) for tag, value in sorted(entries.items()))
    return (
        b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + listed
        + struct.pack("<I", following) + body
    )  # fmt: skip


def _strip(width: int, height: int, data: bytes, packed: int, **more: int) -> bytes:
    entries = {
        256: (4, 1, width), 257: (4, 1, height), 258: (3, 1, 8), 259: (3, 1, packed),
        262: (3, 1, 1), 273: (4, 1, 8 + 2 + 12 * 9 + 4), 277: (3, 1, 1), 278: (4, 1, height),
        279: (4, 1, len(data)),
    }  # fmt: skip
    return tiff(entries, data, more.get("following", 0))


def _pages(count: int) -> bytes:
    """Pages of one pixel, each of which says where the next is."""
    made, size = bytearray(b"II*\0" + struct.pack("<I", 8)), 2 + 12 * 9 + 4
    for n in range(count):
        at = 8 + n * (size + 4)
        entries = {256: 16, 257: 16, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 16, 279: 256}
        made += struct.pack("<H", 9)
        for tag, value in entries.items():
            made += struct.pack("<HHII", tag, 4, 1, value)
        made += struct.pack("<I", at + size + 4 if n + 1 < count else 0) + b"\0" * 4
    return bytes(made)


def _gif(width: int, height: int, frames: int = 1) -> bytes:
    """Frames that are cleared to the background, of almost no bytes each."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\2\2\x4c\1\0"
    return head + frame * frames + b"\x3b"


def _scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again (Karlsson 2015)."""
    data = encoded(Image.new("L", (2000, 2000), 90), "JPEG", progressive=True)
    at = data.rfind(b"\xff\xda")
    end = data.rfind(b"\xff\xd9")
    return data[:at] + data[at:end] * count + data[end:]


def _bmp(width: int, height: int, runs: int = 0) -> bytes:
    """Run-length encoded, and nothing but the end if there are no runs."""
    body = b"\xff\0" * runs + b"\0\1"
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 0)
    at = 14 + 40 + 1024
    return b"BM" + struct.pack("<IHHI", at + len(body), 0, 0, at) + info + bytes(1024) + body


def _jpeg_sized(width: int, height: int, *, progressive: bool = False) -> bytes:
    """A small JPEG that says it is large."""
    data = bytearray(small("JPEG", progressive=progressive))
    at = data.find(b"\xff\xc2" if progressive else b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, height, width)
    return bytes(data)


def _exif(body: bytes) -> bytes:
    data = small("JPEG")
    told = b"Exif\0\0" + body
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(told) + 2) + told + data[2:]


def _circular_exif() -> bytes:
    return _exif(tiff({0x8769: (4, 1, 8), 0x8825: (4, 1, 8), 0xA005: (4, 1, 8)}, following=8))


def _apng(frames: int) -> bytes:
    image = [Image.new("L", (16, 16), n % 256) for n in range(frames)]
    return encoded(image[0], "PNG", save_all=True, append_images=image[1:])


def _webp(width: int, height: int) -> bytes:
    """Lossless, and of a single colour."""
    return encoded(Image.new("RGB", (width, height), (90, 90, 90)), "WEBP", lossless=True, method=0)


_DEFLATED = zlib.compress(bytes(1 << 20), 9)

# What may take a few seconds because it is as large as is allowed.
GIANTS: Mapping[str, Callable[[], bytes]] = MappingProxyType(
    {
        "64 megapixels of grey": lambda: png(SIDE, SIDE, 8, 0),
        "64 megapixels of one bit": lambda: png(SIDE, SIDE, 1, 0),
        "64 megapixels of colour": lambda: png(SIDE, SIDE, 8, 2),
        "64 megapixels with transparency": lambda: png(SIDE, SIDE, 8, 6),
        "64 megapixels of 16 bits": lambda: png(SIDE, SIDE, 16, 0),
        "64 megapixels of 16 bits in four colours": lambda: png(SIDE, SIDE, 16, 6),
        "64 megapixels of a palette": lambda: png(SIDE, SIDE, 8, 3),
        "64 megapixels with a transparent colour": lambda: png(
            SIDE, SIDE, 8, 2, extra=chunk(b"tRNS", bytes(6))),
        "64 megapixels, interlaced": lambda: png(SIDE, SIDE, 8, 2, interlaced=True),
        "a GIF of 64 megapixels": lambda: _gif(SIDE, SIDE),
        "a WebP of 24 megapixels": lambda: _webp(6000, 4000),
        "a TIFF of 64 megapixels": lambda: _strip(SIDE, SIDE, zlib.compress(bytes(SIDE * SIDE)), 8),
        "a JPEG of as many scans as are allowed": lambda: _scans(370),
        "a JPEG of 64 megapixels in few bytes": lambda: _jpeg_sized(SIDE, SIDE),
        "a progressive JPEG of 64 megapixels": lambda: _jpeg_sized(SIDE, SIDE, progressive=True),
        "a JPEG of 160 megapixels": lambda: _jpeg_sized(16_000, 10_000),
        "a BMP of 64 megapixels in few bytes": lambda: _bmp(SIDE, SIDE, 1000),
    }
)  # fmt: skip

BOMBS: Mapping[str, Callable[[], bytes]] = MappingProxyType(
    {
        "a PNG of 4 terapixels": lambda: png(1 << 21, 1 << 21, lines=1),
        "a PNG one pixel too large": lambda: png(SIDE + 1, SIDE, lines=1),
        "a JPEG of 65,500²": lambda: _jpeg_sized(65_500, 65_500),
        "a progressive JPEG of 160 megapixels": lambda: _jpeg_sized(
            16_000, 10_000, progressive=True),
        "a JPEG of 2,000 scans": lambda: _scans(2000),
        "a WebP of 25 megapixels": lambda: _webp(5000, 5000),
        "a GIF of 65,535²": lambda: _gif(65_535, 65_535),
        "a GIF of 100,000 frames": lambda: _gif(500, 500, 100_000),
        "a PNG of 300 frames": lambda: _apng(300),
        "a TIFF of 20,000 pages": lambda: _pages(20_000),
        "a TIFF that follows itself": lambda: _strip(16, 16, bytes(256), 1, following=8),
        "a TIFF of 4 gigapixels": lambda: _strip(65_535, 65_535, b"x", 1),
        "a TIFF whose strip is too long": lambda: _strip(100, 100, _DEFLATED, 8),
        "a TIFF of four billion strips": lambda: tiff(
            {256: (4, 1, 100), 257: (4, 1, 100), 273: (4, 0xFFFFFFFF, 8), 279: (4, 0xFFFFFFFF, 8)}),
        "a TIFF of 65,535 samples": lambda: tiff(
            {256: (4, 1, 100), 257: (4, 1, 100), 258: (3, 65_535, 8), 277: (3, 1, 65_535)}),
        "a TIFF of tiles of 2³¹": lambda: tiff(
            {256: (4, 1, 100), 257: (4, 1, 100), 322: (4, 1, 1 << 31), 323: (4, 1, 1 << 31),
             324: (4, 1, 8), 325: (4, 1, 1)}),
        "a BMP of 65,535²": lambda: _bmp(65_535, 65_535),
        "a BMP of nothing but runs": lambda: _bmp(500, 500, 200_000),
        "text of 100 MB in a PNG": lambda: png(16, 16, extra=chunk(
            b"zTXt", b"a\0\0" + zlib.compress(bytes(100_000_000)))),
        "a hundred texts in a PNG": lambda: png(16, 16, extra=100 * chunk(
            b"iTXt", b"a\0\1\0\0\0" + zlib.compress(b"x" * 1_000_000))),
        "a profile of 100 MB in a PNG": lambda: png(16, 16, extra=chunk(
            b"iCCP", b"a\0\0" + zlib.compress(bytes(100_000_000)))),
        "pixels of 100 MB for 256": lambda: png(16, 16, lines=2_000_000),
        "a hundred thousand chunks": lambda: png(16, 16, extra=100_000 * chunk(b"abCd", b"")),
        "EXIF that points at itself": _circular_exif,
        "EXIF of four billion entries": lambda: _exif(tiff({274: (3, 0xFFFFFFFF, 8)})),
        "EXIF of no TIFF": lambda: _exif(b"\xff" * 500),
        "a picture and a ZIP": lambda: small() + b"PK\5\6" + bytes(18),
        "a picture and a page": lambda: small("GIF") + b"<script>alert(1)</script>",
        "a picture and a program": lambda: b"BM" + b"#!/bin/sh\n" + bytes(100),
        "a picture whose comment is a page": lambda: small(
            "GIF", comment=b"<script>alert(1)</script>"),
        "a JPEG whose comment is PHP": lambda: small("JPEG", comment=b"<?php system('id'); ?>"),
        "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) run\n",
        "PostScript behind a preview": lambda: b"\xc5\xd0\xd3\xc6" + bytes(60),
        "a Windows metafile": lambda: b"\xd7\xcd\xc6\x9a" + bytes(60),
        "a script for ImageMagick": lambda: b"push graphic-context\nfill 'url(https://x|ls)'\n",
        "a drawing that fetches": lambda: (
            b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"),
        "a drawing of entities": lambda: (
            b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><svg>&b;</svg>"),
        "a playlist": lambda: b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\nfile:///etc/passwd\n",
    }
)  # fmt: skip
