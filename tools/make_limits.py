"""Write the table in docs/limits.md from the limits' own definitions.

    python tools/make_limits.py

tests/components/test_limits.py fails if the page is out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from components.limits import table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "limits.md"
_MARK = "<!-- The table is written by tools/make_limits.py. -->\n"


def page() -> str:
    """Return the whole page, with the table as it should be."""
    text, mark, _ = PAGE.read_text(encoding="utf-8").partition(_MARK)
    return f"{text}{mark}\n" + "\n".join(table()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
