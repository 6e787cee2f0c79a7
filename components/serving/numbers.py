"""Numbers for Prometheus, in its text format: counters, histograms, and gauges that are asked."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Protocol

Labels = tuple[tuple[str, str], ...]
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metric(Protocol):
    """What a page of numbers is made of."""

    def lines(self) -> Iterator[str]:
        """Yield its lines in the text format."""


class Counter:
    """A number for each set of labels, which only grows.

    The labels must come from the program, never from a visitor: each set of them is kept.
    """

    def __init__(self, name: str, about: str) -> None:
        self._name, self._about = name, about
        self._values: dict[Labels, float] = defaultdict(float)
        self._lock = Lock()

    def add(self, amount: float = 1.0, **labels: str) -> None:
        """Count one more, or `amount`."""
        with self._lock:
            self._values[_key(labels)] += amount

    def value(self, **labels: str) -> float:
        """Return what has been counted."""
        with self._lock:
            return self._values.get(_key(labels), 0.0)

    def lines(self) -> Iterator[str]:
        """Yield its lines in the text format."""
        with self._lock:
            values = sorted(self._values.items())
        yield from _head(self._name, self._about, "counter")
        for labels, value in values:
            yield _line(self._name, labels, value)


class Seconds:
    """How long things took: how many within each limit, their number and their sum."""

    def __init__(self, name: str, about: str, limits: Sequence[float] = _SECONDS) -> None:
        self._name, self._about, self._limits = name, about, tuple(limits)
        self._counts: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = defaultdict(float)
        self._lock = Lock()

    def took(self, seconds: float, **labels: str) -> None:
        """Note how long one thing took."""
        key = _key(labels)
        with self._lock:
            counts = self._counts.setdefault(key, [0] * (len(self._limits) + 1))
            counts[bisect_left(self._limits, seconds)] += 1
            self._sums[key] += seconds

    def lines(self) -> Iterator[str]:
        """Yield its lines in the text format."""
        with self._lock:
            counted = sorted((key, tuple(counts)) for key, counts in self._counts.items())
            sums = dict(self._sums)
        yield from _head(self._name, self._about, "histogram")
        for key, counts in counted:
            total = 0
            for limit, count in zip((*self._limits, float("inf")), counts, strict=True):
                total += count
                bound = "+Inf" if limit == float("inf") else f"{limit:g}"
                yield _line(f"{self._name}_bucket", (*key, ("le", bound)), total)
            yield _line(f"{self._name}_sum", key, sums[key])
            yield _line(f"{self._name}_count", key, total)


class Gauge:
    """A number that is asked for when it is read, or several with labels.

    ask : returns the number, a number for the values of each set of labels, or None where it is not
        known.
    """

    def __init__(
        self,
        name: str,
        about: str,
        ask: Callable[[], float | Mapping[tuple[str, ...], float] | None],
        labels: Sequence[str] = (),
        kind: str = "gauge",
    ) -> None:
        self._name, self._about, self._ask = name, about, ask
        self._labels, self._kind = tuple(labels), kind

    def lines(self) -> Iterator[str]:
        """Yield its lines in the text format."""
        found = self._ask()
        if found is None:
            return
        yield from _head(self._name, self._about, self._kind)
        if isinstance(found, Mapping):
            for values, number in sorted(found.items()):
                yield _line(self._name, tuple(zip(self._labels, values, strict=True)), number)
        else:
            yield _line(self._name, (), found)


def text(metrics: Sequence[Metric]) -> str:
    r"""Return a page of numbers in the text format of Prometheus, version 0.0.4.

    >>> maps = Counter("maps_total", "maps made")
    >>> maps.add(method="gradcam")
    >>> text([maps])
    '# HELP maps_total maps made\n# TYPE maps_total counter\nmaps_total{method="gradcam"} 1\n'
    """
    return "".join(f"{line}\n" for metric in metrics for line in metric.lines())


def _key(labels: Mapping[str, str]) -> Labels:
    return tuple(sorted(labels.items()))


def _head(name: str, about: str, kind: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, labels: Labels, value: float) -> str:
    told = ",".join(f'{label}="{_escaped(said)}"' for label, said in labels)
    return f"{name}{{{told}}} {value:.12g}" if told else f"{name} {value:.12g}"


def _escaped(said: str) -> str:
    return said.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
