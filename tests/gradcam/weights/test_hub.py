"""Downloads from a local server that speaks the hub's protocol, well and badly."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from huggingface_hub import constants

from gradcam.catalogue.hub import hub_spec
from gradcam.errors import ModelError, WeightsError
from gradcam.models import downloaded, find_model, is_downloaded
from gradcam.weights import cache, hub, hub_files
from gradcam.weights.cache import FetchCancelledError
from tests.hub import COMMIT, Hub

REPO = "org/net"
SPEC = hub_spec(f"hf/{REPO}")
BODY = bytes(range(256)) * 4096  # 1 MiB


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the hub has of the model: settings and weights (nothing here looks into them)."""
    made = tmp_path / "theirs"
    made.mkdir()
    (made / "config.json").write_text('{"model_type": "vit"}')
    (made / "preprocessor_config.json").write_text("{}")
    (made / "model.safetensors").write_bytes(BODY)
    (made / "pytorch_model.bin").write_bytes(b"code")
    return made


@pytest.fixture(autouse=True)
def server(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub({REPO: folder})
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    # The library reads 10 MiB at a time, and waits a second before it resumes.
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1 << 16)
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda _: None)
    yield server
    server.close()


def fetched_weights(server: Hub) -> bool:
    return any("safetensors" in line and ".json" not in line for line in server.asked)


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_settings_and_safetensors_arrive_and_nothing_else(server: Hub, tmp_path: Path) -> None:
    assert cache.find(SPEC) is None
    found = cache.fetch_weights(SPEC)
    assert found == tmp_path / "hf" / "hub" / "models--org--net" / "snapshots" / COMMIT
    assert names(found) == {"config.json", "preprocessor_config.json", "model.safetensors"}
    assert (found / "model.safetensors").read_bytes() == BODY
    assert cache.find(SPEC) == found
    assert is_downloaded(SPEC)
    asked = len(server.asked)
    assert cache.fetch_weights(SPEC) == found
    assert len(server.asked) == asked  # the second time asks nobody


def test_a_timm_model_needs_its_weights_alone(server: Hub, folder: Path) -> None:
    spec = find_model("timm/resnet10t.c3_in1k")
    assert spec.url == "hf://timm/resnet10t.c3_in1k"
    server.folders["timm/resnet10t.c3_in1k"] = folder
    assert spec.id not in downloaded()
    assert names(cache.fetch_weights(spec)) == {"model.safetensors"}
    assert is_downloaded(spec)
    assert spec.id in downloaded()


def test_progress_runs_to_the_size_of_all_files(folder: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    cache.fetch_weights(SPEC, progress=lambda done, total: seen.append((done, total)))
    whole = sum((folder / name).stat().st_size for name in
                ("config.json", "preprocessor_config.json", "model.safetensors"))  # fmt: skip
    assert seen[-1] == (whole, whole)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_cut_download_resumes_where_it_was_cut(server: Hub) -> None:
    server.cuts = 1
    found = cache.fetch_weights(SPEC)
    assert (found / "model.safetensors").read_bytes() == BODY
    ranges = [line.split()[-1] for line in server.asked if "bytes=" in line]
    assert ranges == [f"bytes={len(BODY) // 2}-"]


def test_a_damaged_file_is_fetched_again(server: Hub) -> None:
    server.damaged = 1
    found = cache.fetch_weights(SPEC)
    assert (found / "model.safetensors").read_bytes() == BODY


def test_a_file_that_is_always_damaged_is_refused_and_not_kept(server: Hub) -> None:
    server.damaged = 99
    with pytest.raises(WeightsError, match="arrived damaged"):
        cache.fetch_weights(SPEC)
    assert not is_downloaded(SPEC)


def test_cancelling_while_the_hub_is_silent(server: Hub) -> None:
    server.stalled = True
    start = time.monotonic()
    with pytest.raises(FetchCancelledError, match="cancelled"):
        cache.fetch_weights(SPEC, cancelled=lambda: time.monotonic() - start > 0.4)
    assert time.monotonic() - start < 1.5
    assert not is_downloaded(SPEC)


def test_weights_in_several_files(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    shards = [f"model-0000{k}-of-00002.safetensors" for k in (1, 2)]
    for shard in shards:
        (folder / shard).write_bytes(BODY[:1000])
    index = {"weight_map": dict(zip("ab", shards, strict=True))}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    found = cache.fetch_weights(SPEC)
    assert set(shards) < names(found)
    assert is_downloaded(SPEC)
    (found / shards[1]).unlink()
    assert not is_downloaded(SPEC)


def test_a_model_without_a_processor_is_whole_too(folder: Path) -> None:
    """The cache records that there is none; if it were just not fetched, it is fetched."""
    (folder / "preprocessor_config.json").unlink()
    cache.fetch_weights(SPEC)
    assert is_downloaded(SPEC)


def test_a_cache_another_program_filled_gets_what_it_lacks() -> None:
    found = cache.fetch_weights(SPEC)
    (found / "preprocessor_config.json").unlink()
    assert not is_downloaded(SPEC)
    assert "preprocessor_config.json" in names(cache.fetch_weights(SPEC))


def test_the_index_names_the_files_of_the_weights(folder: Path) -> None:
    """They need not be called model-00001-of-00002; one that is not there is said at once."""
    (folder / "model.safetensors").rename(folder / "part_a.safetensors")
    index = {"weight_map": {"a": "part_a.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "part_a.safetensors" in names(cache.fetch_weights(SPEC))
    assert is_downloaded(SPEC)


@pytest.mark.parametrize("name", ["part_b.safetensors", "../a.safetensors", "a.bin"])
def test_an_index_that_names_something_else(server: Hub, folder: Path, name: str) -> None:
    (folder / "model.safetensors").rename(folder / "part_a.safetensors")
    index = {"weight_map": {"a": "part_a.safetensors", "b": name}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(WeightsError, match=r"lacks part_b|is damaged"):
        cache.fetch_weights(SPEC)
    assert not fetched_weights(server)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"architectures": ["LlamaForCausalLM"]}, "saved as LlamaForCausalLM"),
        ({"model_type": "vit", "architectures": ["ViTModel"]}, "is no image classifier"),
        ({"model_type": "clip", "architectures": ["CLIPModel"]}, "without a tokenizer"),
        (None, "has no config.json"),
    ],
)
def test_what_cannot_be_loaded_is_refused_before_its_weights(
    server: Hub, folder: Path, settings: Any, sentence: str
) -> None:
    (folder / "config.json").write_text(json.dumps(settings))
    if settings is None:
        (folder / "config.json").unlink()
    with pytest.raises(ModelError, match=sentence):
        cache.fetch_weights(SPEC)
    assert not fetched_weights(server)


@pytest.mark.parametrize(
    "settings",
    [
        {"architectures": ["DeiTForImageClassificationWithTeacher"]},
        {"architecture": "resnet18", "architectures": None},
        {"model_type": "vit"},
    ],
)
def test_what_may_be_a_classifier_is_downloaded(folder: Path, settings: Any) -> None:
    (folder / "config.json").write_text(json.dumps(settings))
    assert "model.safetensors" in names(cache.fetch_weights(SPEC))


def test_a_model_beyond_the_limit_is_refused_before_its_weights(
    server: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_files, "LARGEST", 1_000_000)
    with pytest.raises(WeightsError, match=r"org/net is 1\.0 MB large; up to 1\.0 MB"):
        cache.fetch_weights(SPEC)
    assert not fetched_weights(server)


def test_a_model_the_disk_cannot_hold_is_refused_before_its_weights(
    server: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = SimpleNamespace(free=1000)
    monkeypatch.setattr(hub_files.shutil, "disk_usage", lambda _: left)
    with pytest.raises(WeightsError, match="are free on the disk") as caught:
        cache.fetch_weights(SPEC)
    assert "HF_HOME" in caught.value.hint
    assert not fetched_weights(server)


def test_the_size_is_known_before_the_weights(server: Hub, folder: Path) -> None:
    wanted = ("config.json", "preprocessor_config.json", "model.safetensors")
    assert hub.size_of_folder(SPEC) == sum((folder / name).stat().st_size for name in wanted)
    assert not fetched_weights(server)
    assert not is_downloaded(SPEC)


def test_the_login_is_used_unless_told_not_to(server: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    server.statuses[REPO] = 403
    with pytest.raises(WeightsError) as caught:
        cache.fetch_weights(SPEC, signed_in=False)
    assert server.logins == {""}
    assert "GRADCAM_HUB_LOGIN" in caught.value.hint
    server.statuses.clear()
    cache.fetch_weights(SPEC, signed_in=False)
    assert server.logins == {""}
    hub.size_of_folder(SPEC)
    assert server.logins == {"", "Bearer hf_secret"}


def test_settings_in_the_newer_file(folder: Path) -> None:
    (folder / "preprocessor_config.json").rename(folder / "processor_config.json")
    assert "processor_config.json" in names(cache.fetch_weights(SPEC))
    assert is_downloaded(SPEC)


def test_a_model_without_safetensors_is_refused(server: Hub, folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"org/net has no model\.safetensors\.") as caught:
        cache.fetch_weights(SPEC)
    assert "save_pretrained" in caught.value.hint
    assert not any("pytorch_model.bin" in line for line in server.asked)


@pytest.mark.parametrize(
    ("status", "sentence", "hint"),
    [
        (401, "The hub has no model org/net, or it is private.", "hf auth login"),
        (404, "The hub has no model org/net, or it is private.", "spelling"),
        (403, "org/net asks you to accept its terms first.", "Accept them on its page"),
        (500, "The hub refused org/net: HTTP 500.", "in a while"),
    ],
)
def test_a_refusal_says_what_to_do(server: Hub, status: int, sentence: str, hint: str) -> None:
    server.statuses[REPO] = status
    with pytest.raises(WeightsError) as caught:
        cache.fetch_weights(SPEC)
    assert caught.value.message == sentence
    assert hint in caught.value.hint


def test_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(WeightsError, match="the hub cannot be reached") as caught:
        cache.fetch_weights(SPEC)
    assert "hf download org/net" in caught.value.hint


def test_a_server_that_is_no_hub(server: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"{server.url}/elsewhere")
    with pytest.raises(WeightsError):
        cache.fetch_weights(SPEC)


def test_offline_mode_uses_the_cache_and_else_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(WeightsError, match="HF_HUB_OFFLINE is set"):
        cache.fetch_weights(SPEC)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    found = cache.fetch_weights(SPEC)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert cache.fetch_weights(SPEC) == found


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("huggingface_hub.file_download.http_get", full)
    with pytest.raises(WeightsError, match="is full") as caught:
        cache.fetch_weights(SPEC)
    assert "HF_HOME" in caught.value.hint


@pytest.mark.parametrize(
    "variables",
    [{}, {"HF_HOME": "/a"}, {"HF_HUB_CACHE": "/b"}, {"XDG_CACHE_HOME": "/c"},
     {"HUGGINGFACE_HUB_CACHE": "/d", "HF_HOME": "/a"}],
)  # fmt: skip
def test_the_cache_is_where_the_library_has_it(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    code = "from huggingface_hub import constants; print(constants.HF_HUB_CACHE)"
    theirs = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert str(hub.hub_folder()) == theirs.stdout.strip()
