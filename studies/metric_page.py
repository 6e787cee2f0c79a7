"""The part of docs/correctness.md on metrics of faithfulness."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata

import numpy as np

from gradcam.metrics import METRICS, road
from gradcam.preprocess import convert
from studies import metric_reference as reference
from studies.metric_peers import BOX, METRIC_PEERS, STEPS, Probed
from studies.metric_table import METRIC_ROWS, MetricRow, measured, subject
from tools.make_api import table

SIDES = {
    "ours": "the paper supports ours",
    "theirs": "the paper supports theirs",
    "neither": "no paper settles it",
}

INTRO = """## Metrics of faithfulness

What `gradcam.METRICS` measures is compared in the same way: with
[metric_reference.py](../studies/metric_reference.py), which has every formula a second time, in
float64, with loops and from the paper alone; and with published libraries. The subject is the
bundled model's most probable class on a sample photo, and a map in the order of its Grad-CAM.

What all metrics have in common: the map is rectified and upsampled bilinearly to the model's
input; pixels are ordered once, and equal ones by one random order, the same for every method and
both baselines; the class stays the same whatever is done to the photo; its probability is the
softmax, or the sigmoid of a model with several answers. A map without evidence has no score."""

CHOICES = """Where a paper leaves a point open, or we depart from it on purpose:

- **Insertion.** The Gaussian is cut to 11 × 11 pixels and divided by its sum, and the photo is
  mirrored at its edges. The authors' own code folds what is cut off back into the kernel, which is
  flatter then, and takes what is beyond the edges as 0.
- **Deletion** ends at 0 after the normalisation, as in the authors' code. For a model that takes
  raw values and subtracts no mean, that would be black; it gets ImageNet's mean colour instead.
- **ROAD.** The paper measures the accuracy of a network over a set of photos, as Quantus does. Of
  one photo that is 0 or 1, so ours is the probability of the class. The score is the mean of the
  least relevant first less that of the most relevant first; pytorch-grad-cam's `ROADCombined` is
  half of it. Quantus's `ROAD` cannot be compared: given a photo of three channels and a map of one,
  it raises IndexError.
- **Average drop and increase** reward large maps: a map that is 1 everywhere drops nothing.
- **Pointing game.** The peak is the first pixel of the order, so that several equal peaks are
  settled by chance, not by their number. Both pointing games see what the model saw; an object
  outside of that has no score.
- **The random baseline** is noise at the layer's own resolution. Noise of single pixels would
  destroy any photo within a few steps, and be hard to beat at deletion."""

COMPARED = """Against {versions}. Numbers agree if they differ by at most
1e-04, or 2e-03 where ours rounds pixels to 8 bits; for photos filled in, the largest difference of
a pixel counts. captum has two metrics, infidelity and sensitivity, which ask other questions."""


def section() -> str:
    """Return the whole section."""
    versions = (f"{peer} {metadata.version(name)}" for peer, name in METRIC_PEERS.items())
    compared = COMPARED.format(versions=", ".join(versions))
    return "\n\n".join([INTRO, _references(), CHOICES, compared, _peers(), *_reasons()])


def references() -> Mapping[str, tuple[float, float]]:
    """Return ours and the reference's number by metric."""
    p: Probed = subject(True)
    order, box = p.drawn.order, BOX
    x, pixels = p.x.astype(np.float64), p.pixels / 255
    heat = p.drawn.heat.astype(np.float64)
    through = p.ask(convert(np.uint8(np.rint(p.pixels * heat[..., None])), p.clf.preprocessing))
    whole = p.ask(p.x)

    def ask_pixels(shown: np.ndarray) -> float:
        return p.ask(convert(np.uint8(np.rint(shown * 255)), p.clf.preprocessing))

    theirs = {
        "insertion": reference.insertion(p.ask, x, order, STEPS),
        "deletion": reference.deletion(p.ask, x, order, STEPS),
        "road": reference.road(ask_pixels, pixels, road.noise(p.size), order),
        "average_drop": reference.average_drop(whole, through),
        "increase": float(whole < through),
        "pointing": reference.pointing(int(order[0]), p.size, box),
        "energy": reference.energy(heat, box),
    }
    return {name: (p.ours(name), theirs[name]) for name in METRICS}


def _references() -> str:
    rows = [
        (METRICS[name].title, METRICS[name].source, f"{ours:.3f}", _number(abs(ours - theirs)))
        for name, (ours, theirs) in references().items()
    ]
    return table(("metric", "source", "measured", "difference from the reference"), rows)


def _peers() -> str:
    rows = []
    for row in METRIC_ROWS:
        found = measured(row)
        numbers = [
            f"{one:.4f}" if np.ndim(one) == 0 else "a photo" for one in (found.ours, found.theirs)
        ]
        rows.append(
            (METRICS[row.metric].title, row.peer, row.called, *numbers,
             _number(found.difference), outcome(row))
        )  # fmt: skip
    return table(
        ("metric", "library", "its name there", "ours", "theirs", "difference", "outcome"), rows
    )


def outcome(row: MetricRow) -> str:
    """Return whether they agree, and if not whom the paper supports."""
    return f"differs: {SIDES[row.apart.paper]}" if row.apart else "agrees"


def _reasons() -> list[str]:
    lead = (
        "For each that differs, our computation with the same departure gives the library's number:"
    )
    lines = []
    for row in METRIC_ROWS:
        if row.apart:
            left = _number(measured(row).unexplained or 0)
            name = f"**{METRICS[row.metric].title}: {row.peer}**, {row.called}"
            lines.append(f"- {name}. {row.apart.why} The rest differs by {left}.")
    return [lead, "\n".join(lines)]


def _number(difference: float) -> str:
    return f"{difference:.0e}" if difference else "0"
