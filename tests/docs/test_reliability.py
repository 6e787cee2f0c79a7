"""docs/reliability.md says what was kept."""

from __future__ import annotations

from benches.reliability import PAGE, page


def test_the_page_is_what_the_kept_numbers_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
