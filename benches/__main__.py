"""`python -m benches`: print every row, with what it is meant to reach."""

from __future__ import annotations

import platform
import sys
from functools import partial

from benches import apart, folder, start, torch_speed
from benches.table import Row

BENCHES = (
    torch_speed.rows,
    folder.rows,
    partial(apart.rows, "benches.keras_speed"),
    partial(apart.rows, "benches.keras_memory"),
    partial(apart.rows, "benches.methods"),
    start.rows,
)


def main() -> int:
    """Run all; 1 when a row misses what DESIGN section 6 asks for."""
    print(f"Python {platform.python_version()}, {platform.machine()}, two threads\n")
    rows: list[Row] = []
    for bench in BENCHES:
        for row in bench():
            print(row, flush=True)
            rows.append(row)
    missed = [row for row in rows if not row.reached]
    print(f"\n{len(rows) - len(missed)} of {len(rows)} rows reach what was set for them.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
