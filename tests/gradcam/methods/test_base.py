"""Parsing and validating a method's options."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcam.errors import MethodError
from gradcam.methods import METHODS
from gradcam.methods.base import check_option, parse_option

COUNT, AMOUNT, ALL, CLASSES = 8, 0.6, None, ()  # defaults, from which types are inferred


@pytest.mark.parametrize(
    ("text", "default", "value"),
    [
        ("64", COUNT, 64),
        ("0.9", AMOUNT, 0.9),
        ("1", AMOUNT, 1.0),
        ("64", ALL, 64),
        ("none", ALL, None),
        ("All", ALL, None),
        ("3,7", CLASSES, (3, 7)),
        ("3", CLASSES, (3,)),
        ("", CLASSES, ()),
    ],
)
def test_typed_options_are_parsed(text: str, default: Any, value: Any) -> None:
    found = check_option("it", parse_option(text, default), default)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("value", "default", "hint"),
    [
        (0, COUNT, "whole number of at least 1"),
        (2.5, COUNT, "whole number of at least 1"),
        (None, COUNT, "whole number of at least 1"),
        (-0.1, AMOUNT, "number of at least 0"),
        (float("nan"), AMOUNT, "number of at least 0"),
        (float("inf"), AMOUNT, "number of at least 0"),
        ("much", AMOUNT, "number of at least 0"),
        (0, ALL, "or none for all"),
        ("3", CLASSES, "class indices"),
        (3, CLASSES, "class indices"),
        (("espresso",), CLASSES, "class indices"),
    ],
)
def test_invalid_values_are_refused(value: Any, default: Any, hint: str) -> None:
    with pytest.raises(MethodError, match=rf"it cannot be .*Give .*{hint}"):
        check_option("it", value, default)


def test_values_become_plain_python() -> None:
    """Otherwise NumPy numbers and lists would differ from the defaults when comparing results."""
    assert type(check_option("it", np.int64(3), COUNT)) is int
    assert type(check_option("it", np.float32(0.5), AMOUNT)) is float
    assert check_option("it", [np.int64(3), 7], CLASSES) == (3, 7)


@pytest.mark.parametrize("name", METHODS)
def test_every_default_is_valid(name: str) -> None:
    assert METHODS[name].with_options(METHODS[name].options) == METHODS[name].options


def test_the_message_names_method_and_option() -> None:
    with pytest.raises(MethodError, match=r"'samples' of Smooth Grad-CAM\+\+ cannot be 0\."):
        METHODS["smoothgradcam++"].with_options({"samples": 0})
