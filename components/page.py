"""What the page needs besides widgets: reserved places for results, and a stable address."""

from __future__ import annotations

import streamlit as st

from .compat import Container, skeleton, trigger

_FILLED, _KEEPER = "filled_slots", "address_keeper"
_LOST = "lost_on_reload"
# Streamlit drops the fragment from the address whenever the query changes. The viewer restores it
# when new data arrives; this also covers query changes that leave the maps as they were.
# What the tab held is noted in the tab, which a reload leaves alone, unlike what was uploaded.
_JS = """
const HELD = "gradcam-held"
let looked = false

function restore(event) {
  // Only Streamlit pushes. Leave Back and the viewer's own changes alone.
  if (event.navigationType !== "push" || window.location.hash || !event.from.url) return
  const { hash } = new URL(event.from.url)
  if (hash) window.history.replaceState(window.history.state, "", window.location.href + hash)
}

function held() {
  try {
    return JSON.parse(window.sessionStorage.getItem(HELD)) ?? {}
  } catch {
    return {}
  }
}

export default function ({ data, setTriggerValue }) {
  // Adding the same listener twice has no effect.
  window.navigation?.addEventListener("currententrychange", restore)
  if (!looked) {
    looked = true
    const { photos = 0, models = 0 } = held()
    const lost = [photos - data.photos, models - data.models]
    if (Math.max(...lost) > 0) setTriggerValue("lost", lost)
  }
  window.sessionStorage.setItem(HELD, JSON.stringify(data))
  return () => window.navigation?.removeEventListener("currententrychange", restore)
}
"""
_COMPONENT = st.components.v2.component("gradcam_address", js=_JS)


def served_at(path: str, token: str) -> str:
    """Return the address of one of the server's own routes, for the page's scripts."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' if base else ''}{base}{path}{token}"


class Slot:
    """A place on the page that shows a grey block until its first content is ready.

    Only a session's first run draws the block; later runs keep the old content until `fill`.
    """

    def __init__(self, name: str, height: int) -> None:
        self._name = name
        filled: set[str] = st.session_state.setdefault(_FILLED, set())
        self._placeholder = None if name in filled else skeleton(height)
        self._container = st.container() if self._placeholder is None else None

    def fill(self) -> Container:
        """Return the container to draw into."""
        st.session_state[_FILLED].add(self._name)
        if self._container is None:
            assert self._placeholder is not None
            self._container = self._placeholder.container()
        return self._container

    def close(self) -> None:
        """Clear the grey block if nothing filled the slot."""
        if self._container is None:
            self.fill()


def keep_address(foot: Container, photos: int, models: int) -> None:
    """Keep the part of the address after "#", which stores the viewer's look.

    After a reload, say what is no longer there of the visitor's own `photos` and `models`.

    foot : where what draws nothing leaves no gap above the maps.
    """
    with foot, st.container(key="address"):
        _COMPONENT(
            key=_KEEPER,
            data={"photos": photos, "models": models},
            on_lost_change=_note_what_is_lost,
        )
    lost = st.session_state.get(_LOST, "")
    if photos or models:
        st.session_state.pop(_LOST, None)
    elif lost:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(lost, icon=":material/info:", width="stretch")
            st.button("Dismiss", key="dismiss_lost", on_click=_forget_what_is_lost)


def what_is_lost(photos: int, models: int) -> str:
    """Say that so many of the visitor's own photos and models are gone.

    >>> what_is_lost(1, 0)
    'Your photo was not kept: browsers do not keep uploads over a reload. Drop it again.'
    """
    things = [
        noun if number == 1 else f"{number:,} {noun}s"
        for number, noun in ((photos, "photo"), (models, "model"))
        if number > 0
    ]
    one = photos + models == 1
    return (
        f"Your {' and your '.join(things)} {'was' if one else 'were'} not kept: browsers do not "
        f"keep uploads over a reload. Drop {'it' if one else 'them'} again."
    )


def _note_what_is_lost() -> None:
    sent = trigger(_KEEPER, "lost")
    if isinstance(sent, list) and len(sent) == 2 and all(isinstance(n, int) for n in sent):
        photos, models = (max(number, 0) for number in sent)
        if photos or models:
            st.session_state[_LOST] = what_is_lost(photos, models)


def _forget_what_is_lost() -> None:
    st.session_state.pop(_LOST, None)
