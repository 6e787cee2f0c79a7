"""Models of the Hugging Face hub and of timm on the page, from a local server."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest
from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

from components import explore, waiting
from components.view import DEFAULT_MODEL
from gradcam.catalogue.hub import hub_spec
from gradcam.weights.cache import fetch_weights
from tests.app.choosers import choose_model, options
from tests.hub import Hub

NAMES = {0: "cat", 1: "dog", 2: "hen"}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small ViT with random weights, as transformers saves it."""
    folder = tmp_path_factory.mktemp("saved")
    torch.manual_seed(0)
    config = ViTConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        image_size=32, patch_size=8, id2label=NAMES, label2id={"cat": 0, "dog": 1, "hen": 2},
    )  # fmt: skip
    ViTForImageClassification(config).save_pretrained(folder)
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


@pytest.fixture
def hub(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub({"me/net": saved})
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    yield server
    server.close()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The rows last passed to the viewer."""
    rows: list[Any] = []
    monkeypatch.setattr(explore, "viewer", lambda new, **_: rows.__setitem__(slice(None), new))
    return rows


def choose(app: AppTest, text: str) -> None:
    """Type a model, and wait for its download."""
    app.text_input(key="hub_name").set_value(text).run()
    wait(app)


def offer(app: AppTest, count: int = 1) -> Any:
    """Wait for the buttons of downloads; return the first."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = [b for b in app.button if b.label.startswith("Download ")]
        if len(found) == count:
            return found[0]
        time.sleep(0.1)
        app.run()
    raise AssertionError([b.label for b in app.button])


def wait(app: AppTest) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any("is downloaded once" in c.value for c in app.caption):
        time.sleep(0.1)
        app.run()


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("text", ["hf/me/net", " https://huggingface.co/me/net "])
def test_a_typed_name_is_downloaded_and_explained(
    app: AppTest, shown: list[Any], text: str
) -> None:
    app.run()
    choose(app, text)
    assert not app.exception
    assert not app.error
    assert {panel.map.prediction.label for panel in shown[0].panels} == {"cat", "dog", "hen"}
    assert dict(app.query_params) == {"model": "hf/me/net"}
    assert app.session_state["view"].model == "hf/me/net"
    choose_model(app, "bundled/photos")
    assert "hf/me/net" in options(app, "Model")  # one can go back to it


def test_a_link_to_a_model_of_the_hub(app: AppTest, hub: Hub, shown: list[Any]) -> None:
    """It is asked about first: a link may name anything, and is not the visitor's own wish."""
    app.query_params["model"] = "hf/me/net"
    app.run()
    offered = offer(app)
    assert offered.label.startswith("Download net (")
    assert not any("cdn" in line for line in hub.asked)
    assert app.session_state["view"].model == DEFAULT_MODEL
    assert shown  # by the built-in model, for as long
    offered.click().run()
    wait(app)
    assert not app.error
    assert len(shown[0].panels) == 3


def test_a_link_to_several_models_of_the_hub(app: AppTest, hub: Hub) -> None:
    """Their buttons look alike, and are told apart."""
    hub.folders["me/other"] = hub.folders["me/net"]
    app.query_params.update({"across": "models", "models": "hf/me/net,hf/me/other"})
    app.run()
    offer(app, 2)
    assert not app.exception
    hub.folders.clear()
    for button in [b for b in app.button if b.label.startswith("Download ")]:
        button.click()
    app.run()
    wait(app)
    assert not app.exception
    assert [b.label for b in app.button].count("Try again") == 2


def test_a_link_to_a_model_that_cannot_be_loaded(app: AppTest, hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "config.json").write_text('{"architectures": ["LlamaForCausalLM"]}')
    (tmp_path / "theirs" / "model.safetensors").write_bytes(b"much")
    hub.folders["me/llama"] = tmp_path / "theirs"
    app.query_params["model"] = "hf/me/llama"
    app.run()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not app.error:
        time.sleep(0.1)
        app.run()
    assert app.error[0].value.startswith("me/llama is no image classifier")


def test_visitors_do_not_use_the_operators_login(
    app: AppTest, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    app.run()
    choose(app, "hf/me/net")
    assert hub.logins == {""}


def test_visitors_use_it_if_the_operator_says_so(
    app: AppTest, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("GRADCAM_HUB_LOGIN", "1")
    app.run()
    choose(app, "hf/me/net")
    assert "Bearer hf_secret" in hub.logins


def test_files_that_are_still_missing_are_one_error(
    app: AppTest, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is fetched again by the page itself."""
    monkeypatch.setattr(waiting, "is_downloaded", lambda _: False)
    app.run()
    choose(app, "hf/me/net")
    assert "some of its files are missing" in app.error[0].value
    asked = len(hub.asked)
    app.run()
    assert len(hub.asked) == asked


def test_a_name_of_timm_is_the_catalogues(app: AppTest) -> None:
    app.run()
    app.text_input(key="hub_name").set_value("timm/resnet10t.c3_in1k").run()
    assert app.session_state["awaited_view"].model == "timm/resnet10t.c3_in1k"


@pytest.mark.usefixtures("hub")
def test_a_name_that_the_hub_does_not_know(app: AppTest) -> None:
    app.run()
    choose(app, "hf/no/such")
    assert not app.exception
    assert app.error[0].value.startswith("The hub has no model no/such, or it is private")


def test_text_that_is_no_name_leaves_the_choice(app: AppTest, shown: list[Any]) -> None:
    app.run()
    app.text_input(key="hub_name").set_value("resnet50").run()
    assert not app.exception
    assert "resnet50" in app.error[0].value
    assert app.session_state["view"].model == DEFAULT_MODEL
    assert shown
    app.run()
    assert not app.error


def test_the_list_holds_every_model_once(app: AppTest) -> None:
    app.run()
    assert len(set(options(app, "Model"))) == len(options(app, "Model")) > 1500


def test_what_nobody_expected_of_a_file_is_an_error_on_the_page(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RecursionError("deep in /srv/secret")

    monkeypatch.setattr("gradcam.load_model", fail)
    app.run()
    app.file_uploader(key="own_file").upload("MINE.KERAS", b"what")
    app.run()
    next(b for b in app.button if b.label == "Load").click().run()
    assert not app.exception
    assert "Something went wrong" in app.error[0].value
    assert "secret" not in app.error[0].value
    assert "deep in /srv/secret" in caplog.text


def test_a_saved_folder_as_zip(app: AppTest, shown: list[Any], saved: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for file in saved.iterdir():
            archive.write(file, f"my-vit/{file.name}")
    app.run()
    app.file_uploader(key="own_file").upload("my-vit.zip", data.getvalue())
    app.run()
    assert "Architecture" not in [box.label for box in app.selectbox]
    next(b for b in app.button if b.label == "Load").click().run()
    assert not app.exception
    assert not app.error
    assert app.session_state["view"].model == "file/my-vit"
    assert {panel.map.prediction.label for panel in shown[0].panels} == {"cat", "dog", "hen"}
    assert dict(app.query_params) == {}


def test_weights_that_were_replaced_since_are_downloaded_again_on_a_click(
    app: AppTest, hub: Hub, shown: list[Any], tmp_path: Path
) -> None:
    """One sentence with the file's path, the view before, and a button."""
    hub_folder = tmp_path / "hf" / "hub"
    fetch_weights(hub_spec("hf/me/net"))
    (weights,) = (file for file in hub_folder.rglob("model.safetensors"))
    blob = weights.resolve()
    blob.write_bytes(blob.read_bytes()[:-1] + b"!")
    app.query_params["model"] = "hf/me/net"
    app.run()
    assert not app.exception
    assert "model.safetensors is not what was published" in app.error[0].value.replace("\\", "")
    assert "me" in app.error[0].value
    assert app.session_state["view"].model == DEFAULT_MODEL
    assert len(shown[0].panels) > 1
    asked = len(hub.asked)
    app.run()
    assert len(hub.asked) == asked  # nothing by itself
    app.button(key="download_damaged").click().run()
    wait(app)
    assert not app.error
    assert len(shown[0].panels) == 3
    assert app.session_state["view"].model == "hf/me/net"
