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


def test_slow_work_waits_half_a_second_at_most() -> None:
    clock = Clock()
    turns = Turns(clock)
    with turns.quick():
        clock.ticks = 0.1
        assert turns.slice() == 0.05
    assert 0.5 <= clock.now <= 1.2


def test_what_takes_two_seconds_is_not_quick() -> None:
    clock = Clock()
    turns = Turns(clock)
    with turns.quick():
        assert turns.busy
        clock.now = 2.0
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
