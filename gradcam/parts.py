"""A Parquet file that is made in parts, which a run that was stopped leaves for the next.

Beside `photos.parquet`, the hidden folder `.photos.parquet.parts` holds the rows of a run that has
not ended, a file for some seconds' work. Each appears complete or not at all.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcam.errors import GradcamError
from gradcam.files.write import atomic_write

if TYPE_CHECKING:
    import pyarrow as pa

KEY = b"gradcam"  # in the file's metadata: what its rows depend on
GROUP = 1024  # rows; fixed, so that equal tables are equal files
_ROWS, _SECONDS = 512, 10.0  # a part is written after so many rows, or so much work
Row = Mapping[str, Any]


class Known(NamedTuple):
    """What a photo's row was worked out from. A photo that could not be read has no digest."""

    sha256: str | None
    label: str


class Parts:
    """The rows for `out`: those of earlier runs with the same key, and those of this one."""

    def __init__(self, out: Path, key: str, own: pa.Schema) -> None:
        self.out = out
        self.folder = out.with_name(f".{out.name}.parts")
        self.schema = _schema(key, own)
        self.earlier = self._earlier()
        self._written: list[Path] = []

    @property
    def known(self) -> Mapping[str, Known]:
        """What the rows of earlier runs were worked out from, by file."""
        files, *facts = (self.earlier[name].to_pylist() for name in ("file", "sha256", "label"))
        return {file: Known(*of_file) for file, *of_file in zip(files, *facts, strict=True)}

    @contextmanager
    def writing(self) -> Iterator[Callable[[Sequence[Row]], None]]:
        """Yield a function that takes finished rows; they are on the disk at the latest at the end,
        also at one by an error.
        """
        waiting: list[Row] = []
        since = time.monotonic()

        def write(rows: Sequence[Row]) -> None:
            nonlocal since
            waiting.extend(rows)
            if len(waiting) >= _ROWS or time.monotonic() - since > _SECONDS:
                self._write(waiting)
                waiting.clear()
                since = time.monotonic()

        try:
            yield write
        finally:
            self._write(waiting)

    def join(self, kept: Sequence[str]) -> pa.Table:
        """Write `out`, from this run's rows and those of the `kept` files, and remove the parts."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        still = self.earlier.filter(pc.is_in(self.earlier["file"], pa.array(kept, pa.string())))
        new = [pq.read_table(part).cast(self.schema) for part in self._written]
        table = pa.concat_tables([still, *new]).sort_by("file").combine_chunks()
        with _told(self.out), atomic_write(self.out) as file:
            pq.write_table(table, file, row_group_size=GROUP, compression="zstd")
        shutil.rmtree(self.folder, ignore_errors=True)
        return table

    def _write(self, rows: Sequence[Row]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not rows:
            return
        # Names sort by time, because a later row of a file takes the place of an earlier one.
        part = self.folder / f"{time.time_ns():020}-{secrets.token_hex(4)}.parquet"
        with _told(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with atomic_write(part) as file:
                pq.write_table(pa.Table.from_pylist(rows, self.schema), file, compression="zstd")
        self._written.append(part)

    def _earlier(self) -> pa.Table:
        import pyarrow as pa

        found = [self._read(file) for file in (self.out, *sorted(self.folder.glob("*.parquet")))]
        table = pa.concat_tables([self.schema.empty_table(), *(t for t in found if t is not None)])
        last = {file: n for n, file in enumerate(table["file"].to_pylist())}
        return table.take(pa.array(last.values(), pa.int64())).sort_by("file")

    def _read(self, file: Path) -> pa.Table | None:
        """Return the rows in a file, or None if there are none with the same key and columns."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            schema = pq.read_schema(file)
            if schema.equals(self.schema) and schema.metadata == self.schema.metadata:
                return pq.read_table(file).cast(self.schema)
        except (OSError, pa.ArrowException):
            return None  # no file, or nothing that this package wrote
        return None


def _schema(key: str, own: pa.Schema) -> pa.Schema:
    import pyarrow as pa

    first = [pa.field(name, pa.string()) for name in ("file", "sha256", "label", "error")]
    return pa.schema([*first, *own], {KEY: key.encode()})


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GradcamError(
            f"{path} cannot be written to ({error.strerror or error}).",
            hint="Choose another place, or free some space.",
        ) from error
