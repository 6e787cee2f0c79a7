"""docs/api.md is up to date, and every public name is documented."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any

import pytest

import gradcam
from gradcam import errors, report
from gradcam import files as export
from tools import docstrings, make_api

PUBLIC = {
    id(thing): f"{module.__name__}.{name}"
    for module in (report, export, gradcam)
    for name in module.__all__
    if inspect.isfunction(thing := getattr(module, name)) or inspect.isclass(thing)
}
ON_PAGE = {
    make_api.dotted(name): resolve_name(name)
    for names in make_api.CHAPTERS.values()
    for name in names
}
FUNCTIONS = {name: thing for name, thing in ON_PAGE.items() if inspect.isfunction(thing)}
CLASSES = {name: thing for name, thing in ON_PAGE.items() if inspect.isclass(thing)}
MEMBERS = {
    f"{name}.{key}": thing
    for name, cls in CLASSES.items()
    for key, thing in docstrings.members(cls).items()
}
each_function = pytest.mark.parametrize("name", FUNCTIONS)


def doc(thing: Any) -> str:
    return inspect.getdoc(thing) or ""


def missing(names: list[str], text: str) -> list[str]:
    """Return the names that do not occur as words in `text`."""
    return [name for name in names if not re.search(rf"\b{name}\b", text)]


def parameters(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


def section(thing: Any, title: str) -> str:
    """Return a section of a docstring."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=\n\n\w+\n-+\n|\Z)", doc(thing), re.M | re.S)
    return found[1] if found else ""


def test_the_page_is_up_to_date() -> None:
    committed = make_api.PAGE.read_text(encoding="utf-8")
    assert committed == make_api.page(), "Run: python tools/make_api.py"


def test_writing_it_imports_no_framework() -> None:
    code = (
        "import sys; from tools import make_api; make_api.page();"
        "print([m for m in ('torch', 'tensorflow', 'keras', 'streamlit') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=make_api.DOCS.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"


def test_every_public_name_is_on_it() -> None:
    in_tree = {id(thing) for thing in vars(errors).values()}
    listed = {id(thing) for thing in ON_PAGE.values()} | in_tree
    assert not [name for key, name in PUBLIC.items() if key not in listed]


def test_the_tree_names_every_error() -> None:
    classes = [name for name, thing in vars(errors).items() if inspect.isclass(thing)]
    assert not missing([n for n in classes if n.endswith("Error")], make_api.error_tree())


def test_every_link_leads_somewhere() -> None:
    page = make_api.page()
    headings = [make_api.anchor(h) for h in re.findall(r"^#+ (.+)$", page, re.MULTILINE)]
    assert len(headings) == len(set(headings))
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= set(headings)
    for file in re.findall(r"\]\((?!#|https:)([^)]+)\)", page):
        assert (make_api.DOCS / file).exists()


def test_it_holds_no_paths_of_this_machine() -> None:
    page = make_api.page()
    assert str(make_api.DOCS.parent) not in page
    assert not re.search(r" at 0x|<(class|function|factory)|/home/|/tmp/|\d cores", page)


@pytest.mark.parametrize("name", [*ON_PAGE, *MEMBERS])
def test_everything_has_a_docstring(name: str) -> None:
    thing = ON_PAGE.get(name) or MEMBERS[name]
    assert re.match(r"\S.*[.:]$", doc(thing).split("\n\n")[0], re.DOTALL)
    # Python gives a dataclass without a docstring its signature instead.
    assert not doc(thing).startswith(f"{name.rpartition('.')[2]}(")


@each_function
def test_functions_document_parameters_results_and_errors(name: str) -> None:
    function = FUNCTIONS[name]
    assert not missing(parameters(function), doc(function))
    if parameters(function) and id(function) in PUBLIC:
        assert not missing(parameters(function), section(function, "Parameters"))
        assert section(function, "Returns")
        assert section(function, "Raises")


@each_function
def test_documented_errors_are_in_the_tree(name: str) -> None:
    raised = re.findall(r"\b\w+Error\b", section(FUNCTIONS[name], "Raises"))
    assert all(issubclass(getattr(errors, error), errors.GradcamError) for error in raised)


@pytest.mark.parametrize("name", CLASSES)
def test_classes_document_their_attributes(name: str) -> None:
    cls = CLASSES[name]
    if hasattr(cls, "__dataclass_fields__"):
        # Inherited fields are documented with their own class, which is on the page too.
        inherited = {name for base in cls.__bases__ for name in inspect.get_annotations(base)}
        assert all(base in CLASSES.values() for base in cls.__bases__ if base is not object)
        own = [name for name in cls.__dataclass_fields__ if name not in inherited]
        assert not missing(own, doc(cls))


@pytest.mark.parametrize("name", [n for n, m in MEMBERS.items() if inspect.isfunction(m)])
def test_methods_document_their_parameters(name: str) -> None:
    assert not missing(parameters(MEMBERS[name]), doc(MEMBERS[name]))


@pytest.mark.parametrize("key", gradcam.METHODS)
def test_options_are_documented(key: str) -> None:
    row = gradcam.METHODS[key]
    assert not missing(list(row.options), doc(row.formula or row.asking))


DOCSTRING = """What it is, in *A*.

Parameters
----------
a, b : two
    of `them`.

Returns
-------
One.
"""
MARKDOWN = r"""What it is, in \*A\*.

**Parameters**

- `a`, `b`: two of [`them`](#there).

**Returns**

One."""


def test_a_docstring_by_hand() -> None:
    assert docstrings.prose(DOCSTRING, {"them": "there"}) == MARKDOWN


def test_a_signature_by_hand() -> None:
    def short(self: object, a: int = 1, *, b: str = "x", **c: int) -> bool: ...

    assert docstrings.signature("f", short) == 'f(a: int = 1, *, b: str = "x", **c: int) -> bool'
