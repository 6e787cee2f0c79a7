"""What a session knows of its many photos: found by a job, sent once, kept when more are added."""

from __future__ import annotations

import io
import json
import struct
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from components.engine import inputs
from components.glimpsed import Glimpsed
from components.jobs import Job, sheets
from components.pictures import Source
from gradcam import Request, open_image
from gradcam.backends.numpy import NumpyClassifier

SOON = 20  # seconds
REQUEST = Request(top_k=1)


@pytest.fixture
def clf() -> NumpyClassifier:
    inputs.clear()  # ids are a session's own, and every test here begins with the same
    rng = np.random.default_rng(1)
    return NumpyClassifier(rng.normal(size=(4, 3)), rng.normal(size=(5, 4)), size=8)


def source(n: int) -> Source:
    file = io.BytesIO()
    noise = np.random.default_rng(n).integers(0, 255, (30, 40, 3), np.uint8)
    Image.fromarray(noise).save(file, "PNG")
    return Source(f"id{n}", f"{n}.png", lambda: open_image(file.getvalue()))


def bad(n: int) -> Source:
    return Source(f"id{n}", f"{n}.png", lambda: open_image(b"text"))


def finish(known: Glimpsed, clf: NumpyClassifier, photos: list[Source]) -> Job:
    job = known.work(clf, REQUEST, photos)
    assert job is not None
    assert job.ended.wait(SOON)
    return job


def ids(chunk: bytes) -> list[str]:
    (length,) = struct.unpack("<I", chunk[:4])
    return [row["id"] for row in json.loads(chunk[4 : 4 + length])["rows"]]


def test_every_photo_is_sent_once(clf: NumpyClassifier) -> None:
    known, photos = Glimpsed(), [source(n) for n in range(60)]
    job = finish(known, clf, photos)
    assert (job.done, job.total, job.result) == (60, 60, None)
    sent = [ids(chunk) for _, chunk in known.fed(photos)]
    assert [len(chunk) for chunk in sent] == [24, 24, 12]
    assert [id for chunk in sent for id in chunk] == [photo.id for photo in photos]
    assert known.work(clf, REQUEST, photos) is None
    again = [chunk for _, chunk in known.fed(photos)]
    assert [ids(chunk) for chunk in again] == sent


def test_a_bad_file_costs_only_itself(clf: NumpyClassifier) -> None:
    known, photos = Glimpsed(), [source(0), bad(1), source(2)]
    finish(known, clf, photos)
    assert set(known.predictions) == {"id0", "id2"}
    assert set(known.failed) == {"id1"}
    assert known.work(clf, REQUEST, photos) is None


def test_photos_added_later_leave_the_others_as_they_are(clf: NumpyClassifier) -> None:
    known, photos = Glimpsed(), [source(n) for n in range(8)]
    finish(known, clf, photos)
    first = list(known.fed(photos))
    forwards = clf.forwards
    more = [source(8), *photos]
    finish(known, clf, more)
    assert clf.forwards == forwards + 1
    assert list(known.fed(more))[: len(first)] == first
    assert ids(list(known.fed(more))[-1][1]) == ["id8"]


def test_removed_photos_are_not_sent_again(clf: NumpyClassifier) -> None:
    known, photos = Glimpsed(), [source(n) for n in range(30)]
    finish(known, clf, photos)
    assert [number for number, _ in known.fed(photos)] == [0, 1]
    assert [number for number, _ in known.fed(photos[24:])] == [1]


def test_a_cancelled_job_keeps_what_it_found_and_goes_on_when_asked(clf: NumpyClassifier) -> None:
    known, photos = Glimpsed(), [source(n) for n in range(40)]

    def stop() -> object:
        known.work(clf, REQUEST, photos).stop.set()
        return photos[20].read()

    slow = Source("slow", "slow.png", stop)
    photos = [*photos[:20], slow, *photos[20:]]
    job = finish(known, clf, photos)
    assert job.cancelled
    found = set(known.predictions)
    assert 0 < len(found) < 41
    assert known.work(clf, REQUEST, photos) is job
    sheets().forget([job.key])
    photos = [photo for photo in photos if photo is not slow]
    finish(known, clf, photos)
    assert not known.missing(photos)


def test_another_method_of_the_same_photos_decodes_none_of_them_again(
    clf: NumpyClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.state.visitor", lambda: "ann")
    read: list[str] = []

    def counted(one: Source) -> Source:
        return replace(one, read=lambda: [read.append(one.id), one.read()][1])

    photos = [counted(source(n)) for n in range(20)]
    first, other = Glimpsed(), Glimpsed()
    finish(first, clf, photos)
    job = other.work(clf, replace(REQUEST, method="layercam"), photos)
    assert job is not None
    assert job.ended.wait(SOON)
    assert job.error is None
    assert sorted(read) == sorted(photo.id for photo in photos)
    assert set(other.predictions) == set(first.predictions)


def test_what_failed_holds_no_frame_that_holds_the_photo(clf: NumpyClassifier) -> None:
    known = Glimpsed()
    finish(known, clf, [bad(1), source(2)])
    assert known.failed["id1"].__traceback__ is None
    assert known.failed["id1"].__cause__ is None
