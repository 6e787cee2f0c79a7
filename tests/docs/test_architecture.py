"""The page on the architecture: its example works, and the files it names exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcam.backends.numpy import NumpyClassifier
from gradcam.methods import Method, formulas
from gradcam.methods.base import MethodInput
from gradcam.types import Floats
from gradcam.watch import Watch

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_a_method_takes_less_than_thirty_lines() -> None:
    assert len(EXAMPLE.splitlines()) < 30


def test_the_example_is_a_method(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is run where its comment says it belongs; then a network is asked."""
    formula, row, test = re.split(r"# gradcam/methods/table.py.*\n|# tests/.*\n", EXAMPLE)
    names: dict[str, Any] = {"np": np, "Floats": Floats, "Method": Method, "formulas": formulas}
    exec(formula, names)
    monkeypatch.setattr(formulas, "element_wise", names["element_wise"], raising=False)
    exec(test, names)
    names["test_element_wise_by_hand"]()

    method: Method = eval("{" + row + "}", names)["elementwise"]
    clf = NumpyClassifier(np.eye(3), np.eye(3), size=2)
    inputs, classes = np.ones((1, 2, 2, 3), np.float32), np.array([[0]])
    capture = clf.capture(inputs, ["features"])
    asked = MethodInput(clf, inputs, ("features",), classes, capture, {}, Watch())
    # The gradient of the mean over four positions is 1/4 at each.
    np.testing.assert_allclose(method.answer(asked).maps["features"], 1 / 4)


def test_the_files_it_names_exist() -> None:
    named = re.findall(r"`((?:components|gradcam|tests|tools)/[\w./]+\.(?:py|js))`", PAGE)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).is_file()] == []
