"""Background jobs: shared by equal requests, run in turn or at once, stopped on request."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from threading import Event
from typing import Any
from weakref import ref

import pytest

from components.jobs import Cancelled, Job, Jobs, Place, Progress, log
from components.turns import turns
from gradcam import WeightsError
from gradcam.errors import CancelledError, GradcamError

SOON = 5  # seconds


def answers() -> Jobs:
    return Jobs(at_once=1, patience=5)


def at_once(_: Job) -> AbstractContextManager[None]:
    return nullcontext()


def quick(progress: Progress, _cancelled: Cancelled) -> Any:
    progress(1, 1)
    return "done"


def endless(progress: Progress, cancelled: Cancelled) -> Any:
    """Run until cancelled."""
    progress(1, 100)
    while not cancelled():
        time.sleep(0.01)
    raise CancelledError("Cancelled.", hint="")


def test_equal_requests_share_one_job() -> None:
    jobs = answers()
    first = jobs.ask("q", "Q", quick)
    assert first.ended.wait(SOON)
    assert (first.result, first.share) == ("done", 1.0)
    assert jobs.ask("q", "Q", endless) is first


def test_a_stopped_job_is_cancelled_at_once_and_restarts_when_forgotten() -> None:
    jobs = answers()
    job = jobs.ask("q", "Q", endless)
    job.stop.set()
    assert job.cancelled
    assert job.ended.wait(SOON)
    assert jobs.ask("q", "Q", quick) is job
    jobs.forget(["q"])
    again = jobs.ask("q", "Q", quick)
    assert again.ended.wait(SOON)
    assert again.result == "done"


def test_a_job_that_waits_for_its_turn_can_be_stopped_too() -> None:
    jobs = answers()
    running = jobs.ask("a", "A", endless)
    waiting = jobs.ask("b", "B", quick)
    waiting.stop.set()
    assert waiting.ended.wait(SOON)
    assert waiting.result is None
    assert not running.ended.is_set()
    running.stop.set()
    assert running.ended.wait(SOON)


def test_jobs_without_turns_run_side_by_side() -> None:
    jobs = Jobs()
    running = jobs.ask("a", "A", endless)
    other = jobs.ask("b", "B", quick)
    assert other.ended.wait(SOON)
    assert not running.ended.is_set()
    running.stop.set()
    assert running.ended.wait(SOON)


def test_a_result_that_arrives_despite_a_stop_is_kept() -> None:
    job = Job("q", "Q")
    job.stop.set()
    job.run(quick, at_once)
    assert job.ended.is_set()
    assert not job.cancelled
    assert job.result == "done"


def test_a_job_stops_when_no_page_looks() -> None:
    jobs = answers()
    job = jobs.ask("q", "Q", endless)
    job.seen[None] -= 60
    assert job.ended.wait(SOON)
    assert job.cancelled
    assert jobs.ask("q", "Q", quick) is not job  # a page that comes back restarts it


def test_without_patience_a_job_needs_no_page() -> None:
    job = Job("q", "Q")
    assert not job.should_stop()


def test_a_cancel_stops_the_job_only_once_nobody_else_waits_for_it() -> None:
    jobs = answers()
    job = jobs.ask("q", "Q", endless, visitor="ann")
    assert jobs.ask("q", "Q", endless, visitor="ben") is job
    job.leave("ann")
    assert (job.cancelled_by("ann"), job.cancelled_by("ben")) == (True, False)
    assert not job.stop.is_set()
    job.look("ann")  # her page draws its bar once more before it learns of the click
    job.leave("ben")
    assert job.ended.wait(SOON)
    assert job.cancelled_by("ben")


def test_who_cancelled_a_job_that_goes_on_may_join_it_again() -> None:
    jobs = answers()
    job = jobs.ask("q", "Q", endless, visitor="ann")
    jobs.ask("q", "Q", endless, visitor="ben")
    job.leave("ann")
    assert jobs.ask("q", "Q", endless, visitor="ann").cancelled_by("ann")
    jobs.forget(["q"], "ann")
    assert jobs.ask("q", "Q", endless, visitor="ann") is job
    assert not job.cancelled_by("ann")
    job.stop.set()
    assert job.ended.wait(SOON)


def test_whoever_cancelled_a_job_gets_its_result_all_the_same() -> None:
    job = Job("q", "Q")
    job.look("ben")
    job.leave("ann")
    job.run(quick, at_once)
    assert not job.cancelled_by("ann")
    assert job.result == "done"


def test_an_unexpected_error_is_reported_without_its_details() -> None:
    def broken(_progress: Progress, _cancelled: Cancelled) -> Any:
        raise ValueError("secret path")

    job = answers().ask("q", "Score-CAM", broken)
    assert job.ended.wait(SOON)
    assert isinstance(job.error, GradcamError)
    assert "Score-CAM" in str(job.error)
    assert "secret" not in str(job.error)


def test_the_time_left_assumes_the_pace_so_far() -> None:
    job = Job("q", "Q")
    assert job.seconds_left is None
    job.report(1, 4)
    job.started = time.monotonic() - 10
    left = job.seconds_left
    assert left is not None
    assert abs(left - 30) < 1


def test_progress_without_a_total_keeps_the_known_one() -> None:
    halfway, go_on = Event(), Event()

    def download(progress: Progress, _cancelled: Cancelled) -> None:
        progress(50, 200)
        halfway.set()
        assert go_on.wait(SOON)
        progress(200, None)

    jobs = Jobs()
    job = jobs.ask("x", "X", download, total=100)
    assert halfway.wait(SOON)
    assert (job.share, jobs.ask("x", "X", download)) == (0.25, job)
    go_on.set()
    assert job.ended.wait(SOON)
    assert (job.share, job.error) == (1.0, None)


@pytest.mark.parametrize("error", [WeightsError("No."), RuntimeError("secret")])
def test_a_failure_is_kept_until_forgotten(error: Exception) -> None:
    def fail(_progress: Progress, _cancelled: Cancelled) -> Any:
        raise error

    jobs = Jobs()
    job = jobs.ask("x", "X", fail)
    assert job.ended.wait(SOON)
    assert isinstance(job.error, GradcamError)
    assert "secret" not in str(job.error)
    assert jobs.ask("x", "X", fail) is job
    jobs.forget(["x"])
    assert jobs.ask("x", "X", fail) is not job


def test_a_running_job_is_not_forgotten() -> None:
    jobs = Jobs()
    job = jobs.ask("x", "X", endless)
    jobs.forget(["x"])
    assert jobs.ask("x", "X", endless) is job
    job.stop.set()
    assert job.ended.wait(SOON)


def test_ended_is_set_last() -> None:
    """Once `ended` is set, the result is there."""
    seen: list[Any] = []
    job = Job("q", "Q")
    job.ended = _Spy(lambda: seen.append(job.result))
    job.run(quick, at_once)
    assert seen == ["done"]


class _Spy(Event):
    def __init__(self, on_set: Any) -> None:
        super().__init__()
        self._on_set = on_set

    def set(self) -> None:
        self._on_set()
        super().set()


_ENDS_AT_WORK = """
import subprocess
import sys
import time
from components.jobs import Jobs

def work(progress, cancelled):
    while not cancelled():
        time.sleep(0.01)
    print("stopped", flush=True)

Jobs().ask("key", "Work", work)
"""


def test_the_end_of_the_server_stops_its_jobs_and_waits_for_them() -> None:
    """A thread that is still in a framework when Python ends would abort the process."""
    done = subprocess.run(
        [sys.executable, "-c", _ENDS_AT_WORK], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "stopped\n"
    assert done.returncode == 0


class Gate:
    """Work that begins when it is its turn, tells so, and ends when it is told to."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.go_on: dict[str, Event] = {}
        self.jobs = Jobs(at_once=1, sliced=False)

    def ask(
        self, name: str, visitor: str, title: str = "Score-CAM", jobs: Jobs | None = None
    ) -> Job:
        self.go_on[name] = Event()

        def work(_progress: Progress, cancelled: Cancelled) -> str:
            self.order.append(name)
            while not self.go_on[name].wait(0.01):
                if cancelled():
                    raise CancelledError("Cancelled.", hint="")
            return name

        return (jobs or self.jobs).ask(name, title, work, visitor=visitor, name=f"{name}.jpg")

    def finish(self, *jobs: Job) -> None:
        for job in jobs:
            self.go_on[str(job.key)].set()
            assert job.ended.wait(SOON)


def test_visitors_take_turns_however_many_one_asks_for() -> None:
    """Ann asks for four, then Ben and Cid for two each: round and round, not first come."""
    gate = Gate()
    asked = ["ann1", "ann2", "ann3", "ann4", "ben1", "ben2", "cid1", "cid2"]
    jobs = {name: gate.ask(name, name[:3]) for name in asked}
    for _ in asked:
        until(lambda: len(gate.order) > sum(job.ended.is_set() for job in jobs.values()))
        gate.finish(jobs[gate.order[-1]])
    assert gate.order == ["ann1", "ben1", "cid1", "ann2", "ben2", "cid2", "ann3", "ann4"]


def test_two_at_once_are_of_two_visitors() -> None:
    gate = Gate()
    gate.jobs = Jobs(at_once=2, sliced=False)
    jobs = [gate.ask("ann1", "ann"), gate.ask("ann2", "ann"), gate.ask("ben1", "ben")]
    until(lambda: len(gate.order) == 2)
    assert sorted(gate.order) == ["ann1", "ben1"]
    assert gate.jobs.beside("ann") == 1
    gate.finish(jobs[2], jobs[0], jobs[1])


def test_the_place_in_the_line_counts_others_and_names_no_file() -> None:
    gate = Gate()
    running, first = gate.ask("ann1", "ann"), gate.ask("ben1", "ben", "Ablation-CAM")
    more, last = gate.ask("ben2", "ben"), gate.ask("cid1", "cid")
    assert gate.jobs.place(running, "ann") is None
    assert gate.jobs.place(first, "ben") == Place(1, ["Score-CAM"])
    assert gate.jobs.place(last, "cid") == Place(2, ["Score-CAM", "Ablation-CAM"])
    assert gate.jobs.place(more, "ben") == Place(1, ["Score-CAM"])
    gate.finish(running, first)
    until(lambda: gate.order[-1] == "cid1")
    assert gate.jobs.place(more, "ben") == Place(1, ["Score-CAM"])
    gate.finish(last, more)


def test_nobody_reads_what_another_calls_a_photo() -> None:
    gate = Gate()
    job = gate.ask("q", "ann")
    assert gate.jobs.ask("q", "Score-CAM", quick, visitor="ben", name="ben's.jpg") is job
    assert job.titled("ann") == "Score-CAM for q.jpg"
    assert job.titled("ben") == "Score-CAM for ben's.jpg"
    assert job.titled("cid") == "Score-CAM"
    gate.finish(job)
    assert not job.names


def test_too_many_jobs_of_one_visitor_are_refused_with_a_sentence() -> None:
    gate = Gate()
    gate.jobs = Jobs(at_once=1, sliced=False, most=2)
    first, second, third = (gate.ask(name, "ann") for name in ("a", "b", "c"))
    assert third.error is not None
    assert str(third.error).startswith("2 of your slow answers run or wait, as many as this server")
    other = gate.ask("d", "ben")
    assert not other.ended.is_set()
    gate.finish(first, other, second)
    assert gate.ask("c", "ann") is not third  # there is room again
    gate.finish(gate.jobs.ask("c", "", quick))


def test_a_full_queue_is_a_sentence() -> None:
    gate = Gate()
    gate.jobs = Jobs(at_once=1, sliced=False, room=2)
    first, second, third = (gate.ask(name, name) for name in ("a", "b", "c"))
    assert str(third.error).startswith("The server's queue is full: 2 slow answers run or wait.")
    gate.finish(first, second)


def test_what_waits_and_nobody_waits_for_leaves_the_line() -> None:
    gate = Gate()
    gate.jobs = Jobs(at_once=1, sliced=False, patience=5)
    running, waiting = gate.ask("a", "ann"), gate.ask("b", "ben")
    waiting.seen["ben"] -= 60
    assert waiting.ended.wait(SOON)
    assert waiting.cancelled
    assert gate.order == ["a"]
    gate.finish(running)


def test_results_leave_with_the_last_who_asked() -> None:
    gate = Gate()
    shared, own = gate.ask("a", "ann"), gate.ask("b", "ann")
    assert gate.ask("a", "ben") is shared
    gate.finish(shared, own)
    kept = gate.jobs.ask("s", "Score-CAM", quick, visitor="ann", lasting=True)
    assert kept.ended.wait(SOON)
    assert gate.jobs.gone(["ann"]) == 1
    assert gate.jobs.gone(["ben"]) == 1
    assert gate.jobs.ask("s", "Score-CAM", quick, visitor="cid") is kept
    assert gate.jobs.ask("a", "Score-CAM", quick, visitor="cid") is not shared


def test_work_that_nobody_is_left_for_stops() -> None:
    gate = Gate()
    running, waiting = gate.ask("a", "ann"), gate.ask("b", "ann")
    gate.jobs.gone(["ann"])
    assert running.ended.wait(SOON)
    assert waiting.ended.wait(SOON)


def test_an_error_keeps_nothing_of_the_work_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "disabled", True)  # pytest keeps what is logged

    class Photo:
        pass

    photos: list[ref[Photo]] = []

    def fail(_progress: Progress, _cancelled: Cancelled) -> None:
        photo = Photo()
        photos.append(ref(photo))
        try:
            raise KeyError(photo)
        except KeyError as error:
            raise WeightsError("No.") from error

    job = Jobs().ask("x", "X", fail)
    assert job.ended.wait(SOON)
    until(lambda: photos[0]() is None)


def test_jobs_that_run_are_never_dropped_for_newer_ones() -> None:
    gate = Gate()
    gate.jobs = Jobs(sliced=False)
    running = gate.ask("a", "ann")
    for n in range(100):
        assert gate.jobs.ask(n, "Q", quick).ended.wait(SOON)
    assert not running.stop.is_set()
    assert gate.ask("a", "ann") is running
    assert len(gate.jobs._jobs) <= 66
    gate.finish(running)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_download_goes_on_for_who_asked_and_has_not_cancelled_it() -> None:
    """No page need look at a download, so that nobody looks does not mean that nobody waits."""
    jobs = Jobs(sliced=False)
    job = jobs.ask("x", "X", endless, visitor="ann")
    jobs.ask("x", "X", endless, visitor="ben")
    job.seen["ben"] -= 60
    job.leave("ann")
    assert not job.stop.is_set()
    job.leave("ben")
    assert job.ended.wait(SOON)


def test_work_over_a_folder_goes_on_for_who_has_looked_at_another_page_meanwhile() -> None:
    jobs = Jobs(sliced=False, patience=120)
    job = jobs.ask("x", "X", endless, visitor="ann")
    jobs.ask("x", "X", endless, visitor="ben")
    job.seen["ben"] -= 60
    job.leave("ann")
    assert not job.stop.is_set()
    job.stop.set()
    assert job.ended.wait(SOON)


def test_who_has_gone_on_to_something_else_may_come_back() -> None:
    jobs = answers()
    first = jobs.ask("a", "A", endless, visitor="ann")
    second = jobs.ask("b", "B", quick, visitor="ann")
    assert not second.ended.wait(0.05)
    first.look_away("ann")
    assert second.ended.wait(SOON)
    assert first.ended.wait(SOON)
    again = jobs.ask("a", "A", quick, visitor="ann")
    assert again.ended.wait(SOON)
    assert again.result == "done"


def test_looking_away_stops_nothing_that_another_waits_for() -> None:
    jobs = answers()
    job = jobs.ask("a", "A", endless, visitor="ann")
    jobs.ask("a", "A", endless, visitor="ben")
    job.look_away("ann")
    assert not job.should_stop()
    job.stop.set()
    assert job.ended.wait(SOON)


def test_jobs_that_run_at_once_do_so_slice_by_slice() -> None:
    """Ben's is done while Ann's, which is longer and began before, is not much further."""
    jobs, done = Jobs(at_once=2), {"ann": 0, "ben": 0}

    def work(name: str, slices: int) -> Callable[[Progress, Cancelled], int]:
        def run(_progress: Progress, _cancelled: Cancelled) -> int:
            for _ in range(slices):
                turns().slice()
                time.sleep(0.004)
                done[name] += 1
            return done["ann"]

        return run

    long = jobs.ask("a", "A", work("ann", 400), visitor="ann")
    short = jobs.ask("b", "B", work("ben", 20), visitor="ben")
    assert short.ended.wait(SOON)
    assert 5 <= short.result <= 60
    long.stop.set()
    assert long.ended.wait(SOON)
