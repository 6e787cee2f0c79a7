"""Downloads run beside the page: one per model, stoppable, and tried again when asked."""

from __future__ import annotations

from threading import Event

import pytest

from components.downloads import Download, Downloads
from gradcam import ModelSpec, Preprocessing, WeightsError

SPEC = ModelSpec("torchvision/x", "X", "torch", "torchvision", 1, Preprocessing(), "imagenet")


def ended(job: Download) -> Download:
    assert job.ended.wait(5)
    return job


def test_a_download_tells_how_far_it_is() -> None:
    halfway, go_on = Event(), Event()

    def get(job: Download) -> None:
        job.report(50, 200)
        halfway.set()
        assert go_on.wait(5)
        job.report(200, None)

    jobs = Downloads(get)
    job = jobs.of(SPEC)
    assert halfway.wait(5)
    assert (job.share, jobs.of(SPEC)) == (0.25, job)
    go_on.set()
    assert (ended(job).share, job.error) == (1.0, None)


@pytest.mark.parametrize("error", [WeightsError("No."), RuntimeError("secret")])
def test_a_failure_is_kept_until_forgotten(error: Exception) -> None:
    def get(_job: Download) -> None:
        raise error

    jobs = Downloads(get)
    job = ended(jobs.of(SPEC))
    assert isinstance(job.error, WeightsError)
    assert "secret" not in str(job.error)
    assert jobs.of(SPEC) is job
    jobs.forget(SPEC.id)
    assert jobs.of(SPEC) is not job


def test_one_under_way_is_not_forgotten() -> None:
    jobs = Downloads(lambda job: job.stop.wait(5) and None)
    job = jobs.of(SPEC)
    jobs.forget(SPEC.id)
    assert jobs.of(SPEC) is job
    job.stop.set()
    ended(job)
