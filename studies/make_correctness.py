"""Write docs/correctness.md: how closely our maps match the papers and published libraries.

    python -m studies.make_correctness

Every number on the page is measured, with the code that the tests use. It takes a minute or two.
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
from studies import measured, metric_page, network
from studies.comparison import KERAS_LAYER3, LAYER3, PEERS, Comparison
from studies.measured import Measured
from studies.peer_table import COMPARISONS
from tools.make_api import DOCS, anchor, table

PAGE = DOCS / "correctness.md"
STUDIES = "../studies"
Found = Mapping[int, Measured]  # by the row's index in COMPARISONS

INTRO = """# Correctness

Every method is compared with its paper's equations in float64, between the two frameworks, and with
published libraries. `make correctness` writes this page; the tests hold the code to the same table.

Each difference is the largest over all positions, classes and inputs, as a share of the map's own
largest absolute value; 1e-07 is float32 rounding. Maps are compared with their sign, at the layer's
resolution, before anything is drawn."""

REFERENCE = f"""## Against the papers' equations

[reference.py]({STUDIES}/reference.py) implements every method a second time: in float64, with
loops, straight from the equations, and with its own backward pass. It shares no code with
`gradcam`. Both explain a network of two convolutions at each layer, for two inputs and three
classes each.

Where a paper leaves a point open, or we depart from it on purpose, the reference does what we do:
EigenCAM has a fixed sign; Ablation-CAM divides by |y|, not y; constant channels get no weight in
Score-CAM; the numerator of Smooth Grad-CAM++'s α is D2.

The weights of Grad-CAM++ divide by 2 + G ΣA. After a ReLU this is at least 2 wherever it counts,
but before one it can come near 0, which amplifies the rounding of the gradients.

LeGrad is for transformers, and has no place in the tables of this page. Tests compare it with the
framework's own gradient of attention written out, to 1e-5: for
[PyTorch](../tests/gradcam/backends/torch/test_attention.py), on networks of torchvision, timm and
transformers and some written by hand, and for
[Keras](../tests/gradcam/backends/keras/test_attention.py)."""

FRAMEWORKS = """## PyTorch against Keras

The bundled model in both frameworks, with the same weights and the same photo, for its two most
probable classes and its least probable one."""

IDENTITIES = """## Where methods are identical

At the last layer before a global average and a linear head, Grad-CAM, HiResCAM and XGrad-CAM all
equal CAM, Σ_c W_kc A_c, up to scale. W is read from the head's weights, so this also checks the
gradients against something that is not a gradient. Maps are divided by their peaks first."""

LIBRARIES = """## Against other libraries

{versions}.

Of {all} comparisons, {agree} agree to {close:.0e}. Of the other {apart}, the paper supports ours in
{ours}, theirs in {theirs} and neither in {neither}. In this overview, — means that the library does
not have the method:"""

EACH = """Below is every comparison. *photos* and *photos-keras* are the bundled model on a sample
photo, for its two most probable classes and its least probable one; *plain* and *plain-keras* are
two convolutions and a linear layer over all positions, with random weights. Where libraries differ
or rescale, maps are divided by their peaks first, so that only the picture's shape counts."""

APART = f"""### Where they differ, and who is right

For each difference, a function in [departures.py]({STUDIES}/departures.py) makes the same departure
in our own computation. It gives the library's map, so the departure is the whole reason."""

SIDES = {
    "ours": "The paper supports ours.",
    "theirs": "The paper supports theirs.",
    "neither": "No paper settles it.",
}


def page() -> str:
    """Return the whole of docs/correctness.md."""
    found = {n: measured.compared(row) for n, row in enumerate(COMPARISONS)}
    parts = [
        INTRO, REFERENCE, reference(), FRAMEWORKS, frameworks(), IDENTITIES, identities(),
        libraries(), overview(), EACH, comparisons(found), APART, *departures(found),
        metric_page.section(),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def reference() -> str:
    """Compare ours with reference.py."""
    before = [layer for layer in network.LAYERS if layer not in network.AFTER_A_RELU]
    rows = [
        (row.title, row.source, *(
            number(measured.from_the_reference(name, layers))
            for layers in (network.AFTER_A_RELU, before)
        ))
        for name, row in METHODS.items()
        if not row.transformers
    ]  # fmt: skip
    return table(("method", "source", "after a ReLU", "before a ReLU"), rows)


def frameworks() -> str:
    """Compare ours in Keras with ours in PyTorch."""
    layers = ("layer2", "layer3")
    rows = [
        (row.title, *(number(measured.between_frameworks(name, layer)) for layer in layers))
        for name, row in METHODS.items()
        if not row.transformers
    ]
    return table(("method", *(f"`{layer}`" for layer in layers)), rows)


def identities() -> str:
    """Compare ours with CAM at the bundled model's last layer (DESIGN 5.8)."""
    rows = []
    for about in (LAYER3, KERAS_LAYER3):
        s = about()
        rows.append((s.title, *(number(apart) for apart in measured.from_cam(s).values())))
    titles = [METHODS[name].title for name in measured.SAME_AS_CAM]
    found = table(("CAM of", *titles), rows)
    return f"{found}\n\ntorch-cam's own CAM differs by {number(measured.peer_from_cam(LAYER3()))}."


def libraries() -> str:
    """Return the libraries' versions and how often they agree."""
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
    """Yield the versions of peers and frameworks, without PyTorch's hardware suffix."""
    for title, package in {**PEERS, "PyTorch": "torch", "Keras": "keras"}.items():
        yield f"{title} {metadata.version(package).partition('+')[0]}"


def overview() -> str:
    """Return the outcomes as a table, METHODS × PEERS."""
    rows = [
        (row.title, *(_verdict(name, peer) for peer in PEERS))
        for name, row in METHODS.items()
        if not row.transformers
    ]
    return table(("method", *PEERS), rows)


def _verdict(method: str, peer: str) -> str:
    rows = [row for row in COMPARISONS if (row.method, row.peer) == (method, peer)]
    apart = [row for row in rows if row.departure]
    if not apart:
        return "agrees" if rows else "—"
    return _link("differs" if apart == rows else "partly agrees", apart[0])


def comparisons(found: Found) -> str:
    """Return COMPARISONS as a table."""
    rows = [
        (METHODS[row.method].title, row.peer, called(row), _subjects(row), _apart(row, found[n]),
         outcome(row))
        for n, row in enumerate(COMPARISONS)
    ]  # fmt: skip
    return table(
        ("method", "library", "its name there", "compared on", "difference", "outcome"), rows
    )


def called(row: Comparison) -> str:
    """Return the peer's name for the method, and the case."""
    return f"`{row.called}`" + (f", {row.case}" if row.case else "")


def _subjects(row: Comparison) -> str:
    return ", ".join(about().title for about in row.on)


def _apart(row: Comparison, found: Measured) -> str:
    return number(found.difference) + (" (shape)" if row.rescaled or row.departure else "")


def outcome(row: Comparison) -> str:
    """Return whether they agree, with a link to the reason if not."""
    return _link("differs", row) if row.departure else "agrees"


def _link(text: str, row: Comparison) -> str:
    return f"[{text}](#{anchor(heading(row))})"


def heading(row: Comparison) -> str:
    """Return the heading of a departure."""
    return f"{METHODS[row.method].title}: {row.peer}" + (f", {row.case}" if row.case else "")


def departures(found: Found) -> Iterator[str]:
    """Yield a section for each departure."""
    for n, row in enumerate(COMPARISONS):
        if why := row.departure:
            left = number(found[n].unexplained or 0)
            yield f"#### {heading(row)}"
            yield f"{why.why} **{SIDES[why.paper]}**"
            yield f"See {why.where}. `{why.made.__name__}` differs from their map by {left}."


def number(difference: float) -> str:
    """Format with one digit, because another machine measures the same only roughly."""
    return f"{difference:.0e}" if difference else "0"


if __name__ == "__main__":
    before_tensorflow()
    warnings.simplefilter("ignore")
    # Peers print progress bars to both streams.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        text = page()
    PAGE.write_text(text, encoding="utf-8", newline="\n")
