"""Print every benchmark with its target: `python -m benches`."""

from __future__ import annotations

import platform
import sys
from functools import partial

from benches import apart, camera, clicks, find, folder, many, scale, start, torch_speed
from benches.table import Row

BENCHES = (
    torch_speed.rows,
    folder.rows,
    find.rows,
    scale.rows,
    partial(apart.rows, "benches.keras_speed"),
    partial(apart.rows, "benches.keras_memory"),
    partial(apart.rows, "benches.methods"),
    start.rows,
    clicks.rows,
    many.rows,
    camera.rows,
)


def main() -> int:
    """Run all benchmarks; return 1 if any misses its target in DESIGN section 6."""
    print(f"Python {platform.python_version()}, {platform.machine()}, two threads\n")
    rows: list[Row] = []
    for bench in BENCHES:
        for row in bench():
            print(row, flush=True)
            rows.append(row)
    missed = [row for row in rows if not row.reached]
    print(f"\n{len(rows) - len(missed)} of {len(rows)} benchmarks reach their targets.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
