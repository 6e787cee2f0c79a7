"""Model files made to do harm: a sentence, no canary, little memory and little time."""

from __future__ import annotations

import resource
import time
import warnings
from contextlib import suppress
from pathlib import Path

import pytest

import gradcam
from gradcam.errors import GradcamError, ModelError
from gradcam.vault import opened
from gradcam.vault.budget import Budget
from gradcam.vault.readers import READERS, Source, reader
from tests.hostile import keras_files, pickles, tensors
from tests.hostile.models import LARGE, READABLE, corpus

CORPUS = corpus("/tmp/gradcam-canary-of-the-tests")
CANARY = Path("/tmp/gradcam-canary-of-the-tests")
# Kinds of one sort cost the same; of those that only name what to call, a few go through the child.
QUICK = [n for n, (_, kind) in CORPUS.items() if "calls" in n and kind in READERS]
CHILDREN = [n for n in CORPUS if CORPUS[n][1] in READERS and n not in QUICK[5:]]


def _marked(name: str) -> object:
    usual = name not in LARGE and hash_of(name) % 8 == 0
    return name if usual else pytest.param(name, marks=pytest.mark.heavy)


def hash_of(name: str) -> int:
    """The same in every process, unlike `hash`."""
    return sum(map(ord, name))


def refusal(path: Path) -> str:
    """Return what is said against a file, or "" if it is read."""
    try:
        with opened(path):
            return ""
    except ModelError as error:
        return str(error)


@pytest.mark.parametrize("name", map(_marked, CHILDREN))
def test_a_child_refuses_it_in_a_sentence(name: str, tmp_path: Path) -> None:
    make, ending = CORPUS[name]
    path = tmp_path / f"mine{ending}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path.write_bytes(make())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    said = refusal(path)
    assert bool(said) == (name not in READABLE) or name.startswith("folder")
    assert len(said) < 600
    assert said.isprintable()
    assert time.perf_counter() - start < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes
    assert not CANARY.exists()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", QUICK)
def test_what_it_names_is_never_called(name: str, tmp_path: Path) -> None:
    """In this process, which could be harmed, for the reader itself must refuse them."""
    make, ending = CORPUS[name]
    path = tmp_path / f"mine{ending}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path.write_bytes(make())
    read, source = reader(ending), Source(path, path.name, Budget())
    if name in READABLE or name.startswith("folder"):
        read(source)
    else:
        with pytest.raises(ModelError):
            read(source)
    assert not CANARY.exists()


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(n for n in READABLE if CORPUS[n][1] in (".keras", ".h5")))
def test_what_is_readable_is_a_model_or_a_sentence(name: str, tmp_path: Path) -> None:
    make, ending = CORPUS[name]
    path = tmp_path / f"mine{ending}"
    path.write_bytes(make())
    with suppress(GradcamError):
        gradcam.load_model(path).layers()
    assert not CANARY.exists()


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        *((data, ".pth") for data in pickles.good()),
        *((data, ".safetensors") for data in tensors.good()),
        (keras_files.good_keras()[1], ".keras"),
        (keras_files.good_h5()[0], ".h5"),
        (tensors.folder(), ".zip"),
    ],
)
def test_what_is_in_order_is_read(data: bytes, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"mine{ending}"
    path.write_bytes(data)
    with opened(path) as safe:
        assert sum(map(len, safe.shapes.values())) > 1
