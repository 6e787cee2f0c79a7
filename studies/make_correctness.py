"""Write docs/correctness.md: how far ours is from the papers, and from published libraries.

    python -m studies.make_correctness

Everything on the page is measured, by what the tests use. It takes a minute or two.
"""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from gradcam.backends.keras import before_tensorflow
from gradcam.methods import METHODS
from studies import measured, network
from studies.comparison import KERAS_LAYER3, LAYER3, PEERS, Comparison
from studies.measured import Measured
from studies.peer_table import COMPARISONS
from tools.make_api import DOCS, anchor, table

PAGE = DOCS / "correctness.md"
TESTS = "../studies"
Found = Mapping[int, Measured]  # by the row's place in COMPARISONS

INTRO = """# Correctness

Every method, measured against its paper's equations in float64, between the two frameworks, and
against published libraries. Made by `make correctness`; the tests hold the code to the same table.

A difference is the largest over all positions, classes and inputs, as a share of the map's own
largest absolute value: 1e-07 is float32's rounding. All maps are compared with their sign, at the
layer's resolution, before anything is drawn."""

REFERENCE = f"""## Against the papers' equations

[reference.py]({TESTS}/reference.py) has every method once more: in float64, with loops, straight
from the equations, and with a backward pass of its own. It shares no code with `gradcam`. Both are
asked about a network of two convolutions, at each layer, for two inputs and three classes each.

Where a paper leaves something open, or ours departs from it on purpose, the reference does the
same: a sign for EigenCAM; |y| for y in Ablation-CAM; no weight for channels that are the same
everywhere in Score-CAM; D2 in the numerator of Smooth Grad-CAM++'s α.

The weights of Grad-CAM++ divide by 2 + G ΣA. That is at least 2 after a ReLU wherever it counts,
but before one it may come near 0, and multiplies the rounding of the gradients."""

FRAMEWORKS = """## PyTorch against Keras

The bundled model in both frameworks, with the same weights and the same photo, for its two best
classes and its worst."""

IDENTITIES = """## Where methods are one

At the last layer before a global average and a linear head, Grad-CAM, HiResCAM and XGrad-CAM are
all CAM, Σ_c W_kc A_c, up to scale. W is read from the head's weights, so this also holds the
gradients to something that is not a gradient. Maps are divided by their peaks first."""

LIBRARIES = """## Against other libraries

{versions}.

Of {all} comparisons {agree} agree to {close:.0e}. Of the {apart} others, the paper supports ours in
{ours}, theirs in {theirs} and neither in {neither}. By method and library, — where it has no such
method:"""

EACH = """Each comparison. *photos* and *photos-keras* are the bundled model on a sample photo,
asked about its two best classes and its worst; *plain* and *plain-keras* are two convolutions and a
linear layer over all positions, with random weights. Where libraries differ or rescale, maps are
divided by their peaks first: what counts is the picture's shape."""

APART = f"""### Where they differ, and who is right

For each there is a function that makes the same departure in our own computation, on purpose
([departures.py]({TESTS}/departures.py), [departures_masks.py]({TESTS}/departures_masks.py)). It
gives the library's map, so the departure is the whole reason."""

SIDES = {
    "ours": "The paper is on our side.",
    "theirs": "The paper is on their side.",
    "neither": "No paper decides it.",
}


def page() -> str:
    """The whole of docs/correctness.md."""
    found = {n: measured.compared(row) for n, row in enumerate(COMPARISONS)}
    parts = [
        INTRO, REFERENCE, reference(), FRAMEWORKS, frameworks(), IDENTITIES, identities(),
        libraries(), overview(), EACH, comparisons(found), APART, *departures(found),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def reference() -> str:
    """Ours against reference.py."""
    before = [layer for layer in network.LAYERS if layer not in network.AFTER_A_RELU]
    rows = [
        (row.title, row.source, *(
            number(measured.from_the_reference(name, layers))
            for layers in (network.AFTER_A_RELU, before)
        ))
        for name, row in METHODS.items()
    ]  # fmt: skip
    return table(("method", "source", "after a ReLU", "before a ReLU"), rows)


def frameworks() -> str:
    """Ours in Keras against ours in PyTorch."""
    layers = ("layer2", "layer3")
    rows = [
        (row.title, *(number(measured.between_frameworks(name, layer)) for layer in layers))
        for name, row in METHODS.items()
    ]
    return table(("method", *(f"`{layer}`" for layer in layers)), rows)


def identities() -> str:
    """DESIGN 5.8, at the bundled model's last layer."""
    rows = []
    for about in (LAYER3, KERAS_LAYER3):
        s = about()
        rows.append((s.title, *(number(apart) for apart in measured.from_cam(s).values())))
    titles = [METHODS[name].title for name in measured.SAME_AS_CAM]
    found = table(("CAM of", *titles), rows)
    return f"{found}\n\ntorch-cam's own CAM: {number(measured.peer_from_cam(LAYER3()))}."


def libraries() -> str:
    """Their versions, and how often they agree."""
    sides = [row.departure.paper for row in COMPARISONS if row.departure]
    return LIBRARIES.format(
        versions=", ".join(versions()),
        close=measured.CLOSE,
        all=len(COMPARISONS),
        agree=len(COMPARISONS) - len(sides),
        apart=len(sides),
        **{side: sides.count(side) for side in SIDES},
    )


def versions() -> Iterator[str]:
    """The peers, and what they ran on. PyTorch's version may name the hardware after a plus."""
    for title, package in {**PEERS, "PyTorch": "torch", "Keras": "keras"}.items():
        yield f"{title} {metadata.version(package).partition('+')[0]}"


def overview() -> str:
    """METHODS × PEERS."""
    rows = [
        (row.title, *(_in_short(name, peer) for peer in PEERS)) for name, row in METHODS.items()
    ]
    return table(("method", *PEERS), rows)


def _in_short(method: str, peer: str) -> str:
    rows = [row for row in COMPARISONS if (row.method, row.peer) == (method, peer)]
    apart = [row for row in rows if row.departure]
    if not apart:
        return "agrees" if rows else "—"
    return _link("differs" if apart == rows else "in part", apart[0])


def comparisons(found: Found) -> str:
    """COMPARISONS as a table."""
    rows = [
        (METHODS[row.method].title, row.peer, called(row), _asked(row), _apart(row, found[n]),
         outcome(row))
        for n, row in enumerate(COMPARISONS)
    ]  # fmt: skip
    return table(("method", "library", "there", "asked about", "difference", "outcome"), rows)


def called(row: Comparison) -> str:
    """The peer's name for it, and the case."""
    return f"`{row.called}`" + (f", {row.case}" if row.case else "")


def _asked(row: Comparison) -> str:
    return ", ".join(about().title for about in row.on)


def _apart(row: Comparison, found: Measured) -> str:
    return number(found.difference) + (" (shape)" if row.rescaled or row.departure else "")


def outcome(row: Comparison) -> str:
    """Whether they agree, with a link to why not."""
    return _link("differs", row) if row.departure else "agrees"


def _link(text: str, row: Comparison) -> str:
    return f"[{text}](#{anchor(heading(row))})"


def heading(row: Comparison) -> str:
    """Of a departure."""
    return f"{METHODS[row.method].title}: {row.peer}" + (f", {row.case}" if row.case else "")


def departures(found: Found) -> Iterator[str]:
    """A section for each."""
    for n, row in enumerate(COMPARISONS):
        if why := row.departure:
            left = number(found[n].unexplained or 0)
            yield f"#### {heading(row)}"
            yield f"{why.why} **{SIDES[why.paper]}**"
            yield f"In {why.where}. `{why.made.__name__}` is {left} from it."


def number(difference: float) -> str:
    """One digit, which is about what another machine would measure."""
    return f"{difference:.0e}" if difference else "0"


if __name__ == "__main__":
    before_tensorflow()
    warnings.simplefilter("ignore")
    # Peers draw progress bars on both.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        text = page()
    PAGE.write_text(text, encoding="utf-8", newline="\n")
