"""docs/reliability.md, written from the numbers that the other benches kept: `make reliability`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benches.keeping import kept
from gradcam.text import megabytes

PAGE = Path(__file__).parent.parent / "docs" / "reliability.md"
_NOT_YET = "Not measured yet: run `make {}`, then `make reliability`."
_KINDS = {
    "pictures": "photos", "saved": "saved maps", "labels": "lists of labels", "models": "models",
}  # fmt: skip
_INTRODUCTION = """# Reliability

What the dashboard was put through, and what came of it. Every number here was kept by a command
that anybody can run; `make reliability` writes this page from them.

| command | what it does | for how long |
|---|---|---|
| `make hostile` | uploads every file made to do harm to the running dashboard | an hour |
| `make fuzz` | gives files changed at random to what reads them | half an hour |
| `python -m benches.fuzz --guided 60` | lets atheris change them | 11 minutes |
| `make crowd` | 50 visitors look on, 10 click, one Score-CAM after the other runs | 8 minutes |
| `make soak` | visitors come, look, upload, load models of theirs, and go | 33 minutes |

A share of the first two is part of `make test`: files made to do harm (tests/hostile) are read by
the same functions that the server calls, a seeded sample of changed files too, and every file that
was ever found wanting is read again (tests/hostile/found).
"""


def page() -> str:
    """Return the whole page."""
    parts = [_INTRODUCTION, _hostile(kept("hostile")), _fuzz(kept("fuzz"), kept("guided")),
             _crowd(kept("crowd")), _soak(kept("soak")), _SAYS_NOT]  # fmt: skip
    return "\n".join(parts)


def _when(facts: Mapping[str, Any]) -> str:
    return (
        f"Measured {facts['day']} on {facts['machine']}; the machine's load before the end was "
        f"{facts['load']}.\n"
    )


def _table(head: Sequence[str], rows: Iterator[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


def _hostile(facts: Mapping[str, Any] | None) -> str:
    title = "## Files made to do harm\n\n"
    if facts is None:
        return title + _NOT_YET.format("hostile") + "\n"
    rows = (
        (_KINDS[kind], f["files"], f["refused"], f["harmless"], len(f["bad"]), f"{f['slowest']} s",
         megabytes(f["memory"]), f"{f['health']:.2f} s")
        for kind, f in facts["kinds"].items()
    )  # fmt: skip
    head = ("what", "files", "refused", "taken, harmless", "otherwise", "slowest", "memory",
            "health after")  # fmt: skip
    called = "A file was called." if facts["canary"] else "No function that a file names was called"
    alive = "the server was there to the end" if facts["alive"] else "the server died"
    odd = [
        f"- {_KINDS[kind]}, {name}: {', '.join(said)}"
        for kind, f in facts["kinds"].items()
        for name, said in f["bad"].items()
    ]
    return "\n".join(
        [title + _when(facts), _table(head, rows), f"{called}, and {alive}.", *odd, ""]
    )


def _fuzz(facts: Mapping[str, Any] | None, guided: Mapping[str, Any] | None) -> str:
    title = "## Changed files\n\n"
    if facts is None:
        return title + _NOT_YET.format("fuzz") + "\n"
    rows = (
        (name, f"{f['cases']:,}", f"{f['read']:,}", f"{f['refused']:,}", len(f["found"]),
         f"{f['slowest']:.2f} s", megabytes(f["memory"]), f"{f['seconds']:,} s")
        for name, f in facts["targets"].items()
    )  # fmt: skip
    head = ("what", "files", "read", "refused", "errors, hangs", "slowest", "memory", "took")
    text = title + _when(facts) + "\n" + _table(head, rows)
    if guided is not None:
        text += "\nWith atheris, which sees which lines of Python a file reaches:\n\n"
        text += _table(
            ("what", "files", "read", "refused", "errors"),
            (
                (name, f"{f.get('cases', 0):,}", f"{f.get('read', 0):,}",
                 f"{f.get('refused', 0):,}", len(f.get("found", [])))
                for name, f in guided["targets"].items()
            ),
        )  # fmt: skip
    return text


def _crowd(facts: Mapping[str, Any] | None) -> str:
    title = "## A crowd\n\n"
    if facts is None:
        return title + _NOT_YET.format("crowd") + "\n"
    names = {"quiet": "without Score-CAM", "busy": "beside Score-CAM"}
    rows = (
        (names[part], f["clicks"], f"{f['median']:.2f} s", f"{f['p95']:.2f} s",
         f"{f['slowest']:.2f} s", f"{f['health']:.2f} s", f["score_cams"], f["trouble"],
         megabytes(f["memory"]))
        for part, f in facts.items()
        if part in names
    )  # fmt: skip
    head = ("", "clicks", "median", "95 % within", "slowest", "health after", "Score-CAMs",
            "errors", "memory")  # fmt: skip
    return (
        f"{title}{_when(facts)}\n{facts['idle']} visitors look on and {facts['active']} click "
        f"every three to seven seconds, for {facts['seconds']:.0f} seconds beside Score-CAM.\n\n"
        f"{_table(head, rows)}\nBeside Score-CAM the 95 % take {facts['ratio']:.2f} times as long. "
        f"{facts['compared']:,} different maps were compared with the library's own, and "
        f"{facts['mixed']} were somebody else's or other numbers.\n"
    )


def _soak(facts: Mapping[str, Any] | None) -> str:
    title = "## A long day\n\n"
    if facts is None:
        return title + _NOT_YET.format("soak") + "\n"
    rows = (
        (what, *(show(facts[what][n]) for n in range(3)), f"{facts[f'{what}_slope']:+.2f} {unit}")
        for what, show, unit in (
            ("memory", megabytes, "MB"), ("threads", str, ""), ("files", str, "")
        )
    )  # fmt: skip
    head = ("", "least", "most", "when all had gone", "a minute")
    return (
        f"{title}{_when(facts)}\n{facts['visits']} visits in {facts['minutes']:.0f} minutes; the "
        f"first five do not count.\n\n{_table(head, rows)}\n{facts['trouble']} errors; health "
        f"within {facts['health']:.2f} s.\n"
    )


_SAYS_NOT = """## What this does not say

- The machine has two cores, and everything is measured on it at once: the visitors too.
- Visitors speak Streamlit's protocol without a browser. What a browser does with what it gets is
  tested elsewhere (tests/browser).
- A file that was refused once may be changed until it is not: fuzzing finds what it stumbles upon.
- The children that read models are kept from network and files by Linux. On another system only
  their time and memory are limited: see `gradcam/vault/jail.py`.
- HDF5's own library can be kept busy for ever by a few changed bytes. Its process is ended after
  twenty seconds, and two such files at a time are all that is read.
"""


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")
    there = [name for name in ("hostile", "fuzz", "guided", "crowd", "soak") if kept(name)]
    print(f"{PAGE.name}: {json.dumps(there)}")


if __name__ == "__main__":
    main()
