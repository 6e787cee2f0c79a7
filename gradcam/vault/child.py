"""The process that reads a file from outside: `python -I child.py`, told what to do on its input.

It answers in files of one folder, which is all it may write to: `weights.safetensors` and
`found.json`, or the latter alone with a sentence. It imports neither a framework nor the rest of
this package, so it is small and there at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from traceback import format_exc
from types import ModuleType
from typing import Any


def main() -> None:
    """Read the job from the standard input, and do it."""
    _bare_packages()
    from gradcam.vault import jail, safetensors
    from gradcam.vault.budget import Budget
    from gradcam.vault.readers import Source, reader

    job = json.load(sys.stdin)
    source = Source(Path(job["path"]), job["name"], Budget(**job["budget"]))
    read, folder = reader(job["kind"]), Path(job["folder"])
    held = jail.apply(source.budget, [*python_folders(), source.path], folder)

    def work() -> dict[str, Any]:
        found = read(source)
        safetensors.write(folder / "weights.safetensors", found.tensors)
        return {"description": found.description}

    (folder / "found.json").write_text(json.dumps(answer_of(work, held)), "ascii")


def answer_of(work: Callable[[], dict[str, Any]], held: tuple[str, ...]) -> dict[str, Any]:
    """What to tell of work that may fail in any way."""
    from gradcam.errors import GradcamError

    try:
        return {**work(), "held": held}
    except GradcamError as error:
        kind = type(error).__name__
        return {"error": kind, "message": error.message, "hint": error.hint, "held": held}
    except MemoryError:
        return {"error": "memory", "held": held}
    except RecursionError:
        return {"error": "deep", "held": held}
    except OSError as error:
        return {"error": "disk", "number": error.errno, "held": held, "said": format_exc()}
    except Exception:  # whatever a damaged file can lead to
        return {"error": "damaged", "held": held, "said": format_exc()}


def _bare_packages() -> None:
    """Make modules of `gradcam` importable without running the package's own front doors."""
    for name, folder in (
        ("gradcam", Path(__file__).parent.parent),
        ("gradcam.vault", Path(__file__).parent),
    ):
        bare = ModuleType(name)
        bare.__path__ = [str(folder)]
        sys.modules[name] = bare


def python_folders() -> list[Path]:
    """Where Python and its packages lie, to import them from."""
    places = [sys.prefix, sys.base_prefix, *sys.path, str(Path(__file__).parent.parent)]
    system = ["/usr/lib", "/lib", "/lib64", "/usr/local/lib", "/dev/null", "/dev/urandom"]
    return [Path(place) for place in dict.fromkeys([*places, *system]) if place]


if __name__ == "__main__":
    main()
