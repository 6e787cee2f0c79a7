"""A model's lock: reentrant, and fair to who waits."""

from __future__ import annotations

from threading import Event, Thread
from time import monotonic, sleep

import pytest

from gradcam.backends.lock import FairLock

SOON = 5


def test_who_holds_it_may_enter_again() -> None:
    lock, entered = FairLock(), Event()

    def other() -> None:
        with lock:
            entered.set()

    with lock:
        with lock:
            pass
        thread = Thread(target=other)
        thread.start()
        assert not entered.wait(0.05)
    assert entered.wait(SOON)
    thread.join(SOON)


def test_those_who_wait_get_it_in_their_order() -> None:
    lock, order = FairLock(), list[int]()

    def wait(n: int) -> None:
        with lock:
            order.append(n)

    threads = [Thread(target=wait, args=(n,)) for n in range(8)]
    with lock:
        for n, thread in enumerate(threads, start=1):
            thread.start()
            while len(lock._line) < n:
                sleep(0.001)
    for thread in threads:
        thread.join(SOON)
    assert order == list(range(8))


def test_a_loop_that_holds_it_nearly_always_starves_nobody() -> None:
    """Ten short holds wait for one long hold each, at most: 20 ms, and not until the loop ends."""
    lock, stop = FairLock(), Event()

    def loop() -> None:
        while not stop.is_set():
            with lock:
                sleep(0.02)

    thread = Thread(target=loop)
    thread.start()
    began = monotonic()
    for _ in range(10):
        with lock:
            pass
    assert monotonic() - began < 3
    stop.set()
    thread.join(SOON)


def test_an_error_gives_it_back() -> None:
    lock = FairLock()
    with pytest.raises(ValueError, match="no"), lock:
        raise ValueError("no")
    with lock:
        pass
    assert lock._owner is None
