"""The logic of the Explore page, without a browser."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from components import explore
from components.view import DEFAULT_MODEL
from tests.app.choosers import change, choose_method, choose_model, chooser, options

SQUEEZENET = "torchvision/squeezenet1_1"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The rows last passed to the viewer."""
    rows: list[Any] = []

    def viewer(new: Any, **_: Any) -> None:
        rows[:] = new

    monkeypatch.setattr(explore, "viewer", viewer)
    return rows


@pytest.fixture
def squeezenet(tmp_path: Path, app: AppTest, as_published: None) -> Path:  # noqa: ARG001 - sets the folders
    """SqueezeNet with random weights, stored where a download would put them."""
    import torch
    from torchvision import models

    torch.manual_seed(0)
    path = tmp_path / "gradcam" / "weights" / "squeezenet1_1-b8a52dc0.pth"
    path.parent.mkdir(parents=True)
    torch.save(models.squeezenet1_1(weights=None).state_dict(), path)
    return path


def png(side: int = 64) -> bytes:
    """Return a photo of noise."""
    file = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (side, side, 3), np.uint8)
    Image.fromarray(noise).save(file, "PNG")
    return file.getvalue()


def titles(row: Any) -> list[str]:
    return [panel.title for panel in row.panels]


def healthy(app: AppTest) -> bool:
    return not app.exception and not app.error and not app.warning


def test_the_default_view_shows_maps(app: AppTest, shown: list[Any]) -> None:
    app.run()
    assert healthy(app)
    assert titles(shown[0])[0] == "tripod"
    assert len(shown[0].panels) == 5
    assert dict(app.query_params) == {}


def test_controls_update_the_link(app: AppTest, shown: list[Any]) -> None:
    app.query_params["model"] = "bundled/photos"
    app.run()
    choose_method(app, "hirescam")
    app.slider(key="top").set_value(2).run()
    app.radio(key="fit").set_value("squash").run()
    other = next(name for name in options(app, "Layer") if name.startswith("layer2"))
    change(app, lambda view: replace(view, layer=other, added=(7,)))
    assert healthy(app)
    query = dict(app.query_params)
    assert {k: query[k] for k in ("method", "top", "fit", "add")} == {
        "method": "hirescam",
        "top": "2",
        "fit": "squash",
        "add": "7",
    }
    assert query["layer"].startswith("layer2")
    assert len(shown[0].panels) == 3
    assert {panel.map.method for panel in shown[0].panels} == {"hirescam"}
    assert shown[0].panels[0].map.layer == query["layer"]


def test_a_link_restores_the_view(app: AppTest, shown: list[Any]) -> None:
    app.query_params.update({"image": "coffee,cat", "top": "1", "add": "3", "method": "hirescam"})
    app.run()
    assert healthy(app)
    assert [row.caption for row in shown] == ["Coffee", "Cat"]
    assert [len(row.panels) for row in shown] == [2, 2]
    assert app.slider(key="top").value == 1
    assert chooser(app, "Add a class")["chosen"] == ["3"]


def test_a_stale_link_falls_back_field_by_field(app: AppTest, shown: list[Any]) -> None:
    app.query_params.update(
        {
            "image": "gone,coffee",
            "model": "torchvision/nothing",
            "layer": "no.such",
            "method": "hirescam",
            "fit": "?",
            "top": "900",
            "add": "99999,4",
            "drop": "x",
        }
    )
    app.run()
    assert healthy(app)
    assert [row.caption for row in shown] == ["Coffee"]
    assert app.session_state["view"].model == DEFAULT_MODEL
    assert chooser(app, "Method")["chosen"] == ["hirescam"]
    assert len(shown[0].panels) == 5


def test_bad_files_do_not_affect_good_ones(app: AppTest, shown: list[Any]) -> None:
    app.run()
    files = app.file_uploader(key="files")
    files.upload("notes *bold*.png", b"just text")
    files.upload("empty.jpg", b"")
    files.upload("good.png", png())
    files.upload("cut.png", png()[:200])
    app.run()
    assert not app.exception
    assert [row.caption for row in shown] == ["good.png"]
    lines = app.error[0].value.splitlines()
    assert len(lines) == 3
    assert "notes \\*bold\\*" in lines[0]
    assert "0 bytes" in lines[1]


def test_an_animation_gets_a_caption(app: AppTest, shown: list[Any]) -> None:
    file = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    app.run()
    app.file_uploader(key="files").upload("moving.gif", file.getvalue())
    app.run()
    assert healthy(app)
    assert shown[0].caption == "moving.gif"
    assert any("first frame" in caption.value for caption in app.caption)


def test_another_model_drops_layer_and_classes(
    app: AppTest,
    shown: list[Any],
    squeezenet: Path,  # noqa: ARG001
) -> None:
    app.query_params.update({"model": "bundled/photos", "add": "7", "layer": "layer2"})
    app.run()
    choose_model(app, SQUEEZENET)
    assert healthy(app)
    assert dict(app.query_params) == {"model": SQUEEZENET}
    assert chooser(app, "Add a class")["chosen"] == []
    assert chooser(app, "Layer")["chosen"] == [shown[0].panels[0].map.layer]
    assert len(options(app, "Layer")) > 20


def test_a_failed_download_leaves_the_view_as_it_was(app: AppTest, shown: list[Any]) -> None:
    app.query_params.update({"image": "coffee", "layer": "stage3", "add": "281"})
    app.run()
    before = (app.session_state["view"], titles(shown[0]), dict(app.query_params))
    choose_model(app, SQUEEZENET)
    for _ in range(50):
        if app.error:
            break
        time.sleep(0.1)
        app.run()
    assert not app.exception
    assert "squeezenet1\\_1\\-b8a52dc0\\.pth" in app.error[0].value
    assert "gradcam/weights" in app.error[0].value
    assert (app.session_state["view"], titles(shown[0]), dict(app.query_params)) == before
    assert chooser(app, "Model")["chosen"] == [DEFAULT_MODEL]
    assert "Try again" in [b.label for b in app.button]
    next(b for b in app.button if b.label == "Dismiss").click().run()
    assert healthy(app)
    assert app.session_state["view"] == before[0]


def test_a_model_that_does_not_load_leaves_the_view_as_it_was(
    app: AppTest, shown: list[Any], squeezenet: Path
) -> None:
    app.query_params["image"] = "coffee"
    app.run()
    before = titles(shown[0])
    squeezenet.write_bytes(b"no weights")
    choose_model(app, SQUEEZENET)
    assert not app.exception
    assert len(app.error) == 1
    assert titles(shown[0]) == before
    assert chooser(app, "Model")["chosen"] == [DEFAULT_MODEL]
    next(b for b in app.button if b.label == "Dismiss").click().run()
    assert healthy(app)


def test_comparing_models_opens_with_one_that_is_here(app: AppTest, shown: list[Any]) -> None:
    app.query_params.update({"model": "bundled/photos", "across": "models"})
    app.run()
    assert healthy(app)
    assert chooser(app, "Compare with")["chosen"] == ["bundled/photos-cheat"]
    assert len(shown[0].panels) == 2


def test_own_weights(app: AppTest, shown: list[Any], squeezenet: Path) -> None:
    app.run()
    app.file_uploader(key="own_file").upload("mine.pth", squeezenet.read_bytes())
    app.selectbox(key="own_architecture").select("squeezenet1_1")
    next(b for b in app.button if b.label == "Load").click().run()
    assert healthy(app)
    assert app.session_state["view"].model == "file/mine.pth"
    assert chooser(app, "Model")["titles"] == ["mine (SqueezeNet 1.1)"]
    assert "file/mine.pth" in chooser(app, "Model")["ready"]["ids"]
    assert len(shown[0].panels) == 5
    assert dict(app.query_params) == {}


def test_own_weights_with_their_own_preprocessing(
    app: AppTest, shown: list[Any], squeezenet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """96 pixels in place of 224: the last layer has 5×5 positions in place of 13×13."""
    monkeypatch.setattr(explore, "details", lambda clf, *_: preprocessings.append(clf))
    preprocessings: list[Any] = []
    app.run()
    app.file_uploader(key="own_file").upload("mine.pth", squeezenet.read_bytes()).run()
    app.selectbox(key="own_architecture").select("squeezenet1_1")
    app.selectbox(key="own_values").select("−1 to 1")
    app.number_input(key="own_size").set_value(96)
    next(b for b in app.button if b.label == "Load").click().run()
    assert healthy(app)
    how = preprocessings[-1].preprocessing
    assert (how.crop, how.resize, how.mean, how.std) == ((96, 96), 110, (0.5,) * 3, (0.5,) * 3)
    assert shown[0].panels[0].map.values.shape == (5, 5)


def test_own_weights_that_do_not_fit_leave_the_view_unchanged(
    app: AppTest, shown: list[Any], squeezenet: Path
) -> None:
    app.run()
    app.file_uploader(key="own_file").upload("mine.pth", squeezenet.read_bytes())
    app.selectbox(key="own_architecture").select("resnet18")
    next(b for b in app.button if b.label == "Load").click().run()
    assert not app.exception
    assert "resnet18" in app.error[0].value
    assert app.session_state["view"].model == DEFAULT_MODEL
    assert shown


def test_an_unexpected_error_shows_no_traceback(
    app: AppTest, shown: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(explore.engine, "rank", broken)
    app.run()
    assert not app.exception
    assert len(app.error) == 1
    assert "secret" not in app.error[0].value
    assert not shown
