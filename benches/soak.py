"""Half an hour of mixed use: visitors come, look, upload, load models of theirs, and go.

`python -m benches.soak` (or `make soak`) keeps the numbers for docs/reliability.md: how the
server's memory, threads and file handles go over the minutes, without the first five, and what is
left of them when all have gone. `--minutes 2` tries it out and keeps nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import struct
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benches.crowd import LAYERS, METHODS, own_photo
from benches.keeping import keep
from benches.visitor import Server, Visitor, serving, visit
from components.samples import SAMPLES
from tests.hostile import keras_files, pictures, saved, tensors

WARM = 5.0  # minutes that do not count
_EVERY = 5.0  # seconds between two looks at the server
AT_ONCE = 3  # visitors
_TIME = 240.0  # seconds, after which a visit is given up


@dataclass
class Looked:
    """One look at the server; memory in bytes, at in seconds since the start."""

    at: float
    memory: int
    threads: int
    files: int


@dataclass
class Notes:
    looks: list[Looked] = field(default_factory=list)
    visits: dict[str, int] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    health: float = 0.0


async def looking(visitor: Visitor, rng: random.Random) -> None:
    """Samples, layers, methods, classes."""
    for _ in range(rng.randint(3, 8)):
        await visitor.go(
            image=rng.choice(SAMPLES).id, layer=rng.choice(LAYERS[1:]), method=rng.choice(METHODS),
            add=str(rng.randrange(1000)),
        )  # fmt: skip
        await asyncio.sleep(rng.uniform(0.5, 2))


async def bringing(visitor: Visitor, rng: random.Random) -> None:
    """Photos of one's own, few or enough for a contact sheet, and one that is none."""
    count = rng.choice((1, 3, 9))
    files = [(f"photo{n}.jpg", own_photo(rng.randrange(10**6))) for n in range(count)]
    files.append(("bad.png", pictures.small()[:100]))
    await visitor.upload("Your photos", files)
    await visitor.go(method=rng.choice(METHODS))
    await visitor.upload("Your photos", files[:1])


async def comparing(visitor: Visitor, rng: random.Random) -> None:
    """Layers, methods side by side."""
    for across in ("layers", "methods"):
        await visitor.go(image=rng.choice(SAMPLES).id, across=across)


async def waiting(visitor: Visitor, rng: random.Random) -> None:
    """A Score-CAM, which half of the visitors do not wait for."""
    await visitor.go(image=rng.choice(SAMPLES).id, method="scorecam", channels="64")
    if rng.random() < 0.5:
        await visitor.until(lambda: any("Score" in p.about for p in visitor.panels()), _TIME)


async def turning(visitor: Visitor, _: random.Random) -> None:
    """The other pages, and back."""
    for page in ("learn", "evaluate", "explore"):
        await visitor.turn_to(page)


async def own_model(visitor: Visitor, rng: random.Random) -> None:
    """A model of one's own that is in order, with labels, and one that is not."""
    await visitor.upload("Or your own", [("mine.safetensors", _squeezenet(rng))])
    await visitor.choose("Architecture", "squeezenet1_1")
    await visitor.press("Load")
    await visitor.upload("Or your own", [("evil.keras", keras_files.calling("/x")[
        "a Lambda layer (.keras)"][0]())])  # fmt: skip
    await visitor.press("Load")


async def reopening(visitor: Visitor, _: random.Random) -> None:
    """Saved maps that are none."""
    bad = saved.CORPUS["maps of a gigabyte"][0]()
    await visitor.upload("Your photos", [("maps.npz", bad)])


ERRANDS = (looking, looking, bringing, bringing, comparing, waiting, turning, own_model, reopening)


def _squeezenet(rng: random.Random) -> bytes:
    """Weights of SqueezeNet 1.1 drawn anew, with its 1,000 classes."""
    shapes: dict[str, tuple[int, ...]] = {
        "features.0.weight": (64, 3, 3, 3), "features.0.bias": (64,),
        "classifier.1.weight": (1000, 512, 1, 1), "classifier.1.bias": (1000,),
    }  # fmt: skip
    fires = {3: (64, 16, 64), 4: (128, 16, 64), 6: (128, 32, 128), 7: (256, 32, 128),
             9: (256, 48, 192), 10: (384, 48, 192), 11: (384, 64, 256),
             12: (512, 64, 256)}  # fmt: skip
    for n, (came, narrow, wide) in fires.items():
        for name, shape in (("squeeze", (narrow, came, 1, 1)), ("expand1x1", (wide, narrow, 1, 1)),
                            ("expand3x3", (wide, narrow, 3, 3))):  # fmt: skip
            shapes[f"features.{n}.{name}.weight"] = shape
            shapes[f"features.{n}.{name}.bias"] = shape[:1]
    drawn = np.random.default_rng(rng.randrange(10**9))
    header, body = {}, bytearray()
    for name, shape in shapes.items():
        values = (drawn.normal(size=shape) * 0.05).astype("<f4").tobytes()
        header[name] = tensors.entry(*shape, begin=len(body), end=len(body) + len(values))
        body += values
    made = tensors.safetensors(header, bytes(body))
    assert struct.unpack("<Q", made[:8])[0] < len(made)
    return made


async def coming_and_going(server: Server, number: int, end: float, notes: Notes) -> None:
    """One visitor after the other, each with one errand."""
    rng = random.Random(number)
    while time.monotonic() < end:
        errand = rng.choice(ERRANDS)
        try:
            async with asyncio.timeout(_TIME), visit(server.address) as visitor:
                await errand(visitor, rng)
                notes.trouble += [f"{errand.__name__}: {said}" for said in visitor.trouble]
        except Exception as error:
            notes.trouble.append(f"{errand.__name__}: {type(error).__name__}: {error}"[:200])
        notes.visits[errand.__name__] = notes.visits.get(errand.__name__, 0) + 1


async def watching(server: Server, start: float, notes: Notes) -> None:
    while True:
        try:
            notes.health = max(notes.health, await asyncio.to_thread(server.health))
            look = Looked(time.monotonic() - start, server.memory(), server.threads(),
                          server.files())  # fmt: skip
            notes.looks.append(look)
        except Exception as error:
            notes.trouble.append(f"health: {type(error).__name__}: {error}")
        await asyncio.sleep(_EVERY)


async def soak(server: Server, minutes: float, rest: float) -> Notes:
    notes, start = Notes(), time.monotonic()
    watch = asyncio.create_task(watching(server, start, notes))
    end = start + 60 * minutes
    await asyncio.gather(*(coming_and_going(server, n, end, notes) for n in range(AT_ONCE)))
    await asyncio.sleep(60 * rest)  # sessions are given up some time after their visitors left
    watch.cancel()
    return notes


def slope(looks: Sequence[Looked], what: str, first: float) -> float:
    """Return what a number grows by in a minute, by least squares after the first minutes."""
    counted = [look for look in looks if look.at >= 60 * first]
    if len(counted) < 3:
        return 0.0
    times = np.array([look.at / 60 for look in counted])
    values = np.array([getattr(look, what) for look in counted], float)
    return float(np.polyfit(times, values, 1)[0])


def summary(notes: Notes, minutes: float, warm: float) -> dict[str, Any]:
    during = [look for look in notes.looks if look.at <= 60 * minutes]
    settled = [look for look in during if look.at >= 60 * warm] or during
    last = notes.looks[-1]
    return {
        "minutes": minutes, "visits": sum(notes.visits.values()), "by_errand": notes.visits,
        "memory_slope": round(slope(during, "memory", warm) / 1e6, 2),
        "threads_slope": round(slope(during, "threads", warm), 2),
        "files_slope": round(slope(during, "files", warm), 2),
        "memory": [min(x.memory for x in settled), max(x.memory for x in settled), last.memory],
        "threads": [min(x.threads for x in settled), max(x.threads for x in settled),
                    last.threads],
        "files": [min(x.files for x in settled), max(x.files for x in settled), last.files],
        "health": round(notes.health, 2), "trouble": len(notes.trouble),
        "said": notes.trouble[:10],
        "looks": [[round(x.at), x.memory, x.threads, x.files] for x in notes.looks[::12]],
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rest", type=float, default=3, help="minutes to look on afterwards")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args(arguments)
    warm = min(WARM, options.minutes / 3)
    with serving(options.port, options.log) as server:
        notes = asyncio.run(soak(server, options.minutes, options.rest))
        alive = server.alive()
    facts = {**summary(notes, options.minutes, warm), "alive": alive}
    for key, value in facts.items():
        if key != "looks":
            print(f"{key:14} {value}")
    if options.minutes >= 30:
        keep("soak", facts)
    return int(not alive or bool(notes.trouble) or facts["memory_slope"] > 2)


if __name__ == "__main__":
    sys.exit(main())
