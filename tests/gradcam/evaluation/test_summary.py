"""Means, intervals and differences that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradcam.evaluation.summary import Interval, differences, means

NAN = math.nan


def test_two_photos_by_hand() -> None:
    """Of two photos, a draw gives 0, ½ or 1 with probability ¼, ½ and ¼: the middle 95 % is all."""
    assert means(np.array([[0.0], [1.0]])) == [Interval(0.5, 0.0, 1.0, 2)]


def test_interval_of_many_yes_and_no_is_the_binomial_one() -> None:
    """Of 400 photos half are hits: 1.96 · √(½ · ½ / 400) = 0.049 to either side."""
    (found,) = means(np.repeat([[0.0], [1.0]], 200, axis=0))
    assert found is not None
    assert found.mean == 0.5
    assert found.low == pytest.approx(0.5 - 0.049, abs=0.004)
    assert found.high == pytest.approx(0.5 + 0.049, abs=0.004)


def test_photos_without_a_number_are_left_out_not_zero() -> None:
    values = np.array([[4.0, NAN], [2.0, NAN], [NAN, NAN]])
    first, second = means(values)
    assert first is not None
    assert (first.mean, first.photos) == (3.0, 2)
    assert (first.low, first.high) == (2.0, 4.0)
    assert second is None


def test_no_photos_have_no_mean() -> None:
    assert means(np.empty((0, 2))) == [None, None]


def test_classes_count_alike_however_many_photos_they_have() -> None:
    """Class a: 1 and 1 and 1; class b: 0. By photos ¾, by classes ½.

    A draw holds class a alone with probability (¾)⁴ = 32 %, b alone with (¼)⁴ = 0.4 %.
    """
    values = np.array([[1.0], [1.0], [1.0], [0.0]])
    (by_photo,), (by_class,) = means(values), means(values, ["a", "a", "a", "b"])
    assert by_photo is not None
    assert by_class is not None
    assert (by_photo.mean, by_class.mean) == (0.75, 0.5)
    assert (by_class.low, by_class.high) == (0.5, 1.0)


def test_differences_are_taken_photo_by_photo() -> None:
    """Two methods whose own intervals overlap, but of which one is always better by 0.1."""
    base = np.linspace(0, 1, 50)
    values = np.stack([base + 0.1, base], axis=1)
    first, second = means(values)
    assert first is not None
    assert second is not None
    assert first.low < second.high
    ((_, same), (apart,)) = (differences(values, [(0, 1), (0, 0)]), differences(values, [(0, 1)]))
    assert apart is not None
    assert apart.low == pytest.approx(0.1)
    assert apart.high == pytest.approx(0.1)
    assert apart.apart
    assert same is not None
    assert (same.mean, same.apart) == (0.0, False)


def test_five_photos_that_all_agree_may_be_chance() -> None:
    """Five coins fall alike one time in 16; six one time in 32, which is less than one in 20."""
    five, six = (Interval(0.1, 0.1, 0.1, photos) for photos in (5, 6))
    assert (five.apart, six.apart) == (False, True)


def test_a_pair_needs_both_numbers() -> None:
    (found,) = differences(np.array([[1.0, 0.5], [9.0, NAN]]), [(0, 1)])
    assert found == Interval(0.5, 0.5, 0.5, 1)


def test_the_same_photos_give_the_same_interval() -> None:
    values = np.random.default_rng(3).normal(size=(30, 2))
    assert means(values) == means(values)
    assert means(values) != means(values, seed=1)


def test_draws_in_parts_are_the_draws_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(4).normal(size=(20, 1))
    whole = means(values, draws=50)
    monkeypatch.setattr("gradcam.evaluation.summary._AT_ONCE", 20 * 7)
    assert means(values, draws=50) == whole


def test_19_of_20_intervals_hold_the_true_mean() -> None:
    generator = np.random.default_rng(5)
    columns = means(generator.normal(2.0, 1.0, size=(60, 300)), draws=400)
    held = [one is not None and one.low <= 2.0 <= one.high for one in columns]
    assert 0.90 <= np.mean(held) <= 0.98
