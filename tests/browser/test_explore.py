"""The Explore page in a real browser: photo, model, layer, class, look, link."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, WebSocket, expect

from gradcam.models import find_model
from tests.browser.pages import (
    bar,
    box,
    choose,
    fragment,
    more,
    open_page,
    panels,
    photos,
    picture,
    query,
    redrawn,
    settle,
    upload,
)  # fmt: skip

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data" / "squeezenet1_1-imagenet.pth"
WEIGHTS = "squeezenet1_1-b8a52dc0.pth"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The app offline, with one model's weights downloaded for each framework."""
    home = tmp_path_factory.mktemp("weights")
    _squeezenet(home / "torch" / "hub" / "checkpoints" / WEIGHTS)
    _mobilenet(home / "keras" / "models")
    return serve(
        ROOT / "app.py",
        TORCH_HOME=str(home / "torch"),
        KERAS_HOME=str(home / "keras"),
        GRADCAM_CACHE="",
        GRADCAM_MIRROR="http://127.0.0.1:9",
        PYTHONPATH=os.pathsep.join([str(ROOT / "tests" / "stand_in"), str(ROOT)]),
    )


def _squeezenet(path: Path) -> None:
    """Use real weights if they lie beside this repository, else random ones."""
    path.parent.mkdir(parents=True)
    if SHARED.exists():
        shutil.copyfile(SHARED, path)
    else:
        import torch
        from torchvision import models

        torch.save(models.squeezenet1_1(weights=None).state_dict(), path)


def _mobilenet(folder: Path) -> None:
    """Random weights in the format of Keras's own weight files."""
    import h5py
    import keras
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    folder.mkdir(parents=True)
    keras.utils.set_random_seed(0)
    with h5py.File(folder / find_model("keras/MobileNetV2").filename, "w") as file:
        save_weights_to_hdf5_group(file, keras.applications.MobileNetV2(weights=None))


@pytest.fixture
def coffee(tmp_path: Path) -> Path:
    """A real photo saved as a JPEG."""
    from skimage import data

    path = tmp_path / "my coffee.jpg"
    Image.fromarray(data.coffee()).save(path, quality=92)
    return path


@pytest.mark.parametrize(
    ("search", "id", "facts", "layer"),
    [
        ("squeezenet 1.1", "torchvision/squeezenet1_1", "58.2 % accuracy",
         "features.7.expand3x3"),
        ("keras · mobilenetv2", "keras/MobileNetV2", "71.3 % accuracy",
         "block_13_expand_relu"),
    ],
)  # fmt: skip
def test_from_a_photo_to_a_class_searched_by_name(
    page: Page, address: str, coffee: Path, search: str, id: str, facts: str, layer: str
) -> None:
    open_page(page, address)
    assert photos(page) == ["Photographer"]
    assert panels(page)[0] == "tripod"

    upload(page, coffee)
    expect(page.locator(".viewer .photo .title")).to_have_text("my coffee.jpg")
    before = picture(page)

    choose(page, "Model", search)
    expect(page.get_by_text(facts)).to_be_visible()
    another_model = redrawn(page, before)  # a Keras model takes seconds to come
    settle(page)
    assert query(page) == {"model": id}

    choose(page, "Layer", f"{layer} ·")
    assert query(page)["layer"].startswith(layer)
    assert picture(page) != another_model

    choose(page, "Add a class", "tabby")
    assert panels(page)[-1] == "tabby"
    assert query(page)["add"] == "281"


def test_own_keras_model(page: Page, address: str, tmp_path: Path) -> None:
    """The form asks for pixel values instead of an architecture, and nested layers are listed."""
    import keras

    keras.utils.set_random_seed(0)
    inner = keras.Sequential(
        [keras.Input((32, 32, 3)), keras.layers.Conv2D(8, 3, activation="relu", name="late")],
        name="backbone",
    )
    head = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1, activation="sigmoid")]
    keras.Sequential([keras.Input((32, 32, 3)), inner, *head]).save(tmp_path / "mine.keras")
    open_page(page, address)
    page.get_by_role("button", name="Another model").click()
    form = page.get_by_test_id("stPopoverBody")
    form.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(
        tmp_path / "mine.keras"
    )
    settle(page)
    expect(form.get_by_role("combobox", name="Pixel values the model expects")).to_be_visible()
    form.get_by_role("textbox", name="Or type them, one per line").fill("cat\ndog")
    form.get_by_role("button", name="Load", exact=True).click()
    settle(page)
    page.keyboard.press("Escape")
    loaded = page.get_by_text("Your model, for this session only · 2 classes")
    expect(loaded).to_be_visible(timeout=30_000)  # TensorFlow is imported first
    expect(page.locator(".viewer .cell .title", has_text="dog")).to_be_visible(timeout=20_000)
    assert set(panels(page)) == {"cat", "dog"}
    expect(page.get_by_text("Recommended · 8 channels of 30 × 30")).to_be_visible()


def test_the_look_needs_no_server_and_survives_a_reload(page: Page, address: str) -> None:
    frames: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: frames.append("sent"))
        socket.on("framereceived", lambda _: frames.append("received"))

    page.on("websocket", listen)
    open_page(page, f"{address}/?image=coffee,rocket&top=2&fit=squash")
    before = picture(page)
    frames.clear()
    page.get_by_role("slider", name="Opacity").fill("0.9")
    page.wait_for_timeout(300)
    opaque = picture(page)
    more(page, "Colormap").select_option("viridis")
    page.wait_for_timeout(300)
    assert len({before, opaque, picture(page)}) == 3
    assert frames == []

    bar(page, "espresso").click()
    settle(page)
    assert "espresso" not in panels(page)
    choose(page, "Method", "HiResCAM")  # draws the same maps at this layer
    assert fragment(page) == {"op": "0.9", "cm": "viridis"}
    assert query(page)["image"] == "coffee,rocket"
    assert query(page)["method"] == "hirescam"
    seen = (page.url, photos(page), panels(page), picture(page))

    page.reload()
    settle(page)
    expect(page.locator(".viewer .cell canvas").first).to_be_visible()
    settle(page)
    assert (page.url, photos(page), panels(page), picture(page)) == seen


def test_back_goes_back(page: Page, address: str) -> None:
    open_page(page, address)
    first = panels(page)
    page.get_by_role("button", name="Rocket", exact=True).click()
    settle(page)
    assert photos(page) == ["Rocket"]
    page.go_back()
    settle(page)
    expect(page.locator(".viewer .photo .title")).to_have_text("Photographer")
    assert panels(page) == first


def test_bars_show_and_hide_panels_from_the_keyboard_too(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee&top=1")
    row = bar(page, "espresso")
    expect(row).to_have_attribute("aria-pressed", "true")
    other = page.locator(".bars button").nth(1)
    name = other.locator(".label").inner_text()
    other.press("Enter")
    settle(page)
    assert panels(page) == ["espresso", name]
    row.click()
    settle(page)
    assert panels(page) == [name]
    assert set(query(page)) == {"image", "top", "add", "drop"}
    other.click()
    settle(page)
    expect(page.get_by_text("No class selected")).to_be_visible()


def test_bad_files_among_good_ones(page: Page, address: str, coffee: Path, tmp_path: Path) -> None:
    text, empty, cut = (tmp_path / name for name in ("_text_.png", "empty.jpg", "cut.jpg"))
    text.write_text("not a picture")
    empty.write_bytes(b"")
    cut.write_bytes(coffee.read_bytes()[:3000])
    open_page(page, address)
    upload(page, text, coffee, empty, cut)
    expect(page.locator(".viewer .photo .title")).to_have_text("my coffee.jpg")
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_have_count(1)
    for said in ("_text_.png: This file is not an image", "0 bytes", "damaged"):
        expect(alert).to_contain_text(said)


def test_several_photos_are_several_rows(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee")
    page.get_by_role("button", name="Add Cat as another row").focus()
    page.keyboard.press("Enter")
    settle(page)
    assert photos(page) == ["Coffee", "Cat"]
    assert query(page) == {"image": "coffee,cat"}
    expect(bar(page, "espresso", photo=0)).to_be_visible()
    expect(bar(page, "tiger cat", photo=1)).to_be_visible()


def test_a_stale_link_still_opens(page: Page, address: str) -> None:
    stale = "image=gone&model=torchvision/nothing&layer=nope&method=x&fit=y&top=99&add=a&drop=-1"
    open_page(page, f"{address}/?{stale}#cm=nothing&op=7")
    assert photos(page) == ["Photographer"]
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_offline_is_reported_once_and_the_app_goes_on(page: Page, address: str) -> None:
    open_page(page, address)
    choose(page, "Model", "resnet-18")
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("resnet18-f37072fd.pth")
    expect(alert).to_contain_text("hub/checkpoints")
    assert panels(page)[0] == "tripod"
    expect(box(page, "Model")).to_have_value("EfficientNet-Lite0")
    page.get_by_role("button", name="Dismiss").click()
    settle(page)
    expect(alert).to_have_count(0)
    assert panels(page)[0] == "tripod"
    assert query(page) == {}


def test_a_phone_has_no_sideways_scroll(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    open_page(page, address)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()
