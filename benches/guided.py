"""One target under atheris, a fuzzer that sees which lines of Python a file reaches.

`python -m benches.guided images 60`, which `benches.fuzz --guided 60` calls, prints a line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import atheris
import numpy as np


def main(name: str, seconds: int) -> None:
    with atheris.instrument_imports(include=["PIL", "gradcam", "zipfile", "json"]):
        from benches.fuzz import SEED, _note, _said
        from tests.hostile.targets import TARGETS, outcome
    target = TARGETS[name]
    told: dict[str, Any] = {"cases": 0, "read": 0, "refused": 0, "slowest": 0.0, "found": []}
    mutate = target.mutate(target.seeds())
    end = time.monotonic() + seconds
    out = os.dup(1)

    def one(data: bytes) -> None:
        start = time.monotonic()
        try:
            told[outcome(target, data)] += 1
        except Exception as error:
            told["found"].append(_note(name, data, _said(error)))
        told["cases"] += 1
        told["slowest"] = max(told["slowest"], round(time.monotonic() - start, 2))
        if time.monotonic() > end:
            os.write(out, (json.dumps(told) + "\n").encode())
            os._exit(0)

    def change(data: bytes, most: int, seed: int) -> bytes:
        try:
            changed = mutate(bytes(data), np.random.default_rng((SEED, seed)))
        except Exception:  # no longer of a form that can be taken apart
            changed = atheris.Mutate(data, most)
        return bytes(changed[:most])

    with tempfile.TemporaryDirectory() as folder:
        for n, seed in enumerate(target.seeds()):
            Path(folder, str(n)).write_bytes(seed)
        options = ["-max_len=100000", "-timeout=5", "-rss_limit_mb=2000", f"-seed={SEED}",
                   f"-artifact_prefix={folder}/", "-print_final_stats=0"]  # fmt: skip
        atheris.Setup([sys.argv[0], folder, *options], one, custom_mutator=change)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
