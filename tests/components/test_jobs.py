"""Background jobs: shared by equal requests, run in turn or at once, stopped on request."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from threading import Event
from typing import Any

import pytest

from components.jobs import Cancelled, Job, Jobs, Progress
from gradcam import WeightsError
from gradcam.errors import CancelledError, GradcamError

SOON = 5  # seconds


def answers() -> Jobs:
    return Jobs(one_at_a_time=True, patience=5)


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
