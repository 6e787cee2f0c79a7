"""The versions in a manifest."""

from __future__ import annotations

import sys
from importlib import metadata
from types import ModuleType

import numpy as np
import pytest

import gradcam
from gradcam.versions import versions


def test_our_own_and_those_of_what_computes() -> None:
    found = versions()
    assert found["gradcam-explorer"] == gradcam.__version__
    assert found["numpy"] == np.__version__
    assert found["python"] == sys.version.split()[0]


def test_tensorflow_under_the_name_it_is_installed_by() -> None:
    pytest.importorskip("tensorflow")
    installed = metadata.packages_distributions()["tensorflow"]
    (name,) = {name.replace("_", "-") for name in installed} & set(versions())
    assert versions()[name] == metadata.version(name)


def test_a_zoo_is_listed_once_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        version = metadata.version("timm")
    except metadata.PackageNotFoundError:
        pytest.skip("timm is not installed")
    monkeypatch.delitem(sys.modules, "timm", raising=False)
    assert "timm" not in versions()
    monkeypatch.setitem(sys.modules, "timm", ModuleType("timm"))
    assert versions()["timm"] == version
