"""Our metrics against the papers' formulas and published libraries, as metric_table.py has it."""

from __future__ import annotations

import pytest

from gradcam.metrics import METRICS
from studies import metric_peers
from studies.metric_page import references
from studies.metric_table import METRIC_ROWS, MetricRow, measured, subject

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def found():
    return references()


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_that_of_the_reference(name: str, found) -> None:
    """In float64, with loops, from the paper; ROAD's pixels are rounded to 8 bits on the way."""
    ours, theirs = found[name]
    assert ours == pytest.approx(theirs, abs=1e-3 if name == "road" else 1e-5)


@pytest.mark.parametrize("row", METRIC_ROWS, ids=lambda row: f"{row.metric}-{row.peer}")
def test_peers(row: MetricRow) -> None:
    """If a library departs from the paper, ours with the same departure gives its number."""
    found = measured(row)
    if row.apart is None:
        assert found.difference <= row.close
    else:
        assert found.difference >= 1e-3
        assert found.unexplained is not None
        assert found.unexplained <= row.close


def test_quantus_cannot_run_road_on_a_photo_of_three_channels() -> None:
    with pytest.raises(IndexError):
        metric_peers.quantus_road(subject(False))
