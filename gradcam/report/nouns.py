"""What a report is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradcam.export import Look
from gradcam.types import Explanation


@dataclass(frozen=True)
class Report:
    """What the reader gets.

    title, notes : plain text as typed; a blank line in the notes begins a paragraph.
    explanations : those of one photo (several models or methods) come to stand together.
    look : how the maps are drawn; a shared scale is shared by the whole report.
    names : the photos' names, one per explanation; missing ones become "Photo 1", "Photo 2", …
    """

    title: str
    notes: str
    explanations: tuple[Explanation, ...]
    look: Look = field(default_factory=Look)
    names: tuple[str, ...] = ()
