"""docs/correctness.md agrees with what the tests check; its exact digits are not tested."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

from gradcam.methods import METHODS
from gradcam.metrics import METRICS
from studies import make_correctness, metric_page
from studies.comparison import PEERS, Comparison
from studies.measured import APART, CLOSE
from studies.metric_peers import METRIC_PEERS
from studies.metric_table import METRIC_ROWS
from studies.peer_table import COMPARISONS
from tools.make_api import anchor

ROOT = Path(__file__).parents[2]
PAGE = make_correctness.PAGE.read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
AGAIN = "Run `make correctness`."
COMMON = [method for method in METHODS.values() if not method.transformers]


def cells(text: str) -> list[list[str]]:
    """Return the rows of every table in `text`, without headers."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    heads = {n - 1 for n, line in enumerate(lines) if line.startswith("| ---")}
    return [
        line.strip("| ").split(" | ")
        for n, line in enumerate(lines)
        if n not in heads and not line.startswith("| ---")
    ]


def row_of(row: Comparison) -> list[str]:
    """Return the page's row for a comparison."""
    start = [METHODS[row.method].title, row.peer, make_correctness.called(row)]
    (found,) = [one for one in cells(SECTIONS["Against other libraries"]) if one[:3] == start]
    return found


@pytest.mark.parametrize(
    ("section", "bound"),
    [("Against the papers' equations", 1e-3), ("PyTorch against Keras", CLOSE)],
)
def test_every_method_is_measured(section: str, bound: float) -> None:
    rows = cells(SECTIONS[section])
    assert [row[0] for row in rows] == [method.title for method in COMMON], AGAIN
    for row in rows:
        assert all(float(number) <= bound for number in row[-2:])


def test_the_sources_match_the_methods() -> None:
    rows = cells(SECTIONS["Against the papers' equations"])
    assert [row[1] for row in rows] == [method.source for method in COMMON], AGAIN


def test_the_identities_hold() -> None:
    rows = cells(SECTIONS["Where methods are identical"])
    assert len(rows) == 2
    assert all(float(number) <= CLOSE for row in rows for number in row[1:])


@pytest.mark.parametrize("row", COMPARISONS, ids=lambda row: f"{row.method}-{row.peer}-{row.case}")
def test_every_comparison_is_listed(row: Comparison) -> None:
    *_, difference, outcome = row_of(row)
    assert outcome == make_correctness.outcome(row), AGAIN
    measured = float(difference.removesuffix(" (shape)"))
    assert measured >= APART if row.departure else measured <= CLOSE


@pytest.mark.parametrize(
    "row", [row for row in COMPARISONS if row.departure], ids=lambda row: f"{row.method}-{row.peer}"
)
def test_every_departure_is_explained(row: Comparison) -> None:
    assert row.departure is not None
    _, _, section = PAGE.partition(f"\n#### {make_correctness.heading(row)}\n")
    section = section.partition("\n#### ")[0]
    assert row.departure.why in section, AGAIN
    assert row.departure.where in section
    assert make_correctness.SIDES[row.departure.paper] in section
    (left,) = re.findall(r"` differs from their map by (\S+)\.$", section, re.MULTILINE)
    assert float(left) <= CLOSE


def test_no_removed_comparison_is_left() -> None:
    listed = [row for row in cells(SECTIONS["Against other libraries"]) if len(row) == 6]
    assert len(listed) == len(COMPARISONS), AGAIN
    assert PAGE.count("\n#### ") == sum(row.departure is not None for row in COMPARISONS), AGAIN


def test_peers_have_the_pinned_versions() -> None:
    pinned = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    for peer, package in PEERS.items():
        assert f"{package}=={metadata.version(package)}" in pinned
        assert f"{peer} {metadata.version(package)}" in PAGE, AGAIN


def test_every_metric_is_compared() -> None:
    rows = cells(SECTIONS["Metrics of faithfulness"])
    assert [row[0] for row in rows if len(row) == 4] == [m.title for m in METRICS.values()], AGAIN
    assert all(float(row[3]) <= 1e-3 for row in rows if len(row) == 4)
    listed = [(row[0], row[1], row[2], row[-1]) for row in rows if len(row) == 7]
    assert listed == [
        (METRICS[row.metric].title, row.peer, row.called, metric_page.outcome(row))
        for row in METRIC_ROWS
    ], AGAIN
    for peer, package in METRIC_PEERS.items():
        assert f"{peer} {metadata.version(package)}" in SECTIONS["Metrics of faithfulness"], AGAIN


def test_every_link_leads_somewhere() -> None:
    headings = [anchor(h) for h in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)]
    assert len(headings) == len(set(headings))
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= set(headings)
    for file in re.findall(r"\]\((?!#)([^)]+)\)", PAGE):
        assert (make_correctness.DOCS / file).exists()


def test_it_holds_no_paths_of_this_machine() -> None:
    assert str(ROOT) not in PAGE
    assert not re.search(r" at 0x|/home/|/tmp/|site-packages", PAGE)
