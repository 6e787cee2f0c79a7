"""A crowd: fifty visitors who look, ten who click, and one Score-CAM after the other.

`python -m benches.crowd` (or `make crowd`) runs the dashboard, clicks for a minute in peace and for
five minutes beside Score-CAM, compares every map that anybody was shown with the library's own, and
keeps the numbers for docs/reliability.md. `--seconds 20 --idle 5 --active 3` tries it out and keeps
nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import io
import random
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import gradcam
from benches.keeping import keep
from benches.visitor import PATIENCE, Server, Shown, Visitor, serving, visit
from components.samples import SAMPLES, load
from gradcam.images import open_image

MODEL = "bundled/efficientnet-lite0"
LAYERS = ("", "stage3", "stage5", "head")
METHODS = ("gradcam", "hirescam", "layercam", "xgradcam", "gradcam++")
SLOW_LAYERS = ("stage5", "head", "stage3")
THINKING = 3.0, 7.0  # seconds between two clicks of one visitor
_SAME = 2e-3  # of the largest value


@dataclass
class Notes:
    """What happened in one part of the run."""

    clicks: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    slow: int = 0  # answers of Score-CAM
    seen: dict[tuple[str, ...], tuple[Any, Shown]] = field(default_factory=dict)
    panels: int = 0

    def summary(self) -> dict[str, Any]:
        return {
            "clicks": len(self.clicks),
            "median": _at(self.clicks, 50),
            "p95": _at(self.clicks, 95),
            "slowest": _at(self.clicks, 100),
            "health": _at(self.health, 100),
            "memory": max(self.memory, default=0),
            "score_cams": self.slow,
            "panels": self.panels,
            "trouble": len(self.trouble),
            "said": self.trouble[:10],
        }


def _at(values: Sequence[float], percent: float) -> float:
    return round(float(np.percentile(values, percent)), 3) if values else 0.0


@dataclass(frozen=True)
class Asked:
    """What one click asks for."""

    image: str
    layer: str
    method: str
    add: int

    def query(self) -> dict[str, str]:
        named = {"image": self.image, "layer": self.layer, "method": self.method,
                 "add": str(self.add)}  # fmt: skip
        return {key: value for key, value in named.items() if value}


def own_photo(number: int) -> bytes:
    """A photo that only one visitor has: soft blobs of colour."""
    rng = np.random.default_rng(number)
    small = Image.fromarray(rng.integers(0, 256, (6, 8, 3), np.uint8))
    buffer = io.BytesIO()
    small.resize((640, 480), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


async def clicking(visitor: Visitor, number: int, end: float, notes: Notes) -> None:
    """Click on something light every few seconds, and note what came."""
    rng = random.Random(number * 1000 + int(end))
    own = number % 3 == 0  # every third looks at a photo of theirs
    try:
        if own:
            await visitor.upload("Your photos", [(f"mine{number}.jpg", own_photo(number))])
        while time.monotonic() < end:
            await asyncio.sleep(rng.uniform(*THINKING))
            image = "" if own else rng.choice(SAMPLES).id
            method = rng.choice(METHODS)
            asked = Asked(image, rng.choice(LAYERS), method, rng.randrange(1000))
            notes.clicks.append(await visitor.go(**asked.query()))
            _look(visitor, number, asked, own, notes)
    except Exception as error:
        notes.trouble.append(f"visitor {number}: {type(error).__name__}: {error}")


def _look(visitor: Visitor, number: int, asked: Asked, own: bool, notes: Notes) -> None:
    notes.trouble += [f"visitor {number}: {said}" for said in visitor.trouble + visitor.sentences()]
    visitor.trouble.clear()
    shown = visitor.panels()
    if not shown:
        notes.trouble.append(f"visitor {number}: no maps for {asked}")
    for panel in shown:
        digest = hashlib.sha256(panel.values.tobytes()).hexdigest()[:16]
        key = ("own", str(number)) if own else ("sample", asked.image)
        notes.panels += 1
        notes.seen.setdefault((*key, asked.layer, asked.method, str(panel.index), digest),
                              (asked, panel))  # fmt: skip


async def slowly(address: str, end: float, notes: Notes) -> None:
    """Ask for one Score-CAM after the other, each of which takes seconds."""
    try:
        async with visit(address) as visitor:
            n = 0
            while time.monotonic() < end:
                sample, layer = SAMPLES[n % len(SAMPLES)], SLOW_LAYERS[n % len(SLOW_LAYERS)]
                n += 1
                query = {"image": sample.id, "layer": layer, "method": "scorecam",
                         "channels": "0", "top": str(1 + n % 5)}  # fmt: skip
                await visitor.go(**query)
                await visitor.until(lambda: _is_there(visitor) or time.monotonic() > end, 600)
                notes.slow += _is_there(visitor)
                notes.trouble += [f"Score-CAM: {said}" for said in visitor.trouble]
                visitor.trouble.clear()
    except Exception as error:
        notes.trouble.append(f"Score-CAM: {type(error).__name__}: {error}")


def _is_there(visitor: Visitor) -> bool:
    return any("Score-CAM" in panel.about for panel in visitor.panels())


@contextmanager
def watching(server: Server, notes: Notes) -> Iterator[None]:
    """Ask for the server's health and memory twice a second, from a thread of its own."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            try:
                notes.health.append(server.health())
                notes.memory.append(server.memory())
            except Exception as error:
                notes.trouble.append(f"health: {type(error).__name__}: {error}")

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


async def crowd(server: Server, quiet: float, busy: float, idle: int, active: int) -> list[Notes]:
    """Everybody comes; first there is peace, then Score-CAM."""
    parts = [Notes(), Notes()]
    async with AsyncExitStack() as stack:
        for _ in range(idle):
            await stack.enter_async_context(visit(server.address))
        visitors = [await stack.enter_async_context(visit(server.address)) for _ in range(active)]
        for notes, seconds in zip(parts, (quiet, busy), strict=True):
            with watching(server, notes):
                end = time.monotonic() + seconds
                work = [clicking(v, n, end, notes) for n, v in enumerate(visitors)]
                if notes is parts[1]:
                    work.append(slowly(server.address, end, notes))
                await asyncio.gather(*work)
    return parts


def mixed(parts: Sequence[Notes]) -> tuple[int, list[str]]:
    """Compare what was shown with what the library says; return how many, and what differs."""
    clf = gradcam.load_model(MODEL)
    recommended = next(layer.name for layer in clf.layers() if layer.recommended)
    seen = {key: value for notes in parts for key, value in notes.seen.items()}
    groups: dict[tuple[str, ...], list[Shown]] = {}
    for key, (_, panel) in seen.items():
        groups.setdefault(key[:4], []).append(panel)
    wrong, compared = [], 0
    for (kind, which, layer, method), panels in groups.items():
        data = own_photo(int(which)) if kind == "own" else load(which or SAMPLES[0].id)
        opened = open_image(data)
        classes = sorted({p.index for p in panels if p.index is not None})
        expected = gradcam.explain(
            clf, opened, layer=layer or recommended, method=method, classes=classes
        )
        by_class: Mapping[int, Any] = {m.prediction.index: m for m in expected.maps}
        title = gradcam.METHODS[method].title
        for panel in panels:
            compared += 1
            said = f"{kind} {which} {layer} {method} {panel.title}"
            if panel.photo != opened.digest[:16]:
                wrong.append(f"{said}: another photo")
            elif panel.about != f"{clf.title} · {layer or recommended} · {title}":
                wrong.append(f"{said}: shown as {panel.about}")
            elif panel.index is not None and not _same(panel.values, by_class[panel.index].values):
                wrong.append(f"{said}: other numbers")
    return compared, wrong


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape:
        return False
    return bool(np.abs(one - other).max() <= _SAME * max(1e-9, float(np.abs(other).max())))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300, help="beside Score-CAM")
    parser.add_argument("--quiet", type=float, help="without; default a fifth, at least 60")
    parser.add_argument("--idle", type=int, default=50)
    parser.add_argument("--active", type=int, default=10)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="also of another length")
    parser.add_argument("--log", type=Path)
    options = parser.parse_args(arguments)
    whole = (options.seconds, options.idle, options.active) == (300, 50, 10)
    quiet = options.quiet or max(60.0, options.seconds / 5)
    with serving(options.port, options.log) as server:
        start = server.memory()
        parts = asyncio.run(crowd(server, quiet, options.seconds, options.idle, options.active))
        alive = server.alive()
        time.sleep(2)
        after = server.memory()
    peace, beside = (notes.summary() for notes in parts)
    print(f"without {peace}\nbeside  {beside}\ncomparing every map …", flush=True)
    compared, wrong = mixed(parts)
    facts = {
        "idle": options.idle, "active": options.active, "quiet": peace, "busy": beside,
        "ratio": round(beside["p95"] / max(peace["p95"], 1e-9), 2), "compared": compared,
        "mixed": len(wrong), "differences": wrong[:10], "alive": alive, "start_memory": start,
        "after_memory": after, "patience": PATIENCE, "seconds": options.seconds,
    }  # fmt: skip
    for key, value in facts.items():
        print(f"{key:14} {value}")
    if whole or options.keep:
        keep("crowd", facts)
    return int(bool(wrong) or not alive or peace["trouble"] + beside["trouble"] > 0)


if __name__ == "__main__":
    sys.exit(main())
