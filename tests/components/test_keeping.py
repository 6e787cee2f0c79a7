"""What is kept is bounded in bytes, made once, and leaves with the last visitor it belongs to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy as np
import pytest

from components import keeping
from components.keeping import Kept, weight
from gradcam.types import Prediction

KB = np.zeros(1000, np.uint8)


def kept(most: int = 10_000, **options: Any) -> Kept[Any]:
    return Kept(lambda: most, **options)


def test_a_result_is_made_once_and_an_error_is_not_kept() -> None:
    results = kept()
    with pytest.raises(ZeroDivisionError):
        results.get("a", lambda: 1 // 0, "ann")
    assert "a" not in results
    assert results.get("a", lambda: "one", "ann") == "one"
    assert results.get("a", lambda: "two", "ben") == "one"


def test_who_asks_at_the_same_time_waits_for_the_one_result_and_nobody_else_does() -> None:
    results, go, made = kept(), Event(), list[str]()

    def slow() -> str:
        assert go.wait(10)
        made.append("made")
        return "slow"

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(results.get, "slow", slow, one) for one in ("ann", "ben")]
        assert results.get("other", lambda: "quick", "ben") == "quick"
        go.set()
        assert [one.result(10) for one in both] == ["slow", "slow"]
    assert made == ["made"]


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    """Four results of 1,000 bytes, each with 512 for itself, where six thousand are allowed."""
    results = kept(6_000)
    for name in "abc":
        results.get(name, KB.copy, "ann")
    results.get("a", KB.copy, "ann")
    results.get("d", KB.copy, "ann")
    assert results.bytes == 3 * 1512
    assert [name in results for name in "abcd"] == [True, False, True, True]


def test_a_result_too_large_for_all_is_handed_out_and_not_kept() -> None:
    results = kept(100)
    assert results.get("a", KB.copy, "ann").size == 1000
    assert (len(results), results.bytes) == (0, 0)


def test_what_grows_is_weighed_again() -> None:
    results = kept(3_000, grows=True)
    grown = results.get("a", list, "ann")
    results.get("b", list, "ann")
    grown += [KB.copy(), KB.copy(), KB.copy()]
    results.get("a", list, "ann")
    assert len(results) == 0  # both had to go


def test_a_result_leaves_with_the_last_visitor_it_belongs_to() -> None:
    results = kept()
    results.get("both", KB.copy, "ann")
    results.get("both", KB.copy, "ben")
    results.get("anns", KB.copy, "ann")
    results.get("nobodys", KB.copy)
    assert results.leave(["ann"]) == 1
    assert [name in results for name in ("both", "anns", "nobodys")] == [True, False, True]
    assert keeping.leave(["ben"]) == 1  # from all there are
    assert [name in results for name in ("both", "nobodys")] == [False, True]


def test_visitors_are_gone_when_their_session_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_HERE", {})
    keeping.arrived("ann", "session 1")
    keeping.arrived("ben", "session 2")
    keeping.arrived("ben", "session 3")  # the connection was lost, and the page was opened anew
    assert keeping.gone(["session 1", "session 3"]) == []
    assert keeping.gone(["session 3"]) == ["ann"]
    assert keeping.gone([]) == ["ben"]


def test_the_weight_counts_what_a_view_keeps_alive_and_everything_once() -> None:
    whole = np.zeros((4, 250), np.float32)
    least = weight(None)
    assert weight(whole[0]) == weight([whole[0], whole[1], whole]) == least + 4000
    assert weight({"name": b"12345", "list": [b"123", (b"45",)]}) == least + len("namelist") + 10
    assert weight(Prediction(1, "twelve bytes", 0.5, 1.0)) >= least + 12
