# ruff: noqa: E501
"""Files of Keras models: what is read of them, and everything that HDF5 and ZIP could be made to do.

Keras is not imported; the files are written here, byte by byte where no library would.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from gradcam.errors import GradcamError, WeightsError
from gradcam.vault import Budget, opened
from gradcam.vault.keras_files import read
from gradcam.vault.readers import Found, Source

KERNEL = np.arange(6, dtype=np.float32).reshape(3, 2)
BIAS = np.float32([1, 2])
PATHS = {"layers/dense/vars/0": KERNEL, "layers/dense/vars/1": BIAS}


def layer(class_name: str, **settings: Any) -> dict[str, Any]:
    return {
        "module": "keras.layers", "class_name": class_name, "config": settings,
        "registered_name": None,
    }  # fmt: skip


def config(units: int = 2) -> dict[str, Any]:
    photo = layer("InputLayer", name="photo", batch_shape=[None, 4, 4, 3])
    layers = [
        photo, layer("GlobalAveragePooling2D", name="mean"), layer("Dense", name="head", units=units)
    ]  # fmt: skip
    return {**layer("Sequential", name="mine", layers=layers), "module": "keras"}


def whole(path: Path, fill: Callable[[Any], object], said: Any = None, **how: Any) -> Path:
    """A .keras file; `fill` puts the weights into its HDF5."""
    weights = io.BytesIO()
    with h5py.File(weights, "w") as file:
        fill(file)
    with zipfile.ZipFile(path, "w", **how) as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", json.dumps(config() if said is None else said))
        archive.writestr("model.weights.h5", weights.getvalue())
    return path


def usual(file: Any) -> None:
    for name, values in PATHS.items():
        file[name] = values
    file["optimizer/vars/0"] = np.zeros(1000, np.float32)


def old(path: Path, fill: Callable[[Any], object] | None = None, said: Any = None) -> Path:
    """An .h5 file, as Keras 2 wrote it."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config() if said is None else said)
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [b"mean", b"head"]
        group.create_group("mean").attrs["weight_names"] = np.zeros(0, "S1")
        head = group.create_group("head")
        head.attrs["weight_names"] = [b"head/kernel:0", b"head/bias:0"]
        if fill is None:
            head["head/kernel:0"], head["head/bias:0"] = KERNEL, BIAS
        else:
            fill(head)
    return path


def found(path: Path) -> Found:
    return read(Source(path, path.name, Budget()))


def values(found: Found, name: str) -> Any:
    (one,) = [tensor for tensor in found.tensors if tensor.name == name]
    data = b"".join(bytes(chunk) for chunk in one.chunks())
    return np.frombuffer(data, {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}[one.dtype])


def test_a_keras_file_gives_its_weights_by_their_paths(tmp_path: Path) -> None:
    said = found(whole(tmp_path / "mine.keras", usual))
    assert [tensor.name for tensor in said.tensors] == list(PATHS)
    np.testing.assert_array_equal(values(said, "layers/dense/vars/0"), KERNEL.reshape(-1))
    assert said.description["layout"] == "paths"
    assert said.description["config"]["class_name"] == "Sequential"


def test_an_h5_file_gives_them_in_their_order(tmp_path: Path) -> None:
    said = found(old(tmp_path / "mine.h5"))
    assert said.description["order"] == [["0/0", "0/1"]]
    np.testing.assert_array_equal(values(said, "0/1"), BIAS)


def test_numbers_of_other_types_and_layouts_arrive_as_they_are(tmp_path: Path) -> None:
    def fill(file: Any) -> None:
        file.create_dataset("layers/dense/vars/0", data=KERNEL.astype(">f4"), compression="gzip",
                            shuffle=True, chunks=(1, 2))  # fmt: skip
        file["layers/dense/vars/1"] = np.uint16([0x3F80, 0x4000])
        file["layers/dense/vars/1"].attrs["dtype"] = "bfloat16"

    said = found(whole(tmp_path / "mine.keras", fill))
    np.testing.assert_array_equal(values(said, "layers/dense/vars/0"), KERNEL.reshape(-1))
    assert values(said, "layers/dense/vars/1").tolist() == [0x3F80, 0x4000]


def test_the_name_does_not_decide_the_format(tmp_path: Path) -> None:
    """TensorFlow before 2.13 wrote HDF5 into a file called .keras."""
    path = old(tmp_path / "mine.h5").rename(tmp_path / "mine.keras")
    assert found(path).description["layout"] == "order"
    path = whole(tmp_path / "other.keras", usual).rename(tmp_path / "other.h5")
    assert found(path).description["layout"] == "paths"


def external(file: Any) -> None:
    file["layers/dense/vars/1"] = BIAS
    file["layers/dense/vars/0"] = h5py.ExternalLink("/etc/passwd", "/")


def soft(file: Any) -> None:
    file["elsewhere"], file["layers/dense/vars/1"] = KERNEL, BIAS
    file["layers/dense/vars/0"] = h5py.SoftLink("/elsewhere")


def stored_elsewhere(file: Any) -> None:
    file["layers/dense/vars/1"] = BIAS
    file.create_dataset("layers/dense/vars/0", (3, 2), "f4", external=[("/etc/passwd", 0, 24)])


def virtual(file: Any) -> None:
    file["layers/dense/vars/1"] = BIAS
    layout = h5py.VirtualLayout((3, 2), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (3, 2))
    file.create_virtual_dataset("layers/dense/vars/0", layout)


def claimed(file: Any) -> None:
    """4 TB of zeros in no bytes at all."""
    file["layers/dense/vars/1"] = BIAS
    file.create_dataset("layers/dense/vars/0", (10**6, 10**6), "f4", chunks=(1000, 1000))


def deflated(file: Any) -> None:
    """64 MB of zeros in 64 kB."""
    file["layers/dense/vars/1"] = BIAS
    file.create_dataset("layers/dense/vars/0", data=np.zeros((4000, 4000), "f4"),
                        compression="gzip", compression_opts=9)  # fmt: skip


def one_block(file: Any) -> None:
    """A chunk of 4 GB, of which any number needs the whole."""
    file["layers/dense/vars/1"] = BIAS
    file.create_dataset("layers/dense/vars/0", (3, 2), "f4", maxshape=(None, None),
                        chunks=(30_000, 30_000), compression="gzip")  # fmt: skip


def loop(file: Any) -> None:
    """A group that holds itself."""
    usual(file)
    file["layers/dense/again"] = file["layers"]


def many(file: Any) -> None:
    usual(file)
    for n in range(60):
        file[f"layers/dense/vars/more{n}"] = np.zeros((200, 200), "f4")


def texts(file: Any) -> None:
    file["layers/dense/vars/0"] = [b"a", b"b"]


def pairs(file: Any) -> None:
    file["layers/dense/vars/0"] = np.zeros(6, [("a", "f4"), ("b", "f4")])


def few(file: Any) -> None:
    file["layers/dense/vars/1"] = BIAS


@pytest.mark.parametrize(
    ("fill", "sentence"),
    [
        (external, "0 in it is a link to another file"),
        (soft, "0 in it is a link to elsewhere"),
        (stored_elsewhere, "the numbers of layers/dense/vars/0 lie in another file"),
        (virtual, "the numbers of layers/dense/vars/0 lie in another file"),
        (claimed, r"its weights would take 4000\.0 GB"),
        (deflated, "its weights|more numbers than its layers have"),
        (one_block, "a block of layers/dense/vars/0"),
        (loop, "groups are more than 64 deep|more numbers"),
        (many, "more numbers than its layers have"),
        (texts, "holds no numbers"),
        (pairs, "holds no numbers"),
        (few, "holds 2 of the 8 numbers that its layers have"),
    ],
)
def test_what_hdf5_could_do(fill: Any, sentence: str, tmp_path: Path) -> None:
    begin = time.perf_counter()
    with pytest.raises(WeightsError, match=sentence):
        found(whole(tmp_path / "mine.keras", fill))
    assert time.perf_counter() - begin < 5


def test_a_file_that_claims_what_it_does_not_hold(tmp_path: Path) -> None:
    """The Dense of 300 million parameters whose weights are a promise of HDF5's."""
    units = 75_000_000

    def fill(file: Any) -> None:
        file.create_dataset("layers/dense/vars/0", (3, units), "f4", chunks=(3, 10**6))
        file.create_dataset("layers/dense/vars/1", (units,), "f4", chunks=(10**6,))

    path = whole(tmp_path / "mine.keras", fill, config(units))
    with pytest.raises(WeightsError, match=r"its weights .* 900 MB"):
        found(path)


@pytest.mark.parametrize(
    ("fill", "sentence"),
    [
        (lambda head: head.__setitem__("head", h5py.ExternalLink("/etc/passwd", "/")), "a link to another file"),
        (lambda head: head.__setitem__("head", h5py.SoftLink("/")), "a link to elsewhere"),
        (lambda head: head.__setitem__("head", KERNEL), "head/kernel:0 is missing"),
        (lambda _: None, "head/kernel:0 is missing"),
        (lambda head: head.attrs.__setitem__("weight_names", [b"../../x"]), "is missing"),
        (lambda head: head.attrs.__setitem__("weight_names", [b"/"]), "is missing"),
        (lambda head: head.attrs.__setitem__("weight_names", np.zeros(0, "S1")), "holds 0 of the 8 numbers"),
    ],
)  # fmt: skip
def test_what_an_h5_could_name(fill: Any, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=sentence):
        found(old(tmp_path / "mine.h5", fill))


def test_weights_alone(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "only.h5", "w") as file:
        usual(file)
    with pytest.raises(WeightsError, match=r"only\.h5 holds weights only.*model\.save"):
        found(tmp_path / "only.h5")


def zipped(path: Path, members: list[tuple[str, bytes]], how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("members", "how", "sentence"),
    [
        ([("a.txt", b"")], 0, r"it has no config\.json"),
        ([("config.json", json.dumps(config()).encode())], 0, r"it has no model\.weights\.h5"),
        ([("../config.json", b"{}")], 0, r"it has no config\.json"),
        ([("config.json", b"{}")] * 2, 0, "two files of one name"),
        ([("config.json", b"{")], 0, "is not JSON"),
        ([("config.json", b"\xff")], 0, "is not JSON"),
        ([("config.json", b"[" * 200_000)], 0, "nested too deep"),
        ([("config.json", b" " * 20_000_000)], 8, r"its config\.json would take 20 MB; the most is 16 MB"),
        ([("config.json", b"{}")], 14, "compressed in an unusual way"),
        ([("config.json", json.dumps(config()).encode()), ("model.weights.h5", b"\0" * 60_000_000)],
         8, r"its model\.weights\.h5 would take 60 MB"),
        ([("config.json", json.dumps(config()).encode()), ("model.weights.h5", b"no")], 0,
         "damaged or not a Keras model"),
        ([(f"{n}", b"") for n in range(11_000)], 0, "a ZIP of 11,000 files"),
    ],
)  # fmt: skip
def test_what_a_zip_could_hold(members: Any, how: int, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=sentence):
        found(zipped(tmp_path / "mine.keras", members, how))


def test_a_member_that_says_less_than_it_holds(tmp_path: Path) -> None:
    path = whole(tmp_path / "mine.keras", usual, compression=zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02")  # the last entry of the list: the weights
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(WeightsError, match="damaged or not a Keras model"):
        found(path)


def test_through_the_child_process(tmp_path: Path) -> None:
    with opened(whole(tmp_path / "mine.keras", usual)) as safe:
        assert safe.shapes == {"layers/dense/vars/0": (3, 2), "layers/dense/vars/1": (2,)}
        assert safe.description["format"] == "Keras, .keras"
    with (
        pytest.raises(WeightsError, match=r"bad\.keras is not loaded: 0 in it is a link"),
        opened(whole(tmp_path / "bad.keras", external)),
    ):
        pass


@pytest.mark.parametrize("make", [whole, old])
def test_mutated_files_are_read_or_refused_in_words(make: Any, tmp_path: Path) -> None:
    """What HDF5 makes of flipped bytes; in the child, whatever else happens ends that alone."""
    path = make(tmp_path / "mine.keras", usual if make is whole else None)
    good, rng = path.read_bytes(), np.random.default_rng(14)
    for _ in range(60):
        data = bytearray(good)
        for place in rng.integers(0, len(data), rng.choice((1, 3, 30))):
            data[place] = rng.integers(256)
        path.write_bytes(data)
        try:
            for tensor in found(path).tensors:
                assert sum(len(chunk) for chunk in tensor.chunks()) < 1_000_000
        except (GradcamError, OSError, RuntimeError, ValueError, KeyError, TypeError):
            pass  # those that are no GradcamError are "damaged" in the child
