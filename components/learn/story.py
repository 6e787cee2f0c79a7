"""The chapters in the order of the page. A new one adds its line here, and its figure's class in
figures.js."""

from __future__ import annotations

from . import cheat, sanity
from .chapter import ChapterKind
from .claims import claims
from .depth_chapter import depth, measure
from .making import ON, making
from .watermark import watermark
from .watermark_asked import ANSWERS

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
        "depth",
        "Early and late",
        (("early-and-late", "What each depth can see"),),
        depth,
        on={"measure": measure},
        own=True,
    ),
    ChapterKind(
        "watermark",
        "A real network that cheats",
        (("watermark", "A real shortcut"), ("watermark-chart", "On several photos")),
        watermark,
        on=ANSWERS,
        own=True,
        height=1400,
    ),
    ChapterKind(
        "cheat",
        "A network made to cheat",
        (("cheat", "Signed or not"), ("cheat-test", "What gives it away")),
        cheat.cheat,
        on=cheat.ANSWERS,
        own=True,
        height=1900,
    ),
    ChapterKind(
        "sanity",
        "Would it notice?",
        (("sanity", "The sanity check"),),
        sanity.sanity,
        sanity.ON,
        own=True,
        height=1400,
    ),
    ChapterKind(
        "claims",
        "A heatmap does not prove…",
        (
            ("claim-cause", "…a cause"),
            ("claim-resolution", "…fine detail"),
            ("claim-scale", "…an equal amount"),
            ("claim-whole", "…the whole network"),
            ("claim-right", "…that it is right"),
        ),
        claims,
        height=3200,
    ),
)
# Put together in this order; each chapter has a file of its own.
STYLES = (
    "../figures.css",
    "learn.css",
    "opening.css",
    "choices.css",
    "lecture.css",
    "making.css",
    "depth.css",
    "draggable.css",
    "watermark.css",
    "cheat.css",
    "sanity.css",
    "claims.css",
)
