"""Everything that can be saved is saved, and opened again."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Download, Page, expect

from components.samples import load
from gradcam import load_explanation
from gradcam.files import read_facts
from tests.browser.native import native
from tests.browser.pages import (
    fragment,
    more,
    open_page,
    panels,
    photos,
    picture,
    query,
    settle,
    upload,
    view,
)  # fmt: skip

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    """The app offline, with nothing downloaded."""
    return serve(ROOT / "app.py", GRADCAM_CACHE="", GRADCAM_MIRROR="http://127.0.0.1:9")


def ask_for(page: Page, name: str) -> None:
    """Click a button of the viewer and wait for its dialog."""
    button = page.get_by_role("button", name=name)
    button.hover()
    button.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    settle(page)


def fetch(page: Page, name: str) -> tuple[str, bytes]:
    """Click a download button; return the file's name and bytes."""
    with page.expect_download() as caught:
        page.get_by_role("dialog").get_by_role("button", name=name).click()
    download: Download = caught.value
    return download.suggested_filename, Path(download.path()).read_bytes()


def test_the_files_of_one_panel(page: Page, address: str) -> None:
    open_page(page, f"{address}/?model=bundled/photos&image=coffee#cm=magma&op=0.4")
    ask_for(page, "Save espresso")
    names = []
    for button, kind, mode in (
        ("Overlay", "overlay", "RGB"), ("Colours", "colormap", "RGB"),
        ("Grey, 8-bit", "grey", "L"), ("Grey, 16-bit", "grey16", "I;16"),
    ):  # fmt: skip
        name, data = fetch(page, button)
        names.append(name)
        image = Image.open(io.BytesIO(data))
        assert (image.size, image.mode) == ((600, 400), mode)
        facts = read_facts(data)
        assert facts["picture"] == kind
        assert facts["look"]["colormap"] == "magma"
        assert facts["look"]["alpha"] == 0.4
        assert facts["map"]["class"]["label"] == "espresso"
    assert names[0] == "Coffee-layer3-espresso-gradcam-overlay.png"
    _, numbers = fetch(page, "Numbers")
    (m,) = load_explanation(numbers, load("coffee")).maps
    assert m.values.shape == (10, 10)
    _, manifest = fetch(page, "Manifest")
    assert json.loads(manifest)["model"]["id"] == "bundled/photos"


@pytest.mark.parametrize(
    "look",
    ["", "#sign=against", "#sign=both&cm=coolwarm&th=0.2", "#sign=abs", "#scale=shared"],
)
def test_saved_pictures_match_the_screen(page: Page, address: str, look: str) -> None:
    """The second class's heatmap at the photo's own size, within 2 of 255."""
    open_page(page, f"{address}/?image=coffee{look or '#'}{'&' if look else ''}view=heatmap")
    seen = native(page, 1)
    page.locator(".viewer .cell:not(.photo)").nth(1).hover()
    page.locator(".viewer .cell:not(.photo)").nth(1).get_by_role("button", name="Save").click()
    settle(page)
    _, data = fetch(page, "Colours")
    saved = np.asarray(Image.open(io.BytesIO(data)), np.int64)
    inside = seen[..., 3] == 255
    assert inside.mean() > 0.5
    assert np.abs(seen[..., :3] - saved)[inside].max() <= 2


def test_everything_shown_as_one_zip(page: Page, address: str) -> None:
    open_page(page, f"{address}/?image=coffee,rocket&top=2")
    ask_for(page, "Save everything shown")
    expect(page.get_by_text("4 maps of 2 photos")).to_be_visible()
    name, data = fetch(page, "All files")
    assert name == "gradcam.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        names = file.namelist()
    folders = {name.split("/")[0] for name in names}
    assert folders == {"00-Coffee", "01-Rocket"}
    for folder in folders:
        files = [name.split("/")[1] for name in names if name.startswith(folder)]
        assert sum(name.endswith(".png") for name in files) == 2 * 4
        assert files[-2:] == ["maps.npz", "manifest.json"]


@pytest.mark.heavy
def test_across_models_each_model_has_its_own_manifest(page: Page, address: str) -> None:
    open_page(
        page,
        f"{address}/?model=bundled/photos&image=coffee&across=models&models=bundled/photos-keras",
    )
    ask_for(page, "Save everything shown")
    _, data = fetch(page, "All files")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        manifests = [json.loads(file.read(n)) for n in file.namelist() if n.endswith(".json")]
    assert [m["model"]["id"] for m in manifests] == ["bundled/photos", "bundled/photos-keras"]
    assert [len(m["maps"]) for m in manifests] == [1, 1]


def make_report(page: Page, kind: str) -> tuple[str, bytes]:
    ask_for(page, "Create a report")
    page.get_by_label("Title").fill("Cups & <b>saucers</b>")
    page.get_by_label("Notes").fill("It looks at the rim.\n\nNot at the spoon.")
    page.get_by_role("radio", name=kind).click()
    page.get_by_role("button", name="Create report").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Download")).to_be_visible()
    return fetch(page, "Download")


def test_a_report_as_a_web_page(page: Page, browser: Browser, address: str, tmp_path: Path) -> None:
    """It opens offline, requests nothing, and shows the typed text literally."""
    open_page(page, f"{address}/?image=coffee,rocket&top=2")
    name, data = make_report(page, "Web page")
    assert name == "Cups_b_saucers_b.html"
    (tmp_path / name).write_bytes(data)
    context = browser.new_context(offline=True)
    opened = context.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto((tmp_path / name).as_uri())
    expect(opened.get_by_role("heading", name="Cups & <b>saucers</b>")).to_be_visible()
    expect(opened.get_by_text("Not at the spoon.")).to_be_visible()
    shown = opened.locator("img").evaluate_all("all => all.map(i => i.naturalWidth)")
    assert len(shown) >= 2 * 3
    assert all(width > 0 for width in shown)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()


def test_a_report_as_pdf(page: Page, address: str) -> None:
    from pypdf import PdfReader

    open_page(page, f"{address}/?image=coffee&top=2")
    name, data = make_report(page, "PDF")
    assert name.endswith(".pdf")
    text = "".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(data)).pages)
    for said in ("Cups & <b>saucers</b>", "Not at the spoon.", "espresso"):
        assert said in text


def test_a_report_as_slides(page: Page, address: str) -> None:
    from pptx import Presentation

    open_page(page, f"{address}/?image=coffee,rocket&top=2")
    name, data = make_report(page, "Slides")
    assert name.endswith(".pptx")
    slides = Presentation(io.BytesIO(data)).slides
    assert len(slides) >= 3
    text = [shape.text_frame.text for s in slides for shape in s.shapes if shape.has_text_frame]
    assert any("Cups & <b>saucers</b>" in said for said in text)


@pytest.mark.heavy
def test_saved_maps_open_again_beside_their_photo(page: Page, address: str, tmp_path: Path) -> None:
    """A fresh session draws the same pictures from the photo and the numbers."""
    photo = tmp_path / "mug.png"
    Image.fromarray(load("coffee")).save(photo)
    open_page(page, address)
    upload(page, photo)
    ask_for(page, "Save espresso")
    _, numbers = fetch(page, "Numbers")
    saved = tmp_path / "maps.npz"
    saved.write_bytes(numbers)
    page.reload()
    settle(page)
    upload(page, photo, saved)
    assert photos(page) == ["mug.png (saved)", "mug.png"]
    assert panels(page)[:3] == ["espresso", "espresso", "cup"]
    maps_of_saved = page.locator(".viewer .row").first.locator(".cell:not(.photo)").count()
    saved_one, live_one, other = (native(page, n) for n in (0, maps_of_saved, maps_of_saved + 1))
    assert (saved_one == live_one).all()
    assert (saved_one != other).any()
    ask_for(page, "Save everything shown")
    expect(page.get_by_text("6 maps of 2 photos")).to_be_visible()


def test_saved_maps_without_their_photo_say_what_is_missing(
    page: Page, address: str, tmp_path: Path
) -> None:
    other, saved = tmp_path / "other.png", tmp_path / "maps.npz"
    Image.fromarray(load("coffee")[:, ::-1]).save(other)
    open_page(page, address)
    upload(page, other)
    ask_for(page, "Save espresso")
    saved.write_bytes(fetch(page, "Numbers")[1])
    page.reload()
    settle(page)
    upload(page, saved)
    expect(page.get_by_text("The photo these maps were made from is missing.")).to_be_visible()
    (tmp_path / "broken.npz").write_bytes(b"PK nothing")
    upload(page, tmp_path / "broken.npz")
    expect(page.get_by_text("broken.npz").first).to_be_visible()
    assert panels(page) != []


def test_a_copied_link_restores_the_view(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    open_page(page, f"{address}/?image=coffee,rocket&across=methods&methods=gradcam,layercam")
    view(page, "Heatmap")
    more(page, "Colormap").select_option("viridis")
    page.get_by_role("button", name="Copy a link to this view").click()
    expect(page.get_by_text("Link copied.", exact=True)).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    other = context.new_page()
    open_page(other, link)
    assert (query(other), fragment(other)) == (query(page), fragment(page))
    assert panels(other) == panels(page) == ["Grad-CAM", "LayerCAM"] * 2
    assert [picture(other, n) for n in range(4)] == [picture(page, n) for n in range(4)]
    context.close()


def test_copying_a_link_says_that_uploads_are_left_out(
    page: Page, address: str, tmp_path: Path
) -> None:
    Image.fromarray(load("cat")).save(tmp_path / "mine.png")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, address)
    upload(page, tmp_path / "mine.png")
    page.get_by_role("button", name="Copy a link to this view").click()
    expect(page.get_by_text("Link copied. It does not include your own photos.")).to_be_visible()


def test_a_dialog_recomputes_nothing(page: Page, address: str) -> None:
    """The pictures stay the same while it is open and after."""
    open_page(page, f"{address}/?image=coffee")
    before = [picture(page, n) for n in range(3)]
    ask_for(page, "Save everything shown")
    assert [picture(page, n) for n in range(3)] == before
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert [picture(page, n) for n in range(3)] == before
