"""Many uploads in a real browser: a tile for each, sorted, filtered, opened, walked and left."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from components.samples import load
from tests.browser.conftest import ROOT
from tests.browser.pages import open_page, query, settle

SOON = 60_000  # milliseconds


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Sixty small photos of three things, of which every fifth has a name that says nothing."""
    folder = tmp_path_factory.mktemp("photos")
    things = [("coffee", "espresso"), ("photographer", "tripod"), ("cat", "missile")]
    made = []
    for n in range(60):
        sample, name = things[n % 3]
        photo = Image.fromarray(load(sample))
        photo.thumbnail((240 + n, 240 + n))
        made.append(folder / f"{name if n % 5 else 'IMG'}-{n:02d}.jpg")
        photo.save(made[-1])
    return made


def bring(page: Page, address: str, files: list[Path]) -> None:
    """Upload the files and wait until all of them are explained."""
    open_page(page, address)
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(files)
    expect(tiles(page)).to_have_count(len(files), timeout=SOON)
    expect(page.locator(".tile.coming")).to_have_count(0, timeout=SOON)
    settle(page)


def tiles(page: Page) -> Locator:
    return page.locator(".tile")


def names(page: Page) -> list[str]:
    return page.locator(".tile .name").all_inner_texts()


def drawn(tile: Locator) -> int:
    """Return how many colours a tile's picture has."""
    count: int = tile.locator("canvas").evaluate(
        """canvas => canvas.width === 0 ? 0 : new Set(new Uint32Array(canvas.getContext("2d")
          .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )
    return count


@pytest.mark.heavy
def test_eighteen_uploads_are_eighteen_tiles(
    page: Page, address: str, files: list[Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a photo")
    open_page(page, address)
    uploader = page.get_by_test_id("stFileUploaderDropzoneInput").first
    uploader.set_input_files([*files[:18], broken])
    expect(tiles(page)).to_have_count(18, timeout=SOON)
    expect(page.locator(".tile.coming")).to_have_count(0, timeout=SOON)
    assert sorted(names(page)) == sorted(file.name for file in files[:18])
    expect(page.get_by_text("broken.jpg").last).to_be_visible()
    expect(page.get_by_text("19 photos")).to_be_visible()
    assert drawn(tiles(page).first) > 100
    first = tiles(page).first
    assert "Unsure" not in (first.get_attribute("aria-label") or "")
    assert (first.get_attribute("aria-label") or "").startswith(names(page)[0])


def test_sixty_are_sorted_filtered_opened_and_left(
    page: Page, address: str, files: list[Path]
) -> None:
    bring(page, address, files)
    # Far from the window nothing is drawn.
    assert drawn(tiles(page).first) > 100
    assert drawn(tiles(page).last) == 0

    page.get_by_label("Sort by").select_option("name")
    settle(page)
    assert names(page) == sorted((file.name for file in files), key=str.casefold)
    assert query(page)["sort"] == "name"

    page.get_by_role("button", name="Not as labelled").click()
    settle(page)
    assert query(page)["only"] == "differs"
    wrong = names(page)
    assert wrong
    assert all(name.startswith("missile") for name in wrong)
    page.get_by_role("button", name="Show all").click()
    expect(tiles(page)).to_have_count(60)
    settle(page)

    tile = tiles(page).nth(40)
    tile.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    before = tile.bounding_box()
    name = names(page)[40]
    tile.click()
    expect(page.locator(".walk .title")).to_have_text(name, timeout=SOON)
    expect(page.locator(".walk .count")).to_have_text("41 of 60")
    expect(page.locator(".viewer .cell canvas").first).to_be_visible(timeout=SOON)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".walk .count")).to_have_text("42 of 60", timeout=SOON)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".walk .count")).to_have_text("41 of 60", timeout=SOON)
    settle(page)
    page.keyboard.press("Escape")
    expect(tiles(page)).to_have_count(60, timeout=SOON)
    page.wait_for_timeout(1500)
    after = tiles(page).nth(40).bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] == pytest.approx(before["y"], abs=3)
    assert "photo" not in query(page)

    page.go_back()
    expect(page.locator(".walk .title")).to_have_text(name, timeout=SOON)


def test_the_sheet_is_one_tab_stop_and_arrows_walk_in_it(
    page: Page, address: str, files: list[Path]
) -> None:
    bring(page, address, files[:12])
    assert page.locator('.tile[tabindex="0"]').count() == 1
    tiles(page).first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    focused = page.locator(".tile:focus .name").inner_text()
    tops = [box["y"] for tile in tiles(page).all() if (box := tile.bounding_box())]
    columns = tops.count(tops[0])
    assert focused == names(page)[1 + columns]
    page.keyboard.press("Enter")
    expect(page.locator(".walk .title")).to_have_text(focused, timeout=SOON)


def test_the_table_has_every_photo(page: Page, address: str, files: list[Path]) -> None:
    bring(page, address, files[:8])
    with page.expect_download() as waiting:
        page.get_by_role("button", name="All predictions (CSV)").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    lines = io.StringIO(text).readlines()
    assert len(lines) == 9
    assert {line.split(",")[0] for line in lines[1:]} == {file.name for file in files[:8]}
