"""The page, its sentences and plots, from rows that are made up."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from gradcam.evaluation.page import page
from gradcam.evaluation.plots import scale_of
from gradcam.evaluation.results import Evaluation, Setting, gathered
from gradcam.evaluation.summary import Interval
from gradcam.evaluation.words import conclusion

METRICS = ("insertion", "deletion")
EVIL = '<img src=x onerror="alert(1)">'


def scored(method: str, deletion: float | None, layer: str = "last") -> dict[str, Any]:
    steps = {"fractions": [0.0, 0.5, 1.0], "probabilities": [0.9, deletion or 0.0, 0.1]}
    curves = [{"name": "deletion", **steps}, {"name": "insertion", **steps}]
    why = "" if deletion is not None else "No positive evidence for this class at this layer."
    return {
        "layer": layer, "method": method, "why": why, "deletion": deletion,
        "insertion": None if deletion is None else 1 - deletion, "curves": curves,
    }  # fmt: skip


def rows(*photos: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"file": f"{n}.jpg", "error": None, "class_index": 0, "scores": scores}
        for n, scores in enumerate(photos)
    ]


def of(*deletions: tuple[float, float, float]) -> Evaluation:
    """Three photos each with these numbers of Grad-CAM, LayerCAM and the random map."""
    names = ("gradcam", "layercam", "random")
    return gathered(
        rows(*[[scored(*pair) for pair in zip(names, one, strict=True)] for one in deletions] * 3),
        METRICS,
    )


def test_the_best_is_the_lowest_where_lower_is_better() -> None:
    evaluation = of((0.1, 0.3, 0.5), (0.2, 0.4, 0.6))
    by_deletion = evaluation.standings("deletion")
    assert [one.setting.method for one in by_deletion] == ["gradcam", "layercam", "random"]
    assert evaluation.standings("insertion")[0].setting.method == "gradcam"
    best, second, blind = by_deletion
    assert best.behind is None
    assert second.behind == Interval(pytest.approx(0.2), pytest.approx(0.2), pytest.approx(0.2), 6)
    assert (best.level, second.level, blind.level) == (True, False, False)
    assert conclusion("deletion", by_deletion, evaluation) == (
        "Grad-CAM comes first by deletion (0.150)."
    )


def test_two_methods_that_chance_cannot_tell_apart_are_named_together() -> None:
    evaluation = of((0.1, 0.2, 0.9), (0.2, 0.15, 0.9), (0.3, 0.29, 0.9))
    text = conclusion("deletion", evaluation.standings("deletion"), evaluation)
    assert text == (
        "Grad-CAM comes first by deletion (0.200), and no other method can be told apart from it."
    )


def test_few_photos_tell_nothing_apart() -> None:
    names = ("gradcam", "layercam")
    evaluation = gathered(
        rows([scored(*pair) for pair in zip(names, (0.1, 0.9), strict=True)]), METRICS
    )
    assert all(one.level for one in evaluation.standings("deletion"))
    assert conclusion("deletion", evaluation.standings("deletion"), evaluation) == (
        "Grad-CAM comes first by deletion (0.100) "
        "on 1 photo, which is too few to tell methods apart."
    )


def test_a_baseline_that_does_as_well_is_said() -> None:
    evaluation = of((0.2, 0.5, 0.1), (0.2, 0.5, 0.1))
    text = conclusion("deletion", evaluation.standings("deletion"), evaluation)
    assert text.endswith("The random map does at least as well, without having seen the model.")


def test_mean_curve_by_hand() -> None:
    """At half of the pixels the photos have 0.1 and 0.3, so the mean is 0.2."""
    evaluation = of((0.1, 0.3, 0.5), (0.3, 0.4, 0.6))
    curve = evaluation.curves["deletion"][Setting("last", "gradcam")]
    assert curve.fractions == (0.0, 0.5, 1.0)
    assert curve.probabilities == pytest.approx((0.9, 0.2, 0.1))


def test_every_difference_is_there_once() -> None:
    evaluation = of((0.1, 0.3, 0.5), (0.2, 0.4, 0.6))
    found = {
        (one.first.method, one.second.method): one.interval and one.interval.mean
        for one in evaluation.differences("deletion")
    }
    assert found == {
        ("gradcam", "layercam"): pytest.approx(-0.2),
        ("gradcam", "random"): pytest.approx(-0.4),
        ("layercam", "random"): pytest.approx(-0.2),
    }


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, _: object) -> None:
        self.seen.add(tag)
        if tag not in ("meta", "line", "rect", "circle", "polyline"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("line", "rect", "circle", "polyline"):
            assert self.open.pop() == tag


def test_the_page_is_whole_and_untrusted_text_stays_text() -> None:
    evaluation = gathered(
        [
            *rows(
                [scored("gradcam", 0.1, EVIL), scored("layercam", None, EVIL)],
                [scored("gradcam", 0.3, EVIL), scored("layercam", 0.4, EVIL)],
            ),
            {"file": EVIL, "error": f"{EVIL} is no photo."},
        ],
        METRICS,
    )
    html = page(evaluation, "Which method?", [("Model", EVIL)])
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert not tags.seen & {"img", "script", "a", "iframe"}
    assert "style=" not in html
    assert "no number for 1 photo" in html
    assert "is no photo." in html


def test_a_page_without_photos_says_so() -> None:
    assert "No photo was scored." in page(gathered([], METRICS), "Which method?", [])


def test_scale_has_round_marks_around_all_intervals() -> None:
    scale = scale_of([Interval(0.5, 0.4, 0.52, 3)])
    assert scale.ticks == (0.4, 0.425, 0.45, 0.475, 0.5, 0.525)
    assert (scale.at(0.4), scale.at(0.525)) == ("0.00%", "100.00%")
    flat = scale_of([Interval(0.5, 0.5, 0.5, 1)])
    assert flat.low < 0.5 < flat.high
