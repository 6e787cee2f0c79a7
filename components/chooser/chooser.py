"""The Python half of the chooser: a searchable list that is sent once, and what is chosen of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import streamlit as st

from ..compat import trigger

_HERE = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "gradcam_chooser",
    css=(_HERE / "chooser.css").read_text(encoding="utf-8"),
    js=(_HERE / "chooser.bundle.js").read_text(encoding="utf-8"),
)
_LONGEST = 300  # characters of what somebody typed


@dataclass(frozen=True)
class Option:
    """One line of a list.

    facts : short texts on its right, below the list's `columns`.
    heading, filter : the group it stands in, and the button above the list that shows only this
        and similar groups; "" for none.
    words : other names, found like the title; `definition` is searched word by word, after those.
    """

    id: str
    title: str
    facts: tuple[str, ...] = ()
    heading: str = ""
    filter: str = ""
    words: tuple[str, ...] = ()
    definition: str = ""


@dataclass(frozen=True)
class Options:
    """A list of options, sent to the browser once for all choosers that show it."""

    rows: tuple[Option, ...]
    columns: tuple[str, ...] = ()

    @cached_property
    def titles(self) -> dict[str, str]:
        """The title of each option by its id."""
        return {row.id: row.title for row in self.rows}

    @cached_property
    def packed(self) -> str:
        """The list as JSON."""
        groups, rows = _grouped(self.rows)
        given = {"columns": self.columns, "groups": groups, "rows": rows}
        return json.dumps(given, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def name(self) -> str:
        """A name that no other list has."""
        return hashlib.sha256(self.packed.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Marked:
    """Options with a tick that stand first, such as models on this machine."""

    ids: Collection[str] = ()
    heading: str = ""
    filter: str = ""


def chooser(
    label: str,
    options: Options,
    chosen: Sequence[str],
    *,
    key: str,
    on_choose: Callable[[tuple[str, ...]], None],
    most: int = 1,
    optional: bool = False,
    placeholder: str = "",
    help: str = "",
    extra: Iterable[Option] = (),
    marked: Marked | None = None,
    typed: str = "",
) -> None:
    """Draw the field.

    Parameters
    ----------
    chosen : ids; without `most`, the first one is shown.
    on_choose : called with the ids chosen instead.
    most : how many may be chosen at once.
    optional : whether a single choice may be taken back.
    extra : options in front of the others that differ from session to session.
    marked : options that stand first, with a tick.
    typed : what to say of a text that nothing fits; then Enter sends the text itself.
    """
    turn = f"{key}_turn"
    rows = tuple(extra)
    titles = options.titles | {row.id: row.title for row in rows}
    groups, packed = _grouped(rows)
    marked = marked or Marked()

    def changed() -> None:
        # The browser shows its choice at once. What comes back must differ even if the choice was
        # refused, or the browser would go on showing it.
        st.session_state[turn] = st.session_state.get(turn, 0) + 1
        sent = trigger(key, "chosen")
        if not isinstance(sent, list) or not all(isinstance(one, str) for one in sent):
            return
        known = tuple(one for one in sent if one in titles or (typed and len(one) <= _LONGEST))
        if known or not sent:
            on_choose(known[:most])

    with st.container(key=f"options_of_{key}"):
        _COMPONENT(key=f"{key}_options", data={"name": options.name, "options": options.packed})
    shown = [one for one in chosen if one in titles]
    _COMPONENT(
        key=key,
        data={
            "name": options.name,
            "label": label,
            "chosen": shown,
            "titles": [titles[one] for one in shown],
            "most": most,
            "optional": optional,
            "placeholder": placeholder,
            "help": help,
            "disabled": False,
            "groups": groups,
            "extra": packed,
            "ready": {
                "ids": sorted(marked.ids),
                "heading": marked.heading,
                "filter": marked.filter,
            },
            "typed": typed,
            "turn": st.session_state.get(turn, 0),
        },
        on_chosen_change=changed,
    )


def _grouped(rows: Sequence[Option]) -> tuple[list[tuple[str, str]], list[list[object]]]:
    """Return the groups, and the rows with the number of theirs in place of it."""
    groups = dict.fromkeys((row.heading, row.filter) for row in rows)
    number = {group: at for at, group in enumerate(groups)}
    packed: list[list[object]] = [
        [row.id, row.title, number[row.heading, row.filter], row.facts, row.words, row.definition]
        for row in rows
    ]
    return list(groups), packed
