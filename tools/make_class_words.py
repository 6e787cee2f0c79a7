"""Write gradcam/catalogue/imagenet-words.csv: other names and definitions of ImageNet's classes.

    python tools/make_class_words.py

They are WordNet's, as the installed timm has them for the 1,000 synsets in the order of the models'
outputs. tests/gradcam/test_class_words.py fails if the file differs from the installed timm.
"""

from __future__ import annotations

import csv
import io
import sys
from importlib import resources
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
from gradcam.catalogue import labels  # noqa: E402

TARGET = ROOT / "gradcam" / "catalogue" / "imagenet-words.csv"
NOTICE = (
    "# From WordNet 3.0, Copyright 2006 by Princeton University. All rights reserved. Used under "
    "the WordNet licence: https://wordnet.princeton.edu/license-and-commercial-use"
)


def table() -> str:
    """Return the file: one line per class with its index, other names and definition."""
    file = io.StringIO()
    file.write(NOTICE + "\n")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["index", "names", "definition"])
    names, definitions = _by_synset("lemma"), _by_synset("definition")
    synsets = _info("imagenet_synsets.txt").split()
    for index, (synset, label) in enumerate(zip(synsets, labels("imagenet"), strict=True)):
        others = [name for name in names[synset].split(", ") if name.casefold() != label.casefold()]
        writer.writerow([index, "; ".join(others), definitions[synset]])
    return file.getvalue()


def _by_synset(what: str) -> dict[str, str]:
    lines = _info(f"imagenet_synset_to_{what}.txt").splitlines()
    return dict(line.split("\t", 1) for line in lines)


def _info(filename: str) -> str:
    return resources.files("timm.data").joinpath("_info", filename).read_text(encoding="utf-8")


if __name__ == "__main__":
    TARGET.write_text(table(), encoding="utf-8")
