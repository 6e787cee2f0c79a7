"""How much a session and the whole server may take: every number in one place, with its default.

An operator changes them in a TOML file, which the environment variable GRADCAM_LIMITS names:

    photos = 200
    upload_bytes = "500 MB"

docs/limits.md lists them all; `tools/make_limits.py` writes its table from here.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from gradcam.errors import GradcamError, nearest

VARIABLE = "GRADCAM_LIMITS"
_UNITS = {"kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(kB|MB|GB)")


class LimitsError(GradcamError):
    """The file with the limits cannot be read, or says something impossible."""


def _limit(default: int, about: str, *, least: int = 1) -> Any:
    return field(default=default, metadata={"about": about, "least": least})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """All limits. Names ending in `bytes` are bytes, in `seconds` are seconds, others count."""

    photos: int = _limit(500, "photos of their own that a session works with at a time")
    pixels: int = _limit(
        64_000_000, "pixels of a photo; a larger JPEG is decoded at a fraction of its size"
    )
    photo_bytes: int = _limit(100_000_000, "size of one uploaded photo or ZIP of maps")
    model_bytes: int = _limit(1_000_000_000, "size of one uploaded model")
    upload_bytes: int = _limit(1_500_000_000, "uploads that a session has on the server at a time")
    upload_files: int = _limit(600, "files that a session has on the server at a time")
    server_upload_bytes: int = _limit(6_000_000_000, "uploads of all sessions together")
    decoded_bytes: int = _limit(
        200_000_000, "decoded photos that are kept for all sessions; others are decoded again"
    )
    explanation_bytes: int = _limit(256_000_000, "maps that are kept for all sessions")
    finding_bytes: int = _limit(
        128_000_000, "what Learn and Evaluate found out, kept for all sessions"
    )
    input_bytes: int = _limit(
        128_000_000, "photos fitted to a model, kept for all sessions: 600 kB each at 224 × 224"
    )
    models: int = _limit(3, "catalogue models that stay loaded, for all sessions")
    own_models: int = _limit(2, "models of their own that a session keeps")
    server_own_models: int = _limit(8, "models of their own that all sessions keep together")
    own_parameters: int = _limit(260_000_000, "parameters of somebody's own model")
    own_activation_bytes: int = _limit(
        4_500_000_000, "what all layers of somebody's own model put out for one photo"
    )
    own_memory_bytes: int = _limit(
        3_000_000_000, "memory of the process that opens somebody's own model"
    )
    own_output_bytes: int = _limit(1_200_000_000, "what that process may write")
    own_seconds: int = _limit(60, "seconds that it may take")
    channels: int = _limit(
        0,
        "channels that Score-CAM and Ablation-CAM try at most; 0 is all that a layer has",
        least=0,
    )
    slow_jobs: int = _limit(48, "slow answers of a session that run or wait")
    folder_jobs: int = _limit(2, "work over whole folders of a session that runs or waits")
    server_jobs: int = _limit(
        200, "slow answers of all sessions that run or wait; as many folders, and sheets"
    )
    jobs_at_once: int = _limit(4, "sessions whose slow answers take turns; the others wait in line")
    folders_at_once: int = _limit(2, "sessions whose folders take turns; the others wait in line")
    sheets_at_once: int = _limit(4, "contact sheets that take turns; the others wait in line")
    downloads_at_once: int = _limit(2, "downloads of weights at a time; the others wait in line")


@cache
def limits() -> Limits:
    """Return the limits of this server, read once.

    Raises LimitsError if the file that GRADCAM_LIMITS names is missing or wrong.
    """
    name = os.environ.get(VARIABLE)
    return read(Path(name)) if name else Limits()


def limits_or_exit() -> Limits:
    """Return the limits, or end the process with one sentence; for the start of a server."""
    try:
        return limits()
    except LimitsError as error:
        raise SystemExit(str(error)) from None


def read(file: Path) -> Limits:
    """Return the limits that a TOML file sets, with defaults for the others."""
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise LimitsError(
            f"{VARIABLE} names {str(file)!r}, which cannot be read: {why}.",
            hint="Correct the path, or unset it for the defaults.",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise LimitsError(
            f"{str(file)!r} is not TOML: {error}.", hint="Write lines such as: photos = 200"
        ) from error
    return from_mapping(said, str(file))


def from_mapping(said: Mapping[str, Any], source: str = VARIABLE) -> Limits:
    """Return the limits with these values, with defaults for the others.

    >>> from_mapping({"photos": 20, "upload_bytes": "1.5 GB"}).upload_bytes
    1500000000
    """
    known = {one.name: one for one in fields(Limits)}
    values = {}
    for name, value in said.items():
        if name not in known:
            raise LimitsError(
                f"{source!r} sets {name!r}, which is no limit.", hint=nearest(name, known)
            )
        values[name] = _number(name, value, known[name].metadata["least"], source)
    return Limits(**values)


def table() -> Iterator[str]:
    """Yield the lines of the table in docs/limits.md."""
    yield "| limit | default | what |"
    yield "|---|---|---|"
    defaults = asdict(Limits())
    for one in fields(Limits):
        value = defaults[one.name]
        default = spelled(value) if one.name.endswith("bytes") else f"{value:,}"
        yield f"| `{one.name}` | {default} | {one.metadata['about']} |"


def spelled(size: int) -> str:
    """Return a number of bytes as people write it, and as the file may have it.

    >>> spelled(1_500_000_000), spelled(64_000_000)
    ('1.5 GB', '64 MB')
    """
    unit = "GB" if size >= _UNITS["GB"] else "MB" if size >= _UNITS["MB"] else "kB"
    return f"{size / _UNITS[unit]:.4g} {unit}"


def _number(name: str, value: Any, least: int, source: str) -> int:
    size = _SIZE.fullmatch(value) if isinstance(value, str) and name.endswith("bytes") else None
    if size:
        value = round(float(size[1]) * _UNITS[size[2]])
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        or_size = ' or a size such as "500 MB"' if name.endswith("bytes") else ""
        raise LimitsError(
            f"{source!r} sets {name} to {value!r}.",
            hint=f"It takes a whole number from {least} on{or_size}.",
        )
    return value
