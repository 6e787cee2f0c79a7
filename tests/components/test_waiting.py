"""What is said while people wait: how far a job is, its place in the queue, and who shares."""

from __future__ import annotations

from threading import Event

import pytest

from components.jobs import Jobs, Place, Progress
from components.waiting import place_words, queued, stage
from gradcam.watch import Cancelled

SOON = 5


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(1, []), "next in the queue"),
        (Place(1, ["Score-CAM"]), "next in the queue, after another visitor's Score-CAM"),
        (Place(2, ["Score-CAM"] * 2), "2nd in the queue, after 2 other visitors' Score-CAM"),
        (Place(3, ["Score-CAM", "X"]), "3rd in the queue, after 2 other visitors' slow answers"),
    ],
)
def test_a_place_in_words(place: Place, words: str) -> None:
    assert place_words(place) == words


def test_a_job_waits_and_then_takes_turns() -> None:
    jobs, begun, go_on = Jobs(at_once=1, sliced=False), Event(), Event()

    def work(progress: Progress, _cancelled: Cancelled) -> None:
        progress(50, 100)
        begun.set()
        assert go_on.wait(SOON)

    first = jobs.ask("a", "Score-CAM", work, visitor="ann", name="ann's secret.jpg")
    other = jobs.ask("b", "Ablation-CAM", work, visitor="ben")
    assert begun.wait(SOON)
    assert stage(first, "ann") == "50 %, about 1 s left"
    assert queued(first, "ann") == ""
    assert stage(other, "ben") == "next in the queue, after another visitor's Score-CAM"
    go_on.set()
    assert first.ended.wait(SOON)
    assert other.ended.wait(SOON)


def test_jobs_that_share_the_server_say_so() -> None:
    jobs, go_on = Jobs(at_once=3, sliced=False), Event()

    def work(_progress: Progress, _cancelled: Cancelled) -> None:
        assert go_on.wait(SOON)

    going = [jobs.ask(name, "Score-CAM", work, visitor=name) for name in ("ann", "ben", "cid")]
    assert stage(going[0], "ann") == "starting, in turns with 2 others"
    go_on.set()
    assert all(job.ended.wait(SOON) for job in going)
