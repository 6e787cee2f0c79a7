"""Events from the viewer are validated like any other input."""

from __future__ import annotations

from typing import Any

import pytest

from components.takeaway.wanted import Wish, parse
from gradcam.files import Look

LOOK = {"cm": "magma", "op": 0.4, "th": 0, "view": "swipe", "scale": "shared", "sign": "both"}
GOOD = {"what": "panel", "row": 1, "panel": 2, "look": LOOK}


def test_the_look_is_part_of_the_event() -> None:
    assert parse(GOOD) == Wish("panel", 1, 2, Look("magma", 0.4, 0.0, "shared"), "both")


@pytest.mark.parametrize("sign", ["for", "against", "both", "abs"])
def test_the_sign_is_part_of_the_event(sign: str) -> None:
    wish = parse({**GOOD, "look": {**LOOK, "sign": sign}})
    assert wish is not None
    assert wish.sign == sign


@pytest.mark.parametrize(
    "event",
    [
        None, "panel", [], {}, {**GOOD, "what": "everything"}, {**GOOD, "row": -1},
        {**GOOD, "row": True}, {**GOOD, "panel": "0"}, {**GOOD, "panel": 10**9},
        {**GOOD, "look": None}, {**GOOD, "look": {}},
    ],
)  # fmt: skip
def test_an_invalid_event_is_ignored(event: Any) -> None:
    assert parse(event) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"cm": "../../etc"}, {"cm": None}, {"op": 2}, {"op": "x"}, {"op": float("nan")},
        {"op": None}, {"th": -1}, {"scale": 3}, {"scale": None}, {"sign": "maybe"}, {"sign": None},
    ],
)  # fmt: skip
def test_an_event_with_an_invalid_look_is_ignored(fields: dict[str, Any]) -> None:
    assert parse({**GOOD, "look": {**LOOK, **fields}}) is None
