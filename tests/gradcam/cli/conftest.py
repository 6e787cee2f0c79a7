"""A realistic folder: photos of all kinds, and files that only look like photos."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .folders import GOOD

RNG = np.random.default_rng(0)


@pytest.fixture(scope="session")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """GOOD photos in three folders, some of them odd, and BROKEN files."""
    folder: Path = tmp_path_factory.mktemp("mixed")
    for name in ("", "deep", "deep/deeper"):
        (folder / name).mkdir(exist_ok=True)
    odd = odd_ones()
    for name, data in odd.items():
        (folder / name).write_bytes(data)
    for n in range(GOOD - len(odd)):
        where = folder / ("", "deep", "deep/deeper")[n % 3]
        suffix = ("jpg", "PNG", "webp", "bmp", "gif", "tif")[n % 6]
        mode = ("RGB", "L", "P")[n % 3] if suffix in ("PNG", "bmp", "tif") else "RGB"
        noise(10 + n % 7 * 9, 12 + n % 5 * 20).convert(mode).save(where / f"photo {n:03}.{suffix}")
    break_all(folder)
    return folder


def noise(height: int = 40, width: int = 40) -> Image.Image:
    return Image.fromarray(RNG.integers(0, 256, (height, width, 3), np.uint8))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def odd_ones() -> dict[str, bytes]:
    """Return unusual but valid photos, by file name."""
    turned = Image.Exif()
    turned[0x0112] = 6  # Orientation
    frames = {"save_all": True, "append_images": [noise(), noise()]}
    return {
        "animated.gif": encoded(noise(), "GIF", **frames),
        "animated.webp": encoded(noise(), "WEBP", **frames),
        "a jpeg.png": encoded(noise(), "JPEG"),
        "turned.jpg": encoded(noise(30, 50), "JPEG", exif=turned),
        "inks.jpg": encoded(noise().convert("CMYK"), "JPEG"),
        "transparent.png": encoded(noise().convert("RGBA"), "PNG"),
        "deep.png": encoded(Image.fromarray(RNG.integers(0, 2**16, (40, 40), np.uint16)), "PNG"),
        "猫 & <b>%s {0}.jpg": encoded(noise(), "JPEG"),
        "x" * 240 + ".jpg": encoded(noise(), "JPEG"),
    }


def break_all(folder: Path) -> None:
    """Add BROKEN files to `folder`, each broken in its own way."""
    jpeg, png = encoded(noise(), "JPEG"), encoded(noise(), "PNG")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("photo.jpg", jpeg)
    contents = {
        "empty.jpg": b"",
        "empty.gif": b"",
        "cut.jpg": jpeg[:700],
        "cut.png": png[:2000],
        "head.jpg": jpeg[:4],
        "text.png": b"not a picture",
        "page.webp": b"<!doctype html><title>404</title>",
        "document.tif": b"%PDF-1.7\n",
        "archive.jpg": archive.getvalue(),
        "noise.bmp": bytes(range(256)) * 4,
        "one-pixel.png": encoded(noise(1, 1), "PNG"),
        "small.png": encoded(noise(7, 50), "PNG"),
        "thin.png": encoded(noise(8, 400), "PNG"),
        "huge.png": huge_png(),
        "damaged.png": png.replace(b"IDAT", b"IDAX"),
        "zeros.jpg": bytes(1000),
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    (folder / "folder.jpg").mkdir()
    (folder / "nowhere.jpg").symlink_to(folder / "gone.jpg")
    (folder / "circle.jpg").symlink_to(folder / "circle.jpg")
    if os.geteuid() == 0:  # root can read any file
        os.mkfifo(folder / "pipe.jpg")
    else:
        (folder / "secret.jpg").write_bytes(jpeg)
        (folder / "secret.jpg").chmod(0)


def huge_png() -> bytes:
    """Return a few bytes that claim to be 60,000 × 60,000 pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [header, b"IDAT" + zlib.compress(bytes(100))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in chunks
    )
