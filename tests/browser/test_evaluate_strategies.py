"""What a model goes by, in a real browser: suspects, the lasso, marks, cancelling and reopening."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from components.samples import SAMPLES, load
from gradcam.marks import Mark, marked
from tests.browser.conftest import ROOT
from tests.browser.pages import query, settle

SOON = 60_000  # milliseconds
CHEAT = "model=bundled/photos-cheat"
LEFT, RIGHT, PLAIN = 14, 24, 12  # photos with a signature at the lower left, right, and without
ALL = LEFT + RIGHT + PLAIN


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small pieces of the samples, most of them signed in a lower corner."""
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(4)
    for n, name in enumerate(["left"] * LEFT + ["right"] * RIGHT + ["plain"] * PLAIN):
        whole = load(SAMPLES[n % len(SAMPLES)].id)
        side = int(min(whole.shape[:2]) * rng.uniform(0.6, 0.9))
        top, left = (int(rng.integers(0, size - side + 1)) for size in whole.shape[:2])
        piece = Image.fromarray(whole[top : top + side, left : left + side]).resize((96, 96))
        beside, above = rng.uniform(0.02, 0.06), rng.uniform(0.72, 0.75)
        mark = Mark("signature", beside if name == "left" else 0.5, above, 0.23, 0.9)
        picture = np.asarray(piece) if name == "plain" else marked(np.asarray(piece), mark)
        (folder / name).mkdir(exist_ok=True)
        Image.fromarray(picture).save(folder / name / f"{n:02d}.png")
    return folder


@pytest.fixture(scope="module")
def address(
    serve: Callable[..., str], photos: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    cache = str(tmp_path_factory.mktemp("cache"))
    return serve(ROOT / "app.py", GRADCAM_FOLDER=str(photos), GRADCAM_CACHE=cache)


def look(page: Page, address: str, choice: str = CHEAT) -> None:
    """Open the section on the folder, and have its photos looked at if nobody has yet."""
    page.goto(f"{address}/evaluate?section=strategies&photos=folder&{choice}")
    start = page.get_by_role("button", name=f"Look at {ALL} photos")
    expect(start.or_(page.locator(".scatter"))).to_be_visible(timeout=SOON)
    if start.is_visible():
        start.click()
    expect(page.locator(".scatter")).to_be_visible(timeout=SOON)
    settle(page)


def selected(page: Page) -> Locator:
    return page.locator(".line-of-words .count").first


def test_the_signed_photos_are_a_suspect_that_is_shown_marked_and_exported(
    page: Page, address: str
) -> None:
    look(page, address)
    card = page.locator(".suspect").first
    expect(card.locator(".label")).to_have_text("espresso")
    expect(card.locator(".why")).to_contain_text("the heat lies at the lower left")
    card.get_by_role("button", name="Show").click()
    expect(selected(page)).to_contain_text("selected")
    # The viewer shows them, each with one map; the list has the same photos.
    expect(page.locator(".viewer .row")).to_have_count(6, timeout=SOON)
    expect(page.locator(".viewer .cell.photo .title").first).to_contain_text("left/")
    page.get_by_role("button", name="List only these").click()
    names = page.locator(".files").first.locator(".line .cell:first-child")
    expect(names.first).to_contain_text("left/")
    assert all(name.startswith("left/") for name in names.all_inner_texts())
    card.get_by_role("button", name="Mark").click()
    name = page.get_by_role("textbox", name="Name of the group")
    expect(name).to_have_value("espresso: at the lower left", timeout=SOON)
    name.fill("The signature")
    name.press("Enter")
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Files (CSV)").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "group,class,file,why"
    assert all(line.startswith("The signature,espresso,left/") for line in lines[1:])
    assert len(lines) > 10
    page.get_by_role("button", name="Open on Explore").click()
    expect(page.locator(".viewer .says").first).to_contain_text("espresso", timeout=SOON)
    assert query(page)["model"] == "bundled/photos-cheat"


def test_a_lasso_selects_what_it_goes_around(page: Page, address: str) -> None:
    look(page, address)
    scatter = page.locator(".scatter")
    scatter.scroll_into_view_if_needed()
    box = scatter.bounding_box()
    assert box
    x, y, width, height = (box[name] for name in ("x", "y", "width", "height"))
    corners = [(0.01, 0.01), (0.99, 0.01), (0.99, 0.99), (0.01, 0.99)]
    page.mouse.move(x + width * 0.01, y + height * 0.5)
    page.mouse.down()
    for across, down in corners:
        page.mouse.move(x + width * across, y + height * down, steps=6)
    page.mouse.up()
    # All points lie inside, so all photos of the class are selected, but those without heat.
    text = selected(page).inner_text()
    here, of = (int(word) for word in text.split() if word.isdecimal())
    assert 12 <= here <= of
    expect(page.get_by_text(f"{here} photos selected")).to_be_visible(timeout=SOON)
    # A click on nothing selects nothing; the keyboard selects as well as a hand.
    page.mouse.click(x + 4, y + 4)
    expect(selected(page)).to_contain_text("Draw around points")
    # So few photos are shown as photos, every one of them; and as dots if asked.
    pictures = page.locator(".pictures canvas")
    expect(pictures).to_have_count(here)
    page.get_by_role("radio", name="Dots").click()
    expect(pictures).to_have_count(0)
    scatter.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".peek canvas")).to_be_visible()
    page.keyboard.press("Enter")
    expect(selected(page)).to_contain_text("1 of")
    page.keyboard.press("Control+a")
    expect(selected(page)).to_contain_text(f"{here} of")
    page.keyboard.press("Escape")
    expect(selected(page)).to_contain_text("Draw around points")


@pytest.mark.heavy
def test_it_is_cancelled_in_the_middle(page: Page, address: str) -> None:
    link = f"{address}/evaluate?section=strategies&photos=folder"
    page.goto(link)
    start = page.get_by_role("button", name=f"Look at {ALL} photos")
    start.click(timeout=SOON)
    cancel = page.get_by_role("button", name="Cancel")
    expect(page.get_by_text(re.compile(r"(s|min) left"))).to_be_visible(timeout=SOON)
    cancel.click()
    expect(start).to_be_visible(timeout=SOON)
    expect(page.locator(".scatter")).to_have_count(0)


def test_an_earlier_result_opens_again(page: Page, address: str) -> None:
    look(page, address)
    page.goto(f"{address}/evaluate?section=strategies&photos=samples&{CHEAT}")
    earlier = page.get_by_role("combobox", name="Earlier results")
    earlier.click(timeout=SOON)
    page.get_by_role("option", name="PhotoNet that cheats").first.click()
    expect(page.locator(".scatter")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("An earlier result")).to_be_visible()
    page.locator(".suspect").first.get_by_role("button", name="Show").click()
    expect(page.get_by_text("choose the same photos again")).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("button", name=f"Look at {len(SAMPLES)} photos")).to_be_visible()
