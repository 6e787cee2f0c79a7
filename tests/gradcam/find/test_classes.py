"""A class's groups and suspects, on made-up maps of which it is known what is in them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from gradcam.errors import GradcamError
from gradcam.find.classes import ClassFound, arranged
from gradcam.types import Floats
from tests.gradcam.find.made_up import blobs, honest, marked


def jpeg(grey: int = 128) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), (grey, grey, grey)).save(buffer, "JPEG")
    return buffer.getvalue()


def found(*parts: tuple[Floats, Floats]) -> ClassFound:
    maps, textures = (np.concatenate(each) for each in zip(*parts, strict=True))
    return of(maps, textures, [jpeg()] * len(maps))


def of(maps: Floats, textures: Floats, thumbnails: list[bytes]) -> ClassFound:
    files = tuple(f"{n:03}.jpg" for n in range(len(maps)))
    one = arranged(7, "cup", files, maps, textures)
    return ClassFound(
        7,
        "cup",
        files,
        np.arange(len(maps)),
        maps,
        one.place,
        one.texture,
        one.suspects,
        thumbnails,
    )


def test_photos_with_a_mark_are_the_strongest_suspect() -> None:
    (best, *_) = found(honest(90, 0), marked(10, 1)).suspects
    assert set(best.files) == {f"{n:03}.jpg" for n in range(90, 100)}
    assert best.strong
    assert best.of == 100
    assert "10 of 100 photos" in best.sentence
    assert best.place == "at the lower left"


def test_a_mark_at_changing_places_is_found_by_its_texture() -> None:
    (best, *_) = found(honest(90, 0), marked(10, 1, moving=True)).suspects
    assert set(best.files) == {f"{n:03}.jpg" for n in range(90, 100)}
    assert (best.kind, best.place) == ("texture", "")
    assert "on the same thing" in best.sentence


@pytest.mark.parametrize("seed", range(3))
def test_an_honest_class_has_no_strong_suspect(seed: int) -> None:
    assert not any(one.strong for one in found(honest(100, seed)).suspects)


def test_copies_of_one_photo_count_once() -> None:
    maps, textures = honest(60, 0)
    again = np.repeat(maps[:1], 12, axis=0), np.repeat(textures[:1], 12, axis=0)
    alone, with_copies = found((maps, textures)), found((maps, textures), again)
    assert [one.of for one in with_copies.suspects] == [60] * len(alone.suspects)
    assert [one.score for one in with_copies.suspects] == pytest.approx(
        [one.score for one in alone.suspects], rel=0.2
    )


def test_photos_without_heat_stay_in_the_list() -> None:
    maps, textures = honest(30, 0)
    maps[3], textures[3] = np.nan, np.nan
    one = found((maps, textures))
    assert np.isnan(one.points[3]).all()
    assert one.clusters[3] == one.place.groups[3] == -1
    assert np.isfinite(np.delete(one.points, 3, axis=0)).all()
    assert one.average_map().sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 11])
def test_a_few_photos_are_arranged_without_suspects(count: int) -> None:
    one = found(honest(count, 0))
    assert one.points.shape == (count, 2)
    assert np.isfinite(one.points).all()
    assert one.suspects == ()


def test_a_class_without_any_heat() -> None:
    maps, textures = honest(20, 0)
    one = found((np.full_like(maps, np.nan), np.full_like(textures, np.nan)))
    assert np.isnan(one.points).all()
    assert one.suspects == ()
    assert not one.average_map().any()


def test_equal_input_gives_equal_output() -> None:
    first, second = (found(honest(40, 0), marked(6, 1)) for _ in range(2))
    np.testing.assert_array_equal(first.points, second.points)
    np.testing.assert_array_equal(first.clusters, second.clusters)
    assert first.suspects == second.suspects


def test_the_gap_counts_groups_far_apart() -> None:
    """Three groups of blobs without a neighbour in common: three eigenvalues of zero."""
    rng = np.random.default_rng(0)
    middles = np.concatenate([rng.normal(at, 0.01, (12, 2)) for at in (0.1, 0.5, 0.9)])
    _, textures = honest(36, 0)
    one = found((blobs(middles), textures))
    assert one.gap == 3
    np.testing.assert_allclose(one.eigenvalues[:3], 0, atol=1e-9)
    assert one.eigenvalues[3] > 0.1
    for start in (0, 12, 24):
        assert len(set(one.place.groups[start : start + 12])) == 1
    assert len(set(one.place.groups)) == 3


def test_averages_by_hand() -> None:
    """Grey 100 and grey 200 are 150 on average; the second map alone is itself."""
    maps, textures = honest(2, 0)
    one = of(maps, textures, [jpeg(100), jpeg(200)])
    assert abs(int(one.average_photo()[40, 40, 0]) - 150) <= 1
    np.testing.assert_array_equal(one.average_map(one.numbers(["001.jpg"])), maps[1])
    with pytest.raises(GradcamError, match="not a photo explained as cup"):
        one.numbers(["002.jpg"])
