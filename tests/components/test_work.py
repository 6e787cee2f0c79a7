"""Slow answers: one at a time, shared by who asks the same, stopped by a click or when unseen."""

from __future__ import annotations

import time
from threading import Event, Lock
from typing import Any

from components.work import Desk, Work
from gradcam.errors import CancelledError, GradcamError
from gradcam.watch import Cancelled, Progress

SOON = 5  # seconds


def quick(progress: Progress, _cancelled: Cancelled) -> Any:
    progress(1, 1)
    return "done"


def endless(progress: Progress, cancelled: Cancelled) -> Any:
    """Until cancelled."""
    progress(1, 100)
    while not cancelled():
        time.sleep(0.01)
    raise CancelledError("Cancelled.", hint="")


def test_an_answer_is_made_once() -> None:
    desk = Desk()
    first = desk.ask("q", "Q", quick)
    assert first.ended.wait(SOON)
    assert (first.result, first.share) == ("done", 1.0)
    assert desk.ask("q", "Q", endless) is first


def test_a_stopped_one_is_cancelled_at_once_and_begins_anew_when_forgotten() -> None:
    desk = Desk()
    work = desk.ask("q", "Q", endless)
    work.stop.set()
    assert work.cancelled
    assert work.ended.wait(SOON)
    assert desk.ask("q", "Q", quick) is work
    desk.forget([work])
    again = desk.ask("q", "Q", quick)
    assert again.ended.wait(SOON)
    assert again.result == "done"


def test_one_that_waits_for_its_turn_can_be_stopped_too() -> None:
    desk = Desk()
    running = desk.ask("a", "A", endless)
    waiting = desk.ask("b", "B", quick)
    waiting.stop.set()
    assert waiting.ended.wait(SOON)
    assert waiting.result is None
    assert not running.ended.is_set()
    running.stop.set()
    assert running.ended.wait(SOON)


def test_what_came_out_in_spite_of_a_stop_is_kept() -> None:
    work = Work("Q")
    work.stop.set()
    work.run(quick, Lock())
    assert work.ended.is_set()
    assert not work.cancelled
    assert work.result == "done"


def test_nobody_looks_any_more() -> None:
    desk = Desk()
    work = desk.ask("q", "Q", endless)
    work.seen -= 60
    assert work.ended.wait(SOON)
    assert work.cancelled
    assert desk.ask("q", "Q", quick) is not work  # who comes back starts it again


def test_an_unexpected_error_is_told_without_its_details() -> None:
    def broken(_progress: Progress, _cancelled: Cancelled) -> Any:
        raise ValueError("secret path")

    work = Desk().ask("q", "Score-CAM", broken)
    assert work.ended.wait(SOON)
    assert isinstance(work.error, GradcamError)
    assert "Score-CAM" in str(work.error)
    assert "secret" not in str(work.error)


def test_the_time_left_is_at_the_pace_so_far() -> None:
    work = Work("Q")
    assert work.seconds_left is None
    work.report(1, 4)
    work.started = time.monotonic() - 10
    left = work.seconds_left
    assert left is not None
    assert abs(left - 30) < 1


def test_events_end_last() -> None:
    """Whoever sees `ended` sees the result."""
    seen: list[Any] = []
    work = Work("Q")
    work.ended = _Spy(lambda: seen.append(work.result))
    work.run(quick, Lock())
    assert seen == ["done"]


class _Spy(Event):
    def __init__(self, on_set: Any) -> None:
        super().__init__()
        self._on_set = on_set

    def set(self) -> None:
        self._on_set()
        super().set()
