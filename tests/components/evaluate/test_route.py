"""The way of small photos to the browser."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components.evaluate import route
from components.evaluate.glances import MOST
from components.evaluate.told import Told
from tests.components.evaluate.made_up import jpeg, made_up
from tests.components.packed import read


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[route.route]))


@pytest.fixture(scope="module")
def told() -> Told:
    return Told(made_up())


def test_photos_come_by_their_numbers(client: TestClient, told: Told) -> None:
    marked, silent = told.number["carton/marked-03.jpg"], told.number["silent"]
    answer = client.get(f"{route.PATH}{told.glances.token}?photos={marked},{silent}")
    assert answer.status_code == 200
    header, arrays = read(answer.content)
    first, second = header["photos"]
    assert (first["photo"], first["size"], first["window"]) == (marked, [24, 16], [0, 0, 24, 16])
    assert arrays[first["jpeg"]] == jpeg(4 * 3)
    heat = arrays[first["map"]]
    assert heat.shape == (16, 16)
    np.testing.assert_allclose(heat.sum(), 1, atol=1e-5)
    assert (second["photo"], second["map"]) == (silent, None)


def test_photos_that_are_not_there_are_left_out(client: TestClient, told: Told) -> None:
    broken = told.number["broken.jpg"]
    answer = client.get(f"{route.PATH}{told.glances.token}?photos={broken},999999")
    assert read(answer.content)[0]["photos"] == []


@pytest.mark.parametrize("asked", ["", "x", "-1", "1,,2", "1.5", "٣", "9" * 40])
def test_anything_but_numbers_is_refused(client: TestClient, told: Told, asked: str) -> None:
    answer = client.get(f"{route.PATH}{told.glances.token}", params={"photos": asked})
    assert answer.status_code == 400


def test_one_question_gets_so_many_photos(client: TestClient, told: Told) -> None:
    many = ",".join(["1"] * (MOST + 10))
    answer = client.get(f"{route.PATH}{told.glances.token}?photos={many}")
    assert len(read(answer.content)[0]["photos"]) == MOST


def test_photos_leave_with_their_page(client: TestClient) -> None:
    page = Told(made_up())
    address = f"{route.PATH}{page.glances.token}?photos=0"
    assert client.get(address).status_code == 200
    del page
    gc.collect()
    assert client.get(address).status_code == 404
