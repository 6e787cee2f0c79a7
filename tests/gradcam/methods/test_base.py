"""What a method's own options may be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcam.errors import MethodError
from gradcam.methods import METHODS
from gradcam.methods.base import check_option, parse_option

COUNT, SHARE, ALL, CLASSES = 8, 0.6, None, ()


@pytest.mark.parametrize(
    ("text", "default", "value"),
    [
        ("64", COUNT, 64),
        ("0.9", SHARE, 0.9),
        ("1", SHARE, 1.0),
        ("64", ALL, 64),
        ("none", ALL, None),
        ("All", ALL, None),
        ("3,7", CLASSES, (3, 7)),
        ("3", CLASSES, (3,)),
        ("", CLASSES, ()),
    ],
)
def test_what_is_typed_is_what_is_meant(text: str, default: Any, value: Any) -> None:
    found = check_option("it", parse_option(text, default), default)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("value", "default", "hint"),
    [
        (0, COUNT, "whole number of at least 1"),
        (2.5, COUNT, "whole number of at least 1"),
        (None, COUNT, "whole number of at least 1"),
        (-0.1, SHARE, "number of at least 0"),
        (float("nan"), SHARE, "number of at least 0"),
        (float("inf"), SHARE, "number of at least 0"),
        ("much", SHARE, "number of at least 0"),
        (0, ALL, "or none for all"),
        ("3", CLASSES, "classes by index"),
        (3, CLASSES, "classes by index"),
        (("espresso",), CLASSES, "classes by index"),
    ],
)
def test_another_kind_is_refused(value: Any, default: Any, hint: str) -> None:
    with pytest.raises(MethodError, match=rf"it is .*Give .*{hint}"):
        check_option("it", value, default)


def test_what_is_kept_is_plain_python() -> None:
    """NumPy's numbers and lists would be told from the defaults when results are compared."""
    assert type(check_option("it", np.int64(3), COUNT)) is int
    assert type(check_option("it", np.float32(0.5), SHARE)) is float
    assert check_option("it", [np.int64(3), 7], CLASSES) == (3, 7)


@pytest.mark.parametrize("name", METHODS)
def test_every_default_is_a_value_it_may_have(name: str) -> None:
    assert METHODS[name].with_options(METHODS[name].options) == METHODS[name].options


def test_the_message_names_method_and_option() -> None:
    with pytest.raises(MethodError, match=r"samples of Smooth Grad-CAM\+\+ is 0\."):
        METHODS["smoothgradcam++"].with_options({"samples": 0})
