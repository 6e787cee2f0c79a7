"""The two pointing games, with distances and shares that can be counted."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam.metrics.ordering import order
from gradcam.metrics.pointing import energy, hit, inside
from gradcam.types import Window

WHOLE = Window(0, 0, 100, 100)


def peak_at(x: int, y: int, side: int = 100) -> np.ndarray:
    heat = np.zeros((side, side), np.float32)
    heat[y, x] = 1
    return heat


def points(x: int, y: int, *boxes: tuple[float, float, float, float]) -> bool:
    return hit(order(peak_at(x, y)), (100, 100), WHOLE, boxes)


def test_a_hit_is_less_than_15_pixels_from_the_nearest_pixel_of_the_object() -> None:
    box = (40, 50, 60, 70)  # its leftmost pixels are in column 40
    assert points(50, 60, box)
    assert points(26, 60, box)  # 14 columns away
    assert not points(25, 60, box)  # 15 columns away, which is not less
    assert points(59 + 14, 60, box)
    assert not points(59 + 15, 60, box)


def test_diagonally_the_distance_is_euclidean() -> None:
    box = (40, 50, 60, 70)
    assert points(40 - 10, 50 - 11, box)  # √221 = 14.9
    assert not points(40 - 11, 50 - 11, box)  # √242 = 15.6


def test_it_agrees_with_torchrays_acceptance_zone_on_every_pixel() -> None:
    """TorchRay: any object pixel with (x − x₀)² + (y − y₀)² < 15²."""
    box = (10, 20, 33, 31)
    mask = np.zeros((60, 60), bool)
    mask[20:31, 10:33] = True
    y, x = np.mgrid[:60, :60]
    for row in range(0, 60, 3):
        for column in range(0, 60, 3):
            zone = (x - column) ** 2 + (y - row) ** 2 < 15**2
            found = hit(order(peak_at(column, row, 60)), (60, 60), Window(0, 0, 60, 60), [box])
            assert found == (mask & zone).any()


def test_the_tolerance_is_in_the_photo_and_any_of_several_objects_counts() -> None:
    # The model sees 50 × 50 pixels of a crop that is 500 wide and begins at (100, 200).
    window, size = Window(100, 200, 600, 700), (50, 50)
    peak = order(peak_at(10, 20, 50))  # the photo's (205, 405)
    assert hit(peak, size, window, [(219, 400, 230, 410)])  # 14.5 to the centre of its first pixel
    assert not hit(peak, size, window, [(220, 400, 230, 410)])
    assert hit(peak, size, window, [(500, 500, 510, 510), (205, 405, 206, 406)])


def test_energy_is_the_share_of_the_map_in_the_box_rows_and_columns_not_swapped() -> None:
    heat = np.zeros((4, 8), np.float32)
    heat[3, 1], heat[0, 6] = 3, 1  # below left, above right
    window = Window(0, 0, 80, 40)
    assert energy(heat, window, [(0, 20, 40, 40)]) == pytest.approx(3 / 4)
    assert energy(heat, window, [(40, 0, 80, 20)]) == pytest.approx(1 / 4)
    assert energy(heat, window, [(0, 0, 80, 40)]) == pytest.approx(1)
    # Half of the pixel that holds 3: its columns are 10 to 20.
    assert energy(heat, window, [(0, 0, 15, 40)]) == pytest.approx(1.5 / 4)


def test_what_two_boxes_share_counts_once() -> None:
    even = np.ones((10, 10), np.float32)
    window = Window(0, 0, 10, 10)
    found = energy(even, window, [(0, 0, 6, 10), (4, 0, 8, 10)])
    assert found == pytest.approx(0.8)
    assert inside((10, 10), window, [(0, 0, 6, 10), (4, 0, 8, 10)]).max() == 1
