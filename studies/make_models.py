"""Write docs/models.md: every family of models, what was checked of it, and what came of it.

    python -m studies.make_models [FAMILY/NAME …]

Every model is built with random weights in a process of its own, so that one that fails or takes
too much memory stops no other. All of them take about an hour on two cores; what was measured
before is kept in build/models.json, and only what is named is measured again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fnmatch
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from gradcam.backends.keras import before_tensorflow
from studies.zoo.checks import Checked, check
from studies.zoo.families import families
from tools.make_api import DOCS, table

PAGE = DOCS / "models.md"
KEPT = Path(__file__).parent.parent / "build" / "models.json"
LONGEST = 900  # seconds for one model

INTRO = """# Models

Every family of models the engine was tried on. `make models` writes this page; each network has
random weights, and is run as its authors wrote it beside the engine.

- **by hand**: at the recommended layer, the gradient of the top class's logit, and the logits
  themselves, against the framework's own automatic differentiation without the engine: the largest
  difference, as a share of the largest value. 1e-05 is asked for; where a network with random
  weights blows float32's rounding up, in float64.
- **move**: of the layers listed, how many move with the photo. Two photos are shown, and both
  again shifted; the difference of the layer's two maps must fit better if it is shifted along than
  if not. A layer may do so with its batch norms as they are made, or with the statistics of a few
  photos: with random weights, little of the photo may be left otherwise.
- **round trip**: what was saved is read, and asked again, as the same map bit for bit."""


def main(patterns: list[str]) -> None:
    """Measure what is asked for, or what is missing, and write the page."""
    kept = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    for name in _names():
        if any(fnmatch.fnmatch(name, pattern) for pattern in patterns) or (
            not patterns and name not in kept
        ):
            kept[name] = _apart(name)
            print(name, kept[name], flush=True)
            KEPT.parent.mkdir(exist_ok=True)
            KEPT.write_text(json.dumps(kept, indent=1))
    PAGE.write_text(page(kept), encoding="utf-8")


def page(kept: Mapping[str, Mapping[str, object]]) -> str:
    """Return the whole of docs/models.md."""
    found = {name: Checked(**facts) for name, facts in kept.items()}  # type: ignore[arg-type]
    parts = [INTRO, _versions()]
    for family, models in families().items():
        rows = [(name, found.get(f"{family}/{name}")) for name in models]
        parts += [f"## {family}", _summary([one for _, one in rows]), table(_HEAD, map(_row, rows))]
    return "\n\n".join(parts) + "\n"


_HEAD = ("model", "layers", "recommended", "C × h × w", "by hand", "move", "round trip")


def _row(item: tuple[str, Checked | None]) -> tuple[str, ...]:
    name, one = item
    if one is None:
        return (name, "not measured", "", "", "", "", "")
    if one.refused:
        return (name, "refused", one.refused, "", "", "", "")
    shape = " × ".join(map(str, one.shape))
    moving = one.layers - len(one.still)
    return (
        name, str(one.layers), f"`{one.recommended}`", shape,
        _number(one.gradient) + (" in float64" if one.in_double else ""),
        "all" if not one.still else f"{moving} of {one.layers}",
        "same" if one.round_trip else "DIFFERS",
    )  # fmt: skip


def _number(share: float) -> str:
    return f"{share:.0e}" if share else "0"


def _summary(found: Sequence[Checked | None]) -> str:
    measured = [one for one in found if one is not None]
    explained = [one for one in measured if not one.refused]
    worst = max((one.gradient for one in explained), default=0.0)
    missing = len(found) - len(measured)
    return (
        f"{len(explained)} of {len(measured)} are explained, {len(measured) - len(explained)} "
        f"refused; the largest difference by hand is {_number(worst)}."
        + (f" {missing} more are in the list, and were not measured." if missing else "")
    )


def _versions() -> str:
    packages = ("torch", "torchvision", "timm", "transformers", "tensorflow-cpu", "keras")
    found = []
    for package in packages:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found.append(f"{package} {metadata.version(package).partition('+')[0]}")
    return f"Measured with {', '.join(found)}."


def _names() -> Iterator[str]:
    for family, models in families().items():
        yield from (f"{family}/{name}" for name in models)


def _apart(name: str) -> dict[str, object]:
    """Check one model in a process of its own."""
    command = [sys.executable, "-m", "studies.make_models", "--one", name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    if done.returncode:
        raise SystemExit(f"{name} broke the check:\n{done.stderr[-3000:]}")
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def one(name: str) -> None:
    """Check one model and print what came of it as JSON."""
    warnings.simplefilter("ignore")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    before_tensorflow()
    family, _, model = name.partition("/")
    with contextlib.redirect_stdout(sys.stderr):
        found = check(families()[family][model])
    print(json.dumps(dataclasses.asdict(found)))


if __name__ == "__main__":
    one(sys.argv[2]) if sys.argv[1:2] == ["--one"] else main(sys.argv[1:])
