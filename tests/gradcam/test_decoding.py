"""Any file people may drop in becomes a photo or one clear error, at a bounded cost."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gradcam import decoding
from gradcam.decoding import decode, from_pil
from gradcam.errors import ImageError, NonFiniteError

RED = np.zeros((10, 20, 3), np.uint8)
RED[..., 0] = 200
NOT_AN_IMAGE = "This file is not an image."
DAMAGED = "The image is damaged or truncated."
TOO_LARGE = "The image is too large."
FIRST_FRAME = "Animated image: only the first frame is used."
FIRST_PAGE = "A file of several pages: only the first is used."
ORIENTATION = 274
NOISE = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def red(mode: str = "RGB", format: str = "PNG", **options: object) -> bytes:
    return encoded(Image.fromarray(RED).convert(mode), format, **options)


def noise(format: str, **options: object) -> bytes:
    return encoded(Image.fromarray(NOISE), format, **options)


def flat(value: object, dtype: object, **options: object) -> bytes:
    return encoded(Image.fromarray(np.full((10, 20), value, dtype)), "TIFF", **options)


def frames(format: str, count: int = 3) -> bytes:
    first, *others = (Image.new("RGB", (20, 10), (200 - 60 * n, 0, 0)) for n in range(count))
    return encoded(first, format, save_all=True, append_images=others)


def turned(orientation: int, format: str = "PNG") -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return red(format=format, exif=exif)


def png(width: int, height: int, rows: bytes = b"", extra: bytes = b"") -> bytes:
    """A PNG written by hand, which may claim any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = (
        chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + body


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bmp(width: int, height: int) -> bytes:
    whole = bytearray(red(format="BMP"))
    struct.pack_into("<ii", whole, 18, width, height)
    return bytes(whole)


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\n(out) (w) file\n"
BROKEN_EXIF = b"Exif\x00\x00II*\x00" + b"\xff" * 40

# What is good: how it is made, its (height, width, first pixel), and its notes.
GOOD: dict[str, tuple[Callable[[], bytes], tuple[int, int, tuple[int, int, int]], tuple[str, ...]]]
GOOD = {
    "png": (red, (10, 20, (200, 0, 0)), ()),
    "png grey": (lambda: red("L"), (10, 20, (60, 60, 60)), ()),
    "png grey with alpha": (lambda: red("LA"), (10, 20, (60, 60, 60)), ()),
    "png rgba": (lambda: red("RGBA"), (10, 20, (200, 0, 0)), ()),
    "png palette": (lambda: red("P"), (10, 20, (204, 0, 0)), ()),
    "png one bit": (lambda: encoded(Image.new("1", (20, 10), 1)), (10, 20, (255, 255, 255)), ()),
    "png sixteen bits": (
        lambda: encoded(Image.fromarray(np.full((10, 20), 16383, np.uint16))),
        (10, 20, (64, 64, 64)),
        (),
    ),
    "png see-through": (
        lambda: encoded(Image.new("RGBA", (20, 10), (200, 0, 0, 0))),
        (10, 20, (255, 255, 255)),
        (),
    ),
    "png half see-through": (
        lambda: encoded(Image.new("RGBA", (20, 10), (200, 0, 0, 128))),
        (10, 20, (227, 127, 127)),
        (),
    ),
    "png see-through colour": (
        lambda: red(transparency=(200, 0, 0)),
        (10, 20, (255, 255, 255)),
        (),
    ),
    "apng": (lambda: frames("PNG"), (10, 20, (200, 0, 0)), (FIRST_FRAME,)),
    "jpeg grey": (lambda: red("L", "JPEG"), (10, 20, (60, 60, 60)), ()),
    "jpeg cmyk": (lambda: red("CMYK", "JPEG", quality=100), (10, 20, (200, 0, 0)), ()),
    "jpeg progressive": (
        lambda: red(format="JPEG", progressive=True, quality=100, subsampling=0),
        (10, 20, (200, 0, 0)),
        (),
    ),
    "jpeg of several pictures": (lambda: frames("MPO"), (10, 20, (200, 0, 0)), ()),
    "gif": (lambda: red("P", "GIF"), (10, 20, (204, 0, 0)), ()),
    "gif of frames": (lambda: frames("GIF"), (10, 20, (200, 0, 0)), (FIRST_FRAME,)),
    "bmp": (lambda: red(format="BMP"), (10, 20, (200, 0, 0)), ()),
    "bmp upside down": (lambda: bmp(20, -10), (10, 20, (200, 0, 0)), ()),
    "webp": (lambda: red(format="WEBP", lossless=True), (10, 20, (200, 0, 0)), ()),
    "webp of frames": (lambda: frames("WEBP"), (10, 20, (201, 0, 1)), (FIRST_FRAME,)),
    "tiff": (lambda: red(format="TIFF"), (10, 20, (200, 0, 0)), ()),
    "tiff cmyk": (lambda: red("CMYK", "TIFF"), (10, 20, (200, 0, 0)), ()),
    "tiff lab": (
        lambda: encoded(Image.new("LAB", (20, 10), (128, 128, 128)), "TIFF"),
        (10, 20, (119, 119, 119)),
        (),
    ),
    "tiff ycbcr": (lambda: red("YCbCr", "TIFF"), (10, 20, (199, 0, 0)), ()),
    "tiff compressed": (
        lambda: red(format="TIFF", compression="tiff_lzw"),
        (10, 20, (200, 0, 0)),
        (),
    ),
    "tiff of pages": (lambda: frames("TIFF"), (10, 20, (200, 0, 0)), (FIRST_PAGE,)),
    "tiff sixteen bits": (lambda: flat(16383, np.uint16), (10, 20, (64, 64, 64)), ()),
    "tiff whole numbers": (lambda: flat(-5, np.int32), (10, 20, (0, 0, 0)), ()),
    "tiff floats": (lambda: flat(0.5, np.float32), (10, 20, (0, 0, 0)), ()),
    "turned once": (lambda: turned(6), (20, 10, (200, 0, 0)), ()),
    "an orientation nobody knows": (lambda: turned(77), (10, 20, (200, 0, 0)), ()),
    "exif that cannot be read": (
        lambda: png(20, 10, (b"\0" + b"\xc8\0\0" * 20) * 10, chunk(b"eXIf", BROKEN_EXIF[6:])),
        (10, 20, (200, 0, 0)),
        (),
    ),
    "bytes after the end": (lambda: red() + b"#!/bin/sh\nrm -rf /", (10, 20, (200, 0, 0)), ()),
    "the smallest": (lambda: encoded(Image.new("RGB", (8, 8), "red")), (8, 8, (255, 0, 0)), ()),
    "the narrowest": (lambda: encoded(Image.new("L", (8, 320))), (320, 8, (0, 0, 0)), ()),
}

# What is bad: how it is made, and the whole sentence.
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "The file is empty (0 bytes)."),
    "one byte": (lambda: b"\0", NOT_AN_IMAGE),
    "text": (lambda: b"dear diary", NOT_AN_IMAGE),
    "html": (lambda: b"<!doctype html><img src=x onerror=alert(1)>", NOT_AN_IMAGE),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", NOT_AN_IMAGE),
    "zip": (lambda: b"PK\x03\x04" + bytes(100), NOT_AN_IMAGE),
    "pickle": (lambda: b"\x80\x04cos\nsystem\n.", NOT_AN_IMAGE),
    "pdf": (lambda: b"%PDF-1.7\n" + bytes(100), NOT_AN_IMAGE),
    "eps, which starts a program": (lambda: EPS, NOT_AN_IMAGE),
    "photoshop": (lambda: b"8BPS\0\x01" + bytes(100), NOT_AN_IMAGE),
    "icon": (lambda: red(format="ICO"), NOT_AN_IMAGE),
    "windows cursor": (lambda: b"\0\0\x02\0" + bytes(60), NOT_AN_IMAGE),
    "jpeg 2000": (lambda: noise("JPEG2000"), NOT_AN_IMAGE),
    "avif": (lambda: b"\0\0\0\x1cftypavif" + bytes(60), NOT_AN_IMAGE),
    "heic": (lambda: b"\0\0\0\x18ftypheic" + bytes(60), NOT_AN_IMAGE),
    "tga": (lambda: red(format="TGA"), NOT_AN_IMAGE),
    "ppm": (lambda: red(format="PPM"), NOT_AN_IMAGE),
    "xbm": (lambda: b"#define im_width 9\n#define im_height 9\n", NOT_AN_IMAGE),
    "a fits file": (lambda: b"SIMPLE  =                    T" + bytes(2850), NOT_AN_IMAGE),
    "png's signature alone": (lambda: red()[:8], NOT_AN_IMAGE),
    "png's signature and text": (lambda: red()[:8] + b" and then text", NOT_AN_IMAGE),
    "jpeg's first two bytes": (lambda: b"\xff\xd8", NOT_AN_IMAGE),
    "gif's header alone": (lambda: b"GIF89a", NOT_AN_IMAGE),
    "half a jpeg": (lambda: noise("JPEG")[:1500], DAMAGED),
    "half a png": (lambda: noise("PNG")[:5000], DAMAGED),
    "half a gif": (lambda: noise("GIF")[:1500], DAMAGED),
    "half a bmp": (lambda: noise("BMP")[:5000], DAMAGED),
    "half a webp": (lambda: noise("WEBP")[:600], DAMAGED),
    "half a tiff": (lambda: noise("TIFF")[:5000], DAMAGED),
    "png without rows": (lambda: png(20, 10), DAMAGED),
    "png of one pixel": (lambda: png(1, 1), "The image is too small (1 × 1 pixels)."),
    "png as thin as a line": (lambda: png(8, 900), "The image is too narrow (8 × 900 pixels)."),
    "png of nothing": (lambda: png(0, 0), NOT_AN_IMAGE),
    "png that claims 64 terapixels": (
        lambda: png(8_000_000, 8_000_000),
        TOO_LARGE,
    ),
    "png one pixel over the limit": (
        lambda: png(8001, 8000),
        "The image is too large (8001 × 8000 pixels).",
    ),
    "bmp of a negative width": (lambda: bmp(-20, 10), TOO_LARGE),
    "bmp that claims much": (
        lambda: bmp(60_000, 60_000),
        TOO_LARGE,
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_a_photo(name: str) -> None:
    make, (height, width, first), notes = GOOD[name]
    pixels, told = decode(make())
    assert pixels.shape == (height, width, 3)
    assert pixels.dtype == np.uint8
    assert tuple(pixels[0, 0].tolist()) == first
    assert told == notes


@pytest.mark.parametrize("name", BAD)
def test_what_is_not(name: str) -> None:
    make, sentence = BAD[name]
    with pytest.raises(ImageError) as caught:
        decode(make())
    assert caught.value.message == sentence
    assert caught.value.hint


def test_the_table_is_as_long_as_promised() -> None:
    assert len(GOOD) + len(BAD) >= 60


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_pillow_does(orientation: int) -> None:
    from PIL import ImageOps

    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    data = encoded(Image.fromarray(NOISE[:20]), exif=exif)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    np.testing.assert_array_equal(decode(data)[0], expected)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "CMYK", "I;16"])
def test_strips_change_nothing(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """64 rows at once, and seven at a time."""
    image = Image.fromarray(NOISE)
    image = (
        Image.fromarray(NOISE[..., 0].astype(np.uint16) * 200)
        if ";" in mode
        else (image.convert(mode))
    )
    whole, _ = from_pil(image)
    monkeypatch.setattr(decoding, "_STRIP", 7 * 64)
    np.testing.assert_array_equal(from_pil(image)[0], whole)


def test_nan_is_refused_by_name() -> None:
    with pytest.raises(NonFiniteError, match="NaN or infinity"):
        decode(flat(np.nan, np.float32))


def test_floats_are_stretched() -> None:
    values = np.linspace(-1, 3, 200, dtype=np.float32).reshape(10, 20)
    pixels, _ = decode(encoded(Image.fromarray(values), "TIFF"))
    assert pixels[0, 0, 0] == 0
    assert pixels[-1, -1, 0] == 255


def test_unreadable_exif_is_told_and_the_photo_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Image.Image) -> Image.Exif:
        raise struct.error("unpack requires a buffer of 12 bytes")

    monkeypatch.setattr(Image.Image, "getexif", broken)
    pixels, notes = decode(red())
    np.testing.assert_array_equal(pixels, RED)
    assert notes == (
        "EXIF data that cannot be read was ignored, so the photo may lie on its side.",
    )


def test_too_large_is_refused_before_a_pixel_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(Image.new("L", (200, 100)))
    monkeypatch.setattr(decoding, "MAX_PIXELS", 10_000)
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("decoded"))
    with pytest.raises(ImageError, match="too large"):
        decode(data)


def test_a_large_jpeg_is_read_at_half_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(Image.new("RGB", (200, 100), (90, 90, 90)), "JPEG")
    monkeypatch.setattr(decoding, "MAX_PIXELS", 10_000)
    monkeypatch.setattr(decoding, "MAX_JPEG_PIXELS", 40_000)
    pixels, notes = decode(data)
    assert pixels.shape == (50, 100, 3)
    assert notes == ("Too large to keep whole: read at 100 × 50 pixels.",)
    progressive = encoded(Image.new("RGB", (200, 100)), "JPEG", progressive=True)
    with pytest.raises(ImageError, match="too large"):
        decode(progressive)
    with pytest.raises(ImageError, match="too large"):
        decode(encoded(Image.new("RGB", (300, 200)), "JPEG"))


_PEAK = r"""
import io, re
from pathlib import Path
from PIL import Image
from gradcam.decoding import decode
buffer = io.BytesIO()
Image.new("RGBA", (5000, 5000)).save(buffer, "PNG", compress_level=1)
decode(buffer.getvalue())
print(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_a_large_photo_takes_little_more_than_its_pixels() -> None:
    """25 megapixels of RGBA are 100 MB and their RGB 75 MB; strips add little."""
    done = subprocess.run([sys.executable, "-c", _PEAK], capture_output=True, text=True, check=True)
    assert int(done.stdout) / 1024 < 175 + 100  # and the interpreter with its packages


def test_a_file_of_ten_thousand_pages_takes_no_longer_than_its_first() -> None:
    """Pages are chained: this one's first points at itself, so counting them would never end."""
    whole = bytearray(red(format="TIFF"))
    at = struct.unpack_from("<I", whole, 4)[0]
    entries = struct.unpack_from("<H", whole, at)[0]
    struct.pack_into("<I", whole, at + 2 + 12 * entries, at)
    pixels, _ = decode(bytes(whole))
    np.testing.assert_array_equal(pixels, RED)


def test_mutated_files_give_a_photo_or_an_image_error() -> None:
    """A seeded sample; the long run is `python -m benches.fuzz_images`."""
    rng = np.random.default_rng(14)
    seeds = [noise(format) for format in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")]
    seeds += [frames("GIF"), frames("TIFF"), frames("PNG"), turned(6, "JPEG"), red("P", "TIFF")]
    outcomes = {"photo": 0, "error": 0}
    for n in range(4000):
        whole = bytearray(seeds[n % len(seeds)])
        for _ in range(rng.integers(1, 6)):
            whole[rng.integers(len(whole))] = rng.integers(256)
        try:
            decode(bytes(whole))
            outcomes["photo"] += 1
        except (ImageError, NonFiniteError):
            outcomes["error"] += 1
    assert min(outcomes.values()) > 100
