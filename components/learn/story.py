"""The chapters in the order of the page. A new one adds its line here, and its figure's class in
figures.js."""

from __future__ import annotations

from . import cheat
from .chapter import ChapterKind
from .making import ON, making

CHAPTERS: tuple[ChapterKind, ...] = (
    ChapterKind(
        "making",
        "How a heatmap is made",
        (
            ("photo", "A photo goes in"),
            ("channels", "Channels"),
            ("weights", "Weights"),
            ("sum", "The sum"),
            ("heatmap", "The heatmap"),
        ),
        making,
        ON,
        own=True,
        height=3600,
    ),
    ChapterKind(
        "cheat",
        "A network that cheats",
        (("cheat", "Signed or not"), ("cheat-test", "What gives it away")),
        cheat.cheat,
        cheat.ANSWERS,
        own=True,
        height=1900,
    ),
)
# Put together in this order; each chapter has a file of its own.
STYLES = (
    "learn.css",
    "opening.css",
    "choices.css",
    "lecture.css",
    "making.css",
    "cheat.css",
)
