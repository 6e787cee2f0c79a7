"""Our maps against those of published libraries: they agree, or peer_table.py explains why not."""

from __future__ import annotations

import pytest

from gradcam.methods import METHODS
from studies.comparison import LAYER3, PEERS, Comparison
from studies.measured import APART, CLOSE, compared, peer_from_cam
from studies.peer_table import COMPARISONS

# TensorFlow, tf-keras-vis and captum emit warnings of their own.
pytestmark = pytest.mark.filterwarnings("ignore")


def named(row: Comparison) -> str:
    return "-".join(filter(None, [row.method, row.peer, row.case]))


@pytest.mark.parametrize("row", COMPARISONS, ids=named)
def test_peers(row: Comparison) -> None:
    """If a peer departs from the paper, our method with the same departure gives its map."""
    found = compared(row)
    if row.departure is None:
        assert found.difference <= CLOSE
    else:
        assert found.difference >= APART
        assert found.unexplained is not None
        assert found.unexplained <= CLOSE


def test_the_table_names_only_known_methods_and_peers() -> None:
    assert {row.method for row in COMPARISONS} <= set(METHODS)
    assert {row.peer for row in COMPARISONS} == set(PEERS)
    assert len({named(row) for row in COMPARISONS}) == len(COMPARISONS)


def test_none_of_the_maps_is_empty() -> None:
    """Empty maps would agree whatever the formula."""
    for row in COMPARISONS:
        for about in row.on:
            s = about()
            assert s.classes
            assert s.ours(row.method).any(axis=(1, 2)).all()


def test_torchcam_s_cam_equals_the_weighted_sum() -> None:
    assert peer_from_cam(LAYER3()) <= CLOSE
