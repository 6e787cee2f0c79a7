"""A table of many photos: the same bytes whether or not it was stopped, and no photo lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from gradcam.errors import CancelledError, GradcamError, NonFiniteError
from gradcam.images import Opened
from gradcam.rows import Given, collect, done_so_far, work_out
from gradcam.watch import Watch


@dataclass
class Mean:
    """A worker whose row is the mean of the red channel, and who else was in its block."""

    batch: int = 4
    seen: list[str] = field(default_factory=list)

    def read(self, given: Given, opened: Opened) -> tuple[str, float]:
        if given.name.startswith("refused"):
            raise ValueError("Not this one.")
        return given.name, float(opened.pixels[..., 0].mean())

    def rows(
        self, items: Sequence[tuple[str, float]], watch: Watch
    ) -> Sequence[Mapping[str, Any] | GradcamError]:
        watch.check()
        self.seen += [name for name, _ in items]
        return [
            NonFiniteError("Too bright.")
            if mean == 255
            else {"mean": mean, "beside": [name for name, _ in items]}
            for _, mean in items
        ]


@dataclass(frozen=True)
class Means:
    key: str = "mean of red"
    worker: Mean = field(default_factory=Mean)

    def schema(self) -> pa.Schema:
        return pa.schema([("mean", pa.float32()), ("beside", pa.list_(pa.string()))])

    def open(self) -> Mean:
        return self.worker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten photos in two classes and one in none, and two that fail."""
    for n in range(11):
        where = tmp_path / "photos" / ("", "dog", "cat")[1 + n % 2 if n else 0]
        where.mkdir(parents=True, exist_ok=True)
        grey(20 * n).save(where / f"{n:02}.png")
    (tmp_path / "photos" / "cat" / "broken.jpg").write_bytes(b"no photo")
    grey(255).save(tmp_path / "photos" / "white.png")
    return tmp_path / "photos"


def grey(value: int) -> Image.Image:
    return Image.fromarray(np.full((10, 12, 3), value, np.uint8))


def test_a_row_a_photo(folder: Path, tmp_path: Path) -> None:
    table = work_out(collect([folder]), Means(), tmp_path / "out.parquet")
    rows = {row["file"]: row for row in table.to_pylist()}
    assert list(rows) == sorted(rows)
    assert len(rows) == 13
    assert rows["dog/02.png"]["mean"] == 40
    assert rows["dog/02.png"]["label"] == "dog"
    assert rows["00.png"]["label"] == ""
    assert rows["dog/02.png"]["error"] is None
    assert rows["cat/broken.jpg"] == {
        "file": "cat/broken.jpg", "sha256": None, "label": "cat",
        "error": "This file is not an image. Use a JPEG, PNG, WebP, GIF, BMP or TIFF photo.",
        "mean": None, "beside": None,
    }  # fmt: skip
    assert rows["white.png"]["error"] == "Too bright."
    assert rows["white.png"]["sha256"] == Opened(np.full((10, 12, 3), 255, np.uint8)).digest
    assert pq.read_table(tmp_path / "out.parquet").equals(table)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.parquet", "photos"]


@pytest.mark.parametrize("stops", [(1,), (5,), (4, 4), (12,)])
def test_a_stopped_run_ends_in_the_same_bytes(
    folder: Path, tmp_path: Path, stops: tuple[int, ...]
) -> None:
    given = collect([folder])[::-1]  # an order of the caller's own
    work_out(given, Means(), tmp_path / "whole.parquet")
    out, seen = tmp_path / "out.parquet", []
    for count in stops:
        rows = Means()
        with pytest.raises(CancelledError):
            work_out(given, rows, out, watch=stopping_after(count))
        seen += rows.worker.seen
        assert not out.exists()
    assert len(done_so_far(Means(), out)) >= len(seen)
    last = Means()
    work_out(given, last, out)
    assert out.read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    seen += last.worker.seen
    assert sorted(seen) == sorted(one.name for one in given if "broken" not in one.name)
    assert not list(tmp_path.glob(".*"))


def stopping_after(count: int) -> Watch:
    done = 0

    def progress(so_far: int, _total: int) -> None:
        nonlocal done
        done = so_far

    return Watch(progress, lambda: done >= count)


def test_only_what_changed_is_worked_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    work_out(collect([folder]), Means(), out)
    again = Means()
    before = out.read_bytes()
    work_out(collect([folder]), again, out)
    assert again.worker.seen == []
    assert out.read_bytes() == before

    grey(7).save(folder / "dog" / "06.png")
    table = work_out(collect([folder]), again, out)
    assert "dog/06.png" in again.worker.seen
    assert len(again.worker.seen) == 4  # with all of its block
    assert value(table, "dog/06.png") == 7

    (folder / "00.png").unlink()
    grey(9).save(folder / "zebra.png")
    fixed = Means()
    table = work_out(collect([folder]), fixed, out)
    assert "00.png" not in table["file"].to_pylist()
    assert value(table, "zebra.png") == 9
    assert len(fixed.worker.seen) <= 4

    other = Means("mean of red, second version")
    work_out(collect([folder]), other, out)
    assert len(other.worker.seen) == 12


def value(table: pa.Table, file: str) -> float:
    return {row["file"]: row["mean"] for row in table.to_pylist()}[file]


def test_a_file_that_became_readable_is_read(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    work_out(collect([folder]), Means(), out)
    grey(3).save(folder / "cat" / "broken.jpg")
    assert value(work_out(collect([folder]), Means(), out), "cat/broken.jpg") == 3


def test_bytes_and_refusals(tmp_path: Path) -> None:
    grey(50).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    given = [Given("one", data), Given("refused", data, "x"), Given("two", b"")]
    table = work_out(given, Means(), tmp_path / "deep" / "out.parquet").to_pylist()
    assert [row["error"] for row in table] == [
        None, "Not this one.", "The file is empty (0 bytes). Choose another file.",
    ]  # fmt: skip
    assert table[0]["mean"] == 50
    assert table[1]["sha256"] == table[0]["sha256"]


def test_names_must_differ(tmp_path: Path) -> None:
    with pytest.raises(GradcamError, match="'a' is the name of 2 photos"):
        work_out([Given("a", b""), Given("a", b"")], Means(), tmp_path / "out.parquet")


def test_no_photos_are_an_empty_table(tmp_path: Path) -> None:
    table = work_out([], Means(), tmp_path / "out.parquet")
    assert table.column_names == ["file", "sha256", "label", "error", "mean", "beside"]
    assert len(pq.read_table(tmp_path / "out.parquet")) == 0


def test_progress_counts_photos(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    watch = Watch(lambda done, total: told.append((done, total)))
    work_out(collect([folder]), Means(), tmp_path / "out.parquet", watch=watch)
    assert told[0] == (0, 13)
    assert told[-1] == (13, 13)


def test_an_error_of_the_worker_keeps_what_is_done(folder: Path, tmp_path: Path) -> None:
    class Failing(Mean):
        def rows(self, items: Any, watch: Watch) -> Any:
            if len(self.seen) >= 4:
                raise MemoryError
            return super().rows(items, watch)

    out = tmp_path / "out.parquet"
    with pytest.raises(MemoryError):
        work_out(collect([folder]), Means(worker=Failing()), out)
    assert len(done_so_far(Means(), out)) >= 4


def test_a_file_that_is_no_table_is_replaced(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    out.write_bytes(b"something else")
    assert len(work_out(collect([folder]), Means(), out)) == 13
    with pytest.raises(GradcamError, match="cannot be written"):
        work_out(collect([folder]), Means(), folder / "00.png" / "out.parquet")
