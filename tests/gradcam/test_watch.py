"""Work in slices: each sized to the time it may take, and given a turn."""

from __future__ import annotations

import pytest

from gradcam import watch as module
from gradcam.errors import CancelledError
from gradcam.watch import Watch


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: now[0])
    return now


def sizes(
    watch: Watch, count: int, most: int, seconds_each: float, clock: list[float]
) -> list[int]:
    """Return the sizes of the slices if every item takes so long."""
    found = []
    for part in watch.slices(count, most):
        found.append(part.stop - part.start)
        clock[0] += seconds_each * found[-1]
    return found


def test_slices_take_a_quarter_of_a_second(clock: list[float]) -> None:
    """At 10 ms an item: 4 to find out, four times as many, then 25."""
    assert sizes(Watch(cancelled=lambda: False), 70, 99, 0.01, clock) == [4, 16, 25, 25]


def test_slices_are_alike_where_nobody_waits(clock: list[float]) -> None:
    """Whatever an item takes, so that the same work gives the same numbers."""
    assert sizes(Watch(), 20, 99, 0.01, clock) == sizes(Watch(), 20, 99, 9.0, clock) == [8, 8, 4]
    assert sizes(Watch(), 5, 2, 0.01, clock) == [2, 2, 1]


def test_who_gives_turns_says_how_long_they_are(clock: list[float]) -> None:
    """At 10 ms an item and 50 ms a turn: 1 to find out, then 4, then 5."""
    asked: list[int] = []

    def turn() -> float:
        asked.append(watch.done)
        return 0.05

    watch = Watch(turn=turn)
    assert sizes(watch, 13, 99, 0.01, clock) == [1, 4, 5, 3]
    assert asked == [0, 1, 5, 10]


def test_a_slice_is_never_empty_and_never_larger_than_allowed(clock: list[float]) -> None:
    assert sizes(Watch(turn=lambda: 0.05), 3, 9, 1.0, clock) == [1, 1, 1]
    assert sizes(Watch(), 7, 3, 1e-6, clock) == [3, 3, 1]


def test_waiting_for_a_turn_is_no_part_of_the_pace(clock: list[float]) -> None:
    def turn() -> float:
        clock[0] += 60.0
        return 0.05

    assert sizes(Watch(turn=turn), 11, 99, 1 / 128, clock) == [1, 4, 6]


def test_cancelled_work_stops_before_the_next_slice(clock: list[float]) -> None:
    watch = Watch(cancelled=lambda: watch.done >= 4)
    with pytest.raises(CancelledError):
        sizes(watch, 99, 99, 0.01, clock)
    assert watch.done == 4
