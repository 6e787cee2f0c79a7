"""Files changed at random, through every reader of files from outside: `make fuzz`.

`python -m benches.fuzz` runs all targets of tests/hostile/targets.py and keeps the numbers for
docs/reliability.md; `--only images --count 2000` runs a part and keeps nothing. What a reader did
with each file is one of: read, refused in a sentence, an unexpected error, a hang of over five
seconds, a death. Files of the last three kinds go to tests/hostile/found, where a test reads them
from then on. `--guided 60` has atheris, where it is installed, look for new paths instead.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benches.keeping import keep
from tests.hostile.targets import FOUND, TARGETS, outcome

LONGEST = 5.0  # seconds
MEMORY = 4 << 30  # bytes of address space, so that a bomb ends its worker and not the machine
SEED = 14
_LARGEST = 200_000  # bytes of a kept finding
_IDLE = -1


@dataclass
class Tally:
    """What came of one target's files."""

    cases: int = 0
    read: int = 0
    refused: int = 0
    slowest: float = 0.0  # seconds
    memory: int = 0  # bytes, the most that a worker ever held
    seconds: float = 0.0
    found: list[str] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        return {**vars(self), "slowest": round(self.slowest, 2), "seconds": round(self.seconds)}


class _Worker:
    """A process that reads every `step`-th case from `first` on, watched for hangs and death."""

    def __init__(self, name: str, first: int, step: int, count: int) -> None:
        self.name, self.step, self.count, self.tally = name, step, count, Tally()
        self._context = multiprocessing.get_context("fork")
        self._next = first
        self._start()

    def _start(self) -> None:
        self._ours, theirs = self._context.Pipe(duplex=False)
        self._now = self._context.Array("d", [_IDLE, time.monotonic()], lock=False)
        self._process = self._context.Process(
            target=_work,
            args=(self.name, self._next, self.step, self.count, self._now, theirs),
            daemon=True,
        )
        self._process.start()
        theirs.close()

    def over(self) -> bool:
        """Take what the worker has told; replace it if it hangs or has died."""
        done = False
        try:
            while self._ours.poll():
                told = self._ours.recv()
                done = done or told is None
                if told is not None:
                    self._add(told)
        except EOFError:
            pass
        if done:
            self._process.join()
            return True
        at, since = int(self._now[0]), self._now[1]
        if not self._process.is_alive():
            self._replace(at, f"died with {self._process.exitcode}")
        elif at != _IDLE and time.monotonic() - since > LONGEST:
            self._process.kill()
            self._process.join()
            self._replace(at, f"hung for over {LONGEST:.0f} s")
        return False

    def _add(self, told: Mapping[str, Any]) -> None:
        self.tally.cases += told["cases"]
        self.tally.read += told["read"]
        self.tally.refused += told["refused"]
        self.tally.slowest = max(self.tally.slowest, told["slowest"])
        self.tally.memory = max(self.tally.memory, told["memory"])
        self.tally.found += told["found"]
        self._next = told["next"]

    def _replace(self, at: int, what: str) -> None:
        if at != _IDLE:
            self.tally.found.append(_note(self.name, TARGETS[self.name].case(SEED, at), what))
            self.tally.cases += 1
            self._next = at + self.step
        self._start()


def _work(name: str, first: int, step: int, count: int, now: Any, pipe: Any) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libtiff says there what it makes of a file
    warnings.simplefilter("ignore")
    target = TARGETS[name]
    told: dict[str, Any] = {}
    last = first
    for n in range(first, count, step):
        if not told:
            told = {"cases": 0, "read": 0, "refused": 0, "slowest": 0.0, "found": []}
        data = target.case(SEED, n)
        start = now[1] = time.monotonic()
        now[0] = n
        try:
            told[outcome(target, data)] += 1
        except Exception as error:
            told["found"].append(_note(name, data, _said(error)))
        now[0] = _IDLE
        told["slowest"] = max(told["slowest"], time.monotonic() - start)
        told["cases"] += 1
        last = n + step
        if told["cases"] == 20:
            pipe.send({**told, "next": last, "memory": _peak()})
            told = {}
    if told:
        pipe.send({**told, "next": last, "memory": _peak()})
    pipe.send(None)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _said(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:100]} ({Path(last.filename).name}:{last.lineno})"


def _note(name: str, data: bytes, what: str) -> str:
    """Keep a finding as a file, and return a line about it."""
    kept = hashlib.sha256(data).hexdigest()[:12]
    if len(data) <= _LARGEST:
        folder = FOUND / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / kept).write_bytes(data)
    return f"{kept}: {what}"


def run(name: str, count: int, workers: int = 2) -> Tally:
    """Read so many changed files."""
    start = time.monotonic()
    TARGETS[name].seeds()  # made once, before the workers are copied from this process
    running = [_Worker(name, n, workers, count) for n in range(workers)]
    left = list(running)
    while left:
        left = [worker for worker in left if not worker.over()]
        time.sleep(0.05)
    whole = Tally(seconds=time.monotonic() - start)
    for tally in (worker.tally for worker in running):
        whole.cases += tally.cases
        whole.read += tally.read
        whole.refused += tally.refused
        whole.found += tally.found
        whole.slowest = max(whole.slowest, tally.slowest)
        whole.memory = max(whole.memory, tally.memory)
    return whole


def guided(name: str, seconds: int) -> dict[str, Any]:
    """Let atheris, which sees which lines a file reaches, change the files of one target."""
    command = [sys.executable, "-m", "benches.guided", name, str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 120)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        return {"error": done.stderr[-300:]}
    facts: dict[str, Any] = json.loads(lines[-1])
    return facts


def _rows(tallies: Mapping[str, Tally]) -> Iterator[str]:
    yield f"{'':12}{'cases':>9}{'read':>9}{'refused':>9}{'slowest':>9}{'memory':>9}  found"
    for name, t in tallies.items():
        memory = f"{t.memory / 1e6:.0f} MB"
        yield (f"{name:12}{t.cases:9,}{t.read:9,}{t.refused:9,}{t.slowest:8.2f}s{memory:>9}"
               f"  {len(t.found)}")  # fmt: skip
        yield from (f"    {line}" for line in t.found[:20])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=TARGETS, help="targets; default all")
    parser.add_argument("--count", type=int, help="files of each; default as documented")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--guided", type=int, metavar="SECONDS", help="atheris, of each target")
    options = parser.parse_args(arguments)
    names = options.only or list(TARGETS)
    if options.guided:
        reached = {name: guided(name, options.guided) for name in names}
        for name, facts in reached.items():
            print(f"{name:12}", facts, flush=True)
        if not options.only:
            keep("guided", {"targets": reached})
        return int(any(facts.get("found") or "error" in facts for facts in reached.values()))
    tallies = {}
    for name in names:
        tallies[name] = run(name, options.count or TARGETS[name].count, options.workers)
        print(*_rows({name: tallies[name]}), sep="\n", flush=True)
    if not options.only and not options.count:
        keep("fuzz", {"targets": {name: tally.facts() for name, tally in tallies.items()}})
    return int(any(tally.found for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
