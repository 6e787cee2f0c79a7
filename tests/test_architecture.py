"""The house: imports point down, without a circle, and each framework stays in its own folder.

Every import counts, also those inside functions and those for types alone.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = [
    ROOT / "app.py",
    *sorted((ROOT / "components").rglob("*.py")),
    *sorted((ROOT / "gradcam").rglob("*.py")),
]
# From the ground up. A module may import from its own floor's package and from any floor below.
FLOORS = (
    ("gradcam.memory", "gradcam.text", "gradcam._command", "gradcam.versions"),
    ("gradcam.errors",),
    ("gradcam.types",),
    ("gradcam.arrays", "gradcam.decoding", "gradcam.vault"),
    (
        "gradcam.watch",
        "gradcam.labels",
        "gradcam.certainty",
        "gradcam.images",
        "gradcam.formats",
        "gradcam.ranges",
        "gradcam.saliency",
        "gradcam.regions",
        "gradcam.similarity",
        "gradcam.noticing",
        "gradcam.catalogue",
    ),
    (
        "gradcam.expected",
        "gradcam.preprocess",
        "gradcam.merging",
        "gradcam.covering",
        "gradcam.marks",
        "gradcam.photos",
        "gradcam.weights",
    ),
    ("gradcam.transforms", "gradcam.bundled"),
    ("gradcam.backends",),
    ("gradcam.methods", "gradcam.places"),
    ("gradcam.request",),
    (
        "gradcam.record",
        "gradcam.classes",
        "gradcam.layers",
        "gradcam.batches",
        "gradcam.prepared",
        "gradcam.clauses",
    ),
    ("gradcam.drawing", "gradcam.sentences", "gradcam.fields", "gradcam.shortcuts"),
    ("gradcam.files",),
    ("gradcam.explanation", "gradcam.parts"),
    ("gradcam.answer", "gradcam.live", "gradcam.wrapping"),
    (
        "gradcam.models",
        "gradcam.explain",
        "gradcam.many",
        "gradcam.making",
        "gradcam.sanity",
        "gradcam.report",
    ),
    ("gradcam.metrics", "gradcam.rows"),
    ("gradcam.spread",),
    ("gradcam.evaluation", "gradcam.find"),
    ("gradcam",),
    ("gradcam.cli", "components"),
    ("app", "gradcam.__main__"),
)
FRAMEWORKS = {
    "gradcam.backends.torch": {"torch", "torchvision", "triton", "timm", "transformers"},
    "gradcam.weights": {"huggingface_hub"},
    "gradcam.metrics": {"scipy"},
    "gradcam.find": {"scipy", "sklearn", "pyarrow"},
    "gradcam.backends.keras": {"keras", "tensorflow"},
    "gradcam.parts": {"pyarrow"},
    "gradcam.rows": {"pyarrow"},
    "gradcam.evaluation": {"pyarrow"},
    "gradcam.spread": {"ray"},
    "components": {"streamlit"},
    "app": {"streamlit"},
}


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for file in FILES}


def imported(file: Path) -> Iterator[str]:
    """Full names of what a file imports: a module, or a name in one."""
    package = module_of(file).split(".")
    package = package if file.name == "__init__.py" else package[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            whole = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{whole}.{alias.name}" for alias in node.names)


@cache
def graph() -> dict[str, set[str]]:
    """Each module of ours, and those of ours that it imports."""
    edges: dict[str, set[str]] = {}
    for module, file in MODULES.items():
        found = {name if name in MODULES else name.rpartition(".")[0] for name in imported(file)}
        edges[module] = {name for name in found if name in MODULES and name != module}
    return edges


def home(module: str) -> str:
    """The entry of FLOORS that a module belongs to: the longest that begins its name."""
    entries = [entry for floor in FLOORS for entry in floor]
    fitting = [e for e in entries if module == e or module.startswith(f"{e}.")]
    return max(fitting, key=len)


def floor(module: str) -> int:
    return next(n for n, entries in enumerate(FLOORS) if home(module) in entries)


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    up = {
        other
        for other in graph()[module]
        if home(other) != home(module) and floor(other) >= floor(module)
    }
    assert not up


def test_there_is_no_circle() -> None:
    # A package's front door imports what it shows; that its parts do not import it back is
    # checked by the same graph.
    try:
        TopologicalSorter(graph()).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_every_entry_of_the_floors_exists() -> None:
    assert {entry for floor in FLOORS for entry in floor} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_each_framework_is_named_in_its_own_folder_only(module: str) -> None:
    every = set().union(*FRAMEWORKS.values())
    allowed = set().union(
        *(
            names
            for folder, names in FRAMEWORKS.items()
            if module == folder or module.startswith(f"{folder}.")
        )
    )
    roots = {name.split(".")[0] for name in imported(MODULES[module])}
    assert not (roots & every) - allowed


@pytest.mark.parametrize("module", ["gradcam", "gradcam.cli", "components.view"])
def test_a_fresh_interpreter_pays_for_no_framework(module: str) -> None:
    heavy = [
        "torch", "torchvision", "timm", "transformers", "huggingface_hub",
        "tensorflow", "keras", "streamlit", "matplotlib", "skimage",
        "scipy", "sklearn", "pandas", "pyarrow", "ray",
    ]  # fmt: skip
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_the_front_page_stays_small() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 60
