"""What goes wrong between two runs: each is one sentence, and the next start works by itself."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradcam.errors import GradcamWarning, WeightsError
from gradcam.types import ModelSpec, Preprocessing
from gradcam.weights import cache, hub, known
from gradcam.weights.cache import DamagedWeightsError, FetchCancelledError, fetch_weights, find
from gradcam.weights.download import Job
from tests.gradcam.weights.test_cache import BODY, FULL, HALF, MD5, NAME, Server, server

__all__ = ["server"]
ROOT = Path(__file__).parents[3]
OLD = time.time() - 3600


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where weights are kept; those of others are nowhere."""
    for name in ("GRADCAM_MIRROR", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("GRADCAM_CACHE", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "theirs"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "theirs"))
    monkeypatch.setattr(known, "_HASHES", {})
    monkeypatch.setattr(known, "_DISTRUSTED", {})
    (tmp_path / "weights").mkdir()
    return tmp_path / "weights"


def spec(server: Server, checksum: str = FULL, **more: Any) -> ModelSpec:
    return ModelSpec(
        "torchvision/net", "Net", "torch", "torchvision", 0, Preprocessing(), "imagenet",
        url=server.url, checksum=checksum, download_bytes=len(BODY), **more,
    )  # fmt: skip


def put(path: Path, data: bytes, when: float = OLD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (when, when))
    return path


WRONG = {
    "cut": BODY[:HALF],
    "one byte": BODY[:-1] + b"?",
    "another file": b"<!doctype html>" * 1000,
    "longer": BODY + b"x",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("checksum", [FULL, FULL[:15], MD5], ids=["full", "short", "md5"])
def test_a_wrong_file_is_downloaded_again_with_a_note(
    server: Server, folder: Path, wrong: bytes, checksum: str
) -> None:
    put(folder / NAME, wrong)
    with pytest.warns(GradcamWarning, match="is not what was published.*downloaded again"):
        path = fetch_weights(spec(server, checksum))
    assert path.read_bytes() == BODY
    assert len(server.requests) == 1
    assert fetch_weights(spec(server, checksum)) == path
    assert len(server.requests) == 1


def test_on_the_page_it_waits_for_a_click_and_says_where_it_is(
    server: Server, folder: Path
) -> None:
    path = put(folder / NAME, BODY[:HALF])
    with pytest.raises(DamagedWeightsError) as raised:
        fetch_weights(spec(server), cancelled=lambda: True)
    assert str(path) in raised.value.message
    assert raised.value.hint == "Choose the model again to download it anew (1.0 MB)."
    assert not server.requests
    assert path.exists()
    assert find(spec(server)) is None  # so that choosing it again downloads it
    assert fetch_weights(spec(server)).read_bytes() == BODY
    assert find(spec(server)) == path


def test_without_a_network_both_are_said(folder: Path, server: Server) -> None:
    put(folder / NAME, BODY[:HALF])
    server.ways = ["503"]
    with pytest.raises(DamagedWeightsError) as raised:
        fetch_weights(spec(server))
    assert "is not what was published" in str(raised.value)
    assert "HTTP 503" in str(raised.value)


def test_the_framework_s_own_copy_does_instead(
    server: Server, folder: Path, tmp_path: Path
) -> None:
    put(folder / NAME, BODY[:HALF])
    theirs = put(tmp_path / "theirs" / "hub" / "checkpoints" / NAME, BODY)
    assert fetch_weights(spec(server)) == theirs
    assert not server.requests


def test_a_file_is_read_once_for_each_size_and_time(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder / NAME, BODY)
    read: list[str] = []
    whole = known.hashlib.file_digest
    monkeypatch.setattr(
        known.hashlib, "file_digest", lambda file, how: read.append(file.name) or whole(file, how)
    )
    for _ in range(3):
        fetch_weights(spec(server))
    assert read == [str(path)]
    put(path, BODY[:-1] + b"?", OLD + 60)
    with pytest.raises(DamagedWeightsError):
        fetch_weights(spec(server), cancelled=lambda: True)
    assert read == [str(path)] * 2
    put(path, BODY, OLD + 120)  # mended by hand
    assert find(spec(server)) == path
    assert fetch_weights(spec(server)) == path


def test_a_file_that_was_just_written_is_not_remembered(folder: Path) -> None:
    """Its time would be the same if it were written again at once."""
    path = put(folder / NAME, b"one", time.time())
    first = known.file_hash(path)
    put(path, b"two", path.stat().st_mtime)
    assert known.file_hash(path) != first


def test_a_full_disk_is_a_sentence_and_the_next_call_resumes(server: Server, folder: Path) -> None:
    (folder / f"{NAME}.part").symlink_to("/dev/full")
    with pytest.raises(WeightsError) as raised:
        fetch_weights(spec(server))
    assert "cannot be written: No space left on device" in raised.value.message
    assert "Free some space" in raised.value.hint
    (folder / f"{NAME}.part").unlink()
    assert fetch_weights(spec(server)).read_bytes() == BODY


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errno.EROFS, "Read-only file system"),
        (errno.EACCES, "Permission denied"),
        (errno.EDQUOT, "Disk quota exceeded"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_folder_that_cannot_be_written_is_a_sentence(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch, error: int, words: str
) -> None:
    def refuse(self: Job, *_: Any) -> Path:
        raise OSError(error, os.strerror(error), str(self.target))

    monkeypatch.setattr(cache, "download", refuse)
    with pytest.raises(WeightsError) as raised:
        fetch_weights(spec(server))
    assert f"cannot be written: {words}" in raised.value.message
    assert str(folder) in raised.value.message
    monkeypatch.undo()


def child(code: str, **options: Any) -> subprocess.Popen[str]:
    """Start Python on `code`, from where the package is."""
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


FETCH = """
import sys
from pathlib import Path
from gradcam.errors import GradcamError
from gradcam.weights.cache import fetch
try:
    print(fetch({url!r}, {name!r}, checksum={checksum!r}, timeout=5))
except GradcamError as error:
    sys.exit(str(error))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="another user is needed who may not write")
def test_a_folder_of_another_user_serves_but_takes_nothing(server: Server, folder: Path) -> None:
    for place in (folder, *folder.parents):
        with_read = place.stat().st_mode | 0o055
        if place.owner() == "root" and str(place).startswith("/tmp/"):
            place.chmod(with_read)
    code = FETCH.format(url=server.url, name=NAME, checksum=FULL)
    asked = child(code, user=65534, env={**os.environ, "HOME": "/nowhere"})
    _, said = asked.communicate(timeout=60)
    if "ModuleNotFoundError" in said or "init_fs_encoding" in said:
        pytest.skip("that user cannot read this Python")
    assert f"{folder / NAME} cannot be written: Permission denied" in said, said
    assert "Traceback" not in said
    put(folder / NAME, BODY).chmod(0o644)
    asked = child(code, user=65534, env={**os.environ, "HOME": "/nowhere"})
    out, said = asked.communicate(timeout=60)
    assert (out.strip(), asked.returncode) == (str(folder / NAME), 0), said


def test_no_home_at_all(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a user of a container that no list of users names."""

    def nobody(self: Path) -> Path:
        if str(self).startswith("~"):
            raise RuntimeError("Could not determine home directory.")
        return self

    for name in ("GRADCAM_CACHE", "TORCH_HOME", "KERAS_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(Path, "expanduser", nobody)
    assert find(spec(server)) is None
    assert cache.begun() == frozenset()
    assert hub.addresses() == frozenset()
    with pytest.raises(WeightsError) as raised:
        fetch_weights(spec(server))
    assert raised.value.message.startswith("There is no home folder")
    assert "GRADCAM_CACHE" in raised.value.hint


def test_a_file_in_place_of_the_folder(server: Server, folder: Path) -> None:
    folder.rmdir()
    folder.write_text("not a folder")
    with pytest.raises(WeightsError, match="cannot be written"):
        fetch_weights(spec(server))
    assert find(spec(server)) is None


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_killed_while_downloading(
    server: Server, folder: Path, stop: signal.Signals
) -> None:
    """Its lock is gone with it, and what arrived is resumed."""
    server.ways = ["stall"]
    asked = child(FETCH.format(url=server.url, name=NAME, checksum=FULL))
    part = folder / f"{NAME}.part"
    until(lambda: known.size_of(part) > 0)
    asked.send_signal(stop)
    asked.communicate(timeout=30)
    assert find(spec(server)) is None
    kept = known.size_of(part)
    assert fetch_weights(spec(server)).read_bytes() == BODY
    assert server.requests[-1].get("Range") == f"bytes={kept}-"
    assert not part.exists()


def test_two_processes_download_it_once(server: Server, folder: Path) -> None:
    code = FETCH.format(url=server.url, name=NAME, checksum=FULL)
    both = [child(code), child(code)]
    said = [one.communicate(timeout=60)[0].strip() for one in both]
    assert said == [str(folder / NAME)] * 2
    assert len(server.requests) == 1


def test_two_threads_mend_it_once(server: Server, folder: Path) -> None:
    put(folder / NAME, BODY[:HALF])
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(fetch_weights(spec(server)))) for _ in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.read_bytes() for one in found] == [BODY] * 4
    assert len(server.requests) == 1


def test_cancelling_the_second_download_is_no_damage(server: Server, folder: Path) -> None:
    put(folder / NAME, BODY[:HALF])
    server.ways = ["silent"]
    asked = iter([False])
    with pytest.raises(FetchCancelledError):
        fetch_weights(spec(server), cancelled=lambda: next(asked, True))
