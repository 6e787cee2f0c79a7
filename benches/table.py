"""A row of the benchmark table, and how times are measured."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

REPEATS = 9


@dataclass(frozen=True)
class Row:
    """A measured value, its limit, and whether the limit is a minimum."""

    what: str
    value: float
    unit: str
    limit: float
    at_least: bool = False
    note: str = ""

    @property
    def reached(self) -> bool:
        """Whether the value is within the limit."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        mark = "reached" if self.reached else "MISSED"
        value = f"{self.value:9.2f} {self.unit:4}"
        return f"{self.what:66} {value} {sign} {self.limit:g}  {mark}  {self.note}"


def medians(jobs: Sequence[Callable[[], object]], repeats: int = REPEATS) -> list[float]:
    """Return each job's median milliseconds; jobs take turns, so that drift affects all alike."""
    for job in jobs:
        job()
        job()
    times: list[list[float]] = [[] for _ in jobs]
    for _ in range(repeats):
        for job, taken in zip(jobs, times, strict=True):
            start = time.perf_counter()
            job()
            taken.append((time.perf_counter() - start) * 1000)
    return [statistics.median(taken) for taken in times]
