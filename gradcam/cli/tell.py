"""What happened, for people and for machines: a bar on stderr, JSON lines on stdout."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm

from gradcam.cli.folder import Outcome


@dataclass
class Tally:
    """What became of the photos so far."""

    options: argparse.Namespace
    failures: list[Outcome] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    start: float = field(default_factory=time.perf_counter)

    def watch(self, outcomes: Generator[Outcome], total: int) -> Iterator[Outcome]:
        """The same outcomes, counted, with a bar and, if asked for, a line of JSON each."""
        self.start = time.perf_counter()  # the model is loaded by now
        with (
            closing(outcomes),
            tqdm(total=total, unit="image", file=sys.stderr, disable=None) as bar,
        ):
            for outcome in outcomes:
                self.counts[outcome.status] += 1
                if outcome.status == "failed":
                    self.failures.append(outcome)
                    bar.set_postfix(failed=len(self.failures), refresh=False)
                if self.options.json:
                    print(json.dumps(describe(outcome)), flush=True)
                bar.update()
                yield outcome

    @property
    def status(self) -> int:
        """0 all well, 1 some failed, 2 nothing done."""
        well = self.counts["done"] + self.counts["skipped"]
        return 2 if not well else 1 if self.failures else 0

    def summary(self, out: Path) -> None:
        """Each failure with its reason, and how many images went how."""
        seconds = time.perf_counter() - self.start
        done, skipped = self.counts["done"], self.counts["skipped"]
        if self.options.json:
            print(json.dumps({"summary": self._numbers(out, seconds)}))
            return
        for outcome in self.failures:
            print(f"{outcome.task.file}: {outcome.error}", file=sys.stderr)
        if not self.counts:
            print("No images were found there. JPEG, PNG, WebP, GIF, BMP and TIFF are looked for.",
                  file=sys.stderr)  # fmt: skip
            return
        parts = [f"{done} of {self.counts.total()} images explained into {out}"]
        parts += [f"{skipped} were there already"] * bool(skipped)
        parts += [f"{len(self.failures)} failed"] * bool(self.failures)
        rate = f" ({done / seconds:.1f} images/s)" if done else ""
        print(f"{', '.join(parts)}{rate}.")

    def _numbers(self, out: Path, seconds: float) -> Mapping[str, Any]:
        return {
            "done": self.counts["done"],
            "skipped": self.counts["skipped"],
            "failed": len(self.failures),
            "out": str(out),
            "seconds": round(seconds, 3),
            "images_per_second": round(self.counts["done"] / seconds, 3),
        }


def describe(outcome: Outcome) -> Mapping[str, Any]:
    """One outcome, ready for JSON."""
    # A report keeps its explanations for itself: no photo has a folder then.
    has_folder = outcome.status != "failed" and outcome.explanation is None
    return {
        "file": str(outcome.task.file),
        "status": outcome.status,
        "error": outcome.error or None,
        "predictions": list(outcome.predictions),
        "output": str(outcome.task.folder) if has_folder else None,
    }
