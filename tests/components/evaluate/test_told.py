"""What the browser is told of a folder's photos."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from components.evaluate.told import By, Told, headline
from tests.components.evaluate.made_up import CARTON, CRATE, made_up

HERE = Path(__file__).parents[3] / "components" / "evaluate"


@pytest.fixture(scope="module")
def told() -> Told:
    return Told(made_up())


def test_a_class_is_told_with_its_groups(told: Told) -> None:
    of = told.found.of_class(CARTON)
    header, arrays = told.board(of, By(), ["s0"])
    assert header["title"] == "carton"
    assert header["facts"] == "100 % are taken for what they are labelled."
    assert [(one["index"], one["count"]) for one in header["options"]] == [(CARTON, 51), (CRATE, 6)]
    photos = np.asarray(arrays["photos"]).astype(int)
    assert [told.files[n] for n in photos] == list(of.files) == header["names"]
    # Every photo is in one group on the page, and the one without heat is nowhere on the map.
    assert sum(one["count"] for one in header["clusters"]) == 51
    (nowhere,) = np.flatnonzero(np.isnan(np.asarray(arrays["xy"])).any(axis=1))
    assert of.files[nowhere] == "silent"
    assert len(header["eigenvalues"]) > header["gap"] >= 1


def test_the_marked_photos_are_the_first_suspect(told: Told) -> None:
    header, arrays = told.board(told.found.of_class(CARTON), By(), ["s0"])
    first = header["suspects"][0]
    assert first["suspect"] == told.suspects[0][0] == "s0"
    names = {told.files[n] for n in first["photos"]}
    assert names == {f"carton/marked-{n:02d}.jpg" for n in range(10)}
    assert (first["count"], first["label"], first["strong"], first["marked"]) == (
        10,
        "carton",
        True,
        True,
    )
    assert arrays[first["jpeg"]][:2] == b"\xff\xd8"
    # Ten maps that sum to one have an average that does.
    assert np.asarray(arrays[first["map"]]).sum() == pytest.approx(1, abs=1e-4)
    assert not any(one["marked"] for one in header["suspects"][1:])
    assert headline(told.found, [one for _, one in told.suspects]) == (
        "57 photos of 2 classes: one group of photos stands out as if the model went by a shortcut."
    )


def test_photos_are_near_by_what_was_asked_for(told: Told) -> None:
    of = told.found.of_class(CARTON)
    by_place, by_texture = (told.board(of, By(near), []) for near in ("place", "texture"))
    assert not np.array_equal(by_place[1]["xy"], by_texture[1]["xy"], equal_nan=True)
    means, _ = told.board(of, By(grouping="groups"), [])
    # k-means leaves out no photo but the one without heat.
    assert {one["group"]: one["count"] for one in means["clusters"]}[-1] == 1


def test_the_list_holds_every_photo_and_where_its_heat_lies(told: Told) -> None:
    header, arrays = told.list()
    assert len(header["names"]) == 58
    broken, silent = header["names"].index("broken.jpg"), header["names"].index("silent")
    assert (arrays["labels"][broken], arrays["predicted"][broken]) == (-1, -1)
    assert np.isnan(arrays["lies"][[broken, silent]]).all()
    marked = header["names"].index("carton/marked-00.jpg")
    lower_left = arrays["lies"][marked][3]
    assert lower_left > 0.5
    assert header["classes"][int(arrays["predicted"][marked])] == "carton"


def test_the_browser_reads_the_same_columns() -> None:
    """columns.js names what `list` sends by its place."""
    script = (HERE / "columns.js").read_text(encoding="utf-8")
    assert 'LIES = ["border", ...CORNERS, "x", "y", "area", "entropy"]' in script
    corners = re.search(r"CORNERS = \[(.*)\]", script)
    assert corners
    assert corners[1] == '"upper left", "upper right", "lower left", "lower right"'
