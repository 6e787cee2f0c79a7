"""Measurements that docs/reliability.md is written from: one JSON file for each bench."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parent / "kept"


def keep(name: str, facts: Mapping[str, Any]) -> None:
    """Write one bench's numbers, with the day, the machine, and what else it was doing."""
    KEPT.mkdir(exist_ok=True)
    known = {
        "day": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        **facts,
    }
    (KEPT / f"{name}.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def kept(name: str) -> dict[str, Any] | None:
    """Return what a bench kept, or None if it never ran."""
    try:
        facts: dict[str, Any] = json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return facts
