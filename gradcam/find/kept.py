"""Keeping what was worked out about the classes beside the table, so that it opens at once.

It is a cache: a row a class in `classes.parquet`, which holds for one `found.parquet`, byte for
byte. Without it, or with another one's, each class is worked out again when it is asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from gradcam.files.write import atomic_write
from gradcam.find.classes import Arranged
from gradcam.find.embedding import Embedding
from gradcam.find.suspects import Suspect

FILE = "classes.parquet"
VERSION = 1  # of how classes are arranged; another makes what is kept stale
_KEY = b"gradcam"
_KINDS = ("place", "texture")


def save(arranged: Mapping[int, Arranged], table: Path) -> None:
    """Write what was worked out, by class index, beside the table it is about."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [_row(index, one) for index, one in sorted(arranged.items())]
    columns = [pa.field("index", pa.int32()), pa.field("suspects", pa.string())]
    for kind in _KINDS:
        columns += [
            pa.field(f"{kind}_points", pa.list_(pa.float32())),
            pa.field(f"{kind}_clusters", pa.list_(pa.int32())),
            pa.field(f"{kind}_groups", pa.list_(pa.int32())),
            pa.field(f"{kind}_eigenvalues", pa.list_(pa.float64())),
            pa.field(f"{kind}_gap", pa.int32()),
        ]
    schema = pa.schema(columns, {_KEY: _key(table)})
    with atomic_write(table.with_name(FILE)) as file:
        pq.write_table(pa.Table.from_pylist(rows, schema), file, compression="zstd")


def load(table: Path) -> dict[int, Arranged]:
    """Return what was kept for a table, by class index; nothing if it was for another table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        found = pq.read_table(table.with_name(FILE))
    except (OSError, pa.ArrowException):
        return {}
    if (found.schema.metadata or {}).get(_KEY) != _key(table):
        return {}
    return {row["index"]: _arranged(row) for row in found.to_pylist()}


def _key(table: Path) -> bytes:
    with table.open("rb") as file:
        return f"{VERSION} {hashlib.file_digest(file, 'sha256').hexdigest()}".encode()


def _row(index: int, one: Arranged) -> Mapping[str, Any]:
    row: dict[str, Any] = {
        "index": index,
        "suspects": json.dumps([asdict(suspect) for suspect in one.suspects]),
    }
    for kind, embedding in zip(_KINDS, (one.place, one.texture), strict=True):
        row |= {
            f"{kind}_points": embedding.points.reshape(-1),
            f"{kind}_clusters": embedding.clusters,
            f"{kind}_groups": embedding.groups,
            f"{kind}_eigenvalues": embedding.eigenvalues,
            f"{kind}_gap": embedding.gap,
        }
    return row


def _arranged(row: Mapping[str, Any]) -> Arranged:
    place, texture = (
        Embedding(
            np.array(row[f"{kind}_points"], np.float32).reshape(-1, 2),
            np.array(row[f"{kind}_clusters"], np.intp),
            np.array(row[f"{kind}_groups"], np.intp),
            np.array(row[f"{kind}_eigenvalues"], np.float64),
            row[f"{kind}_gap"],
        )
        for kind in _KINDS
    )
    told = json.loads(row["suspects"])
    return Arranged(
        place, texture, tuple(Suspect(**one | {"files": tuple(one["files"])}) for one in told)
    )
