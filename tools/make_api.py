"""Write docs/api.md, the API reference, from the public names' docstrings and signatures.

    python tools/make_api.py

tests/docs/test_api.py fails when the two differ. Neither torch nor tensorflow is loaded.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, get_args

sys.path.insert(0, str(Path(__file__).parent.parent))
import gradcam
from gradcam import errors
from gradcam.cli.parser import parser
from gradcam.drawing.render import COLORMAPS
from gradcam.types import FITS, FUSIONS, SIGNS, Framework, Source
from tools import docstrings

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "api.md"
EXAMPLES = DOCS / "examples"

# What stands on the page and in which order, as module:name. A test wants every public name.
CHAPTERS: Mapping[str, tuple[str, ...]] = {
    "Explaining": ("gradcam:explain", "gradcam:explain_batch"),
    "Methods": (),
    "Models": ("gradcam:list_models", "gradcam:load_model", "gradcam:wrap",
               "gradcam.backends:Classifier", "gradcam.backends:Capture"),
    "Photos": ("gradcam:read_image", "gradcam:open_image", "gradcam.images:Opened",
               "gradcam.preprocess:preprocess"),
    "Pictures": ("gradcam:overlay", "gradcam.drawing.render:heatmap", "gradcam.drawing.render:grey",
                 "gradcam.drawing.render:grey16"),
    "Files": ("gradcam.files:save", "gradcam.files:archive", "gradcam:load_explanation",
              "gradcam.files:manifest", "gradcam.files:read_manifest",
              "gradcam.files:read_facts", "gradcam.files:png", "gradcam.files:npz",
              "gradcam.files:manifest_json", "gradcam.files:map_name",
              "gradcam.drawing.render:Look"),
    "Reports": ("gradcam.report:Report", "gradcam.report:html", "gradcam.report:pdf",
                "gradcam.report:slides"),
    "Nouns": ("gradcam:Explanation", "gradcam:SaliencyMap", "gradcam:Prediction", "gradcam:Layer",
              "gradcam:ModelSpec", "gradcam:Preprocessing", "gradcam:ModelInput", "gradcam:Window"),
    "Errors": (),
    "Command line": (),
    "Examples": (),
}  # fmt: skip
LEADS = {
    "Pictures": f"Colormaps: {', '.join(f'`{name}`' for name in COLORMAPS)}.",
    "Nouns": "Frozen dataclasses. Shapes use N images, K classes, C channels, (h, w) a layer's "
    "own resolution, (H, W) the photo's.",
}


def _one_of(values: Sequence[str]) -> str:
    return ", ".join(f'`"{value}"`' for value in values)


# Names that stand for a type in signatures.
ALIASES: Mapping[str, str] = {
    "Sign": _one_of(SIGNS),
    "Cancelled": "`() -> bool`, asked several times a second",
    "Fit": _one_of(FITS),
    "Floats": "NumPy array of float32",
    "Framework": _one_of(get_args(Framework)),
    "Fusion": _one_of(FUSIONS),
    "ImageSource": "path, encoded bytes, PIL image or NumPy array",
    "Photo": "NumPy array of uint8, (H, W, 3): upright RGB",
    "Progress": "`(done, in all) -> None`",
    "Scale": f"{_one_of(['each', 'shared'])} or a number",
    "Source": _one_of(get_args(Source)),
}


def page() -> str:
    """The whole of docs/api.md."""
    special: Mapping[str, Callable[[], str]] = {
        "Methods": methods,
        "Nouns": aliases,
        "Errors": error_tree,
        "Command line": command_line,
        "Examples": examples,
    }
    parts = [
        "# API reference",
        "Made by `tools/make_api.py` from signatures and docstrings.",
        _prose(gradcam),
        "\n".join(contents()),
    ]
    for title, names in CHAPTERS.items():
        parts += [f"## {title}", LEADS.get(title, ""), *map(entry, names)]
        parts.append(special.get(title, str)())
    return "\n\n".join(filter(None, parts)) + "\n"


def contents() -> Iterator[str]:
    """One line a chapter, with its names."""
    for title, names in CHAPTERS.items():
        inside = " · ".join(f"[`{short(name)}`](#{anchor(dotted(name))})" for name in names)
        yield f"- [{title}](#{anchor(title)})" + (f": {inside}" if inside else "")


def entry(name: str) -> str:
    """One public name: heading, code, what its docstring says, and its members."""
    thing = resolve_name(name)
    heading = f"### `{dotted(name)}`"
    if not inspect.isclass(thing):
        return _described(heading, docstrings.signature(short(name), thing), thing)
    parts = [_described(heading, docstrings.attributes(thing), thing)]
    for key, value in docstrings.members(thing).items():
        code = docstrings.member(key, value)
        parts.append(_described(f"#### `{thing.__name__}.{key}`", code, value))
    return "\n\n".join(parts)


def _described(heading: str, code: str, thing: Any) -> str:
    return f"{heading}\n\n```python\n{code}\n```\n\n{_prose(thing)}"


def _prose(thing: Any) -> str:
    return docstrings.prose(inspect.getdoc(thing) or "", LINKS)


def _line(text: str) -> str:
    return docstrings.line(text, LINKS)


def dotted(name: str) -> str:
    """`gradcam:explain` → `gradcam.explain`."""
    return name.replace(":", ".")


def short(name: str) -> str:
    """`gradcam:explain` → `explain`."""
    return name.rpartition(":")[2]


def anchor(heading: str) -> str:
    """What a heading is called in links, by GitHub's rule."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


LINKS: Mapping[str, str] = {
    "METHODS": "methods",
    "gradcam.METHODS": "methods",
    **{
        spelt: anchor(dotted(name))
        for names in CHAPTERS.values()
        for name in names
        for spelt in (short(name), dotted(name))
    },
}


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in lines)


def aliases() -> str:
    """What the short names in signatures stand for."""
    rows = [(f"`{name}`", meaning) for name, meaning in ALIASES.items()]
    return "In signatures:\n\n" + table(("name", "stands for"), rows)


def methods() -> str:
    """METHODS as a table, and each method's formula."""
    rows, formulas = [], []
    for key, row in gradcam.METHODS.items():
        options = [f"`{name}={docstrings.literal(value)}`" for name, value in row.options.items()]
        good_for = row.good_for + (" Slow." if row.slow else "")
        rows.append(
            (f"`{key}`", row.title, good_for, row.cost, ", ".join(options), _source(row.source))
        )
        formulas.append(f"- `{key}`: {_line(inspect.getdoc(row.formula or row.asking) or '')}")
    lead = (
        "`gradcam.METHODS` is read-only; `method=` takes a key, `parameters=` the options. "
        "Maps keep their sign. A are activations, G = ∂logit/∂A, Σ goes over positions, Σ_c over "
        "channels, ⊙ is elementwise:"
    )
    head = ("key", "title", "good for", "adds to one forward", "options", "source")
    return "\n\n".join([table(head, rows), lead, "\n".join(formulas)])


def _source(source: str) -> str:
    number = source.removeprefix("arXiv:")
    return source if number == source else f"[{source}](https://arxiv.org/abs/{number})"


def error_tree() -> str:
    """The tree as gradcam.errors draws it."""
    lead, tree, last = (inspect.getdoc(errors) or "").split("\n\n")
    return f"{_line(lead)} All are in `gradcam`.\n\n```text\n{tree}\n```\n\n{_line(last)}"


def command_line() -> str:
    """Every command with its arguments, as `--help` tells them."""
    top = parser()
    parts = [f"{top.description} `python -m gradcam COMMAND --help` says the same."]
    for name, command in _commands(top).items():
        arguments = [action for action in command._actions if action.dest != "help"]
        given = [_spelt(action) for action in arguments if not action.option_strings]
        parts.append(f"### `{' '.join(['python -m gradcam', name, *given])}`")
        parts.append(str(command.description))
        parts.append(table(("argument", "meaning"), [_argument(action) for action in arguments]))
    return "\n\n".join(parts)


def _commands(top: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    (found,) = (a for a in top._actions if isinstance(a, argparse._SubParsersAction))
    commands: Mapping[str, argparse.ArgumentParser] = found.choices
    return commands


def _spelt(action: argparse.Action) -> str:
    """`--top-k K`, `IMAGE ...`. Not by argparse, which spells it by Python's version."""
    value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
    several = " ..." if action.nargs == "+" else ""
    return " ".join(filter(None, [*action.option_strings, value])) + several


def _argument(action: argparse.Action) -> tuple[str, str]:
    meaning = [_line(action.help or "")]
    if action.choices:
        meaning.append(", ".join(f"`{choice}`" for choice in action.choices))
    if action.default and "default" not in meaning[0]:
        meaning.append(f"default: {action.default}")
    return f"`{_spelt(action)}`", "; ".join(filter(None, meaning))


def examples() -> str:
    """The scripts in docs/examples, by what their docstrings say."""
    lines = []
    for file in sorted(EXAMPLES.glob("*.py")):
        doc = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        lines.append(f"- [{file.name}](examples/{file.name}): {_line(doc.splitlines()[0])}")
    return "\n".join([*lines, "- [Recipes](recipes.md): the examples everybody starts from."])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
