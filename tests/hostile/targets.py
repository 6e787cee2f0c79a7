"""What is fuzzed: seeds, how they are changed, and the function that reads them, one row each.

A reader gives something or raises GradcamError. Anything else that it raises is a finding.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image

import gradcam
from components.view import ViewState
from gradcam.backends.numpy import NumpyClassifier
from gradcam.decoding import decode
from gradcam.files import manifest_bytes, npz_bytes, read_facts, read_manifest
from gradcam.labels import as_labels
from gradcam.vault import opened, safetensors
from gradcam.vault.budget import Budget
from gradcam.vault.readers import Source, reader
from tests.hostile import keras_files, pickles, tensors
from tests.hostile.mutations import (
    Mutate,
    Rng,
    early,
    in_bytes,
    in_json,
    in_png,
    in_safetensors,
    in_tiff,
    in_zip,
    in_zip_if,
    one_of,
    spliced,
)

FOUND = Path(__file__).parent / "found"


@dataclass(frozen=True)
class Target:
    """What is fuzzed.

    seeds : makes files that are in order.
    mutate : given those, makes the function that changes one.
    read : what the product does with a file; raises GradcamError if it refuses it.
    count : of cases in the long run.
    """

    seeds: Callable[[], Sequence[bytes]]
    mutate: Callable[[Sequence[bytes]], Mutate]
    read: Callable[[bytes], object]
    count: int

    def case(self, seed: int, n: int) -> bytes:
        """Return the n-th file of a run; the same for the same numbers."""
        rng = np.random.default_rng((seed, n))
        seeds = self.seeds()
        return self.mutate(seeds)(seeds[n % len(seeds)], rng)


def outcome(target: Target, data: bytes) -> str:
    """Return "read" or "refused"; whatever else is raised is a finding."""
    try:
        target.read(data)
    except gradcam.GradcamError as error:
        return "refused" if error.message.strip() else "refused without a word"
    return "read"


# Images

_RNG = np.random.default_rng(0)
NOISE = _RNG.integers(0, 256, (24, 40, 3), np.uint8)


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def _several(format: str, **options: object) -> bytes:
    first, *others = (Image.fromarray(np.roll(NOISE, 3 * n, 0)) for n in range(3))
    return encoded(first, format, save_all=True, append_images=others, **options)


def _turned(format: str) -> bytes:
    exif = Image.Exif()
    exif[274], exif[271], exif[306] = 6, "maker", "2026:01:01 00:00:00"
    exif.get_ifd(34853)[1] = "N"
    return encoded(Image.fromarray(NOISE), format, exif=exif)


@cache
def images() -> tuple[bytes, ...]:
    """Small files of every format and of many of the ways to keep pixels."""
    image = Image.fromarray(NOISE)
    made = [encoded(image, format) for format in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")]
    made += [encoded(image.convert(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGBA")]
    made += [encoded(image.convert(mode), "JPEG") for mode in ("L", "CMYK")]
    made += [encoded(image.convert(m), "TIFF") for m in ("1", "L", "LAB", "CMYK", "YCbCr", "RGBA")]
    made += [
        encoded(image, "TIFF", compression=packed)
        for packed in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "group4")
        if packed != "group4"
    ]
    made.append(encoded(image.convert("1"), "TIFF", compression="group4"))
    made += [encoded(image.convert("P"), "TIFF"), encoded(image.convert("P"), "BMP")]
    made += [encoded(Image.fromarray(NOISE[..., 0].astype(kind)), "TIFF")
             for kind in (np.uint16, np.int32, np.float32)]  # fmt: skip
    made += [_several(format) for format in ("GIF", "PNG", "TIFF", "WEBP", "MPO")]
    made += [_turned(format) for format in ("JPEG", "PNG", "WEBP", "TIFF")]
    made.append(encoded(image, "JPEG", progressive=True))
    made.append(encoded(image, "PNG", interlace=True))
    made.append(encoded(image, "WEBP", lossless=True))
    made.append(encoded(image, "PNG", transparency=(1, 2, 3)))
    return tuple(made)


# Saved maps

PHOTO = np.zeros((10, 20, 3), np.uint8)
PHOTO[:, :10, 0] = 200


@cache
def explanation() -> gradcam.Explanation:
    clf = NumpyClassifier(np.eye(3), np.eye(3), ["red", "green", "blue"], size=8)
    return gradcam.explain(clf, PHOTO, classes=[0, 1])


def npy(values: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, values)
    return buffer.getvalue()


@cache
def saved_maps() -> tuple[bytes, ...]:
    with zipfile.ZipFile(io.BytesIO(npz_bytes(explanation()))) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return npz_bytes(explanation()), stored.getvalue()


def _in_member(name: str, body: bytes, rng: Rng) -> bytes:
    """Change a manifest as a tree, and an array's header or numbers."""
    if name == "manifest.npy" and rng.random() < 0.9:
        tree = np.load(io.BytesIO(body)).tobytes()
        return npy(np.frombuffer(in_json(tree, rng), np.uint8))
    return early(body, rng)


def _load_maps(data: bytes) -> object:
    read_manifest(data)
    return gradcam.load_explanation(data, PHOTO)


@cache
def _manifests() -> tuple[bytes, ...]:
    return (manifest_bytes(explanation()),)


def _load_manifest(data: bytes) -> object:
    """The same manifest beside and in the NPZ, as a folder has it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved_maps()[1])) as whole, zipfile.ZipFile(made, "w") as new:
        for info in whole.infolist():
            changed = npy(np.frombuffer(data, np.uint8)) if info.filename == "manifest.npy" else b""
            new.writestr(info.filename, changed or whole.read(info))
    return gradcam.load_explanation(made.getvalue(), PHOTO)


@cache
def _pictures() -> tuple[bytes, ...]:
    with tempfile.TemporaryDirectory() as folder:
        files = explanation().save(folder)
        return tuple(Path(f).read_bytes() for f in files if Path(f).suffix == ".png")


# Labels, and links

_LABELS = (
    b"cat\ndog\nbird\n", "\ufeffchat\nchien\noiseau".encode(), b"a,b\r\nc\r\n",
    json.dumps(["cat", "dog"]).encode(), json.dumps({"0": "cat", "1": "dog"}).encode(),
    json.dumps({"cat": 0, "dog": 1}).encode(), json.dumps({"0": ["n01", "cat"]}).encode(),
)  # fmt: skip


def _labels_of(data: bytes) -> object:
    ending = ".json" if data.lstrip()[:1] in (b"[", b"{") else ".txt"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"labels{ending}"
        file.write_bytes(data)
        return as_labels(file)


def _in_labels(data: bytes, rng: Rng) -> bytes:
    return in_json(data, rng) if data[:1] in b"[{" and rng.random() < 0.7 else in_bytes(data, rng)


_LINKS = (
    {"image": "cat,rocket", "model": "torchvision/resnet50", "layer": "layer3.5", "fit": "squash",
     "method": "hirescam", "top": "3", "add": "281,285", "drop": "7"},
    {"across": "methods", "class": "281", "methods": "gradcam,layercam", "channels": "256",
     "against": "282,285", "augment": "1", "fuse": "max"},
    {"phrases": "a red car\na dog", "negative": "a photo", "sort": "unsure", "photo": "rocket",
     "only": "differs,281", "why": "504,967", "cover": "coffee~b48x32-AAf_,rocket~x",
     "section": "methods", "photos": "folder"},
)  # fmt: skip


def _link_of(data: bytes) -> object:
    """A link is read, and what is read of it is written and read again as the same."""
    tree = json.loads(data)
    if not isinstance(tree, dict):
        return None
    view = ViewState.from_query({str(k): v for k, v in tree.items() if isinstance(v, str)})
    assert ViewState.from_query(view.to_query()).to_query() == view.to_query()
    return view


def _in_link(data: bytes, rng: Rng) -> bytes:
    changed = {}
    for key, value in json.loads(data).items():
        if rng.random() < 0.5:
            value = in_bytes(value.encode(), rng).decode("utf-8", "surrogateescape")
        changed[key] = value
    return json.dumps(changed).encode()


# Model files, read as the vault's child does it


def _child(kind: str) -> Callable[[bytes], object]:
    """Return what the child does with a file, done here: the fuzzer's worker has limits too."""

    def read(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"mine{kind}"
            path.write_bytes(data)
            source = Source(path, path.name, Budget())
            try:
                found = reader(kind)(source)
                safetensors.write(Path(folder) / "weights.safetensors", found.tensors)
            except gradcam.GradcamError:
                raise
            except Exception as error:  # which the child turns into this sentence too
                raise gradcam.ModelError(f"{path.name} is damaged.") from error
        return found.description

    return read


def _in_a_child(kind: str) -> Callable[[bytes], object]:
    """Return what the server does with a file, which a child is given four seconds for.

    HDF5's own library can be kept busy for ever, and nothing but the end of its process stops it.
    """

    def read(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"mine{kind}"
            path.write_bytes(data)
            with opened(path, Budget(seconds=4)) as safe:
                return safe.description

    return read


def _in_pickle(name: str, body: bytes, rng: Rng) -> bytes:
    return in_bytes(body, rng) if name.endswith(".pkl") or rng.random() < 0.2 else body


def _in_keras(name: str, body: bytes, rng: Rng) -> bytes:
    return in_json(body, rng) if name.endswith(".json") else in_bytes(body, rng)


def _in_h5(data: bytes, rng: Rng) -> bytes:
    """Change the configuration, which is text of the same length wherever it lies."""
    begin = data.find(b'{"module"')
    end = data.find(b"\0", begin)
    changed = in_json(data[begin:end], rng)[: end - begin].ljust(end - begin)
    return data[:begin] + changed + data[end:]


def _in_folder(name: str, body: bytes, rng: Rng) -> bytes:
    return in_safetensors(body, rng) if name.endswith(".safetensors") else in_json(body, rng)


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "images": Target(
            images,
            lambda seeds: one_of(in_bytes, in_bytes, early, early, spliced(seeds), in_png, in_tiff),
            decode,
            100_000,
        ),
        "npz": Target(
            saved_maps, lambda _: one_of(in_zip(_in_member), in_zip(_in_member), in_bytes),
            _load_maps, 5_000,
        ),
        "manifests": Target(_manifests, lambda _: in_json, _load_manifest, 2_000),
        "pictures": Target(_pictures, lambda _: one_of(in_png, in_bytes), read_facts, 2_000),
        "labels": Target(lambda: _LABELS, lambda _: _in_labels, _labels_of, 2_000),
        "links": Target(
            lambda: [json.dumps(link).encode() for link in _LINKS], lambda _: _in_link,
            _link_of, 5_000
        ),
        "pth": Target(
            pickles.good, lambda _: one_of(in_zip_if(_in_pickle), in_zip_if(_in_pickle), in_bytes),
            _child(".pth"), 2_000,
        ),
        "safetensors": Target(
            tensors.good, lambda _: one_of(in_safetensors, in_safetensors, in_bytes),
            _child(".safetensors"), 2_000,
        ),
        "keras": Target(
            keras_files.good_keras,
            lambda _: one_of(in_zip(_in_keras), in_zip(_in_keras), in_bytes),
            _child(".keras"), 2_000,
        ),
        "h5": Target(
            keras_files.good_h5, lambda _: one_of(_in_h5, in_bytes, in_bytes), _in_a_child(".h5"),
            2_000,
        ),
        "folders": Target(
            lambda: [tensors.folder()], lambda _: one_of(in_zip(_in_folder), in_bytes),
            _child(".zip"), 2_000,
        ),
    }
)  # fmt: skip
