"""Render signatures as code and gradcam's docstrings as Markdown."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

Links = Mapping[str, str]  # name → its anchor on the page
WIDTH = 92
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_ENTRY = re.compile(r"^([\w*]+(?:, [\w*]+)*) : ", re.MULTILINE)
_CODE = re.compile(r"(`[^`]+`)")


def signature(name: str, function: Callable[..., Any]) -> str:
    """Render a signature on one line if it fits, or one parameter per line; omit `self`."""
    call = inspect.signature(function)
    shown: list[str] = []
    for parameter in call.parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in shown:
            shown.append("*")
        shown.append(str(_plain(parameter)))
    result = _type(call.return_annotation)
    line = f"{name}({', '.join(shown)}) -> {result}"
    if len(line) <= WIDTH:
        return line
    inside = "".join(f"    {one},\n" for one in shown)
    return f"{name}(\n{inside}) -> {result}"


def attributes(cls: type) -> str:
    """Render a class with its attributes, their types and defaults."""
    fields = {f.name: f for f in dataclasses.fields(cls)} if dataclasses.is_dataclass(cls) else {}
    lines = [
        f"    {name}: {_type(kind)}{_default(fields.get(name))}"
        for name, kind in inspect.get_annotations(cls).items()
    ]
    return "\n".join([f"class {cls.__name__}:", *(lines or ["    ..."])])


def members(cls: type) -> dict[str, Any]:
    """Return a class's public methods and properties in source order."""
    kinds = (property, cached_property)
    return {
        name: value
        for name, value in vars(cls).items()
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, kinds))
    }


def member(name: str, thing: Any) -> str:
    """Render a method's signature, or a property as an attribute."""
    if inspect.isfunction(thing):
        return signature(name, thing)
    getter = getattr(thing, "fget", None) or thing.func
    return f"{name}: {_type(inspect.signature(getter).return_annotation)}"


def literal(value: Any) -> str:
    """Render a default value as source code, with double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def prose(doc: str, links: Links) -> str:
    """Convert a docstring: bold section titles, lists of `name : meaning`, code for examples."""
    first, *rest = _SECTION.split(doc)
    parts = [_body(first, links)]
    for title, text in zip(rest[::2], rest[1::2], strict=True):
        parts += [f"**{title}**", _body(text, links)]
    return "\n\n".join(filter(None, parts))


def line(text: str, links: Links) -> str:
    """Convert text to one line: link known code, and escape every other markup character."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(
        _linked(part, links) if part.startswith("`") else re.sub(r"([*<\\])", r"\\\1", part)
        for part in parts
    )


class _Text(str):
    """A string whose repr has no quotes, like annotations in source code."""

    def __repr__(self) -> str:
        return str(self)


def _type(annotation: str) -> _Text:
    # Annotations are kept as text, in which Python uses single quotes.
    return _Text(annotation.replace("'", '"'))


def _plain(parameter: inspect.Parameter) -> inspect.Parameter:
    default = parameter.default
    if default is not parameter.empty:
        default = _Text(literal(default))
    return parameter.replace(annotation=_type(parameter.annotation), default=default)


def _default(field: dataclasses.Field[Any] | None) -> str:
    if field is None:
        return ""
    if field.default_factory is not dataclasses.MISSING:
        return f" = {getattr(field.default_factory, '__name__', '…')}()"
    return "" if field.default is dataclasses.MISSING else f" = {literal(field.default)}"


def _body(text: str, links: Links) -> str:
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return "\n\n".join(_block(block, links) for block in blocks if block.strip())


def _block(block: str, links: Links) -> str:
    if block.startswith(">>>"):
        return f"```pycon\n{block}\n```"
    head, *entries = _ENTRY.split(block)
    items = [
        f"- {', '.join(f'`{name}`' for name in names.split(', '))}: {line(meaning, links)}"
        for names, meaning in zip(entries[::2], entries[1::2], strict=True)
    ]
    return "\n\n".join(filter(None, [line(head, links), "\n".join(items)]))


def _linked(code: str, links: Links) -> str:
    target = links.get(code.strip("`"))
    return f"[{code}](#{target})" if target else code
