"""What the Learn page is made of: chapters of steps, built for what the visitor has chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gradcam import Layer
from gradcam.backends import Classifier
from gradcam.types import Floats

from ..pictures import Picture

Handler = Callable[[object], None]


@dataclass(frozen=True)
class Chosen:
    """What the whole story is about, from the page's address.

    picture : `picture.opened.pixels` is the photo, uint8 RGB (H, W, 3).
    index : the class. method : a key of METHODS, one of those the story is told about.
    """

    clf: Classifier
    picture: Picture
    layer: Layer
    index: int
    method: str

    @property
    def label(self) -> str:
        """The name of the class. It is untrusted text, as all labels are."""
        return self.clf.labels[self.index]


@dataclass(frozen=True)
class Step:
    """One idea: a heading, a few sentences, and the figure that shows it.

    Parameters
    ----------
    id : part of the address, "/learn#sum"; it must never change.
    text : paragraphs with this photo's numbers in them. `*emphasis*` and `[a link](https://…)` are
        the only markup; labels and file names go through `plain`.
    notes : for the speaker: what to say, what to ask.
    choices : which of "photo", "class", "layer", "method", "model" are offered with the step.
    source : where it was published.
    """

    id: str
    title: str
    text: Sequence[str]
    notes: Sequence[str] = ()
    choices: Sequence[str] = ("photo", "class")
    source: str = ""


@dataclass(frozen=True)
class Chapter:
    """A chapter about what was chosen.

    data : JSON for its figure: sizes, labels, numbers; plain Python numbers, nothing of NumPy's.
    arrays : float32 arrays of any shape, and JPEG files, by name.
    """

    id: str
    steps: Sequence[Step]
    data: Mapping[str, object]
    arrays: Mapping[str, Floats | bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class ChapterKind:
    """A line of the table of contents, and what builds the chapter.

    Parameters
    ----------
    outline : the steps' ids and short titles, which stand in the contents before anything is
        computed.
    build : makes the chapter; its steps have the ids of the outline, in the same order.
    on : what answers the figure's own clicks, by their name; the value is what the browser sent,
        unchecked. A handler keeps it in the session state, where `build` reads it.
    own : answer those clicks without the other chapters, in a fragment of the page.
    height : pixels to keep free until the chapter arrives.
    """

    id: str
    title: str
    outline: Sequence[tuple[str, str]]
    build: Callable[[Chosen], Chapter]
    on: Mapping[str, Handler] = field(default_factory=dict)
    own: bool = False
    height: int = 900


def plain(text: str) -> str:
    """Return untrusted text such that the page's two kinds of markup are not found in it.

    >>> plain("[a](https://b) *c*")
    '[a]\\u2060(https://b) ∗c∗'
    """
    return text.replace("](", "]\u2060(").replace("*", "∗")
