"""COMPARISONS: every method that a published library has too, and what comes of comparing.

Pure data. test_peers.py holds each row to it, tools/make_correctness.py measures and prints it.
"""

from __future__ import annotations

from gradcam.methods import METHODS
from studies import peer_table_gradients, peer_table_others
from studies.comparison import Comparison

_ORDER = list(METHODS)

# By method, in the order of METHODS; agreements first.
COMPARISONS: tuple[Comparison, ...] = tuple(
    sorted(
        (*peer_table_gradients.ROWS, *peer_table_others.ROWS),
        key=lambda row: (_ORDER.index(row.method), row.departure is not None),
    )
)
