"""What Learn and Evaluate draw in the browser: one component each, of which every part is a use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from gradcam.types import Floats

from .compat import trigger
from .packing import packed

Clicked = Callable[[object], None]


class Drawn:
    """A component that draws things of several kinds from raw numbers.

    Parameters
    ----------
    name : of the component, among all of the server.
    styles, script : its files; the script is built from modules by `npm run build`.
    """

    def __init__(self, name: str, styles: Sequence[Path], script: Path) -> None:
        self._component = st.components.v2.component(
            name,
            css="\n".join(style.read_text(encoding="utf-8") for style in styles),
            js=script.read_text(encoding="utf-8"),
        )

    def send(
        self,
        kind: str,
        header: Mapping[str, object],
        *,
        key: str,
        arrays: Mapping[str, Floats | bytes] | None = None,
        on: Mapping[str, Clicked] | None = None,
    ) -> None:
        """Draw something of a kind that the script knows.

        Parameters
        ----------
        header : what the kind needs besides, as JSON.
        arrays : float32 arrays of any shape, and files or other bytes, by name.
        on : what to call with what the browser sent, unchecked, by the name of the click.
        """
        clicks: dict[str, Any] = {
            f"on_{name}_change": partial(_sent, key, name, act) for name, act in (on or {}).items()
        }
        self._component(key=key, data=packed({"kind": kind, **header}, arrays or {}), **clicks)


def _sent(key: str, name: str, act: Clicked) -> None:
    act(trigger(key, name))
