"""docs/sanity.md: what the page says in words follows from its numbers."""

from __future__ import annotations

import re

import pytest

from studies.make_sanity import MODELS, PAGE

TEXT = PAGE.read_text(encoding="utf-8")


def rank_correlations(model: str, method: str) -> list[float]:
    """The means of a method from the first random block to all, from the table of a model."""
    section = TEXT.split(f"`{model}` at ")[1].split("\n## ")[0]
    row = re.search(rf"^\| {re.escape(method)} \| rank correlation \|(.*)$", section, re.M)
    assert row is not None
    cells = row[1].replace("−", "-").strip(" |").split(" | ")
    return [float(cell) for cell in cells[:-2]]  # the last two are ± and how many are empty


@pytest.mark.parametrize("model", MODELS)
def test_grad_cam_falls_to_nothing_and_edges_stay(model: str) -> None:
    assert all(abs(mean) < 0.2 for mean in rank_correlations(model, "Grad-CAM"))
    assert set(rank_correlations(model, "Edge detector")) == {1.0}


@pytest.mark.parametrize("model", MODELS)
def test_layer_cam_hardly_minds_a_random_classifier(model: str) -> None:
    means = rank_correlations(model, "LayerCAM")
    assert means[0] > 0.7
    assert means[-1] < means[0] - 0.3
