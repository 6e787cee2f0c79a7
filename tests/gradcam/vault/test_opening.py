"""Files from outside are read by a child process: what comes back, and what is refused and how."""

from __future__ import annotations

import errno
import json
import os
import pickle
import struct
import subprocess
import sys
import time
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from gradcam import vault
from gradcam.errors import WeightsError
from gradcam.vault import Budget, opened


def state() -> OrderedDict[str, torch.Tensor]:
    torch.manual_seed(0)
    whole = torch.arange(24.0).reshape(2, 3, 4)
    return OrderedDict(
        {
            "conv.weight": torch.rand(4, 3, 2, 2).to(memory_format=torch.channels_last),
            "conv.bias": torch.rand(4).half(),
            "turned": whole.permute(2, 0, 1)[1:],
            "spread": torch.arange(3.0).expand(2, 3),
            "brain": torch.rand(3).bfloat16(),
            "parameter": torch.nn.Parameter(torch.rand(2)),
            "count": torch.tensor(7),
            "none": torch.empty(0, 5),
        }
    )


def old(value: Any, path: Path) -> None:
    torch.save(value, path, _use_new_zipfile_serialization=False)


def safe(value: dict[str, torch.Tensor], path: Path) -> None:
    save_file({key: one.contiguous() for key, one in value.items()}, path, {"by": "me"})


@pytest.mark.parametrize(
    ("name", "save", "said"),
    [
        ("a.pth", torch.save, "PyTorch, zip"),
        ("a.PT", old, "PyTorch, before 1.6"),
        ("a.safetensors", safe, "safetensors"),
    ],
)
def test_every_tensor_comes_back_as_it_was(
    name: str, save: Callable[[Any, Path], None], said: str, tmp_path: Path
) -> None:
    expected = state()
    save(expected, tmp_path / name)
    with opened(tmp_path / name) as file:
        found = load_file(file.tensors)
        folder = file.tensors.parent
        assert file.description["format"] == said
        assert file.shapes["turned"] == (3, 2, 3)
    assert not folder.exists()
    assert set(found) == set(expected)
    for key, tensor in expected.items():
        assert found[key].dtype == tensor.dtype
        assert torch.equal(found[key], tensor)


def test_the_limits_of_this_machine_hold(tmp_path: Path) -> None:
    """All of them on Linux, where the tests run; elsewhere fewer, which docs/operating.md says."""
    torch.save(state(), tmp_path / "a.pth")
    with opened(tmp_path / "a.pth") as file:
        assert set(file.held) == {"AS", "CPU", "FSIZE", "NOFILE", "CORE", "files", "calls"}


def refused(path: Path, budget: Budget | None = None) -> WeightsError:
    with pytest.raises(WeightsError) as caught, opened(path, budget):
        pass
    return caught.value


class Call:
    def __init__(self, function: Any, *args: Any) -> None:
        self.made = (function, args)

    def __reduce__(self) -> Any:
        return self.made


def pickled(code: bytes, path: Path) -> Path:
    """A file of torch.save around a pickle that is written by hand."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/data.pkl", b"\x80\x02" + code + b".")
        archive.writestr("a/version", b"3\n")
    return path


def test_tuples_whose_hash_would_take_for_ever(tmp_path: Path) -> None:
    """Each of 60 is a pair of the one before it: as a key, 2⁶⁰ steps. Here, a step each."""
    code = b"}" + b"K\x01" + b"".join(b"q%c" % n + b"h%c" % n + b"\x86" for n in range(60))
    began = time.monotonic()
    error = refused(pickled(code + b"Ns", tmp_path / "hash.pth"))
    assert error.message == "hash.pth is not a state dict."
    assert time.monotonic() - began < 10


def test_large_numbers_that_are_not_there(tmp_path: Path) -> None:
    code = b"\x96" + struct.pack("<Q", 1 << 30)
    error = refused(pickled(code * 24, tmp_path / "bytes.pth"))
    assert "texts of more than 64 MB" in error.message


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"w": torch.empty(3, device="meta")}, "w has a shape and no numbers"),
        ({"w": torch.eye(3).to_sparse()}, "w is sparse"),
        ({"w": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)}, "w is quantised"),
        ({"w": torch.zeros(1).expand(1 << 40)}, r"1,099,512 M parameters .*the most is 800 M"),
        ({}, "holds no weights"),
        ([1, 2], "is not a state dict"),
        ({"epoch": 3, "w": torch.ones(2)}, "epoch is no tensor"),
        ({"w\n\x1b[31m": torch.ones(2)}, "name is not text"),
        ({"w" * 600: torch.ones(2)}, "600 characters"),
        ({"\ud800": torch.ones(2)}, "name is not text"),
        ({"w": Call(print, "this must never be printed")}, r"it names __builtin__\.print"),
    ],
)
def test_what_is_no_ordinary_weights_is_said(
    made: Any, said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    torch.save(made, tmp_path / "odd.pth")
    with pytest.raises(WeightsError, match=said), opened(tmp_path / "odd.pth"):
        pass
    assert "never" not in capfd.readouterr().out


def test_a_whole_model_is_refused_by_name(tmp_path: Path) -> None:
    torch.save(torch.nn.Sequential(torch.nn.Linear(2, 2)), tmp_path / "net.pth")
    error = refused(tmp_path / "net.pth")
    assert error.message == (
        "net.pth is a whole model (torch.nn.modules.container.Sequential), which only its own "
        "code can open, and code in a file is not run."
    )
    assert "torch.save(model.state_dict(), 'mine.pth')" in error.hint


def test_a_script_is_refused_by_name(tmp_path: Path) -> None:
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(tmp_path / "script.pt"))
    assert "is a TorchScript program" in refused(tmp_path / "script.pt").message


@pytest.mark.heavy
def test_a_program_is_refused_by_name(tmp_path: Path) -> None:
    net = torch.nn.Linear(2, 2)
    torch.export.save(torch.export.export(net, (torch.ones(1, 2),)), tmp_path / "program.pt2")
    program = (tmp_path / "program.pt2").rename(tmp_path / "program.pt")
    assert "torch.export wrote (.pt2)" in refused(program).message


def test_a_plain_pickle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pth").write_bytes(pickle.dumps({"a": 1}))
    assert "a pickle that torch.save did not write" in refused(tmp_path / "a.pth").message


def test_compressed_numbers_are_refused(tmp_path: Path) -> None:
    torch.save({"w": torch.zeros(100_000)}, tmp_path / "a.pth")
    with (
        zipfile.ZipFile(tmp_path / "a.pth") as plain,
        zipfile.ZipFile(tmp_path / "b.pth", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for member in plain.infolist():
            packed.writestr(member.filename, plain.read(member))
    assert "compressed, which torch.save never does" in refused(tmp_path / "b.pth").message


def test_a_changed_number_is_noticed(tmp_path: Path) -> None:
    torch.save({"w": torch.full((1000,), 3.0)}, tmp_path / "a.pth")
    data = (tmp_path / "a.pth").read_bytes()
    at = data.index(struct.pack("<2f", 3, 3))
    (tmp_path / "a.pth").write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    assert "the numbers in a/data/0 are damaged" in refused(tmp_path / "a.pth").message


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', "not what its shape says"),
        ('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', "a leaves a gap"),
        ('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
         '"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', "b shares its bytes"),
        ('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
         '"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', "says 'a' twice"),
        ('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', "of 70 bytes"),
        ('{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}', "numbers of type 'Q4'"),
        ('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', "the shape of a is no shape"),
        ('{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}', "a is no shape"),
        ('{"a":{"dtype":"F32","data_offsets":[0,4]}}', "does not say what a is"),
        ('{"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', "a tensor is called ''"),
        ('{"__metadata__":{"a":1}}', "its notes are not text"),
        ("[" * 100_000, "nested too deep"),
        ("{nonsense", "not JSON"),
        ("[]", "no JSON object"),
    ],
)  # fmt: skip
def test_the_header_of_safetensors_is_checked(header: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header.encode() + bytes(8))
    assert said in refused(path).message


@pytest.mark.parametrize("length", [0, 7, 1 << 30, 1 << 63])
def test_a_header_longer_than_the_file(length: int, tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", length) + b"{}")
    assert "was cut short" in refused(tmp_path / "a.safetensors").message


def test_time_memory_and_output_are_bounded(tmp_path: Path) -> None:
    path = pickled(b"}" * 1_500_000, tmp_path / "many.pth")
    began = time.monotonic()
    assert "took longer than 0.2 s" in refused(path, Budget(seconds=0.2)).message
    assert time.monotonic() - began < 5
    error = refused(path, Budget(memory=120_000_000))
    assert error.message == "many.pth needs more than 120 MB of memory to be read."
    torch.save({"w": torch.zeros(1, 1).expand(5000, 5000)}, tmp_path / "big.pth")
    error = refused(tmp_path / "big.pth", Budget(output=10_000_000))
    assert error.message == "big.pth would be larger than 10 MB when read."


@pytest.mark.heavy
def test_instructions_are_counted(tmp_path: Path) -> None:
    error = refused(pickled(b"}" * 2_500_000, tmp_path / "many.pth"))
    assert error.message.endswith("its pickle has more than 2,000,000 instructions.")


def test_a_machine_without_room_is_said_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save({"w": torch.ones(1)}, tmp_path / "a.pth")

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("tempfile.mkdtemp", full)
        assert "No space left on device" in refused(tmp_path / "a.pth").message
    monkeypatch.setattr("subprocess.Popen", full)
    error = refused(tmp_path / "a.pth")
    assert error.message.startswith("a.pth cannot be opened: no process can be started")
    assert error.hint == "That is a fault of this machine, not of the file."


def test_what_a_killed_process_left_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / f"gradcam-vault-{ended.pid}-abc"
    mine = tmp_path / f"gradcam-vault-{os.getpid()}-abc"
    for folder in (left, mine):
        folder.mkdir()
        (folder / "weights").write_bytes(b"somebody's")
    sys.modules["gradcam.vault.scratch"]._sweep.cache_clear()
    with vault.scratch() as folder:
        assert folder.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [mine]


def test_the_child_reaches_neither_the_network_nor_other_files(tmp_path: Path) -> None:
    """A reader that tries: what a file could do that takes over its reader."""
    (tmp_path / "secret.txt").write_text("secret")
    child = Path(vault.__file__).parent / "child.py"
    code = f"""
import json, os, socket, subprocess, sys
from pathlib import Path
sys.argv = ["child"]
scope = {{"__name__": "child", "__file__": {str(child)!r}}}
exec(compile(Path({str(child)!r}).read_text(), "child", "exec"), scope)
scope["_bare_packages"]()
from gradcam.vault import jail
from gradcam.vault.budget import Budget
out = Path({str(tmp_path)!r}) / "out"
jail.apply(Budget(), scope["python_folders"](), out)
did = []
for what, act in {{
    "read": lambda: Path({str(tmp_path / "secret.txt")!r}).read_text(),
    "write": lambda: Path({str(tmp_path / "new.txt")!r}).write_text("x"),
    "network": lambda: socket.socket(),
    "program": lambda: subprocess.run(["true"]),
    "fork": os.fork,
    "signal": lambda: os.kill(os.getppid(), 0),
    "own folder": lambda: (out / "mine").write_text("x"),
}}.items():
    try:
        act()
    except OSError:
        continue
    did.append(what)
(out / "did.json").write_text(json.dumps(did))
"""
    (tmp_path / "out").mkdir()
    subprocess.run([sys.executable, "-I", "-c", code], check=True, timeout=60)
    assert json.loads((tmp_path / "out" / "did.json").read_text()) == ["own folder"]
