"""Write docs/sanity.md: the sanity check of the bundled networks, over the sample photos.

    python -m studies.make_sanity [MODEL …]

About five minutes for all four on two idle cores. What was measured before is kept in
build/sanity.json, and only the models named are measured again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
import gradcam
from components.samples import SAMPLES, load
from gradcam.noticing import number, point
from gradcam.sanity import EDGES, SanityCheck, sanity_check, title
from tools.make_api import DOCS, table

PAGE = DOCS / "sanity.md"
KEPT = Path(__file__).parent.parent / "build" / "sanity.json"
RUNS = 3  # of each photo
MODELS = (
    "bundled/efficientnet-lite0", "bundled/photos",
    "bundled/efficientnet-lite0-keras", "bundled/photos-keras",
)  # fmt: skip
MEASURES = {"rank": "rank correlation", "rank_abs": "of magnitudes", "ssim": "SSIM"}

INTRO = f"""# The sanity check

Adebayo et al. 2018, [arXiv:1810.03292](https://arxiv.org/abs/1810.03292), section 3.1: a copy of
the network is made random from the output down, one block after another, and after each the map of
the same class at the same layer is compared with the trained network's. A method whose map stays as
it was cannot show what the network has learnt. `python -m studies.make_sanity` writes this page.

- Averages over the {len(SAMPLES)} sample photos, each with {RUNS} random networks, of the class
  that the trained network finds most probable, at its recommended layer.
- **Rank correlation** is Spearman's, of the raw signed values at the layer's own resolution;
  **of magnitudes** is the same without their signs. **SSIM** is of what is drawn: the positive part
  between 0 and its peak, enlarged to the network's input, in windows of 7 × 7.
- **±** is the standard deviation of single random networks, in the last column's rank correlation.
- **empty** counts maps with nothing to compare: zero everywhere, or the same everywhere. They are
  left out of the averages.
- **Edges** is Sobel's magnitude of the photo, which knows of no network and so cannot notice.
- Weights are drawn as the framework draws those of a new network, statistics of batch norms
  included: see `gradcam/backends/torch/random_copy.py` and `gradcam/backends/keras/random_copy.py`.
"""

MEANING = """## What it means

**Grad-CAM** (and HiResCAM, which is the same map at these layers) notices at once: without the last
layer its rank correlation is about 0 on average. Single random networks scatter widely around that,
and the magnitudes still agree a little: the features are the trained ones as long as only layers
above them are random, and a random mixture of the same feature maps is sometimes like the trained
one and sometimes the same upside down. From the layer's own block on that is over too.

**LayerCAM and Grad-CAM++** notice late, or not. They keep positive gradients alone, so the map is
close to the plain sum of the feature maps, whatever the weights above: with a random classifier it
is still nearly the trained network's. It changes where the features themselves do, and even random
features of EfficientNet-Lite0 still tell light from dark, so that half of the correlation stays
when nothing is left of what it has learnt.

**Guided Grad-CAM**, measured on the network of ReLUs, notices latest: guided backpropagation mostly
restores the photo's own edges (Nie et al. 2018, [arXiv:1805.07039](https://arxiv.org/abs/1805.07039)).

That a method notices does not make its maps right; that it does not is reason enough not to read
what a network has learnt from them.
"""


def main(models: Sequence[str]) -> None:
    """Measure the models named, or all, and write the page."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    KEPT.parent.mkdir(exist_ok=True)
    for model in models or MODELS:
        kept[model] = measured(model)
        KEPT.write_text(json.dumps(kept), encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")


def measured(model: str) -> dict[str, Any]:
    """Check every sample photo; return blocks, layer, and every number by method and measure."""
    clf = gradcam.load_model(model)
    checks = []
    for n, sample in enumerate(SAMPLES):
        checks.append(sanity_check(clf, load(sample.id), runs=RUNS, seed=100 * n))
        print(model, sample.id, checks[-1].conclusion, flush=True)
    first = checks[0]
    return {
        "title": clf.title,
        "layer": first.layer,
        "blocks": [block.name for block in first.blocks],
        "curves": {
            name: {measure: list(_values(checks, name, measure)) for measure in MEASURES}
            for name in (*first.methods, EDGES)
        },
    }


def _values(checks: Sequence[SanityCheck], name: str, measure: str) -> Iterator[list[float | None]]:
    """Yield at each depth the numbers of all photos and runs."""
    for depth in range(1 + len(checks[0].blocks)):
        yield [getattr(state.maps[name], measure) for check in checks for state in check.at(depth)]


def page(kept: Mapping[str, Any]) -> str:
    """Return the page's Markdown."""
    parts = [INTRO, MEANING, *(_section(model, kept[model]) for model in MODELS if model in kept)]
    return "\n".join(parts)


def _section(model: str, found: Mapping[str, Any]) -> str:
    head = ("method", "", *(f"{block}" for block in found["blocks"]), "±", "empty")
    rows = [
        _row(name, measure, values)
        for name, curves in found["curves"].items()
        for measure, values in curves.items()
        if not (name == EDGES and measure != "rank")
    ]
    lead = f"`{model}` at `{found['layer']}`. Random from the left to the block at the top:"
    return f"## {found['title']}\n\n{lead}\n\n{table(head, rows)}\n"


def _row(name: str, measure: str, values: Sequence[Sequence[float | None]]) -> tuple[str, ...]:
    random = values[1:]
    spread = _deviation(random[-1]) if measure == "rank" else ""
    empty = str(sum(value is None for of_depth in random for value in of_depth))
    called = title(name).removeprefix("the ").capitalize() if name == EDGES else title(name)
    means = (number(point(of_depth).mean) for of_depth in random)
    return (called if measure == "rank" else "", MEASURES[measure], *means, spread, empty)


def _deviation(values: Sequence[float | None]) -> str:
    found = [value for value in values if value is not None]
    mean = sum(found) / len(found)
    return number((sum((value - mean) ** 2 for value in found) / len(found)) ** 0.5)


if __name__ == "__main__":
    main(sys.argv[1:])
