"""Who is gone leaves nothing, and the memory is given back, though not at every turn."""

from __future__ import annotations

import pytest

from components import keeping, leaving
from components.keeping import Kept
from components.leaving import Leaving


class Server:
    """Streamlit's sessions, and those of them that have a page open."""

    def __init__(self, *here: str) -> None:
        self.here, self.open = set(here), len(here)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    found = Server("session 1", "session 2")
    monkeypatch.setattr(leaving, "live_sessions", lambda: found.here)
    monkeypatch.setattr(leaving, "active_sessions", lambda: found.open)
    monkeypatch.setattr(keeping, "_HERE", {"ann": "session 1", "ben": "session 2"})
    return found


def test_what_is_kept_leaves_with_the_session_and_not_with_its_connection(server: Server) -> None:
    results: Kept[str] = Kept(lambda: 10_000)
    for name in ("ann", "ben"):
        results.get(name, lambda: "result", name)
    look = Leaving(lambda: None).look
    server.open = 1  # ann's page was closed, or has lost its connection
    assert not look()
    assert len(results) == 2
    server.here = {"session 2"}
    assert look() == ["ann"]
    assert ("ann" in results, "ben" in results) == (False, True)


def test_it_is_tidied_after_somebody_left_and_not_too_often(server: Server) -> None:
    now, tidied = [0.0], list[float]()
    found = Leaving(lambda: tidied.append(now[0]), lambda: now[0])
    found.look()
    assert not found.tidy()  # nobody left
    server.open = 1
    found.look()
    assert found.tidy()
    server.here = {"session 2"}
    found.look()
    now[0] = 19.0
    assert not found.tidy()
    now[0] = 21.0
    assert found.tidy()
    assert not found.tidy()
    assert tidied == [0.0, 21.0]
