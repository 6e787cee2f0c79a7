"""Every file made to do harm, uploaded to the running dashboard: `make hostile`.

Photos, saved maps, lists of labels and models of tests/hostile go the way that a visitor's go.
After each, the server must be there and in health within a second, hold less than 1.2 GB, and
nothing may have called what a file names. Numbers are kept for docs/reliability.md; `--only
pictures --first 5` tries a few and keeps nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from benches.keeping import keep
from benches.visitor import Server, Visitor, serving, visit
from tests.hostile import models, pictures, saved
from tests.hostile.targets import PHOTO

MOST = 1_200_000_000  # bytes, of the server and its children
HEALTHY = 1.0  # seconds
LONGEST = 90.0  # for one file, uploaded and looked at
_ARCHITECTURE = "resnet18"
KINDS = ("pictures", "saved", "labels", "models")


@dataclass
class Found:
    """What came of one file."""

    name: str
    said: str = ""  # what the page says against it; "" if it took it
    seconds: float = 0.0
    memory: int = 0
    health: float = 0.0
    trouble: list[str] = field(default_factory=list)

    def bad(self) -> list[str]:
        """Return what must not be."""
        odd = list(self.trouble)
        odd += [f"{self.memory / 1e6:.0f} MB"] if self.memory > MOST else []
        odd += [f"health after {self.health:.1f} s"] if self.health > HEALTHY else []
        return odd


def files(canary: str) -> Iterator[tuple[str, str, Callable[[], bytes], str]]:
    """Give kind, name, what makes it, and the name under which it is uploaded."""
    for name, make in {**pictures.BOMBS, **pictures.GIANTS}.items():
        yield "pictures", name, make, "photo.png"
    for name, (make, _) in saved.CORPUS.items():
        yield "saved", name, make, "maps.npz"
    for name, make in LABELS.items():
        yield "labels", name, make, "labels.csv"
    for name, (make, ending) in models.corpus(canary).items():
        yield "models", name, make, f"mine{ending}"


LABELS: dict[str, Callable[[], bytes]] = {
    "a list of a million rows": lambda: b"name,label\n" + b"a.jpg,b\n" * 1_000_000,
    "a row of a million columns": lambda: b"name,label" + b",x" * 1_000_000,
    "a label of ten million letters": lambda: b"name,label\na.jpg," + b"x" * 10_000_000,
    "formulas": lambda: b"name,label\n=cmd|'/c calc'!A1,=HYPERLINK(\"http://x\")\n",
    "scripts": lambda: b"name,label\n<script>alert(1)</script>,<img src=x onerror=alert(1)>\n",
    "no text": lambda: b"\xff\xfe\x00\x00" * 1000,
    "nothing but quotes": lambda: b'"' * 1_000_000,
    "nothing but nothing": lambda: bytes(1_000_000),
    "surrogates and marks": lambda: "name,label\n\u202e\u2066x,\ufeff\u0000\n".encode(),
}


class Watch:
    """Asks for health and memory all the time; `take` gives the worst since the last time."""

    def __init__(self, server: Server) -> None:
        self._server, self._health, self._memory = server, 0.0, 0
        self._trouble: list[str] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._done.wait(0.2):
            try:
                self._health = max(self._health, self._server.health())
                self._memory = max(self._memory, self._server.memory())
            except Exception as error:
                self._trouble.append(f"{type(error).__name__}: {error}"[:100])

    def take(self) -> tuple[float, int, list[str]]:
        worst = self._health, self._memory, self._trouble
        self._health, self._memory, self._trouble = 0.0, 0, []
        return worst

    @contextmanager
    def running(self) -> Iterator[Watch]:
        self._thread.start()
        try:
            yield self
        finally:
            self._done.set()
            self._thread.join()


async def give(visitor: Visitor, kind: str, name: str, data: bytes) -> str:
    """Upload a file as a visitor does; return what the page says against it."""
    if kind != "models":
        files = [(name, data)]
        if kind == "saved":  # maps are looked into where their photo is there
            files.append(("photo.png", pictures.encoded(Image.fromarray(PHOTO), "PNG")))
        await visitor.upload("Your photos", files)
        return " ".join(visitor.sentences())
    await visitor.upload("Or your own", [(name, data)])
    if name.endswith((".pth", ".pt", ".safetensors")):
        await visitor.choose("Architecture", _ARCHITECTURE)
    await visitor.press("Load")
    return " ".join(visitor.sentences())


async def one(
    server: Server, watch: Watch, found: Found, kind: str, data: bytes, called: str
) -> None:
    """A visitor comes with one file, and goes."""
    watch.take()
    start = time.perf_counter()
    try:
        async with visit(server.address) as visitor:
            start = time.perf_counter()
            async with asyncio.timeout(LONGEST):
                found.said = await give(visitor, kind, called, data)
            found.trouble += visitor.trouble
    except ValueError as error:  # not taken by the server: also an answer
        found.said = str(error)
    except TimeoutError:
        found.trouble.append(f"no answer in {LONGEST:.0f} s")
    except Exception as error:
        found.trouble.append(f"{type(error).__name__}: {error}"[:200])
    found.seconds = time.perf_counter() - start
    found.health, found.memory, odd = watch.take()
    found.trouble += odd


def report(all_found: Sequence[tuple[str, Found]], canary: Path) -> dict[str, Any]:
    """Sum up by kind of file."""
    kinds = {}
    for kind in KINDS:
        of = [found for k, found in all_found if k == kind]
        if of:
            kinds[kind] = {
                "files": len(of),
                "refused": sum(bool(found.said) for found in of),
                "harmless": sum(not found.said and not found.bad() for found in of),
                "slowest": round(max(found.seconds for found in of), 1),
                "memory": max(found.memory for found in of),
                "health": round(max(found.health for found in of), 2),
                "bad": {f.name: f.bad() for f in of if f.bad()},
            }
    return {"kinds": kinds, "canary": canary.exists()}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--first", type=int, help="so many of each kind")
    parser.add_argument("--matching", default="", help="files whose name has this")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    whole = tuple(options.only) == KINDS and not options.first and not options.matching
    all_found: list[tuple[str, Found]] = []
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, serving(options.port, options.log) as server:
        canary = Path(folder) / "canary"
        with Watch(server).running() as watch:
            for kind, name, make, called in files(str(canary)):
                if kind not in options.only or options.matching not in name:
                    continue
                counted[kind] += 1
                if options.first and counted[kind] > options.first:
                    continue
                found = Found(name)
                asyncio.run(one(server, watch, found, kind, make(), called))
                if canary.exists():
                    found.trouble.append("IT WAS CALLED")
                all_found.append((kind, found))
                print(f"{kind:9}{name[:52]:53}{found.seconds:6.1f} s {found.memory / 1e6:6.0f} MB"
                      f"{found.health:6.2f} s  {'; '.join(found.bad()) or found.said[:90]}",
                      flush=True)  # fmt: skip
                if not server.alive():
                    break
        facts = {**report(all_found, canary), "alive": server.alive()}
    print(facts)
    if whole:
        keep("hostile", facts)
    return int(any(found.bad() for _, found in all_found) or not facts["alive"])


if __name__ == "__main__":
    sys.exit(main())
