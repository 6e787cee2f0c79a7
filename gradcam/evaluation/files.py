"""The tables that people read on with: one row for each photo, layer and method, and what follows.

| file | a row for each |
|---|---|
| results.parquet, results.csv | photo, layer and method: class, probability and every score |
| summary.csv | metric, layer and method: mean, interval, photos with and without a number |
| differences.csv | metric and two settings: the mean difference and its interval |
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from gradcam.errors import GradcamError
from gradcam.evaluation.results import Evaluation
from gradcam.evaluation.summary import Interval
from gradcam.files.write import atomic_write
from gradcam.text import cell, cells

if TYPE_CHECKING:
    import pyarrow as pa

Table: TypeAlias = "pa.Table"
PHOTO_COLUMNS = ("file", "label", "class_index", "class_label", "probability")
SUMMARY = ("metric", "layer", "method", "mean", "low", "high", "photos", "missing")
DIFFERENCES = (
    "metric", "layer", "method", "other_layer", "other_method", "mean", "low", "high", "photos",
)  # fmt: skip


def flat(table: Table, metrics: Sequence[str]) -> Table:
    """Return a table of photos with a row for each layer and method, without the curves.

    A photo that failed has one row, with its error.
    """
    import pyarrow as pa

    columns = [*PHOTO_COLUMNS, "error"]
    rows = [
        {**{name: row[name] for name in columns}, **_scores(one, metrics)}
        for row in photos(table)
        for one in row["scores"] or [{}]
    ]
    types = {name: table.schema.field(name).type for name in columns}
    types |= dict.fromkeys(("layer", "method", "why"), pa.string())
    types |= dict.fromkeys(metrics, pa.float64())
    return pa.Table.from_pylist(rows, schema=pa.schema(list(types.items())))


def photos(table: Table) -> Iterator[Mapping[str, Any]]:
    """Yield the photos' rows, some at a time, because each unpacks to many numbers."""
    for batch in table.to_batches(max_chunksize=256):
        yield from batch.to_pylist()


def summary_csv(evaluation: Evaluation) -> str:
    """Return every mean with its interval, best first within each metric."""
    return _csv(
        SUMMARY,
        (
            [metric, one.setting.layer, one.setting.method, *_cells(one.mean), one.missing]
            for metric in evaluation.scores
            for one in evaluation.standings(metric)
        ),
    )


def differences_csv(evaluation: Evaluation) -> str:
    """Return the difference between every two settings, photo by photo, by every metric."""
    return _csv(
        DIFFERENCES,
        (
            [metric, one.first.layer, one.first.method, one.second.layer, one.second.method,
             *_cells(one.interval)]
            for metric in evaluation.scores
            for one in evaluation.differences(metric)
        ),
    )  # fmt: skip


def write(out: Path, table: Table, evaluation: Evaluation, page: str) -> list[Path]:
    """Write all files into the folder `out`; each appears only once it is whole.

    Raises GradcamError if the folder cannot be written to.
    """
    import pyarrow.csv
    import pyarrow.parquet

    results = flat(table, tuple(evaluation.scores))
    parquet, as_csv = io.BytesIO(), io.BytesIO()
    pyarrow.parquet.write_table(results, parquet)
    pyarrow.csv.write_csv(_for_spreadsheets(results), as_csv)
    contents = {
        "results.parquet": parquet.getvalue(),
        "results.csv": as_csv.getvalue(),
        "summary.csv": summary_csv(evaluation).encode(),
        "differences.csv": differences_csv(evaluation).encode(),
        "index.html": page.encode(errors="replace"),
    }
    try:
        for name, data in contents.items():
            with atomic_write(out / name) as file:
                file.write(data)
    except OSError as error:
        raise GradcamError(
            f"{out} cannot be written to ({error.strerror or error}).",
            hint="Choose another folder with --out.",
        ) from error
    return [out / name for name in contents]


def _for_spreadsheets(table: Table) -> Table:
    """Return a table whose texts a spreadsheet takes for no formula."""
    import pyarrow as pa

    for n, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            texts = [text and cell(text) for text in table.column(n).to_pylist()]
            table = table.set_column(n, field, pa.array(texts, field.type))
    return table


def _scores(one: Mapping[str, Any], metrics: Sequence[str]) -> Mapping[str, Any]:
    return {name: one.get(name) for name in ("layer", "method", "why", *metrics)}


def _cells(interval: Interval | None) -> list[Any]:
    if interval is None:
        return ["", "", "", 0]
    return [interval.mean, interval.low, interval.high, interval.photos]


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(map(cells, rows))
    return text.getvalue()
