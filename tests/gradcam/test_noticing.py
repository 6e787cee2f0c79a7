"""What follows from a curve, on curves whose means and intervals can be worked out by hand."""

from __future__ import annotations

import math

import pytest

from gradcam.noticing import falls_at, number, point, sentence, together, verdict

BLOCKS = ("fc", "layer2", "layer1")


def curve(*means: float, error: float = 0.0) -> tuple:
    """A curve of two runs at each depth, `error` above and below the mean.

    Student's t for one degree of freedom is 12.71, and the standard error of two values m ± d is d.
    """
    d = error / 12.71
    return tuple(point([mean - d, mean + d]) for mean in means)


def test_mean_and_interval_by_hand() -> None:
    """Mean 0.5; variance (0.09 + 0 + 0.09) / 2 = 0.09; error 4.30 · 0.3 / √3 = 0.7448."""
    found = point([0.2, 0.5, 0.8])
    assert found.mean == pytest.approx(0.5)
    assert found.error == pytest.approx(4.30 * 0.3 / math.sqrt(3))


def test_runs_without_a_number_are_left_out_and_counted() -> None:
    found = point([None, 0.4, None])
    assert (found.mean, found.error, found.dead) == (0.4, math.inf, 2)
    assert point([None]).mean is None


def test_it_falls_where_it_stays_below_a_half() -> None:
    assert falls_at(curve(1, 0.4, 0.6, 0.1)) == 3
    assert falls_at(curve(1, 0.4, 0.3, 0.1)) == 1
    assert falls_at(curve(1, 0.9, 0.9, 0.9)) == 4


@pytest.mark.parametrize(
    ("means", "error", "expected"),
    [
        ((1, 0.1, 0.0, 0.1), 0.3, "notices"),
        ((1, 0.9, 0.4, 0.1), 0.3, "notices late"),
        ((1, 0.9, 0.9, 0.9), 0.3, "does not notice"),
        ((1, 0.4, 0.4, 0.3), 0.3, "unclear"),
        ((1, 0.9, 0.7, 0.6), 0.3, "unclear"),
    ],
)
def test_the_interval_of_the_last_point_decides(means, error, expected) -> None:
    assert verdict(curve(*means, error=error)) == expected


def test_a_single_run_decides_nothing() -> None:
    assert verdict((point([1.0]), point([0.0]))) == "unclear"


def test_sentences_hold_the_numbers_they_follow_from() -> None:
    said = sentence("Grad-CAM", curve(1, 0.1, 0.05, -0.004), BLOCKS)
    assert said == (
        "Grad-CAM notices: the rank correlation falls from 1 to 0.10 with only “fc” random, and to "
        "0.00 with all 3 blocks random."
    )
    said = sentence("LayerCAM", curve(1, 0.9, 0.7, 0.2), BLOCKS)
    assert said == (
        "LayerCAM notices late: with 2 of 3 blocks random the rank correlation is still 0.70; it "
        "falls to 0.20 with all 3 blocks random."
    )
    said = sentence("the edge detector", curve(1, 1, 1, 1), BLOCKS)
    assert said == (
        "The edge detector does not notice: the rank correlation is still 1.00 with all 3 blocks "
        "random."
    )
    said = sentence("Grad-CAM", curve(1, 0.4, 0.4, 0.3, error=0.25), BLOCKS)
    assert said == (
        "It is unclear whether Grad-CAM notices: the rank correlation is 0.30, give or take 0.25, "
        "with all 3 blocks random."
    )


def test_empty_maps_are_said() -> None:
    dead = (point([1.0]), point([0.1, None]), point([None, None]))
    assert verdict(dead) == "nothing to compare"
    assert sentence("Grad-CAM", dead, BLOCKS[:2]) == (
        "Whether Grad-CAM notices cannot be told: with all 2 blocks random its map shows nothing. "
        "3 of 5 maps had nothing to compare."
    )


def test_a_network_of_one_block() -> None:
    said = sentence("Grad-CAM", curve(1, 0.1), ("fc",))
    assert said == "Grad-CAM notices: the rank correlation falls from 1 to 0.10 with “fc” random."


def test_all_methods_in_one_sentence() -> None:
    found = {
        "Grad-CAM": curve(1, 0.1, 0.1),
        "LayerCAM": curve(1, 0.9, 0.1),
        "Grad-CAM++": curve(1, 0.9, 0.2),
        "XGrad-CAM": curve(1, 0.5, 0.5, error=0.3),
        "the edge detector": curve(1, 1, 1),
    }
    assert together(found) == (
        "Grad-CAM notices; LayerCAM and Grad-CAM++ notice late; for XGrad-CAM it is unclear; the "
        "edge detector does not notice."
    )


def test_minus_zero_is_zero() -> None:
    assert number(-0.001) == "0.00"
    assert number(-0.436) == "−0.44"
    assert number(None) == "not defined"
