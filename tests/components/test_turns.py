"""Slow work gives way to quick work, but never for long."""

from __future__ import annotations

import os
import sys
from threading import Semaphore, Thread
from time import sleep

import pytest

from components.turns import Turns, step_back

SOON = 5  # seconds


class Clock:
    """Says 0 s until it is told to tick; each reading then adds a tenth of a second."""

    def __init__(self) -> None:
        self.now = 0.0
        self.ticks = 0.0

    def __call__(self) -> float:
        self.now += self.ticks
        return self.now


def test_slow_work_waits_until_quick_work_has_ended() -> None:
    """The clock stands still, so nothing but the end of the quick work lets the slow work go on."""
    turns, order = Turns(Clock()), list[str]()

    def slow() -> None:
        turns.slice()
        order.append("slow")

    with turns.quick():
        thread = Thread(target=slow)
        thread.start()
        with turns.quick():
            order.append("first click")
        order.append("second click")
    thread.join(SOON)
    assert order == ["first click", "second click", "slow"]


def test_slow_work_waits_a_third_of_a_second_at_most() -> None:
    clock = Clock()
    turns = Turns(clock)
    with turns.quick():
        clock.ticks = 0.1
        assert turns.slice() == 0.05
    assert 0.3 <= clock.now <= 1.2


def test_what_takes_ten_seconds_is_not_quick() -> None:
    clock = Clock()
    turns = Turns(clock)
    with turns.quick():
        assert turns.busy
        clock.now = 10.0
        assert not turns.busy
        assert turns.slice() == 0.05  # the clock stands still: it would wait for ever


def test_quick_work_that_fails_is_over() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="no"), turns.quick():
        raise ValueError("no")
    assert not turns.busy


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities for threads")
def test_stepping_back_lowers_the_priority_of_one_thread_only() -> None:
    before, found = os.getpriority(os.PRIO_PROCESS, 0), list[int]()

    def work() -> None:
        step_back()
        found.append(os.getpriority(os.PRIO_PROCESS, 0))

    thread = Thread(target=work)
    thread.start()
    thread.join(SOON)
    assert found == [max(before, 10)]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_cameras_take_turns_in_the_order_of_their_frames() -> None:
    """Three cameras send while a frame is worked on; each gets one before any gets a second."""
    turns, order = Turns(Clock()), list[str]()
    waiting = Semaphore(0)

    def watch(name: str) -> None:
        waiting.release()
        with turns.frame():
            order.append(name)

    threads = [Thread(target=watch, args=(name,)) for name in "abcabc"]
    with turns.frame():
        for n, thread in enumerate(threads, start=2):
            thread.start()
            waiting.acquire(timeout=SOON)
            while len(turns._frames) < n:
                sleep(0.001)
        assert order == []
    for thread in threads:
        thread.join(SOON)
    assert order == list("abcabc")


def test_a_frame_waits_for_a_click_but_not_for_long() -> None:
    clock = Clock()
    turns = Turns(clock)
    with turns.quick():
        clock.ticks = 0.1
        with turns.frame():
            assert clock.now < 1


def test_a_frame_that_fails_gives_its_turn_back() -> None:
    turns = Turns(Clock())
    with pytest.raises(ValueError, match="broken"), turns.frame():
        raise ValueError("broken")
    with turns.frame():
        pass


def in_lanes(turns: Turns, clock: Clock, work: dict[str, tuple[str, float]], slices: int) -> str:
    """Run a thread for each lane until it had so many slices; return the lanes in their order.

    work : the visitor of each lane, and how many seconds each of its slices takes.
    """
    order, gate = list[str](), Semaphore(0)

    def run(name: str, visitor: str, seconds: float) -> None:
        with turns.lane(lambda: [visitor]):
            gate.acquire(timeout=SOON)
            for _ in range(slices):
                turns.slice()
                order.append(name)
                clock.now += seconds

    threads = [Thread(target=run, args=(name, *of)) for name, of in work.items()]
    with turns.quick():  # the clock stands still, so all wait until the end of this
        for n, thread in enumerate(threads, start=1):
            thread.start()
            while len(turns._lanes) < n:
                sleep(0.001)
            gate.release()
            while not turns._lanes[-1].waiting:
                sleep(0.001)
    for thread in threads:
        thread.join(SOON)
    return "".join(order)


def test_lanes_of_two_visitors_take_turns() -> None:
    clock = Clock()
    order = in_lanes(Turns(clock), clock, {"a": ("ann", 0.0625), "b": ("ben", 0.0625)}, 4)
    assert order == "abababab"


def test_a_visitor_with_two_lanes_gets_no_more_than_another_with_one() -> None:
    clock = Clock()
    work = {"a": ("ann", 0.0625), "A": ("ann", 0.0625), "b": ("ben", 0.0625)}
    order = in_lanes(Turns(clock), clock, work, 4)
    assert order[:8].count("b") == 4
    assert sorted(order) == sorted("aaaaAAAAbbbb")


def test_seconds_count_rather_than_slices() -> None:
    """Ann's slices take four times as long, so Ben gets about four in the time of one of hers."""
    clock = Clock()
    order = in_lanes(Turns(clock), clock, {"a": ("ann", 0.25), "b": ("ben", 0.0625)}, 8)
    assert order[:10].count("b") == 8
    assert clock.now == 8 * (0.25 + 0.0625)


def test_who_comes_later_does_not_first_get_all_that_others_had() -> None:
    clock = Clock()
    turns = Turns(clock)
    with turns.lane(lambda: ["ann"]):
        for _ in range(100):
            turns.slice()
            clock.now += 1
        with turns._changed:
            assert turns._score("ben") == turns._score("ann") == pytest.approx(99)


def test_a_lane_that_does_something_else_holds_nobody_up() -> None:
    """Half a second after its slice began, it is reading files, or in a step that takes long."""
    clock, order = Clock(), list[str]()
    turns = Turns(clock)

    def other() -> None:
        with turns.lane(lambda: ["ben"]):
            turns.slice()
            order.append("ben")

    with turns.lane(lambda: ["ann"]):
        turns.slice()
        thread = Thread(target=other)
        thread.start()
        thread.join(0.2)
        assert order == []
        clock.now += 0.5
        thread.join(SOON)
        assert order == ["ben"]


def test_all_lanes_together_wait_for_clicks_as_one_does() -> None:
    """While clicks go on, one slice of any lane is done each 0.3 seconds."""
    clock = Clock()
    turns = Turns(clock)
    with turns.quick(), turns.lane(lambda: ["ann"]):
        turns._last = clock.now
        clock.ticks = 0.02
        turns.slice()
        assert 0.3 <= clock.now < 0.5
