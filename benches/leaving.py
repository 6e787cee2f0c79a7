"""What a server keeps of people who have left: memory before, at its highest, and afterwards.

    python -m benches.leaving [--sessions 4] [--photos 12] [--side 5000] [--own 2]

Each session brings large photos in small files, or a model of its own; then all leave. The result
is kept for docs/reliability.md.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benches import visitor
from benches.keeping import keep
from benches.visitor import Server, serving, visit

TTL = 20  # seconds that Streamlit keeps a session without a page; 120 unless it is set
AFTER = 90  # seconds to wait for the memory
ALLOWED = 1.2  # times the memory at the start
File = tuple[str, bytes]


def photos(session: int, count: int, side: int) -> Sequence[File]:
    """Return photos of `side` × `side` pixels, in files of some kilobytes."""
    found = []
    for n in range(count):
        pixels = np.full((side, side), 3 * n + 40 * session, np.uint8)
        pixels[side // 4 : side // 2, side // 4 : side // 2] = 250
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG", compress_level=1)
        found.append((f"photo {session}-{n}.png", file.getvalue()))
    return found


def weights(seed: int) -> File:
    """Return a state dict of ResNet-18 with seven classes."""
    import torch
    import torchvision

    torch.manual_seed(seed)
    file = io.BytesIO()
    torch.save(torchvision.models.resnet18(num_classes=7).state_dict(), file)
    return f"secret-{seed}.pth", file.getvalue()


async def measure(
    server: Server, brought: Sequence[Sequence[File]], own: Sequence[File]
) -> dict[str, object]:
    """Let everybody come and leave; return megabytes."""
    async with visit(server.address):
        pass
    await asyncio.sleep(10)
    start = highest = megabytes(server)
    print(f"start: {start} MB", flush=True)

    async def watch() -> None:
        nonlocal highest
        while True:
            highest = max(highest, megabytes(server))
            await asyncio.sleep(0.2)

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(with_photos(server, files) for files in brought))
    print(f"photos: at most {highest} MB", flush=True)
    for file in own:
        await with_model(server, file)
    print(f"all have left: {megabytes(server)} MB, at most {highest}", flush=True)
    left, back = time.monotonic(), None
    while time.monotonic() - left < AFTER:
        await asyncio.sleep(5)
        now = megabytes(server)
        print(f"{time.monotonic() - left:.0f} s: {now} MB", flush=True)
        if back is None and now <= ALLOWED * start:
            back = round(time.monotonic() - left)
    watching.cancel()
    return {
        "start_mb": start, "highest_mb": highest, "after_mb": megabytes(server),
        "back_after_seconds": back, "ttl_seconds": TTL,
    }  # fmt: skip


async def with_photos(server: Server, files: Sequence[File]) -> None:
    """Bring photos, look at them twice, and leave."""
    if not files:
        return
    async with visit(server.address) as one:
        seconds = await one.upload("Your photos", files)
        again = await one.run()
        print(
            f"{len(one.panels())} maps after {seconds:.0f} s, again after {again:.2f}", flush=True
        )


async def with_model(server: Server, file: File) -> None:
    """Bring a model, look at its maps, and leave."""
    async with visit(server.address) as one:
        await one.upload("Or your own", [file])
        await one.choose("Architecture", "resnet18")
        await one.press("Load")
        await one.until(lambda: any("secret" in panel.about for panel in one.panels()))
        print(f"{one.panels()[0].about}: {megabytes(server)} MB", flush=True)


def megabytes(server: Server) -> int:
    return round(server.memory() / 1e6)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=4)
    options.add_argument("--photos", type=int, default=12)
    options.add_argument("--side", type=int, default=5000)
    options.add_argument("--own", type=int, default=2)
    options.add_argument("--port", type=int, default=0)
    asked = options.parse_args()
    visitor.PATIENCE = 600.0
    brought = [photos(n, asked.photos, asked.side) for n in range(asked.sessions)]
    own = [weights(n) for n in range(asked.own)]
    log = Path(os.environ.get("BENCH_LOG", os.devnull))
    with serving(asked.port, log, STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL=str(TTL)) as server:
        found = asyncio.run(measure(server, brought, own))
    facts = {"sessions": asked.sessions, "photos": asked.photos, "side": asked.side}
    keep("leaving", {**facts, "own_models": asked.own, **found})
    start, after = found["start_mb"], found["after_mb"]
    assert isinstance(start, int)
    assert isinstance(after, int)
    print(f"{start} MB at the start, {found['highest_mb']} at most, {after} after all have left.")
    sys.exit(after > ALLOWED * start)


if __name__ == "__main__":
    main()
