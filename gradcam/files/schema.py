"""Building dataclasses from untrusted JSON; errors name the place that does not fit its type."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from gradcam.errors import GradcamError
from gradcam.text import clip, printable

_MAX_FLOAT = 1e300  # so that sums stay finite
_LONGEST = 2000  # characters of a name or a description


def build(kind: Any, value: Any, where: str = "manifest") -> Any:
    """Convert `value`, parsed from JSON, to `kind`.

    Parameters
    ----------
    kind : a dataclass, tuple[…], Mapping[str, …], Literal[…], a union of those, int, float, str,
        or Any (for which lists become tuples). A dataclass's field `class_` is JSON's "class";
        unknown keys are ignored, and fields with a default are optional.
    value : what `json.loads` returned.
    where : the path of `value` within the manifest, for error messages.

    Raises
    ------
    GradcamError : a wrong type, a missing key, NaN or infinity.
    """
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _union(get_args(kind), value, where)
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, value, where)
    if origin is Literal:
        return _require(isinstance(value, str) and value in get_args(kind), value, where)
    if origin is tuple:
        return _tuple(get_args(kind), value, where)
    if origin is Mapping:
        items = _require(isinstance(value, dict), value, where).items()
        one = get_args(kind)[1]
        return {_text(key): build(one, item, f"{where}.{key}") for key, item in items}
    if kind is float:
        return _require(type(value) in (int, float) and _small(value), value, where)
    if kind is Any:
        return _anything(value, where)
    if kind is str:
        return _text(_require(type(value) is str, value, where))
    return _require(type(value) is kind and _small(value), value, where)


def _dataclass(kind: Any, value: Any, where: str) -> Any:
    found = _require(isinstance(value, dict), value, where)
    hints = _hints(kind)
    made = {}
    for field in dataclasses.fields(kind):
        key = field.name.rstrip("_")
        if key in found:
            made[field.name] = build(hints[field.name], found[key], f"{where}.{key}")
        elif field.default is field.default_factory is dataclasses.MISSING:
            raise _refusal(f"{where}.{key} is missing")
    return kind(**made)


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    """Resolve a dataclass's annotations once: that takes longer than building one of it."""
    return get_type_hints(kind)


def _union(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    """Convert `value` to the first of `kinds` it fits; if none, raise the last one's error."""
    if value is None and type(None) in kinds:
        return None
    *others, last = (kind for kind in kinds if kind is not type(None))
    for kind in others:
        with suppress(GradcamError):
            return build(kind, value, where)
    return build(last, value, where)


def _tuple(kinds: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    found = _require(isinstance(value, list), value, where)
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(found)
    _require(len(found) == len(kinds), value, where)
    return tuple(
        build(kind, item, f"{where}[{n}]")
        for n, (kind, item) in enumerate(zip(kinds, found, strict=True))
    )


def _anything(value: Any, where: str) -> Any:
    if isinstance(value, dict):
        return {_text(key): _anything(item, where) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_anything(item, where) for item in value)
    if isinstance(value, str):
        return _text(value)
    return _require(value is None or _small(value), value, where)


def _small(value: float) -> bool:
    return abs(value) < 2**63 if isinstance(value, int) else abs(value) <= _MAX_FLOAT  # False: NaN


def _text(value: str) -> str:
    """Return text on one line that can be shown: labels, layers and names come from anywhere."""
    return clip(printable(value).replace("\n", " "), _LONGEST)


def _require(holds: bool, value: Any, where: str) -> Any:
    if not holds:
        raise _refusal(f"{where} is {value!r:.60}")
    return value


def _refusal(what: str) -> GradcamError:
    return GradcamError(f"The manifest is not usable: {what}.", hint="Save the explanation again.")
